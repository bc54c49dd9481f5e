"""`archposter import`."""

from __future__ import annotations

from pathlib import Path

import click

from archposter.cli import options
from archposter.export import files
from archposter.pipeline import import_spec


@click.command(name="import")
@click.argument("config", metavar="CONFIG.json")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Spec file  [default: standard output]")
@click.option("--name", help="The model's name  [default: as the config or its file says]")
@options.lenient
def command(config: str, output: Path | None, name: str | None, lenient: bool) -> None:
    """Write the spec of a model's own config.json, or of hf:ORG/NAME, a checkpoint's folder or a .gguf file.

    Over an existing file: what a hand wrote there (name, dates, links, highlights, context length,
    comments of what has not changed) stays, and the architecture is replaced.
    """
    text, warnings = import_spec(config, output, name or "", lenient=lenient)
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    if output is None:
        click.echo(text, nl=False)
    else:
        files.write(output, text)
        click.echo(output)
