"""The inks of the two kinds of descent, which are never alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from archposter.layout.canvas import Canvas
from archposter.relate.tree import Kind
from archposter.scene import Color, Point, Rect

DASHES: Final = (5.0, 4.0)
"""The outline of a box whose model is not here."""
_DOTS: Final = (1.8, 4.2)
_WIDTHS: Final = {False: 2.8, True: 1.4}
"""Of documented lines: of descent, and where a part was taken."""
_BRIDGE: Final = 4.6
"""How far a line keeps from one that it lets pass."""


def draw_line(
    canvas: Canvas, points: Sequence[Point], kind: Kind, ink: Color, *, adopts: bool, arrow: bool = True
) -> None:
    """Draw descent: solid where it is documented, thin where a part was taken, dotted to the nearest."""
    if kind == "nearest":
        canvas.line(points, stroke=canvas.theme.quiet, width=1.8, dash=_DOTS, arrow=arrow, role=kind)
    else:
        canvas.line(points, stroke=ink, width=_WIDTHS[adopts], arrow=arrow, role=kind)


def draw_bridge(
    canvas: Canvas, at: Point, ink: Color, ground: Color, *, over_adopts: bool, under_adopts: bool
) -> None:
    """Draw a level documented line over an upright one, which stops before it on its ground."""
    half = _WIDTHS[under_adopts] / 2 + 0.5
    canvas.box(Rect(at.x - half, at.y - _BRIDGE, 2 * half, 2 * _BRIDGE), ground, radius=0, role="bridge")
    ends = (Point(at.x - half - 0.5, at.y), Point(at.x + half + 0.5, at.y))
    canvas.line(ends, stroke=ink, width=_WIDTHS[over_adopts], role="bridge")
