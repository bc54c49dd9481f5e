"""`archposter chart`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import click

from archposter.charting import NUMBERS, chart
from archposter.charts.catalog import CHARTS
from archposter.cli import options, selection, streams
from archposter.diagnostics import UsageError
from archposter.kinds import FORMATS, Format, TextMode
from archposter.pipeline import Model

_KINDS = "\n".join(f"{name:<8} {kind.help}" for name, kind in CHARTS.items())


@click.command(
    name="chart",
    help=f"Draw a chart of each MODEL, or of all bundled models.\n\nKIND is one of these:\n\n\b\n{_KINDS}",
)
@click.argument("kind", metavar="KIND", type=click.Choice(tuple(CHARTS)))
@selection.choice
@click.option("--link", default="", metavar="ADDRESS", help="Where marks lead, such as {name}.html.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A .svg, .png or .pdf file, .csv or .json for the numbers, or - for standard output  "
    "[default: output/chart-KIND.svg]",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice((*FORMATS, *NUMBERS)),
    help="Format where the output's name has no ending.",
)
@click.option("--json", "as_json", is_flag=True, help="Print title, note and numbers as data.")
@options.style
@options.text
@options.width
@options.dpi
@options.quiet
def command(
    kind: str,
    models: list[Model],
    link: str,
    output: Path | None,
    format_: str | None,
    as_json: bool,
    style: str,
    text: TextMode,
    width: int | None,
    dpi: int | None,
) -> None:
    """Draw a chart."""
    made = chart(kind, models, style=style, link=link)
    if as_json:
        if output or format_:
            raise UsageError("--json prints the numbers: -o x.json writes them to a file")
        click.echo(made.json(), nl=False)
        return
    path, written = _target(output, format_, Path(f"output/chart-{kind}.svg"))
    if written in NUMBERS:
        if width or dpi:
            raise UsageError(f"a width or dpi is for a PNG; a .{written} file has no dots")
        streams.write(path, made.csv() if written == "csv" else made.json())
    else:
        streams.write(path, made.encode(cast(Format, written), text, width, dpi))


def _target(output: Path | None, format_: str | None, usual: Path) -> tuple[Path, str]:
    """Return where the chart goes and its format, numbers among them."""
    wanted: Any = format_
    ending = output.suffix.lower().removeprefix(".") if output else ""
    if output and output != streams.STDOUT and ending in NUMBERS:
        if format_ and format_ != ending:
            raise UsageError(f"{output} does not end with .{format_}")
        return output, ending
    if format_ in NUMBERS and output and output != streams.STDOUT:
        raise UsageError(f"{output} does not end with .{format_}")
    if format_ in NUMBERS:
        return output or usual.with_suffix(f".{format_}"), format_
    return streams.target(output, wanted, usual)
