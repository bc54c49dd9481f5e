"""`archposter card`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from archposter import picture_cache
from archposter.cli import options, streams
from archposter.diagnostics import UsageError
from archposter.kinds import FORMATS, MARKUPS, NOTATIONS, Format, Markup, Notation, Rendering, file_stem


@click.command(name="card")
@options.models
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File (one model), folder, or - for standard output  [default: output]",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice((*FORMATS, *NOTATIONS)),
    help="Format where the output's name has no ending: a picture, Mermaid (mmd), Graphviz (dot), or data.",
)
@options.style
@options.variant
@options.text
@options.width
@options.dpi
@click.option(
    "--snippet",
    "markup",
    type=click.Choice(MARKUPS),
    help="Print what embeds the picture in a document, instead of its name.",
)
@options.lenient
@options.quiet
def command(
    models: tuple[str, ...],
    output: Path | None,
    format_: Format | Notation | None,
    markup: Markup | None,
    lenient: bool,
    **wishes: Any,
) -> None:
    """Draw each MODEL's card or figure: NAME.svg, NAME-figure.svg or NAME-ink.svg in a folder.

    As .mmd or .dot, write its tower for Mermaid or Graphviz; as .json, all that the card says.
    """
    rendering = Rendering(**wishes)
    place = output or Path("output")
    to_file = place == streams.STDOUT or (bool(place.suffix) and not place.is_dir())
    if to_file and len(models) > 1:
        raise UsageError(f"{place} is one file for {len(models)} models: name a folder")
    if markup and place == streams.STDOUT:
        raise UsageError("a picture and its snippet cannot both go to standard output: name a file")
    kind = _kind(place if to_file else None, format_)

    def path(slug: str) -> Path:
        stem = file_stem(slug, rendering.variant, rendering.style)
        return place if to_file else place / f"{stem}.{kind}"

    slug = picture_cache.slug(models[0]) if len(models) == 1 and not markup else None
    if slug:
        streams.write(path(slug), picture_cache.picture(models[0], kind, rendering, lenient=lenient))
        return
    # Imported late: one picture that was drawn before needs none of it.
    from archposter.cli.batch import Job, save_all

    jobs = []
    for name in models:
        model = streams.load(name, lenient=lenient)
        jobs.append(Job(model, path(model.slug), kind, rendering))
    paths = [job.path for job in jobs]
    if twice := next((path for path in paths if paths.count(path) > 1), None):
        raise UsageError(
            f"two of the models would be written to {twice}: draw them into folders of their own"
        )
    if place == streams.STDOUT:
        streams.write(place, jobs[0].model.render(kind, rendering))
        return
    shown = [_snippet(markup, job) for job in jobs] if markup else [str(path) for path in paths]
    hidden = len(jobs) == 1 or options.is_quiet() or not sys.stderr.isatty()
    with click.progressbar(
        save_all(jobs), len(jobs), "Drawing", hidden=hidden, show_pos=True, file=sys.stderr
    ) as bar:
        for _ in bar:
            pass
    if markup:
        click.echo("\n".join(shown))
    else:
        options.say("\n".join(shown))


def _snippet(markup: Markup, job: Any) -> str:
    drawing = job.model.draw(job.rendering.variant, job.rendering.style)
    text: str = drawing.snippet(markup, job.path)
    return text


def _kind(place: Path | None, asked: Format | Notation | None) -> Format | Notation:
    """Return what a file's name or the format asks for; raise `UsageError` where they differ."""
    ending = place.suffix.lower().removeprefix(".") if place else ""
    if notation := next((known for known in NOTATIONS if known == (ending or asked)), None):
        if asked and asked != notation:
            raise UsageError(f"{place} does not end with .{asked}")
        return notation
    picture = next((known for known in FORMATS if known == asked), None)
    if asked and not picture:
        raise UsageError(f"{place} does not end with .{asked}")
    return streams.target(place, picture, Path("card.svg"))[1]
