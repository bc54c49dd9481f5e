"""Tables for a terminal or a pipe: a column of labels and one column a model."""

from __future__ import annotations

import os
from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

import click

MOST_MODELS = 6
"""As many as can be read side by side."""
_WIDEST = 108
_NARROWEST = 14
_MOST_LINES = 2
_GAP = "  "


class Line(NamedTuple):
    """A row of a table: wordings of each cell, longest first; without cells it is a heading."""

    label: str
    cells: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    bold: bool = False
    color: str | None = None


def echo(lines: Sequence[str]) -> None:
    """Print lines; colours only go to a terminal, and not where NO_COLOR is set (no-color.org)."""
    click.echo("\n".join(lines), color=False if os.environ.get("NO_COLOR") else None)


def table(header: Sequence[str], rows: Sequence[Line]) -> list[str]:
    """Return the lines of a table, aligned, with cells that are too long wrapped."""
    first = 2 + max(len(row.label) for row in rows)
    last = max(len(row.note) for row in rows)
    count = len(header)
    room = (_WIDEST - first - last - len(_GAP) * (count + 1)) // count
    most = max(_NARROWEST, room)
    whole = [
        _wrapped(Line("", tuple((name,) for name in header)), most),
        *(_wrapped(row, most) for row in rows),
    ]
    widths = [
        max(len(word) for cells in whole for word in (cells[place] if cells else ()))
        for place in range(count)
    ]
    lines = _drawn(Line("", bold=True), whole[0], first, widths)
    for row, cells in zip(rows, whole[1:], strict=True):
        heading = ["", click.style(row.label, bold=True, fg=row.color)]
        lines += _drawn(row, cells, first, widths) if cells else heading
    return lines


def _wrapped(row: Line, width: int) -> list[list[str]]:
    """Return the words of every cell in lines that fit."""
    found = []
    for wordings in row.cells:
        broken = [wrap(words, width) or [""] for words in wordings]
        found.append(next((lines for lines in broken if len(lines) <= _MOST_LINES), broken[-1]))
    return found


def _drawn(row: Line, cells: Sequence[Sequence[str]], first: int, widths: Sequence[int]) -> list[str]:
    lines = []
    for level in range(max(map(len, cells))):
        label = f"  {row.label}" if level == 0 else ""
        words = [
            f"{cell[level] if level < len(cell) else '':<{width}}"
            for cell, width in zip(cells, widths, strict=True)
        ]
        plain = _GAP.join([f"{label:<{first}}", *words])
        if row.note and level == 0:
            lines.append(plain + _GAP + click.style(row.note, fg="cyan"))
        else:
            lines.append(click.style(plain.rstrip(), bold=True) if row.bold else plain.rstrip())
    return lines
