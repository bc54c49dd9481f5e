"""`archposter validate`."""

from __future__ import annotations

from pathlib import Path

import click

from archposter.cli import options, streams
from archposter.diagnostics import Diagnostic, SpecError
from archposter.export import files
from archposter.pipeline import validate, validate_text
from archposter.spec.former import fixed
from archposter.spec.load import read_text, shown


@click.command(name="validate")
@click.argument("specs", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--fix", is_flag=True, help="Rewrite what a FILE says in an earlier form of the language.")
@options.quiet
def command(specs: tuple[Path, ...], fix: bool) -> None:
    """Check each FILE and print all faults of all files."""
    faults: list[Diagnostic] = []
    for path in specs:
        done = "valid"
        if path == Path(streams.STDIN):
            name, text = streams.STANDARD_INPUT, streams.read_stdin()
            if fix:
                click.echo(fixed(text, name), nl=False)
                continue
            found = validate_text(text, name)
        else:
            name = str(path)
            if fix:
                done = "rewritten" if _rewritten(path, faults) else done
            found = validate(path)
        faults += found
        if not found:
            options.say(f"{name}: {done}")
    if faults:
        raise SpecError(faults)


def _rewritten(path: Path, faults: list[Diagnostic]) -> bool:
    """Rewrite a file in the present form of the language; tell whether there was anything to rewrite."""
    try:
        text = read_text(path, shown(path), "spec")
        result = fixed(text, shown(path))
    except SpecError as error:
        faults += error.diagnostics
        return False
    if result != text:
        files.write(path, result)
    return result != text
