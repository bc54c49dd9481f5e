"""`archposter poster`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archposter.cli import options, selection, streams
from archposter.diagnostics import UsageError
from archposter.kinds import LAYOUTS, MAX_DPI, POSTER_CHARTS, Format
from archposter.pipeline import Model
from archposter.sheets import DEFAULT_DPI, poster
from archposter.units import counted


def _listed(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, value.split(","))))


@click.command(name="poster")
@selection.selection
@click.option(
    "--layout",
    type=click.Choice(tuple(LAYOUTS)),
    default="grid",
    show_default=True,
    help=f"{', '.join(f'{name}: {words}' for name, words in LAYOUTS.items())}.",
)
@click.option(
    "--charts",
    metavar="NAMES",
    callback=_listed,
    default=",".join(POSTER_CHARTS),
    show_default=True,
    help="Below a skyline, of those of archposter chart.",
)
@click.option(
    "--landmarks",
    metavar="MODELS",
    callback=_listed,
    default="",
    help="Whose cards are shown  [default: by rule]",
)
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
@options.variant
@options.style
@selection.words
@selection.printing(screen=False)
@click.option(
    "--dpi",
    type=click.IntRange(1, MAX_DPI),
    metavar="N",
    help=f"Dots per inch of a PNG  [default: {DEFAULT_DPI}]",
)
@options.format_
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A .pdf, .svg or .png file, or - for standard output  [default: output/poster.pdf]",
)
@options.quiet
def command(
    models: list[Model], dpi: int | None, output: Path | None, format_: Format | None, **wishes: Any
) -> None:
    """Put each MODEL, or all bundled models by date, on one sheet or several."""
    path, kind = streams.target(output, format_, Path("output/poster.pdf"))
    if dpi and kind != "png":
        raise UsageError("--dpi is for a .png file: a PDF or SVG has no dots")
    page = poster(models, **wishes)
    if path == streams.STDOUT:
        with streams.opened(path) as file:
            page.write(file, kind, dpi or DEFAULT_DPI)
    written = (path,) if path == streams.STDOUT else page.save(path, dpi or DEFAULT_DPI)
    for each in written:
        shown = f"{counted(page.cards, 'card')}, {page.columns} x {page.rows}"
        if page.layout == "grid" and not page.rows:
            shown = f"{counted(page.cards, 'tower')} in {counted(page.columns, 'column')}"
        if page.layout != "grid":
            shown = f"{page.layout} of {counted(len(models), 'model')}"
        options.say(
            f"{streams.name(each)}: {shown}, smallest type {page.smallest_type:.1f} pt",
            err=path == streams.STDOUT,
        )
    if page.advice:
        options.say(f"warning: type below 5 pt is hard to read in print: use {page.advice}", err=True)
