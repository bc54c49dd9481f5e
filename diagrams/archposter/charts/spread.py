"""Which mechanisms came up when, and how they spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from archposter.blocks.naming import views
from archposter.charts.axes import time
from archposter.charts.plot import MARGIN, SIZE, Drawing, Plot, Sheet
from archposter.charts.subject import Subject, names
from archposter.charts.words import dated, listed, month
from archposter.diagnostics import UsageError
from archposter.relate.signature import kind, outermost
from archposter.scene import Color, Command, Path, Rect, Size
from archposter.text.metrics import advance
from archposter.text.wrap import fit
from archposter.theme import SMALL
from archposter.units import counted

MOST: Final = 24
_ROW: Final = 30.0
_ALIKE: Final = 0.9
_NAME: Final = 230.0
_FIRST: Final = 345.0
_MANY: Final = 95.0
"""Room at the right for how many have it, where none is left for who had it first."""
_WIDE: Final = 800.0
_TICK: Final = 9.0


@dataclass(frozen=True)
class Spread:
    """A mechanism: the model that had it first, and how many of those since then have it."""

    mechanism: str
    path: str
    first: str
    first_title: str
    released: date
    models: int
    since: int


def rows(subjects: Sequence[Subject]) -> list[Spread]:
    """Return the mechanisms that most models have, the earliest first.

    What the oldest model has did not come up here.  Of mechanisms that the same models have, nearly, the one
    that is a kind of part, or else the more common, stands for the others.
    """
    return [row for row, _ in _found(subjects)]


def _found(subjects: Sequence[Subject], many: int = MOST) -> list[tuple[Spread, list[Subject]]]:
    ordered = sorted((one for one in subjects if one.day), key=lambda one: (one.day, one.name))
    having: dict[str, list[Subject]] = {}
    titles: dict[str, str] = {}
    for one in ordered:
        own, said = one.signature
        titles |= said
        for path in sorted(own.mechanisms | own.kinds.keys()):
            having.setdefault(path, []).append(one)
    outer = [path for path in outermost(having) if having[path][0].day != ordered[0].day]
    outer.sort(key=lambda path: ("/" in path, -len(having[path]), path))
    kept: dict[str, list[Subject]] = {}
    for path in outer:
        models = having[path]
        alike = any(_alike(models, others) or titles[path] == titles[other] for other, others in kept.items())
        if len(models) > 1 and not alike:
            kept[path] = models
    most = sorted(kept, key=lambda path: (-len(kept[path]), path))[:many]
    most.sort(key=lambda path: (kept[path][0].day, -len(kept[path]), path))
    days = [one.day for one in ordered if one.day]
    return [(_row(titles[path], path, kept[path], days), kept[path]) for path in most]


def _row(title: str, path: str, models: Sequence[Subject], days: Sequence[date]) -> Spread:
    first = models[0]
    assert first.day
    since = sum(day >= first.day for day in days)
    return Spread(title, path, first.name, first.arch.title, first.day, len(models), since)


def _alike(one: Sequence[Subject], other: Sequence[Subject]) -> bool:
    """Tell whether nearly the same models have two mechanisms."""
    a, b = ({id(model) for model in models} for models in (one, other))
    return len(a & b) / len(a | b) >= _ALIKE


def height(many: int) -> float:
    """Return how high a chart of so many mechanisms is."""
    return 270.0 + many * _ROW


def draw(subjects: Sequence[Subject], sheet: Sheet) -> Drawing:
    """Draw a row a mechanism with a stroke for each model that has it.

    A sheet of the usual size becomes as high as it takes; on another are as many rows as it has room for.
    """
    room = int((sheet.size.height - height(0)) / _ROW)
    found = _found(subjects, room if sheet.size != SIZE else MOST)
    if not found:
        many = counted(len(subjects), "model")
        raise UsageError(f"chart spread: no mechanism came up among {many}: name more, of several days")
    called, high = names(subjects), 0.0 if sheet.size == SIZE else sheet.size.height
    wide = sheet.size.width >= _WIDE
    left = _NAME
    if not wide:
        left = min(left, 16 + max(advance(row.mechanism, "regular", SMALL) for row, _ in found))
    plot = Plot(
        sheet._replace(size=Size(sheet.size.width, max(high, height(len(found))))),
        _title(found),
        f"{dated(subjects)} A stroke is a model that has the mechanism; what the oldest model has is left "
        f"out, as is what few have: {len(found)} mechanisms are shown. First means first among these models.",
        x=time([one.day for one in subjects if one.day]),
        left=left,
        right=_FIRST if wide else _MANY,
    )
    area, theme = plot.area, plot.theme
    end = sheet.size.width - MARGIN
    if wide:
        plot.canvas.text(area.right + 14, area.y - 6, "first here in", fill=theme.muted)
    plot.canvas.text(end, area.y - 6, "now in", fill=theme.muted, align=1.0)
    pitch = (area.height - 12) / len(found)
    for place, (row, models) in enumerate(found):
        middle = area.y + (place + 0.5) * pitch + 6
        baseline = middle + 0.36 * SMALL
        words = fit(row.mechanism, "regular", SMALL, left - 16)
        plot.canvas.text(MARGIN, baseline, words)
        color = plot.look(look).stroke if (look := kind_of(models[0], row.path)) else theme.flow
        _strokes(plot, [one.day.toordinal() for one in models if one.day], middle, color)
        many = f"{row.models} of {row.since}"
        plot.canvas.text(end, baseline, many, face="semibold", align=1.0)
        if wide:
            beside = _FIRST - 28 - advance(many, "semibold", SMALL)
            _first(plot, row, called[row.first], Rect(area.right + 14, baseline, beside, 0))
    return plot.finish([row for row, _ in found])


def kind_of(subject: Subject, path: str) -> str:
    """Return the look of the kind of parts that a path is; empty for a mechanism of several kinds."""
    seen = views(subject.arch)
    return next((seen[part].look for part in subject.arch.part_counts if kind(part)[0] == path), "")


def _strokes(plot: Plot, days: Sequence[int], middle: float, color: Color) -> None:
    assert plot.x
    xs = sorted({round(plot.across(plot.x.at(day)), 1) for day in days})
    line: tuple[Command, ...] = (("M", (xs[0], middle)), ("L", (plot.area.right, middle)))
    plot.canvas.items.append(Path(line, None, plot.theme.quiet, 1.0, (), "life"))
    strokes: list[Command] = []
    for x in xs:
        strokes += [("M", (x, middle - _TICK)), ("L", (x, middle + _TICK))]
    plot.canvas.items.append(Path(tuple(strokes), None, color, 1.6, (), "stroke"))
    plot.canvas.disc(xs[0], middle, 5.0, color)


def _first(plot: Plot, row: Spread, name: str, place: Rect) -> None:
    """Say at the end of a row where the mechanism came up."""
    day = f", {month(row.released, short=True)}"
    words = fit(name, "regular", SMALL, place.width - advance(day, "regular", SMALL)) + day
    plot.canvas.text(place.x, place.y, words)
    plot.link(
        Rect(place.x, place.y - SMALL, advance(words, "regular", SMALL), 1.3 * SMALL), [row.first], name
    )


def _title(found: Sequence[tuple[Spread, list[Subject]]]) -> str:
    """Say what the newer half of the mechanisms has spread furthest."""
    rows = [row for row, _ in found]
    young = sorted(rows, key=lambda row: row.released)[len(rows) // 2 :]
    best = sorted(young, key=lambda row: (-row.models / row.since, row.path))[:3]
    first, *others = best
    said = (
        f"{first.models} of the {first.since} models since {month(first.released)} have {first.mechanism}, "
        f"first here in {first.first_title}"
    )
    more = [f"{row.models} of {row.since} {row.mechanism}" for row in others]
    return f"{said}; {listed(more)}" if more else said
