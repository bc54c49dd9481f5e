"""The pen that climbs a tower's axis and draws what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from archposter.blocks.tree import Cell, Choice, Lane, Op, Repeat, Slot, Step, Stream
from archposter.layout.canvas import Canvas
from archposter.layout.cells import Places, draw_cell, draw_choice, draw_op
from archposter.layout.extents import Extents
from archposter.layout.streams import bundle, draw_funnel, draw_mixing, draw_scale, line_width, spread
from archposter.layout.stretch import OP, Stretch, highest
from archposter.scene import Point, Rect
from archposter.text.metrics import cap_height
from archposter.theme import SMALL

MODEL_PAD = 14.0
SIDE = 30.0
"""Between a frame's border and its boxes: room for the residual line."""
_SLOT_GAP = 12.0
_HEAD = (1.0, 1.3)  # widths of what predicts ahead and of the final norm
_LOOP = 0.7  # how far from its frames the line back runs, of a gap
_WITHIN = 5.0  # how far residual lines that run beside one another stand off their middle
_BESIDE = 11.0  # how far the middle of streams is from the frame that they run along
_BUS = 0.35  # where the line of the sums of blocks climbs, of the space left of the frames
_SOMETIMES = (3.0, 3.0)
_TAP = 0.35  # where a residual line leaves, of the gap below a step's first box
_MOUTH = 6.0


@dataclass
class Flow:
    """`y` is where the next thing stands, `top` the last one's upper edge, `lines` how many flow there.

    `past` is where a residual line left that goes past more than one step, 0 if there is none.  `feed` and
    `bus` are lines up at the left, of a table and of the sums of blocks: three points of the way there,
    then the ends.
    """

    canvas: Canvas
    extents: Extents
    stream: Stream
    axis: float
    t: float
    y: float = 0.0
    top: float = 0.0
    lines: int = 1
    places: Places = field(default_factory=Places)
    late: dict[int, list[Point]] = field(default_factory=dict)
    past: float = 0.0
    feed: list[Point] = field(default_factory=list)
    bus: list[Point] = field(default_factory=list)
    exits: list[Point] = field(default_factory=list)

    @property
    def gap(self) -> float:
        """The height between boxes."""
        return self.extents.measures.gap.at(self.t)

    @property
    def joint(self) -> float:
        """The height between a part and its norm."""
        return self.extents.measures.joint.at(self.t)

    def input_words(self, rect: Rect) -> float:
        """Write what comes in, below the model; return where the flow leaves the words."""
        size = cap_height("regular", SMALL)
        self.canvas.text(self.axis, rect.bottom - 2, "Tokens", align=0.5, fill=self.canvas.theme.muted)
        self.places.keyed["input"] = Rect(self.axis - 38, rect.bottom - 2 - size, 76, size)
        return rect.bottom - 2 - size - 5

    def start(self, y: float, top: float) -> None:
        """Begin to climb at `y`; the flow comes from `top`."""
        self.y, self.top = y, top

    def rise(self, target: float, arrow: bool = True) -> None:
        """Draw the flow from the last thing up to `target`."""
        paths = bundle([Point(self.axis, self.top), Point(self.axis, target)], self.lines)
        for path in paths:
            self.canvas.line(path, arrow=arrow and len(paths) == 1, width=line_width(len(paths)))

    def stand(self, extent: Stretch, gap: float | None = None) -> Rect:
        """Take a piece of the axis and return its upper and lower edge as a rectangle without width."""
        height = extent.at(self.t)
        rect = Rect(self.axis, self.y - height, 0, height)
        self.y -= height + (self.gap if gap is None else gap)
        return rect

    def cell(self, cell: Cell, lane: Rect, gap: float | None = None) -> None:
        """Draw a box across the lane."""
        place = self.stand(self.extents.cell(cell), gap)
        self.rise(place.bottom, arrow=place.bottom < self.top - 6)
        draw_cell(self.canvas, cell, Rect(lane.x, place.y, lane.width, place.height), self.places)
        self.top = place.y

    def tables(self, embedding: Cell, table: Cell | None, lane: Rect) -> None:
        """Draw the embedding, and beside it a table that feeds the layers."""
        if not table:
            self.cell(embedding, lane)
            return
        self.y -= self.gap
        split = self.y + self.gap * 0.4
        place = self.stand(self.extents.cell(embedding), 2 * self.gap)
        self.rise(split, arrow=False)
        left, right = _columns(Rect(lane.x, place.y, lane.width, place.height), (1.0, 1.0))
        for cell, rect in ((table, left), (embedding, right)):
            self.canvas.line(
                [Point(self.axis, split), Point(rect.center_x, split), Point(rect.center_x, rect.bottom)],
                arrow=True,
            )
            draw_cell(self.canvas, cell, rect, self.places)
        turn = place.y - self.gap
        self.canvas.line(
            [Point(right.center_x, place.y), Point(right.center_x, turn), Point(self.axis, turn)]
        )
        channel = lane.x - SIDE - MODEL_PAD / 2
        self.feed = [Point(left.center_x, place.y), Point(left.center_x, turn), Point(channel, turn)]
        self.top = turn

    def slot(self, slot: Slot, rect: Rect) -> None:
        """Draw a box or a choice."""
        if isinstance(slot, Choice):
            draw_choice(self.canvas, slot, rect, self.extents.measures, self.t, self.places)
        else:
            draw_cell(self.canvas, slot, rect, self.places)

    def side_input(self, cell: Cell, lane: Rect) -> None:
        """Add what comes in from a box at the left."""
        place = self.stand(OP)
        center = Point(self.axis, place.center_y)
        self.rise(place.bottom, arrow=False)
        width = (lane.width - OP.least) / 2 - 30
        height = self.extents.cell(cell).at(self.t)
        rect = Rect(lane.x, center.y - height / 2, width, height)
        draw_cell(self.canvas, cell, rect, self.places)
        self.canvas.line([Point(rect.right, center.y), Point(center.x - OP.least / 2, center.y)], arrow=True)
        draw_op(self.canvas, Op("+"), center)
        self.top = place.y

    def layers(self, frames: Sequence[Repeat | Cell], lane: Rect, loops: int) -> None:
        """Draw the frames, and the way back of a stack that runs several times."""
        if loops > 1:
            self.y -= self.gap
        entry = self.y + self.gap * _LOOP
        self.lines = self.stream.width
        if self.stream.blocks:
            split, channel = self.top - (self.top - self.y) * 0.6, lane.x - MODEL_PAD * _BUS
            self.bus = [Point(self.axis, split), Point(channel, split), Point(channel, split)]
        for frame in frames:
            if isinstance(frame, Cell):
                self.cell(frame, lane)
            else:
                self.repeat(frame, lane)
        if loops > 1:
            back, right = self.y + self.gap * (1 - _LOOP), lane.right + MODEL_PAD / 2
            path = [Point(self.axis, back), Point(right, back), Point(right, entry), Point(self.axis, entry)]
            self.canvas.line(path, arrow=True, role="loop")
            self.places.keyed["loop"] = Rect(self.axis, back, 0, 0)
            self.y -= self.gap

    def repeat(self, frame: Repeat, lane: Rect) -> None:
        """Draw a frame with its steps."""
        place = self.stand(self.extents.frame(frame))
        rect = Rect(lane.x, place.y, lane.width, place.height)
        look = self.canvas.look("group")
        self.canvas.box(rect, look.fill, look.stroke, width=1.8, radius=12, role="frame", source=frame.source)
        self.places.keyed.setdefault(frame.key, rect)
        below, self.y = self.y, rect.bottom - self.extents.measures.pad.at(self.t)
        self.late = {}
        if self.stream.once:
            self._steps_beside_streams(frame, rect)
        else:
            self._steps(frame, rect)
        self.y = below

    def _steps(self, frame: Repeat, rect: Rect) -> None:
        for number, step in enumerate(frame.steps):
            self.step(number, step, rect)

    def _steps_beside_streams(self, frame: Repeat, rect: Rect) -> None:
        """Draw the steps on the one line that a layer reads; the streams go past all of them."""
        streams, half = self.stream, spread(self.stream.width)
        tap = self.y - self.gap * _TAP - half
        self.y -= self.gap + self.extents.reading.at(self.t)
        self.read(tap - half - 2)
        self.stream = Stream()
        self._steps(frame, Rect(rect.x, rect.y, rect.width - _BESIDE, rect.height))
        self.stream = streams
        self.y -= self.gap
        place = self.stand(OP, gap=0.0)
        plus = Point(self.axis, place.center_y)
        self.rise(place.bottom, arrow=False)
        self._residual(tap, plus, rect.right - _BESIDE)
        draw_op(self.canvas, Op("+"), plus)
        self.places.keyed["residual"] = Rect(plus.x - OP.least / 2, place.y, OP.least, OP.least)
        self.top, self.lines = place.y, streams.width

    def step(self, number: int, step: Step, frame: Rect) -> None:
        """Draw one residual step: the line leaves below the first box and comes back at the plus."""
        lane = frame.inset(SIDE, 0)
        half = spread(self.stream.width)
        tap = self.y - self.gap * _TAP - half
        self.enter(step, tap - half - 2, lane)
        self.lanes(number, step, lane)
        for cell in filter(None, (step.post, step.conv)):
            self.y += self.gap - self.joint
            self.cell(cell, lane)
        place = self.stand(OP, gap=0.0)
        plus = Point(self.axis, place.center_y)
        sums = step.anew != "all" or number in self.late
        self.rise(place.bottom if sums else place.y, arrow=False)
        right = frame.right - SIDE / 2
        if step.within:
            self.past = tap
            right -= _WITHIN
        elif self.past:
            tap, self.past = self.past, 0.0
            right += _WITHIN
        self._sum(step, tap, plus, right)
        for nth, start in enumerate(self.late.pop(number, ())):
            left = frame.x + SIDE / (2 + nth)
            above = Point(left, start.y - self.gap / 2)
            path = [start, Point(start.x, above.y), above, Point(left, plus.y)]
            self.canvas.line([*path, Point(plus.x - OP.least / 2, plus.y)], arrow=True)
        if self.stream.output_scaled:
            draw_scale(self.canvas, Point(self.axis, (place.bottom + self.top) / 2))
        if sums:
            draw_op(self.canvas, Op("+"), plus)
        key = Rect(plus.x - OP.least / 2, place.y, OP.least, OP.least)
        if step.anew != "none" or not self.stream.blocks:
            self.places.keyed.setdefault("residual", key)
        self.top = place.y
        self.lines = self.stream.width
        if step.sum:
            self.y -= self.joint
            self.cell(step.sum, lane, 0.0)

    def _sum(self, step: Step, tap: float, plus: Point, right: float) -> None:
        """Draw what goes past a step; where a sum begins anew, the one before joins the kept ones."""
        if step.anew == "none" or not self.bus:
            self._residual(tap, plus, right)
            return
        dash = _SOMETIMES if step.anew == "some" else ()
        if dash:
            self._residual(tap, plus, right, dash)
        channel = self.bus[1].x
        self.canvas.line([Point(self.axis, tap), Point(channel, tap)], dash=dash, arrow=True, role="feed")

    def enter(self, step: Step, mouth: float, lane: Rect) -> None:
        """Draw what a step begins with: reading one line of several, and the norm after or before that."""
        late = self.stream.normed and step.pre is not None
        reads = self.stream.width > 1 and not step.whole
        self.y -= self.extents.foot.at(self.t)
        if reads and not late:
            self.read(mouth)
        if step.pre:
            self.cell(step.pre, lane, self.joint)
            if step.mixed:
                self._read_blocks(step.pre, lane.x)
        if reads and late:
            self.y -= self.extents.reading.at(self.t)
            self.read(self.top - _MOUTH)

    def read(self, mouth: float) -> None:
        """Make one line of the streams, at `mouth`."""
        self.top = draw_funnel(self.canvas, self.stream.width, self.axis, self.top, mouth)
        self.lines = 1

    def _residual(self, tap: float, plus: Point, right: float, dash: tuple[float, ...] = ()) -> None:
        """Draw the residual line, or the lines of several streams and where these are mixed."""
        several = self.stream.width > 1
        end = Point(plus.x if several else plus.x + OP.least / 2, plus.y)
        path = [Point(self.axis, tap), Point(right, tap), Point(right, plus.y), end]
        if several:
            path.insert(0, Point(self.axis, tap + spread(self.stream.width) + 1))
        for line in bundle(path, self.stream.width):
            width = line_width(self.stream.width)
            self.canvas.line(line, arrow=not several, role="residual", width=width, dash=dash)
        if several:
            middle, half = (tap + plus.y) / 2, spread(self.stream.width)
            box = Rect(right - half, middle, 2 * half, 0)
            if self.stream.mixed:
                box = draw_mixing(self.canvas, self.stream.width, Point(right, middle))
            self.places.keyed.setdefault("mixing", box)
        if self.stream.residual_scaled:
            draw_scale(self.canvas, Point((right + end.x) / 2, plus.y))

    def lanes(self, number: int, step: Step, region: Rect) -> None:
        """Draw one lane on the axis, or several side by side between a split and a merge of the flow."""
        gap = self.gap
        count = len(step.lanes)
        place = self.stand(highest([self.extents.lane(lane) for lane in step.lanes]))
        if count == 1:
            self.rise(place.bottom, arrow=place.bottom < self.top - 6)
            self.lane(step.lanes[0], Rect(region.x, place.y, region.width, place.height))
            self.top = place.y
            return
        place = place.moved(0, -gap)
        self.y -= 2 * gap
        split, merge = place.bottom + gap, place.y - gap
        self.rise(split, arrow=False)
        # norms of the lanes stand at one height
        even = all(lane.pre and not lane.post for lane in step.lanes)
        for lane, column in zip(
            step.lanes,
            _columns(Rect(region.x, place.y, region.width, place.height), (1.0,) * count),
            strict=True,
        ):
            height = place.height if even else self.extents.lane(lane).at(self.t)
            rect = Rect(column.x, place.center_y - height / 2, column.width, height)
            side = rect.center_x
            self.canvas.line(
                [Point(self.axis, split), Point(side, split), Point(side, rect.bottom)], arrow=True
            )
            self.lane(lane, rect)
            if lane.joins_after:
                self.late.setdefault(number + lane.joins_after, []).append(Point(side, rect.y))
            else:
                self.canvas.line([Point(side, rect.y), Point(side, merge), Point(self.axis, merge)])
        self.top = merge

    def lane(self, lane: Lane, rect: Rect) -> None:
        """Draw a slot with the norms of its own, and the flow between them."""
        top, bottom, middle = rect.y, rect.bottom, rect.center_x
        arrow = self.joint > 6
        if lane.pre:
            height = self.extents.cell(lane.pre).at(self.t)
            draw_cell(self.canvas, lane.pre, Rect(rect.x, bottom - height, rect.width, height), self.places)
            bottom -= height + self.joint
            self.canvas.line([Point(middle, bottom + self.joint), Point(middle, bottom)], arrow=arrow)
        if lane.post:
            height = self.extents.cell(lane.post).at(self.t)
            draw_cell(self.canvas, lane.post, Rect(rect.x, top, rect.width, height), self.places)
            top += height + self.joint
            self.canvas.line([Point(middle, top), Point(middle, top - self.joint)], arrow=arrow)
        place = Rect(rect.x, top, rect.width, bottom - top)
        self.slot(lane.slot, place)
        if lane.fed and self.feed:
            self.feed.append(Point(place.x, place.center_y))

    def feed_arrows(self) -> None:
        """Draw the lines from a table and from the blocks' sums up at the left, into all that read them.

        A part that stands behind another box gets none.
        """
        for out, turn, corner, *ends in filter(None, (self.feed, self.bus)):
            for end in ends:
                if not self.places.blocked([Point(corner.x, end.y), end]):
                    path = [out, turn, corner, Point(corner.x, end.y), end]
                    self.canvas.line(path, arrow=True, role="feed")

    def head(self, final: Cell | None, ahead: Cell | None, above: Sequence[Cell], lane: Rect) -> None:
        """Draw the final norm, beside it what predicts further ahead, and the output that both share."""
        several, reading = self.stream.width > 1, self.extents.reading.at(self.t)
        late = several and self.stream.normed
        if several and not late:
            self.y -= reading
            self.read(self.top - self.gap)
        if not ahead:
            if final:
                self.cell(final, lane)
                self._read_blocks(final, lane.x)
            if late:
                self.y -= reading
                self.read(self.top - _MOUTH)
            for cell in above:
                self.cell(cell, lane)
            self.exits = [Point(self.axis, self.top)]
            return
        self.y -= self.gap
        split = self.y + self.gap
        place = self.stand(highest([self.extents.cell(cell) for cell in (final, ahead) if cell]))
        if late:
            self.y -= reading
        else:
            self.rise(split, arrow=False)
        stood = [self.stand(self.extents.cell(cell)) for cell in above]
        roofs = [Rect(lane.x, each.y, lane.width, each.height) for each in stood]
        for beside, column in zip(
            (ahead, final), _columns(Rect(lane.x, place.y, lane.width, place.height), _HEAD), strict=True
        ):
            x, top = column.center_x, place.y
            path = [Point(self.axis, self.top)] * late + [Point(self.axis, split), Point(x, split)]
            if beside:
                height = self.extents.cell(beside).at(self.t)
                rect = Rect(column.x, place.center_y - height / 2, column.width, height)
                self._lines([*path, Point(x, rect.bottom)])
                draw_cell(self.canvas, beside, rect, self.places)
                path, top = [Point(x, rect.y)], rect.y
            elif late:
                self._lines([*path, Point(x, top)])
            if late and beside is not ahead:
                path = [Point(x, draw_funnel(self.canvas, self.lines, x, top, top - _MOUTH))]
            self.canvas.line([*path, Point(x, roofs[0].bottom)], arrow=True)
            for below, roof in pairwise(roofs):
                self.canvas.line([Point(x, below.y), Point(x, roof.bottom)], arrow=True)
            self.exits.append(Point(x, roofs[-1].y))
        for cell, roof in zip(above, roofs, strict=True):
            draw_cell(self.canvas, cell, roof, self.places)

    def _lines(self, path: Sequence[Point]) -> None:
        """Draw as many lines as flow there; one alone has an arrow."""
        for line in bundle(path, self.lines):
            self.canvas.line(line, arrow=self.lines == 1, width=line_width(self.lines))

    def _read_blocks(self, cell: Cell, left: float) -> None:
        """Lead the sums of blocks into the box that was drawn last."""
        if self.bus:
            self.bus.append(Point(left, self.top + self.extents.cell(cell).at(self.t) / 2))

    def leave(self, top: float) -> None:
        """Draw the arrows out of the model."""
        for start in self.exits:
            self.canvas.line([start, Point(start.x, top)], arrow=True)


def _columns(rect: Rect, weights: Sequence[float]) -> list[Rect]:
    """Cut a rectangle into columns, wide as their weights, with gaps between them."""
    unit = (rect.width - _SLOT_GAP * (len(weights) - 1)) / sum(weights)
    columns, x = [], rect.x
    for weight in weights:
        columns.append(Rect(x, rect.y, weight * unit, rect.height))
        x += weight * unit + _SLOT_GAP
    return columns
