"""The inks of the two kinds of descent, which are never alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from archposter.layout.canvas import Canvas
from archposter.relate.tree import Kind
from archposter.scene import Color, Point

DASHES: Final = (5.0, 4.0)
"""The outline of a box whose model is not here."""
_DOTS: Final = (1.8, 4.2)


def draw_line(
    canvas: Canvas, points: Sequence[Point], kind: Kind, ink: Color, *, adopts: bool, arrow: bool = True
) -> None:
    """Draw descent: solid where it is documented, thin where a part was taken, dotted to the nearest."""
    if kind == "nearest":
        canvas.line(points, stroke=canvas.theme.quiet, width=1.8, dash=_DOTS, arrow=arrow, role=kind)
    else:
        canvas.line(points, stroke=ink, width=1.4 if adopts else 2.8, arrow=arrow, role=kind)
