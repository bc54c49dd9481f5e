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
    """A chart: what it shows, how it is drawn, and whether it stands on a time axis."""

    help: str
    draw: Callable[[Sequence[Subject], Sheet], Drawing]
    dated: bool = False


CHARTS: Final[dict[str, Kind]] = {
    "scale": Kind("total and active parameters over time", scale.draw, dated=True),
    "active": Kind("the share of its parameters that a token uses, over time", active.draw, dated=True),
    "cache": Kind("the cache of 131,072 tokens against active parameters", cache.draw),
    "context": Kind("how the cache grows with the context, of up to twelve models", context.draw),
    "kinds": Kind("kinds of mixers and FFNs by quarter", kinds.draw, dated=True),
    "spread": Kind("each mechanism since its first use", spread.draw, dated=True),
    "shape": Kind("depth against width", shape.draw),
    "experts": Kind("number and width of experts, and how many a token uses", experts.draw),
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
