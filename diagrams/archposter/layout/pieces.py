"""What a tower is made of: pieces that know how high they are and draw themselves where they are put.

The residual stream climbs through them: each piece takes the flow that comes up to it, and returns the
flow that leaves it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, Protocol, Self

from archposter.blocks.tree import Cell, Choice, Op, Repeat, Slot, Stream
from archposter.layout.canvas import Canvas
from archposter.layout.cells import Places, cell_extent, choice_extent, draw_cell, draw_choice, draw_op
from archposter.layout.streams import bundle, draw_funnel, line_width
from archposter.layout.stretch import NOTHING, OP, Measures, Stretch, highest, total
from archposter.scene import Point, Rect

SIDE = 30.0
"""Between a frame's border and its boxes: room for the residual line."""
_RAILS = {"table": 7.0, "blocks": 4.9}  # how far left of the frames a rail climbs
_COLUMN_GAP = 12.0
_HEAD = (1.0, 1.2)  # widths of the final norm and of what predicts ahead
_LOOP = 0.7  # how far from its frames the line back runs, of a gap
_MOUTH = Stretch(6.0, 6.0)
_ARROW = 6.01  # the least room that an arrow needs

RailSource = Literal["table", "blocks"]


class Rail(NamedTuple):
    """A line up at the left, of a table or of the sums of blocks: how it gets there, and where it ends."""

    source: RailSource
    way: tuple[Point, ...]
    ends: tuple[Point, ...] = ()


class Branch(NamedTuple):
    """What left its step at `start`, bends at the height `turn`, and joins at the plus `steps` further."""

    steps: int
    start: Point
    turn: float


class Flow(NamedTuple):
    """What comes up: where it left the last piece, as how many lines, and what climbs beside it."""

    points: tuple[Point, ...]
    lines: int = 1
    branches: tuple[Branch, ...] = ()
    rails: tuple[Rail, ...] = ()

    @property
    def start(self) -> Point:
        """Where the flow left the last piece, if it is one."""
        return self.points[0]

    def at(self, y: float) -> Self:
        """Return the flow as it leaves a piece whose upper edge is `y`."""
        return self._replace(points=tuple(Point(point.x, y) for point in self.points))

    def into(self, source: RailSource | None, end: Point) -> Self:
        """Return the flow with one more end of a rail."""
        rails = (r._replace(ends=(*r.ends, end)) if r.source == source else r for r in self.rails)
        return self._replace(rails=tuple(rails))


class Pen(NamedTuple):
    """What pieces draw with: `t` is how loose they stand, `places` where boxes came to lie."""

    canvas: Canvas
    t: float
    places: Places

    def rise(self, flow: Flow, target: float, arrow: bool = True) -> None:
        """Draw the flow up to `target`, with an arrow where there is room for one."""
        for start in flow.points:
            if start.y - target > 0.001:
                end = Point(start.x, target)
                self.lines([start, end], flow.lines, arrow=arrow and start.y - target > _ARROW)

    def lines(self, path: Sequence[Point], lines: int, arrow: bool = True) -> None:
        """Draw so many lines beside one another; one alone may have an arrow."""
        for line in bundle(path, lines):
            self.canvas.line(line, arrow=arrow and lines == 1, width=line_width(lines))


class Piece(Protocol):
    """A piece of a tower."""

    @property
    def height(self) -> Stretch:
        """How high it is."""

    def draw(self, pen: Pen, rect: Rect, flow: Flow) -> Flow:
        """Draw into `rect`, as high as the pen has it, and return the flow that leaves."""


class Space(NamedTuple):
    """Room that the flow goes through."""

    height: Stretch

    def draw(self, pen: Pen, rect: Rect, flow: Flow) -> Flow:
        """Draw nothing: what stands next draws the flow up to it."""
        return flow


@dataclass(eq=False)
class Stack:
    """Pieces above one another, from below; one may take what is left of the room."""

    pieces: tuple[Piece, ...]
    loose: Piece | None = None

    @cached_property
    def height(self) -> Stretch:
        return total([piece.height for piece in self.pieces])

    def draw(self, pen: Pen, rect: Rect, flow: Flow) -> Flow:
        y, left = rect.bottom, rect.height - self.height.at(pen.t)
        for piece in self.pieces:
            height = piece.height.at(pen.t) + (left if piece is self.loose else 0.0)
            y -= height
            flow = piece.draw(pen, Rect(rect.x, y, rect.width, height), flow)
        return flow


@dataclass(eq=False)
class Stand:
    """A box or a choice across the lane, or `beyond` it at both sides; it may read from a rail."""

    slot: Slot
    measures: Measures
    reads: RailSource | None = None
    beyond: float = 0.0

    @cached_property
    def height(self) -> Stretch:
        if isinstance(self.slot, Choice):
            return choice_extent(self.slot, self.measures)
        return cell_extent(self.slot, self.measures.wide(self.measures.width + 2 * self.beyond))

    def draw(self, pen: Pen, rect: Rect, flow: Flow) -> Flow:
        pen.rise(flow, rect.bottom)
        rect = rect.inset(-self.beyond, 0)
        if isinstance(self.slot, Choice):
            draw_choice(pen.canvas, self.slot, rect, self.measures, pen.t, pen.places)
        else:
            draw_cell(pen.canvas, self.slot, rect, pen.places)
        return flow.into(self.reads, Point(rect.x, rect.center_y)).at(rect.y)


class Narrow(NamedTuple):
    """A piece with room at its right."""

    piece: Piece
    room: float

    @property
    def height(self) -> Stretch:
        return self.piece.height

    def draw(self, pen: Pen, rect: Rect, flow: Flow) -> Flow:
        return self.piece.draw(pen, rect._replace(width=rect.width - self.room), flow)


@dataclass(eq=False)
class Fan:
    """Lanes side by side between a split and a merge of the flow; one may join `later`, at a step further up.

    `even`: all are as high as the highest.
    """

    lanes: tuple[Piece, ...]
    later: tuple[int, ...]
    gap: Stretch
    even: bool

    @cached_property
    def height(self) -> Stretch:
        return highest([lane.height for lane in self.lanes]) + self.gap * 2.0

    def draw(self, pen: Pen, rect: Rect, flow: Flow) -> Flow:
        gap, axis, split, merge = self.gap.at(pen.t), flow.start.x, rect.bottom, rect.y
        region = rect.inset(0, gap)
        pen.rise(flow, split, arrow=False)
        columns = _columns(region, (1.0,) * len(self.lanes))
        for lane, later, column in zip(self.lanes, self.later, columns, strict=True):
            height = region.height if self.even else lane.height.at(pen.t)
            own = Rect(column.x, region.center_y - height / 2, column.width, height)
            foot, top = Point(own.center_x, own.bottom), Point(own.center_x, own.y)
            pen.lines([Point(axis, split), Point(foot.x, split), foot], 1)
            inside = lane.draw(pen, own, Flow((foot,), rails=flow.rails))
            flow = flow._replace(rails=inside.rails)
            if later:
                flow = flow._replace(branches=(*flow.branches, Branch(later, top, top.y - gap / 2)))
            else:
                pen.lines([top, Point(top.x, merge), Point(axis, merge)], 1, arrow=False)
        return flow.at(merge)


@dataclass(eq=False)
class Tables:
    """The embedding, and beside it a table that feeds the layers."""

    embedding: Cell
    table: Cell
    measures: Measures

    @cached_property
    def height(self) -> Stretch:
        column = self.measures.wide(_shares(self.measures.width, (1.0, 1.0))[0])
        return (
            highest([cell_extent(cell, column) for cell in (self.embedding, self.table)])
            + self.measures.gap * 2.0
        )

    def draw(self, pen: Pen, rect: Rect, flow: Flow) -> Flow:
        gap, axis, turn = self.measures.gap.at(pen.t), flow.start.x, rect.y
        place = rect.inset(0, gap)
        split = place.bottom + gap * 0.4
        pen.rise(flow, split, arrow=False)
        left, right = _columns(place, (1.0, 1.0))
        for cell, box in ((self.table, left), (self.embedding, right)):
            x = box.center_x
            pen.lines([Point(axis, split), Point(x, split), Point(x, box.bottom)], 1)
            draw_cell(pen.canvas, cell, box, pen.places)
        out, x = right.center_x, left.center_x
        pen.lines([Point(out, place.y), Point(out, turn), Point(axis, turn)], 1, arrow=False)
        way = Point(x, place.y), Point(x, turn), Point(rail_x("table", rect), turn)
        return flow._replace(rails=(*flow.rails, Rail("table", way))).at(turn)


class SideInput(NamedTuple):
    """What a box at the left adds to the flow."""

    cell: Cell
    measures: Measures
    height: Stretch = OP

    def draw(self, pen: Pen, rect: Rect, flow: Flow) -> Flow:
        pen.rise(flow, rect.bottom, arrow=False)
        center, whole = Point(flow.start.x, rect.center_y), rect.inset(-SIDE, 0)
        width = (whole.width - OP.least) / 2 - 30
        height = cell_extent(self.cell, self.measures.wide(width)).at(pen.t)
        box = Rect(whole.x, center.y - height / 2, width, height)
        draw_cell(pen.canvas, self.cell, box, pen.places)
        pen.lines([Point(box.right, center.y), Point(center.x - OP.least / 2, center.y)], 1)
        pen.places.boxes.append(Rect(box.right, rect.y, center.x + OP.least / 2 - box.right, OP.least))
        draw_op(pen.canvas, Op("+"), center)
        return flow.at(rect.y)


class Opening(NamedTuple):
    """Where the layers begin: the flow becomes their streams, and blocks begin to be kept."""

    stream: Stream
    height: Stretch = NOTHING

    def draw(self, pen: Pen, rect: Rect, flow: Flow) -> Flow:
        flow = flow._replace(lines=self.stream.width)
        if not self.stream.blocks:
            return flow
        axis, top = flow.start
        split, x = top - (top - rect.bottom) * 0.6, rail_x("blocks", rect)
        way = Point(axis, split), Point(x, split), Point(x, split)
        return flow._replace(rails=(*flow.rails, Rail("blocks", way)))


class Read(NamedTuple):
    """Where streams are read as one line: `lift` above the lower edge, or `above` what they left last."""

    height: Stretch
    lift: Stretch | None = None
    above: Stretch = _MOUTH

    def draw(self, pen: Pen, rect: Rect, flow: Flow) -> Flow:
        *others, start = flow.points
        lift, above = self.lift, self.above
        mouth = rect.bottom - lift.at(pen.t) if lift else start.y - above.at(pen.t)
        end = Point(start.x, draw_funnel(pen.canvas, flow.lines, start.x, start.y, mouth))
        return flow._replace(points=(*others, end), lines=1)


@dataclass(eq=False)
class Framed:
    """A frame around the steps of equal layers."""

    frame: Repeat
    body: Piece
    pad: Stretch

    @cached_property
    def height(self) -> Stretch:
        return self.body.height + self.pad * 2

    def draw(self, pen: Pen, rect: Rect, flow: Flow) -> Flow:
        border, look = rect.inset(-SIDE, 0), pen.canvas.look("group")
        pen.canvas.box(
            border, look.fill, look.stroke, width=1.8, radius=12, role="frame", source=self.frame.source
        )
        pen.places.keyed.setdefault(self.frame.key, border)
        pen.places.frames.append(border)
        return self.body.draw(pen, rect.inset(0, self.pad.at(pen.t)), flow)


@dataclass(eq=False)
class Loop:
    """Frames that run several times, and the line back."""

    body: Piece
    gap: Stretch

    @cached_property
    def height(self) -> Stretch:
        return self.body.height + self.gap * 2.0

    def draw(self, pen: Pen, rect: Rect, flow: Flow) -> Flow:
        gap, axis = self.gap.at(pen.t), flow.start.x
        flow = self.body.draw(pen, rect.inset(0, gap), flow)
        away = gap * (1 - _LOOP)
        back, entry, right = rect.y + away, rect.bottom - away, rect.right + SIDE + _RAILS["table"]
        path = [Point(axis, back), Point(right, back), Point(right, entry), Point(axis, entry)]
        pen.canvas.line(path, arrow=True, role="loop")
        pen.places.keyed["loop"] = Rect(axis, back, 0, 0)
        return flow


@dataclass(eq=False)
class Fork:
    """The final norm, and at its right what predicts further ahead; the flow goes on from both.

    The norm stands where it can read from a rail, and the other where insets are; its flow is the last.
    """

    final: Cell | None
    ahead: Cell
    measures: Measures
    reads: RailSource | None = None

    @cached_property
    def height(self) -> Stretch:
        return highest([extent for extent in self._extents() if extent]) + self.measures.gap

    def _extents(self) -> list[Stretch | None]:
        pairs = zip((self.final, self.ahead), _shares(self.measures.width, _HEAD), strict=True)
        return [cell_extent(cell, self.measures.wide(width)) if cell else None for cell, width in pairs]

    def draw(self, pen: Pen, rect: Rect, flow: Flow) -> Flow:
        split, axis = rect.bottom, flow.start.x
        region = rect._replace(height=rect.height - self.measures.gap.at(pen.t))
        if flow.lines == 1:
            pen.rise(flow, split, arrow=False)
            flow = flow.at(split)
        ends = []
        cells, columns = (self.final, self.ahead), _columns(region, _HEAD)
        for cell, extent, column in zip(cells, self._extents(), columns, strict=True):
            height = extent.at(pen.t) if extent else region.height
            own = Rect(column.x, region.center_y - height / 2, column.width, height)
            x, foot = own.center_x, own.bottom if cell else own.y
            pen.lines(
                [flow.start, Point(axis, split), Point(x, split), Point(x, foot)], flow.lines, bool(cell)
            )
            if cell:
                draw_cell(pen.canvas, cell, own, pen.places)
            if cell and cell is self.final:
                flow = flow.into(self.reads, Point(own.x, own.center_y))
            ends.append(Point(x, own.y))
            # No leader passes above or below a box here: it would cross what leaves or reaches it.
            pen.places.boxes.append(column)
        return flow._replace(points=tuple(reversed(ends)))


def draw_rails(pen: Pen, rails: Sequence[Rail]) -> None:
    """Draw the lines up at the left, into all that read them; what stands behind another box gets none."""
    for rail in rails:
        corner = rail.way[-1]
        for end in rail.ends:
            turn = Point(corner.x, end.y)
            if not pen.places.blocked([turn, end]):
                pen.canvas.line([*rail.way, turn, end], arrow=True, role="feed")


def rail_x(source: RailSource, lane: Rect) -> float:
    """Return where a rail climbs, left of the frames."""
    return lane.x - SIDE - _RAILS[source]


def _columns(rect: Rect, weights: Sequence[float]) -> list[Rect]:
    """Cut a rectangle into columns, wide as their weights, with gaps between them."""
    columns, x = [], rect.x
    for width in _shares(rect.width, weights):
        columns.append(Rect(x, rect.y, width, rect.height))
        x += width + _COLUMN_GAP
    return columns


def _shares(width: float, weights: Sequence[float]) -> list[float]:
    unit = (width - _COLUMN_GAP * (len(weights) - 1)) / sum(weights)
    return [weight * unit for weight in weights]


def lane_width(width: float, lanes: int) -> float:
    """Return how wide each of so many lanes side by side is."""
    return _shares(width, (1.0,) * lanes)[0]
