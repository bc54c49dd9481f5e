"""`archposter book`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archposter.cli import options, selection
from archposter.diagnostics import UsageError
from archposter.pipeline import Model, format_of
from archposter.posters import book


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
    default=Path("output/book.pdf"),
    show_default=True,
    help="A .pdf file.",
)
def command(models: list[Model], output: Path, **wishes: Any) -> None:
    """Put the cards of each MODEL, or of all bundled models by date, one to a page."""
    if format_of(output) != "pdf":
        raise UsageError(f"{output}: a book is a .pdf file")
    made = book(models, **wishes)
    for path in made.save(output):
        click.echo(f"{path}: {len(made.pages)} pages, smallest type {made.smallest_type:.1f} pt")
