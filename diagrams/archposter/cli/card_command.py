"""`archposter card`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from archposter import drawn
from archposter.cli import options
from archposter.diagnostics import UsageError
from archposter.kinds import FORMATS, MARKUPS, VARIANTS, Format, Markup, TextMode, Variant


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
    type=click.Choice(VARIANTS),
    default="card",
    show_default=True,
    help="The whole card, or the tower and its callouts for a column of text.",
)
@options.text
@click.option(
    "--snippet",
    "markup",
    type=click.Choice(MARKUPS),
    help="Print what embeds the picture in a document, instead of its name.",
)
@options.lenient
def command(
    models: tuple[str, ...],
    output: Path | None,
    format_: Format | None,
    style: str,
    variant: Variant,
    text: TextMode,
    markup: Markup | None,
    lenient: bool,
) -> None:
    """Draw each MODEL's card or figure."""
    target = output or Path("output")
    to_file = bool(target.suffix) and not target.is_dir()
    if to_file and len(models) > 1:
        raise UsageError(f"{target} is one file for {len(models)} models: name a folder")
    if to_file and format_ and target.suffix.lower() != f".{format_}":
        raise UsageError(f"{target} does not end with .{format_}")
    slug = drawn.slug(models[0]) if len(models) == 1 and not markup else None
    if slug:
        path = target if to_file else target / f"{slug}.{format_ or 'svg'}"
        drawn.save(models[0], path, style, variant, text, lenient=lenient)
        click.echo(path)
        return
    # Imported late: one picture that was drawn before needs none of it.
    from archposter.cli.batch import Job, save_all
    from archposter.export.snippet import snippet
    from archposter.pipeline import load

    jobs, shown = [], []
    for name in models:
        model = load(name, lenient=lenient)
        path = target if to_file else target / f"{model.slug}.{format_ or 'svg'}"
        jobs.append(Job(model, path, variant, style, text))
        shown.append(snippet(markup, path, model.draw(variant, style).frame) if markup else str(path))
    paths = [job.path for job in jobs]
    if twice := next((path for path in paths if paths.count(path) > 1), None):
        raise UsageError(
            f"two of the models would be written to {twice}: draw them into folders of their own"
        )
    hidden = len(jobs) == 1 or not sys.stderr.isatty()
    with click.progressbar(
        save_all(jobs), len(jobs), "Drawing", hidden=hidden, show_pos=True, file=sys.stderr
    ) as bar:
        for _ in bar:
            pass
    click.echo("\n".join(shown))
