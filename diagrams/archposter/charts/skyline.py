"""The skyline: a column a model by date, a cell a layer, its mixer at the left and its FFN at the right.

Models of one architecture are one column, under the name of the first.  Lengths are points of the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, log
from typing import Final, NamedTuple

from archposter import units
from archposter.blocks.strip import Looks, strip
from archposter.charts.subject import Subject, names
from archposter.scene import Box, Color, Command, Face, Group, Item, Path, Point, Rect, Size, Text
from archposter.spec.arch import Arch
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit, wrap
from archposter.theme import Theme

_PITCH: Final = 8.0
"""Between columns, in ems of their names."""
_MOST_PITCH: Final = 0.09
"""Of the width."""
_LARGEST: Final = 9.0
_GOOD: Final = 6.2
"""Points: type from which on fewer rows are worth more than larger names."""
_MOST_ROWS: Final = 12
_LEADING: Final = 1.22
_NAME_LINES: Final = 3
_MORE_LINES: Final = 2
_LABEL: Final = _NAME_LINES + _MORE_LINES + 1
"""Lines below a column: its name, its size, and other models of the same architecture."""
_YEAR: Final = 5.0
"""A year's type, in ems of names."""
_ABOVE: Final = 1.5
"""Above the highest column: its number of layers, in ems."""
_BETWEEN: Final = 1.6
"""Between rows, in ems."""
_NARROWEST: Final = 0.34
_WIDEST: Final = 0.96
"""Columns, of the pitch."""
_GAP: Final = 0.14
"""Between cells, of a layer's height."""
_KEY: Final = 4
"""Pitches that the key takes at the beginning."""


@dataclass(frozen=True)
class Column:
    """An architecture: its first model, the others, and each layer's looks from below, mixers and FFNs."""

    subject: Subject
    others: tuple[Subject, ...]
    layers: tuple[Looks, ...]


class Measure(NamedTuple):
    """How a skyline is laid out: rows of so many places, names and years in points."""

    rows: int
    places: int
    pitch: float
    row: float
    type: float
    heading: float
    width: float

    @property
    def towers(self) -> float:
        """What is left of a row for columns."""
        return self.row - 1.3 * self.heading - self.type * (_ABOVE + _LABEL * _LEADING + _BETWEEN)


def columns(subjects: Sequence[Subject]) -> list[Column]:
    """Return the distinct architectures in the order of their first models' days."""
    groups: dict[str, list[Subject]] = {}
    for one in subjects:
        groups.setdefault(one.signature[0].digest, []).append(one)
    return [Column(first, tuple(others), strip(first.arch)) for first, *others in groups.values()]


def measure(many: int, size: Size, heading: float = 0.0) -> Measure:
    """Return the fewest rows in which names can be read well, or else those in which they are largest."""
    found = []
    for rows in range(1, _MOST_ROWS + 1):
        places = ceil((many + _KEY) / rows)
        pitch, row = min(1 / places, _MOST_PITCH) * size.width, size.height / rows
        names = min(pitch / _PITCH, row / 26, _LARGEST)
        years = min(heading or _YEAR * names, 0.2 * row)
        found.append(Measure(rows, places, pitch, row, names, years, size.width))
    good = [one for one in found if one.type >= _GOOD]
    return good[0] if good else max(found, key=lambda one: one.type)


def skyline(subjects: Sequence[Subject], theme: Theme, size: Size, heading: float = 0.0) -> tuple[Item, ...]:
    """Draw models, oldest first, into a space of that size, the key first; `heading` is the type of years."""
    drawn = columns(subjects)
    made = measure(len(drawn), size, heading)
    pen = _Pen(theme, made, names(subjects), _scale(drawn, made), _channels(drawn))
    items, before = list[Item](_key(pen)), -1
    for row in range(made.rows):
        start = row * made.places - (_KEY if row else 0)
        part = drawn[start : start + made.places - (0 if row else _KEY)]
        offset = 0 if row else _KEY
        ground = (row + 1) * made.row - made.type * (_LABEL * _LEADING + _BETWEEN)
        line = Rect(offset * made.pitch, ground, len(part) * made.pitch, 0.5)
        items.append(Box(line, theme.quiet, role="ground"))
        years = _years(pen, part, offset, row * made.row, before)
        for place, column in enumerate(part, offset):
            if place in years:
                items.append(years[place])
            items.append(_column(pen, column, Point(place * made.pitch, ground)))
        before = _year(part[-1]) if part else before
    return tuple(items)


class _Pen(NamedTuple):
    """What columns are drawn with: points a layer, and channels of the narrowest and the widest model."""

    theme: Theme
    made: Measure
    names: Mapping[str, str]
    layer: float
    channels: tuple[int, int]

    def text(
        self,
        x: float,
        y: float,
        words: str,
        face: Face = "regular",
        fill: Color = "",
        size: float = 0.0,
        align: float = 0.0,
        role: str = "text",
    ) -> Text:
        size = size or self.made.type
        width = advance(words, face, size)
        return Text(x - align * width, y, words, face, size, fill or self.theme.ink, width, role, "", align)

    def width(self, arch: Arch) -> float:
        """Return a column's width: it grows with the logarithm of the hidden size."""
        low, high = map(log, self.channels)
        share = (log(arch.hidden_size) - low) / (high - low) if high > low else 0.5
        return self.made.pitch * (_NARROWEST + share * (_WIDEST - _NARROWEST))


def _scale(drawn: Sequence[Column], made: Measure) -> float:
    return made.towers / max(len(one.layers) for one in drawn)


def _channels(drawn: Sequence[Column]) -> tuple[int, int]:
    sizes = [one.subject.arch.hidden_size for one in drawn]
    return min(sizes), max(sizes)


def _column(pen: _Pen, column: Column, at: Point) -> Group:
    """Draw a column that stands at the left of its place on the ground, and its words below."""
    arch, made = column.subject.arch, pen.made
    items: list[Item] = list(_cells(pen, column, at))
    size, high = made.type, len(column.layers) * pen.layer
    x = at.x
    above = at.y - high - 0.4 * size
    items.append(pen.text(x, above, str(len(column.layers)), fill=pen.theme.muted, role="layers"))
    y = at.y + _LEADING * size
    room = made.pitch - 0.5 * size
    for line in _lines(pen.names[column.subject.name], size, room):
        items.append(pen.text(x, y, line, "semibold", role="name"))
        y += _LEADING * size
    counts = column.subject.facts.parameters
    said = dict.fromkeys((units.count(counts.total), units.count(counts.active)))
    items.append(pen.text(x, y, fit(" · ".join(said), "regular", size, room), fill=pen.theme.muted))
    if column.others:
        for line in _others(pen, column, room):
            y += _LEADING * size
            items.append(pen.text(x, y, line, fill=pen.theme.muted))
    title = f"{arch.title}, {units.counted(len(column.layers), 'layer')}"
    return Group(tuple(items), title=title, description=title, role="column")


def _others(pen: _Pen, column: Column, room: float) -> tuple[str, ...]:
    """Return the other models in as many lines as there are, or how many they are."""
    size = pen.made.type
    lines = wrap(f"= {', '.join(pen.names[one.name] for one in column.others)}", "regular", size, room)
    return lines if len(lines) <= _MORE_LINES else (f"= {len(column.others)} more",)


def _lines(name: str, size: float, room: float) -> list[str]:
    """Return a name's lines, the last of them cut short where there are too many."""
    lines = wrap(name, "semibold", size, room)
    if len(lines) <= _NAME_LINES:
        return list(lines)
    return [*lines[: _NAME_LINES - 1], fit(" ".join(lines[_NAME_LINES - 1 :]), "semibold", size, room)]


def _cells(pen: _Pen, column: Column, at: Point) -> Iterator[Item]:
    """Yield runs of equal cells as one path each, so that a page of them stays small."""
    wide, step = pen.width(column.subject.arch), pen.layer
    gap = min(_GAP * step, 0.8)
    boxes: dict[str, list[Rect]] = {}
    for number, (mixers, ffns) in enumerate(column.layers):
        top = at.y - (number + 1) * step
        halves = [(mixers, at.x, wide / 2), (ffns, at.x + wide / 2, wide / 2)]
        if not mixers or not ffns:
            halves = [(mixers or ffns, at.x, wide)]
        for looks, left, width in halves:
            for place, look in enumerate(looks):
                high = (step - gap) / len(looks)
                cell = Rect(left, top + gap + place * high, width - 0.12 * gap, high)
                boxes.setdefault(look, []).append(cell)
    for look, rects in boxes.items():
        own = pen.theme.looks[look]
        yield Path(_outlines(rects), own.fill, role=f"layers {look}")
        if own.hatched:
            yield Path(_slants(rects), None, own.text, 0.3, role="hatch")
    high = len(column.layers) * step
    yield Box(Rect(at.x, at.y - high, wide, high), None, pen.theme.quiet, 0.3, role="column")


def _outlines(rects: Sequence[Rect]) -> tuple[Command, ...]:
    commands: list[Command] = []
    for rect in rects:
        commands += [
            ("M", (rect.x, rect.y)),
            ("L", (rect.right, rect.y)),
            ("L", (rect.right, rect.bottom)),
            ("L", (rect.x, rect.bottom)),
            ("Z", ()),
        ]
    return tuple(commands)


def _slants(rects: Sequence[Rect]) -> tuple[Command, ...]:
    """Return a line across each: hatching of cells this small."""
    commands: list[Command] = []
    for rect in rects:
        commands += [("M", (rect.x, rect.bottom)), ("L", (rect.right, rect.y))]
    return tuple(commands)


def _year(column: Column) -> int:
    return column.subject.day.year if column.subject.day else 0


def _years(pen: _Pen, part: Sequence[Column], offset: int, top: float, before: int) -> dict[int, Group]:
    """Return the headings of a row's years by the places where they begin.

    The one that went on from the row above, where the year was `before`, has no title.
    """
    made, size = pen.made, pen.made.heading
    y, place, runs = top + cap_height("display", size), offset, list[tuple[int, int, float, float, int]]()
    for year, run in groupby(part, key=_year):
        width, many = advance(_words(year), "display", size), len(list(run))
        x = min(place * made.pitch, made.width - width)
        runs.append((many, place, x, x + width + made.type, year))
        place += many
    # Where years are narrower than their names, those with most models are named.
    named = list[tuple[int, float, float, int]]()
    for _, place, x, end, year in sorted(runs, key=lambda run: -run[0]):
        if all(end <= other or x >= to for _, other, to, _ in named):
            named.append((place, x, end, year))
    made_of = {}
    for place, x, _, year in named:
        heading = pen.text(x, y, _words(year), "display", size=size, role="heading")
        new = place > offset or year != before
        made_of[place] = Group((heading,), title=_words(year) if new else "", role="section")
    return made_of


def _words(year: int) -> str:
    return str(year) if year else "no day"


_READ: Final = (
    "Each column is an architecture, by the day of its first model; each cell is a layer, the first at the "
    "foot. Its mixer is at the left and its FFN at the right; one without the other is as wide as both. The "
    "wider a column, the larger the hidden size. On it stands how many layers it has, below it how many "
    "parameters, in all and for a token."
)


def _key(pen: _Pen) -> Iterator[Item]:
    """Yield how a column is read."""
    made, size = pen.made, pen.made.type
    room = _KEY * made.pitch - 3 * size
    head = min(made.heading, room / 7.2)
    y = cap_height("display", made.heading)
    yield pen.text(0, y, "How to read it", "display", size=head, role="key")
    left = made.row - y - size * (_LABEL * _LEADING + _BETWEEN)
    for own in (size * share for share in (1.5, 1.3, 1.1, 1.0, 0.9, 0.8)):
        lines = wrap(_READ, "regular", own, room)
        if len(lines) * _LEADING * own <= left:
            break
    for line in lines:
        y += _LEADING * own
        yield pen.text(0, y + 0.6 * own, line, size=own, role="key")
