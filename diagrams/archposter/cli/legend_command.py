"""`archposter legend`."""

from __future__ import annotations

from pathlib import Path

import click

from archposter.cli import options
from archposter.pipeline import TextMode, legend


@click.command(name="legend")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("output/legend.svg"),
    show_default=True,
    help="File; its name ends with .svg, .png or .pdf.",
)
@options.style
@options.text
def command(output: Path, style: str, text: TextMode) -> None:
    """Draw the card that explains the grammar of the others."""
    click.echo(legend(style).save(output, text))
