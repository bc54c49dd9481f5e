"""Where leaders and connectors meet what they name: clear of other boxes and off the heads of arrows."""

from __future__ import annotations

from collections.abc import Sequence

from archposter.layout.canvas import crosses
from archposter.layout.cells import Places
from archposter.scene import Point, Rect

_CLEAR = 7.0  # between a leader and a box that it passes
_OFF_TIP = 10.5  # between a leader's end and an arrow's
_APART = 14.0  # nearer to boxes at both sides, a line would lie between them
_OFF_CORNER = 4.0
_INWARDS = 6.0  # how far a leader keeps from where it would be too near
_NEAR_CORNER = 14.0  # where a connector leaves a box that it cannot leave at its side

_Span = tuple[float, float]


def level(box: Rect, x: float, wanted: float, places: Places) -> float | None:
    """Return the height nearest to `wanted` at which a level line from `x` reaches the box's side."""
    side = box.x if x < box.center_x else box.right
    left, right = min(x, side), max(x, side)
    taken = [
        (other.y - _CLEAR, other.bottom + _CLEAR)
        for other in places.boxes
        if other != box and other.x < right - 1 and other.right > left + 1
    ]
    taken += [(tip.y - _OFF_TIP, tip.y + _OFF_TIP) for tip in places.tips if abs(tip.x - side) < _OFF_TIP]
    taken += [
        (y - _OFF_CORNER, y + _OFF_CORNER)
        for frame in places.frames
        if frame != box and box.height and frame.x < right - 1 and frame.right > left + 1
        for y in (frame.y, frame.bottom)
    ]
    edge = min(_OFF_CORNER, box.height / 2)
    free = _free((box.y + edge, box.bottom - edge), taken)
    if not free:
        return None
    low, high = min(free, key=lambda span: max(span[0] - wanted, wanted - span[1], 0.0))
    if low <= wanted <= high:
        return wanted
    inwards = min(_INWARDS, (high - low) / 2)
    return low + inwards if wanted < low else high - inwards


def _free(whole: _Span, taken: Sequence[_Span]) -> list[_Span]:
    """Return what is left of a span."""
    found, low = [], whole[0]
    for start, end in sorted(taken):
        if start >= low:
            found.append((low, min(start, whole[1])))
        low = max(low, end)
    found.append((low, whole[1]))
    return [(start, end) for start, end in found if start <= end]


def way_out(box: Rect, x: float, wanted: float, places: Places) -> list[Point]:
    """Return the way from a box to `x` at its right, level where it can be, else around what is beside it.

    Where there is none it starts at the border of the frame that the box stands in.
    """
    y = level(box, x, wanted, places)
    if y is not None:
        return [Point(box.right, y), Point(x, y)]
    start = box.right - min(_NEAR_CORNER, box.width / 2)
    borders = [y for frame in places.frames for y in (frame.y, frame.bottom)]
    edges = [edge for other in places.boxes for edge in (other.y - _CLEAR, other.bottom + _CLEAR)]
    edges += [y + off for y in borders for off in (-_CLEAR, _CLEAR)]
    for y in sorted(edges, key=lambda y: (abs(y - box.center_y), y)):
        foot = Point(start, box.bottom if y > box.center_y else box.y)
        turn = Point(start, y)
        upright = [other for other in places.boxes if other != box and crosses(other, [foot, turn])]
        low, high = sorted((foot.y, y))
        crossed = any(anchor.x > start and low < anchor.y < high for anchor in places.anchors)
        near = any(abs(y - border) < _CLEAR for border in borders) or not min(borders) < y < max(borders)
        if not (near or upright or crossed) and _open(places, turn, x):
            return [foot, turn, Point(x, y)]
    around = [frame for frame in places.frames if frame.contains(box)]
    border = min(around, key=lambda frame: frame.width * frame.height)
    return [Point(border.right, wanted), Point(x, wanted)]


def _open(places: Places, start: Point, x: float) -> bool:
    """Tell whether a level way touches no box, lies between no two, and runs beside no other line."""
    lane = Rect(start.x, start.y, x - start.x, 0.0)
    above, below = (lane._replace(y=lane.y - off, height=_APART) for off in (_APART, 0.0))
    if any(other.overlaps(lane.inset(0, 1 - _CLEAR)) for other in places.boxes):
        return False
    if all(any(other.overlaps(side) for other in places.boxes) for side in (above, below)):
        return False
    return not any(
        abs(left.y - lane.y) < _CLEAR and left.x < lane.right and right.x > lane.x
        for left, right in places.levels
    )
