"""The header of GGUF files: metadata, then every tensor's name and shape (github.com/ggml-org/ggml, gguf.md).

The `gguf` package's reader maps the whole file into memory and keeps every token of the vocabulary as an
object; here a stream is read, and a vocabulary's tokens are counted and passed over.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archposter.diagnostics import UsageError, printable
from archposter.sources.checkpoint import Checkpoint, Stored
from archposter.sources.names import is_address
from archposter.sources.stream import CHUNK, Stream, refused
from archposter.spec.load import shown

MAX_HEADER = 2**27
MAX_TENSORS = 2**17
TIMEOUT = 10.0

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_SIZES = {"B": 1, "b": 1, "H": 2, "h": 2, "I": 4, "i": 4, "f": 4, "?": 1, "Q": 8, "q": 8, "d": 8}
_STRING, _ARRAY = 8, 9
_LONGEST_LIST = 2**12
_LONGEST_TEXT = 2**16
_LARGEST = 2**48


@dataclass(frozen=True, slots=True)
class Skipped:
    """A list too long to be about the architecture: a vocabulary."""

    length: int


@dataclass(frozen=True)
class Header:
    """What a file says before its data."""

    file: str
    metadata: dict[str, Any]
    tensors: tuple[Stored, ...]

    def checkpoint(self) -> Checkpoint:
        """Return the tensors."""
        return Checkpoint(self.file, self.tensors)


def read_gguf(source: str) -> Header:
    """Return the header of a file or of an http(s) URL, of which no more than the header is read.

    Raises SpecError for faults of the file, and UsageError where a URL cannot be reached.
    """
    if is_address(source):
        with _answer(source) as chunks:
            return read_header(Stream(chunks, _plain(source), MAX_HEADER))
    path = Path(source)
    try:
        with path.open("rb") as opened:
            return read_header(Stream(iter(lambda: opened.read(CHUNK), b""), shown(path), MAX_HEADER))
    except (OSError, ValueError) as error:
        raise refused(shown(path), f"cannot be read: {getattr(error, 'strerror', None) or error}") from None


def read_header(stream: Stream) -> Header:
    """Return a header; raise SpecError where it is none or has impossible sizes."""
    if stream.read(4) != b"GGUF":
        raise refused(stream.file, "not a GGUF file")
    version = stream.unpack("I")
    if version not in (2, 3):
        raise refused(stream.file, f"GGUF version {version}; 2 and 3 are read, little-endian")
    count, pairs = stream.unpack("Q"), stream.unpack("Q")
    if count > MAX_TENSORS or pairs > MAX_TENSORS:
        raise refused(stream.file, f"{count:,} tensors and {pairs:,} entries: too many to be a model's")
    metadata: dict[str, Any] = {}
    for _ in range(pairs):
        key = _text(stream)
        metadata[key] = _value(stream, stream.unpack("I"))
    return Header(stream.file, metadata, tuple(_tensor(stream) for _ in range(count)))


def _tensor(stream: Stream) -> Stored:
    name, dimensions = _text(stream), stream.unpack("I")
    if dimensions > 4:
        raise refused(stream.file, f"a tensor of {dimensions} dimensions; there are at most 4")
    # the innermost dimension stands first
    shape = tuple(stream.unpack("Q") for _ in range(dimensions))[::-1]
    kind = stream.unpack("I")
    stream.skip(8)
    stored = Stored(name, shape, f"GGML {kind}")
    if stored.size > _LARGEST:
        raise refused(stream.file, "a tensor has an impossible shape")
    return stored


def _text(stream: Stream) -> str:
    length = stream.unpack("Q")
    if length > _LONGEST_TEXT:
        stream.skip(length)
        return ""
    return stream.read(length).decode("utf-8", "replace")


def _value(stream: Stream, kind: int) -> Any:
    if kind in _SCALARS:
        return stream.unpack(_SCALARS[kind])
    if kind == _STRING:
        return _text(stream)
    if kind != _ARRAY:
        raise refused(stream.file, f"an entry of unknown type {kind}")
    kind, length = stream.unpack("I"), stream.unpack("Q")
    if length <= _LONGEST_LIST and kind != _ARRAY:
        return [_value(stream, kind) for _ in range(length)]
    if kind in _SCALARS:
        stream.skip(length * _SIZES[_SCALARS[kind]])
    elif kind == _STRING:
        for _ in range(length):
            stream.skip(stream.unpack("Q"))
    else:
        raise refused(stream.file, "a list of lists")
    return Skipped(length)


@contextmanager
def _answer(url: str) -> Iterator[Iterator[bytes]]:
    """Give a URL's bytes as they come.  No header tells who asks, and redirects are followed."""
    if not url.lower().startswith(("http://", "https://")):
        raise UsageError(f"{printable(url)}: expected a file, an http:// or an https:// address")
    name = _plain(url)
    try:
        request = urllib.request.Request(url, headers={"Accept-Encoding": "identity"})
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            yield iter(lambda: response.read1(CHUNK), b"")
    except urllib.error.HTTPError as error:
        with error:
            raise UsageError(f"{name}: the server answered {error.code}") from None
    except TimeoutError:
        raise UsageError(f"{name}: no answer in time") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        late = isinstance(getattr(error, "reason", None), TimeoutError)
        raise UsageError(f"{name}: {'no answer in time' if late else 'cannot be reached'}") from None


def _plain(url: str) -> str:
    """Return a URL as messages name it: without a password or a query, which may be a key."""
    scheme, _, rest = url.partition("?")[0].partition("#")[0].partition("://")
    host, slash, path = rest.partition("/")
    plain = f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
    return plain if plain.isprintable() else printable(plain, 200)
