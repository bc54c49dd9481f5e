"""The header of GGUF files: metadata, then every tensor's name and shape (github.com/ggml-org/ggml, gguf.md).

The `gguf` package's reader maps the whole file into memory and keeps every token of the vocabulary as an
object; here a stream is read, and a vocabulary's tokens are counted and passed over.
"""

from __future__ import annotations

import http.client
import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from archposter.diagnostics import ArchposterError, SpecError, UsageError, printable
from archposter.sources.checkpoint import Checkpoint, Stored
from archposter.sources.names import is_address
from archposter.sources.safetensors import together
from archposter.sources.stream import CHUNK, Stream, incomplete, refused
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
_ALIGNMENT = 32
_LAYOUT = {
    **dict.fromkeys((24,), (1, 1)),
    **dict.fromkeys((1, 25, 30), (1, 2)),
    **dict.fromkeys((0, 26), (1, 4)),
    **dict.fromkeys((27, 28), (1, 8)),
    2: (32, 18),
    3: (32, 20),
    6: (32, 22),
    7: (32, 24),
    8: (32, 34),
    9: (32, 40),
    20: (32, 18),
    10: (256, 84),
    11: (256, 110),
    12: (256, 144),
    13: (256, 176),
    14: (256, 210),
    15: (256, 292),
    16: (256, 66),
    17: (256, 74),
    18: (256, 98),
    19: (256, 50),
    21: (256, 110),
    22: (256, 82),
    23: (256, 136),
    29: (256, 56),
    34: (256, 54),
    35: (256, 66),
    39: (32, 17),
    40: (64, 36),
}
"""Of each type of ggml: how many numbers a block has, and how many bytes (ggml.h, `type_traits`)."""

_PART = re.compile(
    r"(?P<stem>.*)-(?P<number>\d{5})-of-(?P<count>\d{5})(?P<rest>\.gguf(?:[?#].*)?)\Z", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A list too long to be about the architecture: a vocabulary."""

    length: int


@dataclass(frozen=True)
class Header:
    """What a file says before its data, which would end `promised` bytes after the file's begin."""

    file: str
    metadata: dict[str, Any]
    tensors: tuple[Stored, ...]
    promised: int = 0

    def checkpoint(self) -> Checkpoint:
        """Return the tensors."""
        return Checkpoint(self.file, self.tensors)


def read_gguf(source: str) -> Header:
    """Return the header of a file or of an http(s) URL, of which no more than the header is read.

    Of a model in several files, any of which is named, all are read.  Raises SpecError for faults of a
    file, and UsageError where a URL cannot be reached.
    """
    header = _read_one(source)
    count = header.metadata.get("split.count", 1)
    if count in (0, 1):
        return header
    named = _PART.match(source)
    if named is None or int(named["count"]) != count:
        raise refused(header.file, f"one of {count} files, which is not called -00001-of-{count:05}.gguf")
    parts = [f"{named['stem']}-{n:05}-of-{named['count']}{named['rest']}" for n in range(1, count + 1)]
    headers = [header if part == source else _read_one(part) for part in parts]
    # the first one has the metadata
    return replace(headers[0], tensors=together([each.tensors for each in headers], header.file))


def _read_one(source: str) -> Header:
    if is_address(source):
        with _answer(source) as chunks:
            return read_header(Stream(chunks, _plain(source), MAX_HEADER))
    path = Path(source)
    try:
        with path.open("rb") as opened:
            stream = Stream(iter(lambda: opened.read(CHUNK), b""), shown(path), MAX_HEADER)
            header = read_header(stream)
            size = os.fstat(opened.fileno()).st_size
    except SpecError:
        raise
    except (OSError, ValueError) as error:
        raise refused(shown(path), f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    # a header alone is enough, and so is passed on alone
    if stream.position + _ALIGNMENT < size < header.promised:
        raise incomplete(shown(path), size, header.promised)
    return header


def read_header(stream: Stream) -> Header:
    """Return a header; raise SpecError where it is none or has impossible sizes."""
    if stream.read(4) != b"GGUF":
        raise refused(stream.file, "not a GGUF file")
    version = stream.unpack("I")
    if version not in (2, 3):
        raise refused(stream.file, _version(version))
    count, pairs = stream.unpack("Q"), stream.unpack("Q")
    if count > MAX_TENSORS or pairs > MAX_TENSORS:
        raise refused(stream.file, f"{count:,} tensors and {pairs:,} entries: too many to be a model's")
    metadata: dict[str, Any] = {}
    for _ in range(pairs):
        key = _text(stream)
        metadata[key] = _value(stream, stream.unpack("I"))
    found = [_tensor(stream) for _ in range(count)]
    alignment = metadata.get("general.alignment")
    step = alignment if type(alignment) is int and alignment > 0 else _ALIGNMENT
    begin = -(-stream.position // step) * step
    promised = begin + max((end for _, end in found), default=0)
    return Header(stream.file, metadata, tuple(tensor for tensor, _ in found), promised)


def _version(version: int) -> str:
    if version % 2**16 == 0:
        return "a big-endian GGUF file; little-endian ones are read"
    return f"GGUF version {version}; 2 and 3 are read" + (", convert it again" if version < 2 else "")


def _tensor(stream: Stream) -> tuple[Stored, int]:
    """Return a tensor, and where its data end, counted from where those of all begin."""
    name, dimensions = _text(stream), stream.unpack("I")
    if dimensions > 4:
        raise refused(stream.file, f"a tensor of {dimensions} dimensions; there are at most 4")
    # the innermost dimension stands first
    shape = tuple(stream.unpack("Q") for _ in range(dimensions))[::-1]
    kind, offset = stream.unpack("I"), stream.unpack("Q")
    stored = Stored(name, shape, f"GGML {kind}")
    if stored.size > _LARGEST:
        raise refused(stream.file, "a tensor has an impossible shape")
    numbers, size = _LAYOUT.get(kind, (1, 0))
    return stored, offset + stored.size // numbers * size


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
    except ArchposterError:
        raise
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
