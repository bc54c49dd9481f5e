"""`archposter validate`."""

from __future__ import annotations

from pathlib import Path

import click

from archposter.diagnostics import Diagnostic, SpecError
from archposter.spec.load import load_spec
from archposter.spec.normalize import normalize


@click.command(name="validate")
@click.argument("specs", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
def command(specs: tuple[Path, ...]) -> None:
    """Check each FILE and print all faults of all files."""
    faults: list[Diagnostic] = []
    for path in specs:
        try:
            normalize(load_spec(path))
        except SpecError as error:
            faults += error.diagnostics
        else:
            click.echo(f"{path}: valid")
    if faults:
        raise SpecError(faults)
