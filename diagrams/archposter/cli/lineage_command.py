"""`archposter lineage`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import click

from archposter.cli import options, selection, streams
from archposter.diagnostics import UsageError, printable
from archposter.kinds import FORMATS, Format, TextMode
from archposter.lineages import lineage
from archposter.pipeline import Model

Kind = Format | Literal["dot"]

_MOST_PIXELS = 6000
"""How wide a PNG is at most if nobody says: its smallest type can then be read, of all bundled models too."""


@click.command(name="lineage")
@selection.choice
@click.option(
    "--of",
    "of",
    multiple=True,
    metavar="MODEL",
    help="Only what this model, or file of one's own, stems from, and what stems from it.",
)
@click.option("--title", help="What stands above  [default: what is shown]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="An .svg, .png, .pdf or .dot file, or - for standard output  [default: output/lineage.svg]",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice((*FORMATS, "dot")),
    help="Format where the output's name has no ending.",
)
@click.option("--json", "as_json", is_flag=True, help="Print nodes and both kinds of edges as data.")
@options.style
@options.text
@options.width
@options.dpi
@options.lenient
@options.quiet
def command(
    models: list[Model],
    of: tuple[str, ...],
    title: str | None,
    output: Path | None,
    format_: Kind | None,
    as_json: bool,
    style: str,
    text: TextMode,
    width: int | None,
    dpi: int | None,
    lenient: bool,
) -> None:
    """Draw which of the MODELs, by default all bundled ones, stems from which.

    Solid lines are documented by their makers, dotted ones lead to the nearest earlier model that is shown.
    Models of one architecture are one box. A PNG is as wide as its type needs, up to 6,000 pixels.

    The layout needs graphviz-pure (pip install 'archposter[graph]') or Graphviz's dot; .dot and --json need
    neither.
    """
    if as_json and output == streams.STDOUT:
        raise UsageError("a picture and --json cannot both go to standard output: name a file")
    found = lineage(models, [streams.load(name, lenient=lenient) for name in of])
    if as_json:
        click.echo(json.dumps(found.as_dict(), indent=1, ensure_ascii=False))
        if output is None:
            return
    path, kind = _target(output, format_)
    if kind != "dot":
        picture = found.draw(style, title=title)
        if kind == "png" and not (width or dpi):
            width = min(_MOST_PIXELS, round(picture.frame.size.width))
        streams.write(path, picture.encode(kind, text, width, dpi), err=as_json)
        return
    if width or dpi:
        raise UsageError("a width or dpi is for a PNG; a .dot file has no dots")
    streams.write(path, found.dot(), err=as_json)


def _target(output: Path | None, format_: Kind | None) -> tuple[Path, Kind]:
    """Return where the tree goes, and as what; raise `UsageError` for a name with another ending."""
    usual = Path("output/lineage.svg")
    ending = output.suffix.lower() if output and output != streams.STDOUT else ""
    if output and output != streams.STDOUT and ending.removeprefix(".") not in (*FORMATS, "dot"):
        name = printable(str(output))
        raise UsageError(f"{name}: expected a name that ends with .svg, .png, .pdf or .dot")
    if format_ == "dot" or ending == ".dot":
        if format_ not in (None, "dot") or (ending not in ("", ".dot")):
            raise UsageError(f"{output} does not end with .{format_}")
        return output or usual.with_suffix(".dot"), "dot"
    return streams.target(output, format_, usual)
