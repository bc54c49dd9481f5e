"""From rows, columns and tracks to lengths: where everything of the tree lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Final, NamedTuple

from archposter.descent.cells import Cell, drawn
from archposter.descent.columns import Column
from archposter.descent.places import Lane, Plan
from archposter.descent.routes import Net, Tracks, Way
from archposter.scene import Point, Rect, Size
from archposter.text.metrics import advance
from archposter.theme import NUMBER, SMALL_TITLE

TRACK: Final = 8.0
_SIDE: Final = 15.0
"""Room in a gutter beside its tracks, at either side."""
_ABOVE: Final = 9.0
"""Room in a channel beside its tracks, above and below."""
NAME_DROP: Final = 21.0
"""How far the baseline of a lane's name is above where lines run in its first row."""
_NAME: Final = 60.0
"""What a lane's name takes above where lines run."""
NAME_INDENT: Final = 8.0
_WIDEST_NAME: Final = 280.0
_USUAL: Final = 2400.0
"""What is wider is seen from farther: its headings grow with its columns, to twice their size."""
PORT: Final = 6.0
"""How far lines that would lie on one another are moved apart."""


@dataclass(frozen=True)
class Measures:
    """The left edges of gutters and columns, and the upper edges of channels and rows, of the tree alone.

    `ports` are where in the rows lines run; headings are `grown` times as large as those of a small tree.
    """

    plan: Plan
    cells: Mapping[str, Cell]
    tracks: Tracks
    gutters: tuple[float, ...]
    columns: tuple[float, ...]
    widths: tuple[float, ...]
    channels: tuple[float, ...]
    tops: tuple[float, ...]
    ports: tuple[float, ...]
    size: Size
    grown: float

    @property
    def name_type(self) -> float:
        """The size of type of the names of lanes."""
        return NUMBER * self.grown

    @property
    def year_type(self) -> float:
        """The size of type of years."""
        return SMALL_TITLE * self.grown

    def box(self, name: str) -> Rect:
        """Return a node's box."""
        cell, place = self.cells[name], self.plan.places[name]
        return Rect(
            self.columns[place.column],
            self.ports[place.row] - cell.top,
            self.widths[place.column],
            cell.height,
        )

    def points(self, way: Way) -> tuple[Point, ...]:
        """Return the corners of a line, its ends among them."""
        start, end, net = way.start, way.end, way.net
        leave = self.ports[start.row] + PORT * self.tracks.ports.get((net, start), 0)
        arrive = self.ports[end.row] - PORT * self.tracks.ports.get((net, end), 0)
        left = self.columns[start.column] + self.widths[start.column]
        right = self.columns[end.column]
        if not way.gutters:
            return Point(left, leave), Point(right, leave)
        if way.level % 2:
            ((gutter, _, _),) = way.gutters
            x = self._track_x(gutter, net)
            return Point(left, leave), Point(x, leave), Point(x, arrive), Point(right, arrive)
        first, last = (self._track_x(gutter, net) for gutter, _, _ in way.gutters)
        y = self._track_y(way.level, net)
        corners = (Point(first, leave), Point(first, y), Point(last, y), Point(last, arrive))
        return Point(left, leave), *corners, Point(right, arrive)

    def _track_x(self, gutter: int, net: Net) -> float:
        tracks = self.tracks.gutters[gutter]
        left = self.gutters[gutter]
        middle = left + (self.columns[gutter] - left) / 2
        return middle + TRACK * (tracks[net] - max(tracks.values()) / 2)

    def _track_y(self, level: int, net: Net) -> float:
        tracks = self.tracks.channels[level]
        top = self.channels[level // 2]
        bottom = self.tops[level // 2]
        return (top + bottom) / 2 + TRACK * (tracks[net] - max(tracks.values()) / 2)

    def lane(self, lane: Lane) -> Rect:
        """Return what a lane covers: its rows, and what lies between its columns."""
        edge, below = self.tops[lane.top], self.channels[lane.bottom + 1]
        left, right = self.columns[lane.first], self.columns[lane.last] + self.widths[lane.last]
        return Rect(left - _SIDE / 2, edge, right - left + _SIDE, below - edge)


class Shape(NamedTuple):
    """A width by height that a picture shall have, of which a frame around the tree takes some room."""

    aspect: float
    frame: Size


def measures(plan: Plan, cells: Mapping[str, Cell], tracks: Tracks, shape: Shape | None = None) -> Measures:
    """Return where everything lies; what is too narrow or too low for a `shape` is spread out."""
    rows = plan.rows
    widths = [max((cells[name].width for name in column.names), default=0.0) for column in plan.columns]
    grown = min(2.0, max(1.0, sum(widths) / _USUAL))
    _widen(widths, plan, grown)
    gutters = [_room(tracks.gutters.get(gutter), _SIDE) for gutter in range(len(widths))]
    channels = [_room(tracks.channels.get(2 * row), _ABOVE) for row in range(rows + 1)]
    aboves, belows = _reaches(plan, cells)
    wide = sum(widths) + sum(gutters)
    high = sum(channels) + sum(aboves) + sum(belows)
    if shape:
        aspect, (beside, above) = shape
        gutters = _spread(gutters, aspect * (high + above) - beside - wide)
        channels = _spread(channels, (wide + beside) / aspect - above - high)
    x = list(accumulate(value for pair in zip(gutters, widths, strict=True) for value in pair))
    parts = zip(channels, [*aboves, 0.0], [*belows, 0.0], strict=True)
    y = list(accumulate((value for three in parts for value in three), initial=0.0))
    return Measures(
        plan=plan,
        cells=cells,
        tracks=tracks,
        gutters=(0.0, *x[1:-1:2]),
        columns=tuple(x[::2]),
        widths=tuple(widths),
        channels=tuple(y[::3])[: rows + 1],
        tops=tuple(y[1::3])[: rows + 1],
        ports=tuple(y[2::3])[:rows],
        size=Size(x[-1], y[3 * rows + 1]),
        grown=grown,
    )


def _widen(widths: list[float], plan: Plan, grown: float) -> None:
    """Make columns as wide as the names of lanes that begin in them, and those of a year as its number."""
    for lane in plan.lanes:
        name = advance(drawn(lane.family), "display", NUMBER * grown) + NAME_INDENT
        widths[lane.first] = max(widths[lane.first], min(name, _WIDEST_NAME))
    for year, group in years(plan.columns):
        missing = advance(year, "display", SMALL_TITLE * grown) - sum(widths[number] for number in group)
        widths[group[-1]] += max(0.0, missing)


def years(columns: Sequence[Column]) -> list[tuple[str, list[int]]]:
    """Return the years, and the numbers of their columns."""
    dated = [(column.year, number) for number, column in enumerate(columns) if column.names]
    return [(year, [number for _, number in group]) for year, group in groupby(dated, itemgetter(0))]


def _room(tracks: Mapping[Net, int] | None, side: float) -> float:
    return 2 * side + TRACK * max(tracks.values()) if tracks else 2 * side


def _spread(rooms: Sequence[float], more: float) -> list[float]:
    each = max(0.0, more) / len(rooms)
    return [room + each for room in rooms]


def _reaches(plan: Plan, cells: Mapping[str, Cell]) -> tuple[list[float], list[float]]:
    aboves, belows = [0.0] * plan.rows, [0.0] * plan.rows
    for lane in plan.lanes:
        aboves[lane.top] = _NAME
    for name, place in plan.places.items():
        aboves[place.row] = max(aboves[place.row], cells[name].above)
        belows[place.row] = max(belows[place.row], cells[name].below)
    return aboves, belows
