"""A residual step, and the kinds of lines that go past one."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from archposter.blocks.tree import Op
from archposter.layout.cells import draw_op
from archposter.layout.pieces import SIDE, Flow, Pen, Piece, rail_x
from archposter.layout.streams import bundle, draw_mixing, draw_scale, line_width, spread
from archposter.layout.stretch import OP, Stretch
from archposter.scene import Point, Rect

_SOMETIMES = (3.0, 3.0)


class Residual(Protocol):
    """What goes past a step."""

    @property
    def lines(self) -> int:
        """How many lines it has."""

    def draw(self, pen: Pen, lane: Rect, tap: Point, plus: Point, right: float) -> None:
        """Draw it from the flow's axis at `tap` along `right` to the `plus`."""


class Line(NamedTuple):
    """One line, `scaled` before it is added."""

    scaled: bool = False
    dash: tuple[float, ...] = ()
    lines: int = 1

    def draw(self, pen: Pen, lane: Rect, tap: Point, plus: Point, right: float) -> None:
        end = Point(plus.x + OP.least / 2, plus.y)
        path = [tap, Point(right, tap.y), Point(right, plus.y), end]
        pen.canvas.line(path, arrow=True, role="residual", dash=self.dash)
        if self.scaled:
            draw_scale(pen.canvas, Point((right + end.x) / 2, plus.y))


class Streams(NamedTuple):
    """Several lines side by side, which may be mixed with one another on their way."""

    lines: int
    mixed: bool
    scaled: bool = False

    def draw(self, pen: Pen, lane: Rect, tap: Point, plus: Point, right: float) -> None:
        half, middle = spread(self.lines), (tap.y + plus.y) / 2
        path = [Point(tap.x, tap.y + half + 1), tap, Point(right, tap.y), Point(right, plus.y), plus]
        for line in bundle(path, self.lines):
            pen.canvas.line(line, role="residual", width=line_width(self.lines))
        box = Rect(right - half, middle, 2 * half, 0)
        if self.mixed:
            box = draw_mixing(pen.canvas, self.lines, Point(right, middle))
        pen.places.keyed.setdefault("mixing", box)
        if self.scaled:
            draw_scale(pen.canvas, Point((right + plus.x) / 2, plus.y))


class Kept(NamedTuple):
    """A sum that joins the kept ones, since another begins here: `past`, if in some of the layers only."""

    past: Line | None
    lines: int = 1

    def draw(self, pen: Pen, lane: Rect, tap: Point, plus: Point, right: float) -> None:
        if self.past:
            self.past.draw(pen, lane, tap, plus, right)
        dash = _SOMETIMES if self.past else ()
        pen.canvas.line([tap, Point(rail_x("blocks", lane), tap.y)], dash=dash, arrow=True, role="feed")


def kept(anew: str, scaled: bool) -> Kept:
    """Return what goes past a step where a sum begins in "some" or "all" layers."""
    return Kept(Line(scaled, _SOMETIMES) if anew == "some" else None)


@dataclass(eq=False)
class Added:
    """A body, and a plus that adds it to what went past it; without `plus` only late branches are added.

    The line past it leaves `tap` above the lower edge and runs `aside` from the lane.
    """

    body: Piece
    residual: Residual
    tap: Stretch
    aside: float = SIDE / 2
    plus: bool = True
    scaled: bool = False
    key: str = ""

    @cached_property
    def height(self) -> Stretch:
        return self.body.height + OP

    def draw(self, pen: Pen, rect: Rect, flow: Flow) -> Flow:
        axis, op = flow.start.x, OP.least
        circle = Rect(axis - op / 2, rect.y, op, op)
        plus = Point(axis, circle.center_y)
        body = Rect(rect.x, circle.bottom, rect.width, rect.height - op)
        joining = [branch for branch in flow.branches if branch.steps == 1]
        waiting = tuple(b._replace(steps=b.steps - 1) for b in flow.branches if b.steps > 1)
        flow = self.body.draw(pen, body, flow._replace(branches=()))
        added = self.plus or bool(joining)
        pen.rise(flow, circle.bottom if added else circle.y, arrow=False)
        tap = Point(axis, rect.bottom - self.tap.at(pen.t))
        self.residual.draw(pen, rect, tap, plus, rect.right + self.aside)
        for nth, branch in enumerate(joining):
            left = rect.x - SIDE + SIDE / (2 + nth)
            bend = Point(branch.start.x, branch.turn), Point(left, branch.turn)
            end = Point(circle.x, plus.y)
            pen.canvas.line([branch.start, *bend, Point(left, plus.y), end], arrow=True)
        if self.scaled:
            draw_scale(pen.canvas, Point(axis, (circle.bottom + flow.start.y) / 2))
        if added:
            draw_op(pen.canvas, Op("+"), plus)
        if self.key:
            pen.places.keyed.setdefault(self.key, circle)
        flow = flow._replace(lines=self.residual.lines, branches=(*waiting, *flow.branches))
        return flow.at(rect.y)
