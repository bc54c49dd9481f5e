"""`archposter card`."""

from __future__ import annotations

from pathlib import Path

import click

from archposter.cli import options
from archposter.diagnostics import UsageError
from archposter.pipeline import FORMATS, Format, TextMode, Variant, format_of, load


@click.command(name="card")
@options.models
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File (one model) or folder  [default: output]"
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="Format where the output is a folder  [default: svg]",
)
@options.style
@click.option(
    "--variant",
    type=click.Choice(("card", "figure")),
    default="card",
    show_default=True,
    help="The whole card, or the tower and its callouts for a column of text.",
)
@options.text
@options.lenient
def command(
    models: tuple[str, ...],
    output: Path | None,
    format_: Format | None,
    style: str,
    variant: Variant,
    text: TextMode,
    lenient: bool,
) -> None:
    """Draw each MODEL's card or figure."""
    target = output or Path("output")
    to_file = bool(target.suffix) and not target.is_dir()
    if to_file and len(models) > 1:
        raise UsageError(f"{target} is one file for {len(models)} models: name a folder")
    if to_file and format_ and format_of(target) != format_:
        raise UsageError(f"{target} does not end with .{format_}")
    for name in models:
        model = load(name, lenient=lenient)
        path = target if to_file else target / f"{model.slug}.{format_ or 'svg'}"
        click.echo(model.draw(variant, style).save(path, text))
