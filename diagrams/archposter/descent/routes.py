"""How lines run: along free rows, between rows and between columns, each where no node and no other line is.

Lines of one kind from one node share their way as far as they can: they are one *net*.  Lengths come last:
here ways are levels (row `r` is 2r + 1, the channel above it 2r), gutters (`g` is left of column `g`) and
tracks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from archposter.descent.places import Place, Plan
from archposter.relate.tree import Edge

Net = tuple[str, str]
"""The node that lines leave, and their kind."""
Port = tuple[Net, Place]
"""Where a net leaves a node, or comes to it."""


class Way(NamedTuple):
    """From a place by the gutter right of it to `level`, on it to the gutter left of the other, and there.

    The level of the parent's row or of the child's needs one gutter alone; in one row none.
    """

    edge: Edge
    net: Net
    start: Place
    end: Place
    level: int

    @property
    def gutters(self) -> tuple[tuple[int, int, int], ...]:
        """Each gutter that is used, with the levels it is used from and to."""
        out, into = 2 * self.start.row + 1, 2 * self.end.row + 1
        first, last = self.start.column + 1, self.end.column
        ends = (
            ((first, out, into),) if first == last else ((first, out, self.level), (last, self.level, into))
        )
        return tuple(end for end in ends if end[1] != end[2])


@dataclass
class Tracks:
    """Which track each net has in each gutter and in each channel, and how many there are in each.

    `ports` are the steps by which nets are moved where another's line would lie on theirs: down where they
    leave a node, up where they arrive.
    """

    gutters: dict[int, dict[Net, int]] = field(default_factory=dict)
    channels: dict[int, dict[Net, int]] = field(default_factory=dict)
    ports: dict[Port, int] = field(default_factory=dict)


def ways(edges: Iterable[Edge], plan: Plan) -> tuple[Way, ...]:
    """Return a way for every edge, the short ones and those that are documented first."""
    rows = _Rows(plan)

    def order(edge: Edge) -> tuple[object, ...]:
        start, end = plan.places[edge.parent], plan.places[edge.child]
        return edge.kind != "documented", abs(start.row - end.row), end.column - start.column, edge.child

    return tuple(
        rows.way(edge, plan.places[edge.parent], plan.places[edge.child]) for edge in sorted(edges, key=order)
    )


class _Rows:
    """What lies in the rows: nodes, names of lanes, and the lines that run along them."""

    def __init__(self, plan: Plan) -> None:
        self._taken = {tuple(place) for place in plan.places.values()}
        self._taken |= {(lane.top, lane.first) for lane in plan.lanes}
        self._lines: dict[tuple[int, int], Net] = {}

    def way(self, edge: Edge, start: Place, end: Place) -> Way:
        """Return the best way that is free, and take it."""
        net: Net = (edge.parent, edge.kind)
        for row in dict.fromkeys((end.row, start.row)):
            cells = [(row, column) for column in range(start.column + 1, end.column)]
            if all(cell not in self._taken and self._lines.get(cell, net) == net for cell in cells):
                self._lines.update(dict.fromkeys(cells, net))
                return Way(edge, net, start, end, 2 * row + 1)
        # Between rows: beside the child's, on the side where the parent is.
        level = 2 * end.row if start.row <= end.row else 2 * end.row + 2
        return Way(edge, net, start, end, level)


def tracks(found: Sequence[Way]) -> Tracks:
    """Return tracks on which no two nets meet."""
    made = Tracks()
    gutters: dict[int, dict[Net, tuple[int, int]]] = {}
    channels: dict[int, dict[Net, tuple[int, int]]] = {}
    for way in found:
        for gutter, a, b in way.gutters:
            _widen(gutters.setdefault(gutter, {}), way.net, min(a, b), max(a, b))
        if way.level % 2 == 0:
            _widen(channels.setdefault(way.level, {}), way.net, way.start.column + 1, way.end.column)
    made.gutters = {gutter: _assigned(spans) for gutter, spans in gutters.items()}
    made.channels = {level: _assigned(spans) for level, spans in channels.items()}
    made.ports = _ports(found)
    return made


def _widen(spans: dict[Net, tuple[int, int]], net: Net, low: int, high: int) -> None:
    before = spans.get(net, (low, high))
    spans[net] = (min(before[0], low), max(before[1], high))


def _assigned(spans: Mapping[Net, tuple[int, int]]) -> dict[Net, int]:
    """Return a track for each span, the first that is free: as few as there can be."""
    ends: list[int] = []
    found: dict[Net, int] = {}
    for net, (low, high) in sorted(spans.items(), key=lambda entry: (entry[1], entry[0])):
        track = next((number for number, end in enumerate(ends) if end < low), len(ends))
        ends[track : track + 1] = [high]
        found[net] = track
    return found


def _ports(found: Sequence[Way]) -> dict[Port, int]:
    """Return steps by which lines at one node, or that meet in a gutter, are moved apart.

    Lines that leave a node are moved down, those that arrive up; one that does both counts as leaving.
    """
    leaving: dict[tuple[int, int], set[Port]] = {}
    arriving: dict[tuple[int, int], set[Port]] = {}
    for way in found:
        out, into = 2 * way.start.row + 1, 2 * way.end.row + 1
        first, last = way.start.column + 1, way.end.column
        for gutter in range(first, (last if way.level == out else first) + 1):
            leaving.setdefault((gutter, way.start.row), set()).add((way.net, way.start))
        if out != into or way.level != out:
            for gutter in range(first if way.level == into else last, last + 1):
                arriving.setdefault((gutter, way.end.row), set()).add((way.net, way.end))
    ports: dict[Port, int] = {}
    for meeting, others in ((leaving, arriving), (arriving, leaving)):
        for place, own in meeting.items():
            if len({net for net, _ in own | others.get(place, set())}) > 1:
                for step, port in enumerate(sorted(own), 1):
                    ports[port] = max(ports.get(port, 0), step)
    return ports
