"""Plain geometry of a Frame: outlines as straight segments, rectangles, and what lies near what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import cos, floor, pi, sin

from archposter.scene import Box, Command, Placement, Rect

Bounds = tuple[float, float, float, float]
"""Left, top, right and bottom."""
Segment = tuple[float, float, float, float]
"""From where to where: x, y, x, y."""

_CELL = 50.0
_CURVE_STEPS = 8
_QUARTER = tuple((cos(step * pi / 6), sin(step * pi / 6)) for step in range(4))


@dataclass
class Grid:
    """Finds what may touch a rectangle."""

    cells: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, bounds: Bounds, index: int) -> None:
        """Note a rectangle's number."""
        for cell in _cells(bounds):
            self.cells[cell].append(index)

    def near(self, bounds: Bounds) -> list[int]:
        """Return the numbers of the rectangles that may touch this one, in order."""
        return sorted({index for cell in _cells(bounds) for index in self.cells.get(cell, ())})


def border(box: Box) -> list[Segment]:
    """Return a box's border with its rounded corners, in the box's own space."""
    rect, radius = box.rect, min(box.radius, box.rect.width / 2, box.rect.height / 2)
    corners = (
        (rect.right - radius, rect.bottom - radius, 1, 1),
        (rect.x + radius, rect.bottom - radius, -1, 1),
        (rect.x + radius, rect.y + radius, -1, -1),
        (rect.right - radius, rect.y + radius, 1, -1),
    )
    points = []
    for x, y, right, down in corners:
        arc = [
            (x + right * radius * u, y + down * radius * v) for u, v in (_QUARTER if radius else _QUARTER[:1])
        ]
        points += arc if right == down else arc[::-1]
    return [(*a, *b) for a, b in zip(points, points[1:] + points[:1], strict=True)]


def outline(commands: Iterable[Command], closed: bool) -> list[Segment]:
    """Return the path as straight segments; `closed` joins the ends of every part, as a fill does."""
    segments: list[Segment] = []
    start = here = (0.0, 0.0)
    for verb, numbers in (*commands, ("M", (0.0, 0.0))):
        if here != start and (verb == "Z" or (verb == "M" and closed)):
            segments.append((*here, *start))
        if verb == "M":
            start = here = (numbers[0], numbers[1])
        elif verb == "Z":
            here = start
        else:
            for point in [(numbers[0], numbers[1])] if verb == "L" else _curve(here, numbers):
                segments.append((*here, *point))
                here = point
    return segments


def _curve(start: tuple[float, float], numbers: tuple[float, ...]) -> Iterator[tuple[float, float]]:
    (x0, y0), (x1, y1, x2, y2, x3, y3) = start, numbers
    for step in range(1, _CURVE_STEPS + 1):
        t = step / _CURVE_STEPS
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


def moved(box: Bounds, at: Placement) -> Bounds:
    """Return a rectangle or a segment in the space that its own stands in."""
    x, y, scale = at
    return x + box[0] * scale, y + box[1] * scale, x + box[2] * scale, y + box[3] * scale


def grown(box: Bounds, by: float) -> Bounds:
    """Return the rectangle with each edge moved outwards."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def within(box: Bounds, outer: Bounds) -> bool:
    """Tell whether one rectangle lies in the other."""
    return box[0] >= outer[0] and box[1] >= outer[1] and box[2] <= outer[2] and box[3] <= outer[3]


def shared(a: Bounds, b: Bounds, slack: float) -> Bounds | None:
    """Return what two rectangles share, if it is more than `slack` both ways."""
    left, top, right, bottom = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return (left, top, right, bottom) if right - left > slack and bottom - top > slack else None


def rect(box: Bounds) -> Rect:
    """Return the same as a Rect."""
    return Rect(box[0], box[1], box[2] - box[0], box[3] - box[1])


def _cells(box: Bounds) -> Iterator[tuple[int, int]]:
    for column in range(floor(box[0] / _CELL), floor(box[2] / _CELL) + 1):
        for row in range(floor(box[1] / _CELL), floor(box[3] / _CELL) + 1):
            yield column, row


def segment_bounds(segment: Segment) -> Bounds:
    """Return what a segment spans."""
    x0, y0, x1, y1 = segment
    return (x0 if x0 < x1 else x1, y0 if y0 < y1 else y1, x1 if x0 < x1 else x0, y1 if y0 < y1 else y0)


def bounds(segments: tuple[Segment, ...]) -> Bounds:
    """Return what segments span together."""
    xs = [x for segment in segments for x in segment[::2]]
    ys = [y for segment in segments for y in segment[1::2]]
    return min(xs), min(ys), max(xs), max(ys)


def clipped(segment: Segment, region: Bounds) -> Segment | None:
    """Return the part of a segment inside a rectangle (Liang and Barsky, 1984)."""
    x0, y0, x1, y1 = segment
    left, top, right, bottom = region
    if (x0 < left and x1 < left) or (x0 > right and x1 > right):
        return None
    if (y0 < top and y1 < top) or (y0 > bottom and y1 > bottom):
        return None
    dx, dy, enter, leave = x1 - x0, y1 - y0, 0.0, 1.0
    for step, room in ((-dx, x0 - left), (dx, right - x0), (-dy, y0 - top), (dy, bottom - y0)):
        if step == 0:
            if room <= 0:
                return None
        elif step < 0:
            enter = max(enter, room / step)
        else:
            leave = min(leave, room / step)
    if enter >= leave:
        return None
    return x0 + enter * dx, y0 + enter * dy, x0 + leave * dx, y0 + leave * dy


def inside(x: float, y: float, segments: Iterable[Segment]) -> bool:
    """Tell whether a ray from the point crosses the closed outline an odd number of times."""
    odd = False
    for x0, y0, x1, y1 in segments:
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            odd = not odd
    return odd


def cross(a: Segment, b: Segment) -> bool:
    """Tell whether two segments cross; meeting at an end is not crossing."""

    def side(line: Segment, x: float, y: float) -> float:
        return (line[2] - line[0]) * (y - line[1]) - (line[3] - line[1]) * (x - line[0])

    return (
        side(a, b[0], b[1]) * side(a, b[2], b[3]) < -1e-9
        and side(b, a[0], a[1]) * side(b, a[2], a[3]) < -1e-9
    )
