"""`archposter legend`."""

from __future__ import annotations

from pathlib import Path

import click

from archposter.cli import options, streams
from archposter.kinds import Format, TextMode
from archposter.pipeline import legend


@click.command(name="legend")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="An .svg, .png or .pdf file, or - for standard output  [default: output/legend.svg]",
)
@options.format_
@options.style
@options.text
@options.width
@options.dpi
@options.quiet
def command(
    output: Path | None,
    format_: Format | None,
    style: str,
    text: TextMode,
    width: int | None,
    dpi: int | None,
) -> None:
    """Draw the card that explains the grammar of the others."""
    path, kind = streams.target(output, format_, Path("output/legend.svg"))
    streams.write(path, legend(style).encode(kind, text, width, dpi))
