"""Where a command reads and writes: files, or `-` for standard input and output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from archposter.cli.options import note, say
from archposter.diagnostics import OutputError, UsageError
from archposter.export import files
from archposter.export.files import format_of
from archposter.kinds import Format

if TYPE_CHECKING:
    from archposter.pipeline import Model

STDIN = "-"
STDOUT = Path("-")
STANDARD_INPUT = "standard input"
"""What messages name it."""
_MAX_BYTES = 2**22


def load(model: str, *, lenient: bool = False) -> Model:
    """Return the model that a command's MODEL means; `-` is a spec or config on standard input."""
    from archposter import pipeline

    if model == STDIN:
        found = pipeline.loads(read_stdin(), lenient=lenient, file=STANDARD_INPUT)
    else:
        found = pipeline.load(model, lenient=lenient)
    note(found.notes)
    return found


def read_stdin() -> str:
    """Return the text of standard input; raise `SpecError` or `UsageError` for what is no spec or config."""
    from archposter.spec.load import decoded

    context = click.get_current_context()
    if context.meta.get(STANDARD_INPUT):
        raise UsageError(f"{STANDARD_INPUT} can be read only once: name - once")
    context.meta[STANDARD_INPUT] = True
    content = sys.stdin.buffer.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise UsageError(f"{STANDARD_INPUT}: a spec or config has at most {_MAX_BYTES:,} bytes")
    return decoded(content, STANDARD_INPUT)


def target(output: Path | None, format_: Format | None, usual: Path) -> tuple[Path, Format]:
    """Return where one picture goes and its format, `usual` where nothing is asked for.

    Raises `UsageError` for a name with another ending.
    """
    if output is None:
        return (usual.with_suffix(f".{format_}"), format_) if format_ else (usual, format_of(usual))
    if output == STDOUT:
        return output, format_ or format_of(usual)
    kind = format_of(output)
    if format_ and kind != format_:
        raise UsageError(f"{output} does not end with .{format_}")
    return output, kind


def name(path: Path) -> str:
    """Return what messages name an output."""
    return "standard output" if path == STDOUT else str(path)


def write(path: Path, data: bytes | str, *, err: bool = False) -> None:
    """Write a file and print its name (`err`: on standard error), or write to standard output."""
    with opened(path) as file:
        file.write(data.encode() if isinstance(data, str) else data)
    if path != STDOUT:
        say(path, err=err)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Give a file, or standard output, to write to; raise `OutputError` where that fails."""
    if path != STDOUT:
        with files.replacing(path) as file:
            yield file
        return
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"standard output: cannot be written: {error.strerror}") from error
