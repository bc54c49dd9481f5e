"""The headers of safetensors files: eight bytes of length, then JSON (github.com/huggingface/safetensors)."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archposter.diagnostics import SpecError
from archposter.importer.file import load_config, parse_config
from archposter.sources.checkpoint import Checkpoint, Stored
from archposter.sources.stream import CHUNK, Stream, incomplete, refused
from archposter.spec.load import read_text, shown

MAX_HEADER = 2**25
MAX_INDEX = 2**26
MAX_FILES = 2000
NAMES = ("model", "consolidated")
"""What the files of a checkpoint are called: NAME.safetensors, or NAME.safetensors.index.json for several."""

_FILE = re.compile(r"[\w-][\w.-]{0,200}\.safetensors\Z", re.ASCII)
_LARGEST = 2**48


def header_length(stream: Stream) -> int:
    """Return the length that a file begins with; raise SpecError for one that no header has."""
    length: int = stream.unpack("Q")
    if not 2 <= length <= MAX_HEADER:
        raise refused(stream.file, "not a safetensors file: its header would have an unusual length")
    return length


def parse_header(text: bytes, file: str, size: int | None = None) -> tuple[Stored, ...]:
    """Return the tensors that the text of a header lists; raise SpecError if it is none.

    `size` is the file's in bytes, where it is known: a file that is shorter than its header says is refused.
    """
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        raise refused(file, "not a safetensors file: its header is not JSON") from None
    if not isinstance(header, dict):
        raise refused(file, "not a safetensors file: its header is not a JSON object")
    entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
    found = tuple(_stored(name, entry, file) for name, entry in entries.items())
    promised = 8 + len(text) + max((_end(entry, file) for entry in entries.values()), default=0)
    if size is not None and size < promised:
        raise incomplete(file, size, promised)
    return found


def read_index(text: str, file: str) -> list[str]:
    """Return the names of the files that an index lists, sorted; raise SpecError for faults."""
    names = parse_config(text, file).get("weight_map")
    if not isinstance(names, dict) or not names:
        raise refused(file, 'not an index: "weight_map" is missing or empty')
    files = sorted({str(name) for name in names.values()})
    for name in files:
        # an index is as foreign as a config: it must not lead out of its folder
        if not _FILE.match(name):
            raise refused(file, "an entry is not the name of a .safetensors file beside it")
    if len(files) > MAX_FILES:
        raise refused(file, f"{len(files):,} files; expected at most {MAX_FILES:,}")
    return files


def read_file(path: Path) -> tuple[Stored, ...]:
    """Return the tensors of a file; raise SpecError if it cannot be read or is shorter than it says."""
    file = shown(path)
    try:
        with path.open("rb") as opened:
            stream = Stream(iter(lambda: opened.read(CHUNK), b""), file, MAX_HEADER + 8)
            return parse_header(stream.read(header_length(stream)), file, os.fstat(opened.fileno()).st_size)
    except SpecError:
        raise
    except (OSError, ValueError) as error:
        raise refused(file, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None


@dataclass(frozen=True)
class Folder:
    """A checkpoint's folder, or one safetensors file."""

    path: Path

    def checkpoint(self) -> Checkpoint | None:
        """Return the tensors of all its safetensors files; None if there is none."""
        files = [self.path] if self.path.is_file() else self._files()
        if not files:
            return None
        tensors = together([read_file(file) for file in files], shown(self.path))
        return Checkpoint(shown(self.path), tensors, self._config())

    def _config(self) -> dict[str, Any]:
        """Return the config beside the weights; it says how they are packed, and may be missing."""
        folder = self.path.parent if self.path.is_file() else self.path
        try:
            return load_config(folder / "config.json")
        except SpecError:
            return {}

    def _files(self) -> list[Path]:
        for name in NAMES:
            index = self.path / f"{name}.safetensors.index.json"
            if index.is_file():
                text = read_text(index, shown(index), "index", MAX_INDEX)
                return [self.path / file for file in read_index(text, shown(index))]
            if (single := self.path / f"{name}.safetensors").is_file():
                return [single]
        return sorted(self.path.glob("*.safetensors"))


def together(files: list[tuple[Stored, ...]], where: str) -> tuple[Stored, ...]:
    """Return the tensors of several files; raise SpecError if two have one name."""
    found: dict[str, Stored] = {}
    for file in files:
        for tensor in file:
            if tensor.name in found:
                raise refused(where, "two of its files hold a tensor of the same name")
            found[tensor.name] = tensor
    return tuple(found.values())


def _stored(name: str, entry: Any, file: str) -> Stored:
    shape, dtype = (entry.get("shape"), entry.get("dtype")) if isinstance(entry, dict) else (None, None)
    if not isinstance(shape, list) or not isinstance(dtype, str):
        raise _broken(file)
    if len(shape) > 8 or not all(type(length) is int and length >= 0 for length in shape):
        raise _broken(file)
    stored = Stored(name, tuple(shape), dtype[:20])
    if stored.size > _LARGEST:
        raise _broken(file)
    return stored


def _end(entry: Any, file: str) -> int:
    """Return where a tensor's data end, counted from the end of the header."""
    offsets = entry.get("data_offsets")
    if not isinstance(offsets, list) or not offsets or type(offsets[-1]) is not int:
        raise _broken(file)
    return int(offsets[-1])


def _broken(file: str) -> SpecError:
    return refused(file, "the header states a tensor without a type or with an impossible shape")
