"""`archposter poster`."""

from __future__ import annotations

from pathlib import Path

import click

from archposter import resources
from archposter.cli import options
from archposter.compose import Orientation
from archposter.pipeline import Picture, by_date, format_of, load, poster


@click.command(name="poster")
@click.argument("models", metavar="[MODEL...]", nargs=-1)
@click.option("--paper", default="A1", show_default=True, help="A0 to A4, 24x36in or 500x700mm.")
@click.option(
    "--orientation", type=click.Choice(("auto", "portrait", "landscape")), default="auto", show_default=True
)
@options.style
@click.option("--title", default="Language model architectures", show_default=True)
@click.option("--footer", default="", help="One line below the cards  [default: sources and conventions]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("output/poster.pdf"),
    show_default=True,
    help="A .pdf, .svg or .png file.",
)
def command(
    models: tuple[str, ...],
    paper: str,
    orientation: Orientation,
    style: str,
    title: str,
    footer: str,
    output: Path,
) -> None:
    """Tile the cards of each MODEL, or of all bundled models by date, on one page."""
    format_of(output)
    chosen = [load(name) for name in models] or by_date(map(load, resources.spec_names()))
    page = poster(chosen, paper=paper, orientation=orientation, style=style, title=title, footer=footer)
    path = Picture(page.frame).save(output)
    click.echo(
        f"{path}: {len(chosen)} cards, {page.columns} x {page.rows}, "
        f"smallest type {page.smallest_type:.1f} pt"
    )
