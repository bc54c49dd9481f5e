"""`archposter import`."""

from __future__ import annotations

from pathlib import Path

import click

from archposter.cli import options, streams
from archposter.importer.file import parse_config
from archposter.importing import ModelSource, import_spec


@click.command(name="import")
@click.argument("config", metavar="CONFIG.json")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Spec file, or -  [default: standard output]"
)
@click.option("--name", help="The model's name  [default: as the config or its file says]")
@click.option("--from", "page", metavar="ADDRESS", help="Where the config is public, at a revision")
@options.lenient
@options.quiet
def command(config: str, output: Path | None, name: str | None, page: str | None, lenient: bool) -> None:
    """Write the spec of a config.json, of hf:ORG/NAME, a checkpoint's folder, a .gguf file or of -.

    Over an existing file: what a hand wrote there (name, dates, links, highlights, context length,
    comments of what has not changed) stays, and the architecture is replaced.
    """
    file = None if output == streams.STDOUT else output
    source: ModelSource = config
    if config == streams.STDIN:
        source = parse_config(streams.read_stdin(), streams.STANDARD_INPUT)
    text, warnings = import_spec(source, file, name or "", page=page, lenient=lenient)
    for warning in warnings:
        options.say(f"warning: {warning}", err=True)
    streams.write(file or streams.STDOUT, text)
