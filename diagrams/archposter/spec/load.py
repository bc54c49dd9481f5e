"""Spec files and texts to `ArchSpec`, or all their faults at once."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pydantic import ValidationError

from archposter.diagnostics import Diagnostic, Position, SpecError, printable
from archposter.spec.faults import translate
from archposter.spec.model import ArchSpec
from archposter.spec.yaml import read

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
        raise SpecError(translate(error, root, ArchSpec)) from None


def lfs_pointer(file: str) -> SpecError:
    """Return the error for a file of which only the pointer is there."""
    return SpecError([Diagnostic(Position(file), "", "a Git LFS pointer, not the file", "run git lfs pull")])


def read_text(path: Path, file: str, what: str, limit: int = MAX_BYTES) -> str:
    """Return the text of a file of at most `limit` bytes; `file` and `what` it is are for messages."""

    def refused(message: str, line: int = 0, column: int = 0) -> SpecError:
        return SpecError([Diagnostic(Position(file, line, column), "", message)])

    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise refused("expected a file, got a folder")
        if not stat.S_ISREG(status.st_mode):
            raise refused("expected a regular file")
        if status.st_size > limit:
            raise refused(f"{status.st_size:,} bytes; a {what} has at most {limit:,}")
        content = path.read_bytes()
    except FileNotFoundError:
        raise refused("no such file") from None
    except (OSError, ValueError) as error:
        raise refused(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if content.startswith(LFS_POINTER):
        raise lfs_pointer(file)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = error.start - before.rfind(b"\n")
        raise refused("not UTF-8 text", before.count(b"\n") + 1, column) from None
