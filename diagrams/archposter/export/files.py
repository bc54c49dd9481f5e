"""Files appear whole or not at all, in the format that their name ends with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archposter.diagnostics import OutputError, UsageError, printable
from archposter.kinds import FORMATS, Format


def format_of(path: Path) -> Format:
    """Return the format a file name asks for; raise `UsageError` for another ending."""
    ending = path.suffix.lower().removeprefix(".")
    for known in FORMATS:
        if ending == known:
            return known
    raise UsageError(f"{printable(str(path))}: expected a name that ends with .svg, .png or .pdf")


def write(path: Path, data: bytes | str) -> None:
    """Write `data` (text as UTF-8) to `path`; see `replacing`."""
    with replacing(path) as file:
        file.write(data.encode() if isinstance(data, str) else data)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write what shall stand at `path`, and make the folders above it.

    The data goes to a file beside the target, which takes its place at the end: a reader sees the old
    file or the new one, and a failure leaves the old one as it was.  Raises OutputError.
    """
    # A link's target is replaced, not the link.
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{os.getpid()}-{target.name}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as file:
                yield file
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
