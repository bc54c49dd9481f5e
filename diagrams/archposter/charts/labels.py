"""Names beside marks: each where it overlaps nothing, the most important first.

A name is tried at eight places around its mark, then further away in all directions, joined to the mark by
a leader.  Of the free places that one is taken which costs least: near ones first, and those that cover the
neighbourhood of few other marks.  A name without a free place is left out, and the caller says how many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import cos, hypot, pi, sin
from typing import Final, NamedTuple

from archposter.scene import Point, Rect
from archposter.text.metrics import advance
from archposter.theme import SMALL

_GAP: Final = 4.0
"""Between a mark and its name."""
_CLEAR: Final = 1.5
"""Around a mark."""
_AIR: Final = 3.0
"""Around a name."""
_ABOVE: Final = 0.76
_BELOW: Final = 0.23
"""What a line of text takes above and below its baseline, of its size."""
_REACHES: Final = (16.0, 28.0, 42.0, 58.0, 76.0, 96.0)
_WAYS: Final = 16
_HOME: Final = 22.0
"""How far around a mark its own name would like to stand."""
_COVERED: Final = 0.2
"""What a name costs for each mark whose neighbourhood it covers."""

Segment = tuple[Point, Point]


class Mark(NamedTuple):
    """What a name belongs to; the larger its `weight`, the earlier it is placed."""

    at: Point
    radius: float
    words: str
    weight: float


class Label(NamedTuple):
    """A name at its place: the number of its mark, its baseline's start, and a leader or none."""

    mark: int
    x: float
    y: float
    leader: Segment | None


class _Taken:
    """Rectangles and lines in the way, found by place."""

    _CELL: Final = 48.0

    def __init__(self) -> None:
        self._rects: dict[tuple[int, int], list[tuple[Rect, int]]] = {}
        self._lines: dict[tuple[int, int], list[tuple[Segment, int]]] = {}

    def _cells(self, rect: Rect) -> Iterator[tuple[int, int]]:
        for column in range(int(rect.x // self._CELL), int(rect.right // self._CELL) + 1):
            for row in range(int(rect.y // self._CELL), int(rect.bottom // self._CELL) + 1):
                yield column, row

    def add(self, rect: Rect, owner: int = -1) -> None:
        for cell in self._cells(rect):
            self._rects.setdefault(cell, []).append((rect, owner))

    def add_line(self, line: Segment, owner: int = -1) -> None:
        for cell in self._cells(_around(line)):
            self._lines.setdefault(cell, []).append((line, owner))

    def hits(self, rect: Rect, owner: int = -2) -> bool:
        """Tell whether `rect` overlaps what is not the owner's."""
        for cell in self._cells(rect):
            if any(own != owner and rect.overlaps(other) for other, own in self._rects.get(cell, ())):
                return True
            if any(own != owner and enters(line, rect) for line, own in self._lines.get(cell, ())):
                return True
        return False

    def crossed(self, line: Segment, owner: int) -> bool:
        """Tell whether a leader meets what is not its owner's."""
        for cell in self._cells(_around(line)):
            if any(own != owner and enters(line, other) for other, own in self._rects.get(cell, ())):
                return True
            if any(own != owner and meets(line, other) for other, own in self._lines.get(cell, ())):
                return True
        return False

    def others(self, rect: Rect, owner: int) -> int:
        """Return how many have rectangles that `rect` overlaps, beside the owner."""
        near = (entry for cell in self._cells(rect) for entry in self._rects.get(cell, ()))
        return len({own for other, own in near if own != owner and rect.overlaps(other)})


def _around(line: Segment) -> Rect:
    (x, y), (u, v) = line
    return Rect(min(x, u), min(y, v), abs(x - u), abs(y - v))


def enters(line: Segment, rect: Rect) -> bool:
    """Tell whether a straight line has a point inside a rectangle."""
    (x, y), (u, v) = line
    start, end = 0.0, 1.0
    for low, high, here, step in ((rect.x, rect.right, x, u - x), (rect.y, rect.bottom, y, v - y)):
        if abs(step) < 1e-9:
            if not low < here < high:
                return False
            continue
        near, far = sorted(((low - here) / step, (high - here) / step))
        start, end = max(start, near), min(end, far)
    return start < end


def meets(one: Segment, other: Segment) -> bool:
    """Tell whether two straight lines cross."""

    def side(line: Segment, point: Point) -> float:
        (a, b) = line
        return (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)

    return side(one, other[0]) * side(one, other[1]) < 0 and side(other, one[0]) * side(other, one[1]) < 0


def text_rect(x: float, y: float, width: float, size: float = SMALL) -> Rect:
    """Return what a line of text takes whose baseline starts at (x, y)."""
    return Rect(x, y - _ABOVE * size, width, (_ABOVE + _BELOW) * size)


def place(
    marks: Sequence[Mark],
    area: Rect,
    solid: Iterable[Rect] = (),
    lines: Iterable[Segment] = (),
    size: float = SMALL,
) -> list[Label]:
    """Return the names that find a place in `area`, clear of all marks, `solid` rectangles and `lines`."""
    taken, homes = _Taken(), _Taken()
    for number, mark in enumerate(marks):
        spot = Rect(*mark.at, 0.0, 0.0)
        taken.add(spot.inset(-mark.radius - _CLEAR), number)
        homes.add(spot.inset(-_HOME), number)
    for rect in solid:
        taken.add(rect)
    for line in lines:
        taken.add_line(line)
    placed = []
    for number in sorted(range(len(marks)), key=lambda n: (-marks[n].weight, n)):
        mark = marks[number]
        width = advance(mark.words, "regular", size)
        own = Rect(*mark.at, 0.0, 0.0).inset(-mark.radius - _CLEAR)
        best: tuple[float, Label, Rect] | None = None
        for cost, x, y, joined in _candidates(mark, width, size):
            if best and cost >= best[0]:
                break
            rect = text_rect(x, y, width, size)
            if not area.contains(rect) or taken.hits(rect.inset(-_AIR, -1.0), number) or rect.overlaps(own):
                continue
            leader = _leader(mark, rect) if joined else None
            if leader and taken.crossed(leader, number):
                continue
            whole = cost + _COVERED * homes.others(rect, number)
            if best is None or whole < best[0]:
                best = whole, Label(number, x, y, leader), rect
        if best:
            _, label, rect = best
            placed.append(label)
            taken.add(rect.inset(-_AIR, -1.0), -3)
            if label.leader:
                taken.add_line(label.leader, -3)
    return placed


def _candidates(mark: Mark, width: float, size: float) -> Iterator[tuple[float, float, float, bool]]:
    """Yield cost and baseline's start of each place, the cheapest first, and whether it needs a leader."""
    (x, y), gap = mark.at, mark.radius + _GAP
    middle = y + 0.36 * size
    over, under = y - gap - _BELOW * size * 0.4, y + gap + _ABOVE * size
    yield 0.0, x + gap, middle, False
    yield 0.3, x - gap - width, middle, False
    yield 0.4, x - width / 2, over, False
    yield 0.5, x - width / 2, under, False
    slant = 0.72 * gap
    yield 0.7, x + slant, y - slant, False
    yield 0.8, x + slant, y + slant + 0.72 * size, False
    yield 0.9, x - slant - width, y - slant, False
    yield 1.0, x - slant - width, y + slant + 0.72 * size, False
    for reach in _REACHES:
        for way in range(_WAYS):
            angle = 2 * pi * way / _WAYS
            far = mark.radius + reach
            end = Point(x + far * cos(angle), y + far * sin(angle))
            left, base = end.x + 3 if cos(angle) > 0 else end.x - width - 3, end.y + 0.36 * size
            if abs(cos(angle)) <= 0.3:
                left = end.x - width / 2
                base = end.y + (_ABOVE * size + 2 if sin(angle) > 0 else -_BELOW * size - 2)
            yield 2.0 + reach / 14 + 0.1 * (way % 4 != 0), left, base, True


def _leader(mark: Mark, rect: Rect) -> Segment:
    """Return the line from a mark's edge to the nearest point of its name."""
    near = Point(
        min(max(mark.at.x, rect.x - 2), rect.right + 2), min(max(mark.at.y, rect.y - 2), rect.bottom + 2)
    )
    if not rect.x <= near.x <= rect.right:
        near = Point(near.x, rect.center_y)
    away = hypot(near.x - mark.at.x, near.y - mark.at.y) or 1.0
    ux, uy = (near.x - mark.at.x) / away, (near.y - mark.at.y) / away
    return Point(mark.at.x + ux * (mark.radius + 1), mark.at.y + uy * (mark.radius + 1)), near
