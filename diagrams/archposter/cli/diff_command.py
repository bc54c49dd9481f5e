"""`archposter diff`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from archposter.cli import options, streams
from archposter.cli.table import MOST_MODELS, Line, echo, table
from archposter.compare.comparison import Comparison
from archposter.compare.names import ASPECT_NAMES, NOTE_NAMES
from archposter.compare.values import COUNTED, Kind, Row
from archposter.compare.words import label, times, wordings
from archposter.diagnostics import UsageError
from archposter.kinds import Format, TextMode

_HEADINGS: dict[Kind, tuple[str, str]] = {
    "mechanism": ("Works in another way", "magenta"),
    "scale": ("Has another size", "blue"),
    "tuning": ("Has another constant", "yellow"),
}


@click.command(name="diff")
@options.models
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Draw two models: an .svg, .png or .pdf file, or - for standard output.",
)
@options.format_
@click.option("--json", "as_json", is_flag=True, help="Print the differences as data.")
@options.style
@options.text
@options.width
@options.dpi
@options.lenient
@options.verbose
@options.quiet
def command(
    models: tuple[str, ...],
    output: Path | None,
    format_: Format | None,
    as_json: bool,
    style: str,
    text: TextMode,
    width: int | None,
    dpi: int | None,
    lenient: bool,
) -> None:
    """Print what differs between two MODELs, or up to six.

    A difference is a mechanism (it works in another way), a scale (a count, width or span) or a tuning (a
    constant). Layers are aligned by kind. Dates, licences and documented context lengths are no architecture.

    Exit code: 0 for the same architecture, 1 for differences, 2 for bad input.
    """
    if not 2 <= len(models) <= MOST_MODELS:
        raise UsageError(f"models to compare: got {len(models)}, expected 2 to {MOST_MODELS}")
    if output and len(models) > 2:
        raise UsageError(f"models to draw: got {len(models)}, expected 2 (without -o, all are in one table)")
    if as_json and output == streams.STDOUT:
        raise UsageError("a picture and --json cannot both go to standard output: name a file")
    place = streams.target(output, format_, Path("diff.svg")) if output else None
    loaded = [streams.load(name, lenient=lenient) for name in models]
    found = loaded[0].compare(*loaded[1:])
    if place:
        path, kind = place
        picture = loaded[0].diff(loaded[1], style)
        streams.write(path, picture.encode(kind, text, width, dpi), err=as_json)
    if as_json:
        click.echo(json.dumps(found.as_dict(), indent=1, ensure_ascii=False))
    elif not output and not options.is_quiet():
        echo(lines(found))
    click.get_current_context().exit(0 if found.identical else 1)


def lines(found: Comparison) -> list[str]:
    """Return a comparison as the lines of a table, with colour codes."""
    rows = [line for kind in _HEADINGS for line in _section(found, kind)]
    if found.counts:
        rows += [Line("What follows", color="cyan"), *(_row(row, found.tokens) for row in found.counts)]
    if found.notes:
        rows.append(Line("Not architecture"))
    for name, values in found.notes:
        cells = tuple((f"{value:,}" if isinstance(value, int) else value or "not known",) for value in values)
        rows.append(Line(NOTE_NAMES[name], cells))
    same = ", ".join(ASPECT_NAMES[aspect] for aspect in found.same if aspect not in COUNTED)
    last = f"The same: {same or 'nothing'}."
    if found.identical:
        last = "The architectures are the same."
    return [*(table(found.names, rows) if rows else [" = ".join(found.names)]), "", last]


def _section(found: Comparison, kind: Kind) -> list[Line]:
    rows = found.of_kind(kind)
    heading, color = _HEADINGS[kind]
    return [Line(heading, color=color), *(_row(row, found.tokens) for row in rows)] if rows else []


def _row(row: Row, tokens: int) -> Line:
    cells = tuple(wordings(row, place) for place in range(len(row.values)))
    return Line(label(row, tokens), cells, times(row.ratio))
