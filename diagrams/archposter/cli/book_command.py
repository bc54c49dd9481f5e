"""`archposter book`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archposter import units
from archposter.cli import options, selection, streams
from archposter.diagnostics import UsageError
from archposter.pipeline import Model
from archposter.sheets import book


@click.command(name="book")
@selection.selection
@click.option(
    "--paper", default="210x210mm", show_default=True, help="A4, 8x8in or 210x210mm, as for posters."
)
@options.style
@selection.words
@selection.printing(screen=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A .pdf file, or - for standard output  [default: output/book.pdf]",
)
@options.quiet
def command(models: list[Model], output: Path | None, **wishes: Any) -> None:
    """Bind the cards of each MODEL, or of all bundled models by date, after contents and key."""
    path, kind = streams.target(output, None, Path("output/book.pdf"))
    if kind != "pdf":
        raise UsageError(f"{path}: a book is a .pdf file")
    made = book(models, **wishes)
    with streams.opened(path) as file:
        made.write(file, kind)
    name = streams.name(path)
    pages = units.counted(len(made.pages), "page")
    use = "for screens" if made.press.screen else "built to PDF/X-4"
    options.say(
        f"{name}: {pages}, smallest type {made.smallest_type:.1f} pt, {use}", err=path == streams.STDOUT
    )
