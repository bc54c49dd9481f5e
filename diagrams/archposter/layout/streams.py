"""Residual streams: one line, or a bundle of lines that are read, written and mixed; and scaled sums."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product

from archposter.blocks.tree import Mark
from archposter.layout.canvas import Canvas
from archposter.scene import Point, Rect

_MOST_LINES = 4
_PITCH = 4.0
_FUNNEL = 9.0
_MARK = 5.0


FOOT = 20.0
"""The room that reading many streams as one needs below a step."""


def spread(lines: int) -> float:
    """Return half the width of a bundle."""
    return (min(lines, _MOST_LINES) - 1) * _PITCH / 2


def line_width(lines: int) -> float:
    """Return the pen of one of so many lines."""
    return 1.6 if lines == 1 else 1.2


def bundle(path: Sequence[Point], lines: int) -> list[list[Point]]:
    """Return parallel paths beside a path of upright and level pieces that turns at right angles."""
    if lines == 1:
        return [list(path)]
    count = min(lines, _MOST_LINES)
    return [_beside(path, (nth - (count - 1) / 2) * _PITCH) for nth in range(count)]


def _beside(path: Sequence[Point], offset: float) -> list[Point]:
    """Return the path moved to its right, as it runs, by `offset`."""
    normals = []
    for a, b in pairwise(path):
        if a.x == b.x:
            normals.append((1.0 if b.y < a.y else -1.0, 0.0))
        else:
            normals.append((0.0, 1.0 if b.x > a.x else -1.0))
    moved = []
    for place, point in enumerate(path):
        touching = {normals[max(0, place - 1)], normals[min(place, len(normals) - 1)]}
        dx, dy = (sum(normal[axis] for normal in touching) for axis in (0, 1))
        moved.append(Point(point.x + dx * offset, point.y + dy * offset))
    return moved


def draw_funnel(canvas: Canvas, lines: int, axis: float, below: float, mouth: float) -> float:
    """Draw the bundle from `below` up to `mouth`, where it is read as one line; return where that leaves."""
    for path in bundle([Point(axis, below), Point(axis, mouth)], lines):
        canvas.line(path, width=line_width(lines))
    wide, narrow = spread(lines) + 4, 2.5
    corners = [
        Point(axis - wide, mouth),
        Point(axis + wide, mouth),
        Point(axis + narrow, mouth - _FUNNEL),
        Point(axis - narrow, mouth - _FUNNEL),
    ]
    canvas.polygon(corners, canvas.theme.flow, "read")
    return mouth - _FUNNEL


def draw_mixing(canvas: Canvas, lines: int, center: Point) -> Rect:
    """Draw where streams are mixed with one another, a square for each pair; return the box."""
    half = spread(lines) + 4
    box = Rect(center.x - half, center.y - half, 2 * half, 2 * half)
    canvas.box(box, canvas.theme.card.fill, canvas.theme.flow, radius=3, role="mixing")
    count = min(lines, _MOST_LINES)
    pitch = (2 * half - 2) / count
    for row, column in product(range(count), repeat=2):
        square = Rect(box.x + 1 + column * pitch, box.y + 1 + row * pitch, pitch, pitch).inset(pitch * 0.16)
        canvas.box(square, canvas.theme.flow, radius=0.5, role="square")
    return box


def draw_scale(canvas: Canvas, center: Point) -> None:
    """Draw the mark of a summand that is scaled: a small filled diamond on its line."""
    corners = [
        Point(center.x, center.y - _MARK),
        Point(center.x + _MARK, center.y),
        Point(center.x, center.y + _MARK),
        Point(center.x - _MARK, center.y),
    ]
    canvas.polygon(corners, canvas.theme.flow, "scale")


def draw_sign(canvas: Canvas, mark: Mark, place: Rect) -> None:
    """Draw a mark alone, on a piece of the line that has it."""
    middle = place.center_y
    if mark == "connector":
        draw_connector(canvas, [Point(place.x + 3, middle), Point(place.right, middle)])
        return
    start, end = Point(place.x, middle), Point(place.right, middle)
    if mark == "scale":
        canvas.line([start, end])
        draw_scale(canvas, Point(place.center_x, middle))
        return
    axis = place.x + place.width / 4
    mouth = draw_funnel(canvas, _MOST_LINES, axis, place.bottom + 3, place.bottom - 5)
    canvas.line([Point(axis, mouth), Point(axis, place.y)])
    draw_mixing(canvas, _MOST_LINES, Point(place.right - place.width / 4, middle))


def draw_connector(canvas: Canvas, points: Sequence[Point]) -> None:
    """Draw the dotted line that joins a box to the inset that explains it."""
    quiet, dots = canvas.theme.quiet, (2.0, 4.0)
    canvas.line(points, stroke=quiet, width=1.6, dash=dots, role="connector", radius=4, yields=True)
    canvas.dot(points[0], 3.0)
