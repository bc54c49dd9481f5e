"""The charts by name, and their numbers as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any, Final, NamedTuple

from archposter.charts import active, cache, context, experts, kinds, scale, shape, spread
from archposter.charts.plot import Drawing, Sheet
from archposter.charts.subject import Subject
from archposter.scene import Frame


class Kind(NamedTuple):
    """A chart: what it shows, how it is drawn, and its rows, of which there are none where it has no data.

    `dated`: it stands on a time axis.
    """

    help: str
    draw: Callable[[Sequence[Subject], Sheet], Drawing]
    rows: Callable[[Sequence[Subject]], Sequence[Any]]
    dated: bool = False

    def possible(self, subjects: Sequence[Subject]) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self.rows(subjects))


CHARTS: Final[dict[str, Kind]] = {
    "scale": Kind("total and active parameters over time", scale.draw, scale.rows, dated=True),
    "active": Kind("share of parameters that a token uses, over time", active.draw, active.rows, dated=True),
    "cache": Kind("the cache of 131,072 tokens against active parameters", cache.draw, cache.rows),
    "context": Kind("how the cache grows, of up to twelve models", context.draw, context.rows),
    "kinds": Kind("kinds of mixers and FFNs by quarter", kinds.draw, kinds.rows, dated=True),
    "spread": Kind("each mechanism since its first use", spread.draw, spread.rows, dated=True),
    "shape": Kind("depth against width", shape.draw, shape.rows),
    "experts": Kind("number and width of experts, and how many a token uses", experts.draw, experts.rows),
}


def plain(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Return rows as plain data: dates as in ISO 8601."""
    return [
        {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(row).items()}
        for row in rows
    ]


def to_json(name: str, frame: Frame, rows: Iterable[Any]) -> str:
    """Return what a chart shows: its title, what is in it, and a list of its numbers."""
    data = {"chart": name, "title": frame.title, "note": frame.description, "rows": plain(rows)}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def to_csv(rows: Sequence[Any]) -> str:
    """Return the numbers as RFC 4180 has them, lines ended by a line feed; truth is true or false."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(rows[0]))
    for row in plain(rows):
        writer.writerow(str(cell).lower() if isinstance(cell, bool) else cell for cell in row.values())
    return text.getvalue()
