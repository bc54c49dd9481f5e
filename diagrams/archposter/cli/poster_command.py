"""`archposter poster`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archposter.cli import options, selection
from archposter.pipeline import Model, format_of
from archposter.posters import DEFAULT_DPI, poster


@click.command(name="poster")
@selection.selection
@click.option(
    "--paper",
    default="A1",
    show_default=True,
    help="A0 to A5, B0 to B4, 2A0, ANSI-A to ANSI-E, ARCH-A to ARCH-E1, 24x36in or 500x700mm.",
)
@click.option(
    "--orientation", type=click.Choice(("auto", "portrait", "landscape")), default="auto", show_default=True
)
@click.option("--pages", type=click.IntRange(1), default=1, show_default=True, help="Sheets to spread over.")
@click.option("--figure", is_flag=True, help="Tile the towers alone.")
@options.style
@selection.words
@selection.printing(screen=False)
@click.option(
    "--dpi", type=click.IntRange(10, 1200), help=f"Dots per inch of a PNG  [default: {DEFAULT_DPI}]"
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("output/poster.pdf"),
    show_default=True,
    help="A .pdf, .svg or .png file.",
)
def command(models: list[Model], figure: bool, dpi: int | None, output: Path, **wishes: Any) -> None:
    """Tile the cards of each MODEL, or of all bundled models by date, on one sheet or several."""
    if dpi and format_of(output) != "png":
        raise click.UsageError("--dpi is for a .png file: a PDF or SVG has no dots")
    format_of(output)
    page = poster(models, variant="figure" if figure else "card", **wishes)
    for path in page.save(output, dpi or DEFAULT_DPI):
        click.echo(
            f"{path}: {len(models)} cards, {page.columns} x {page.rows}, "
            f"smallest type {page.smallest_type:.1f} pt"
        )
    if page.advice:
        click.echo(f"warning: type below 5 pt is hard to read in print: use {page.advice}", err=True)
