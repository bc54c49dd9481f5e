"""`archposter validate`."""

from __future__ import annotations

from pathlib import Path

import click

from archposter.cli import options, streams
from archposter.diagnostics import Diagnostic, SpecError
from archposter.pipeline import validate, validate_text


@click.command(name="validate")
@click.argument("specs", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.quiet
def command(specs: tuple[Path, ...]) -> None:
    """Check each FILE and print all faults of all files."""
    faults: list[Diagnostic] = []
    for path in specs:
        if path == Path(streams.STDIN):
            name, found = streams.STANDARD_INPUT, validate_text(streams.read_stdin(), streams.STANDARD_INPUT)
        else:
            name, found = str(path), validate(path)
        faults += found
        if not found:
            options.say(f"{name}: valid")
    if faults:
        raise SpecError(faults)
