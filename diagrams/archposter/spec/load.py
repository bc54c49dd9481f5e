"""Spec files and texts to `ArchSpec`, or all their faults at once."""

from __future__ import annotations

import itertools
import os
import stat
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from archposter.diagnostics import Diagnostic, Position, SpecError, printable
from archposter.spec.faults import translate
from archposter.spec.model import ArchSpec
from archposter.spec.yaml import MAX_DEPTH, MAX_NODES, Node, read

MAX_BYTES = 2**20
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
"""How the small text begins that Git LFS keeps in the place of a file."""


def load_spec(path: Path) -> ArchSpec:
    """Return the spec in the YAML file at `path`.

    Raises SpecError if the file cannot be read, is larger than `MAX_BYTES`, or is not a valid spec.
    """
    file = shown(path)
    return parse_spec(read_text(path, file, "spec"), file)


def shown(path: Path) -> str:
    """Return a path as messages name it: safe on a terminal."""
    return str(path) if str(path).isprintable() else printable(str(path))


def parse_spec(text: str, file: str) -> ArchSpec:
    """Return the spec that `text` states; `file` is the name that messages give.

    Raises SpecError with every fault of the text.
    """
    root = read(text, file)
    try:
        return ArchSpec.model_validate(root.value)
    except ValidationError as error:
        # Imported late: most files are in the form of today.
        from archposter.spec.former import advised

        raise advised(SpecError(translate(error, root, ArchSpec)), root) from None


def lfs_pointer(file: str) -> SpecError:
    """Return the error for a file of which only the pointer is there."""
    return SpecError([Diagnostic(Position(file), "", "a Git LFS pointer, not the file", "run git lfs pull")])


def state_spec(data: Mapping[str, Any], file: str) -> ArchSpec:
    """Return the spec that plain data states, as a file's would be read; `file` is what messages name it.

    Raises SpecError with every fault.
    """
    try:
        return ArchSpec.model_validate(plain(data, file))
    except ValidationError as error:
        raise SpecError(translate(error, Node(Position(file)), ArchSpec)) from None


def plain(data: Any, file: str) -> Any:
    """Return data with what reading a file gives: tuples, and dates as they are written.

    Raises SpecError for other things, and for more or deeper ones than a file may hold.
    """
    count = itertools.count(1)

    def entry(value: Any, depth: int) -> Any:
        if depth == 0 or next(count) > MAX_NODES:
            raise _refused(file, f"more than {MAX_NODES:,} values, or nested deeper than {MAX_DEPTH} levels")
        match value:
            case Mapping():
                return {str(key): entry(inner, depth - 1) for key, inner in value.items()}
            case list() | tuple():
                return tuple(entry(inner, depth - 1) for inner in value)
            case date():
                return value.isoformat()
            case str() | int() | float() | None:
                return value
        raise _refused(file, f"got {printable(repr(value))}, expected numbers, texts, lists and mappings")

    return entry(data, MAX_DEPTH)


def read_text(path: Path, file: str, what: str, limit: int = MAX_BYTES) -> str:
    """Return the text of a file of at most `limit` bytes; `file` and `what` it is are for messages."""
    content = None
    try:
        status = os.stat(path)
        if stat.S_ISREG(status.st_mode) and status.st_size <= limit:
            content = path.read_bytes()
    except FileNotFoundError:
        raise _refused(file, "no such file") from None
    except (OSError, ValueError) as error:
        raise _refused(file, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if content is not None:
        return decoded(content, file)
    if stat.S_ISDIR(status.st_mode):
        raise _refused(file, "expected a file, got a folder")
    if not stat.S_ISREG(status.st_mode):
        raise _refused(file, "expected a regular file")
    raise _refused(file, f"{status.st_size:,} bytes; a {what} has at most {limit:,}")


def decoded(content: bytes, file: str) -> str:
    """Return the text that bytes are in UTF-8, or in UTF-16 with a mark of it; `file` is for messages."""
    if content.startswith(LFS_POINTER):
        raise lfs_pointer(file)
    try:
        return content.decode("utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = error.start - before.rfind(b"\n")
        raise _refused(file, "not UTF-8 text", before.count(b"\n") + 1, column) from None


def _refused(file: str, message: str, line: int = 0, column: int = 0) -> SpecError:
    return SpecError([Diagnostic(Position(file, line, column), "", message)])
