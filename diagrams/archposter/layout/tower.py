"""The tower: input at the bottom, output at the top, residual lines at the right of each frame."""

from __future__ import annotations

from dataclasses import dataclass, field

from archposter.blocks.tree import Cell, Choice, Lane, Op, Repeat, Slot, Step, Tower
from archposter.layout.canvas import Canvas
from archposter.layout.cells import Places, cell_extent, choice_extent, draw_cell, draw_choice, draw_op
from archposter.layout.stretch import GAP, OP, PAD, Stretch, highest, total
from archposter.scene import Point, Rect
from archposter.text.metrics import cap_height
from archposter.theme import SMALL

WIDTH = 330.0
WIDTH_OF_PARALLEL = 392.0
_MODEL_PAD = 14.0
_SIDE = 30.0  # between a frame's border and its boxes: room for the residual line
_OUTSIDE = 30.0  # below the model's frame: the input's words and its arrow; above: the output's arrow
_SLOT_GAP = 12.0


def width(tower: Tower) -> float:
    """Return how wide the tower wants to be."""
    steps = [step for frame in tower.frames[0] if isinstance(frame, Repeat) for step in frame.steps]
    return WIDTH_OF_PARALLEL if any(len(step.lanes) > 1 for step in steps) else WIDTH


def _slot_extent(slot: Slot) -> Stretch:
    return choice_extent(slot) if isinstance(slot, Choice) else cell_extent(slot)


def _lane_extent(lane: Lane) -> Stretch:
    norms = [cell_extent(norm) + GAP for norm in (lane.pre, lane.post) if norm]
    return total([_slot_extent(lane.slot), *norms])


def _step_extent(step: Step) -> Stretch:
    norms = [cell_extent(norm) + GAP for norm in (step.pre, step.post) if norm]
    fan = 2.0 if len(step.lanes) > 1 else 1.0
    return total([GAP * fan, highest([_lane_extent(lane) for lane in step.lanes]), GAP * fan, OP, *norms])


def _frame_extent(frame: Repeat | Cell) -> Stretch:
    if isinstance(frame, Cell):
        return cell_extent(frame)
    return total([_step_extent(step) for step in frame.steps]) + PAD * 2


def extent(tower: Tower, frames: tuple[Repeat | Cell, ...]) -> Stretch:
    """Return the tower's height with one of its framings."""
    cells = [cell_extent(cell) + GAP for cell in (*tower.below, *tower.above)]
    positions = [OP + GAP] if tower.positions else []
    framed = [_frame_extent(frame) + GAP for frame in frames]
    return total([*cells, *positions, *framed, PAD * 2, Stretch(2 * _OUTSIDE, 2 * _OUTSIDE)]) + GAP * -1.0


def draw(canvas: Canvas, tower: Tower, rect: Rect) -> Places:
    """Draw the richest framing that fits the region and return where the boxes came to lie."""
    frames = next(
        (frames for frames in tower.frames if extent(tower, frames).least <= rect.height), tower.frames[-1]
    )
    stretch = extent(tower, frames)
    t = stretch.solve(rect.height)
    spare = max(0.0, rect.height - stretch.at(t)) / 2
    rect = Rect(rect.x, rect.y + spare, rect.width, rect.height - 2 * spare)
    flow = _Flow(canvas, rect.center_x, rect.bottom - 16, t)
    flow.input_words(rect)
    model = Rect(rect.x, rect.y + _OUTSIDE, rect.width, rect.height - 2 * _OUTSIDE)
    look = canvas.look("model")
    canvas.box(model, look.fill, look.stroke, radius=16, role="frame")
    flow.y = model.bottom - PAD.at(t)
    inner = model.inset(_MODEL_PAD, 0)
    for cell in tower.below:
        flow.cell(cell, inner.inset(_SIDE, 0))
    if tower.positions:
        flow.side_input(tower.positions, inner)
    for frame in frames:
        if isinstance(frame, Cell):
            flow.cell(frame, inner)
        else:
            flow.repeat(frame, inner)
    for cell in tower.above:
        flow.cell(cell, inner.inset(_SIDE, 0))
    flow.leave(rect.y)
    return flow.places


@dataclass
class _Flow:
    """A pen that climbs the axis: `y` is where the next thing stands, `top` the last one's upper edge."""

    canvas: Canvas
    axis: float
    y: float
    t: float
    top: float = 0.0
    places: Places = field(default_factory=Places)
    late: dict[int, list[Point]] = field(default_factory=dict)

    def input_words(self, rect: Rect) -> None:
        """Write what comes in, below the model."""
        size = cap_height("regular", SMALL)
        self.canvas.text(self.axis, rect.bottom - 2, "Tokens", align=0.5, fill=self.canvas.theme.muted)
        self.places.keyed["input"] = Rect(self.axis - 38, rect.bottom - 2 - size, 76, size)
        self.top = rect.bottom - 2 - size - 5

    def rise(self, target: float, arrow: bool = True) -> None:
        """Draw the flow from the last thing up to `target`."""
        self.canvas.line([Point(self.axis, self.top), Point(self.axis, target)], arrow=arrow)

    def stand(self, extent: Stretch, gap: bool = True) -> Rect:
        """Take a piece of the axis and return its upper and lower edge as a rectangle without width."""
        height = extent.at(self.t)
        rect = Rect(self.axis, self.y - height, 0, height)
        self.y -= height + (GAP.at(self.t) if gap else 0)
        return rect

    def cell(self, cell: Cell, lane: Rect) -> None:
        """Draw a box across the lane."""
        place = self.stand(cell_extent(cell))
        self.rise(place.bottom)
        draw_cell(self.canvas, cell, Rect(lane.x, place.y, lane.width, place.height), self.places)
        self.top = place.y

    def slot(self, slot: Slot, rect: Rect) -> None:
        """Draw a box or a choice."""
        if isinstance(slot, Choice):
            draw_choice(self.canvas, slot, rect, self.t, self.places)
        else:
            draw_cell(self.canvas, slot, rect, self.places)

    def side_input(self, cell: Cell, lane: Rect) -> None:
        """Add what comes in from a box at the left."""
        place = self.stand(OP)
        center = Point(self.axis, place.center_y)
        self.rise(place.bottom, arrow=False)
        width = (lane.width - OP.least) / 2 - 30
        height = cell_extent(cell).at(self.t)
        rect = Rect(lane.x, center.y - height / 2, width, height)
        draw_cell(self.canvas, cell, rect, self.places)
        self.canvas.line([Point(rect.right, center.y), Point(center.x - OP.least / 2, center.y)], arrow=True)
        draw_op(self.canvas, Op("+"), center)
        self.top = place.y

    def repeat(self, frame: Repeat, lane: Rect) -> None:
        """Draw a frame with its steps."""
        place = self.stand(_frame_extent(frame))
        rect = Rect(lane.x, place.y, lane.width, place.height)
        look = self.canvas.look("group")
        self.canvas.box(rect, look.fill, look.stroke, width=1.8, radius=12, role="frame", source=frame.source)
        self.places.keyed.setdefault(frame.key, rect)
        below, self.y = self.y, rect.bottom - PAD.at(self.t)
        self.late = {}
        for number, step in enumerate(frame.steps):
            self.step(number, step, rect)
        self.y = below

    def step(self, number: int, step: Step, frame: Rect) -> None:
        """Draw one residual step: the line leaves below the first box and comes back at the plus."""
        lane = frame.inset(_SIDE, 0)
        tap = self.y - GAP.at(self.t) * 0.35
        self.y -= GAP.at(self.t)
        if step.pre:
            self.cell(step.pre, lane)
        self.lanes(number, step, lane)
        if step.post:
            self.cell(step.post, lane)
        place = self.stand(OP, gap=False)
        plus = Point(self.axis, place.center_y)
        self.rise(place.bottom, arrow=False)
        right = frame.right - _SIDE / 2
        self.canvas.line(
            [
                Point(self.axis, tap),
                Point(right, tap),
                Point(right, plus.y),
                Point(plus.x + OP.least / 2, plus.y),
            ],
            arrow=True,
            role="residual",
        )
        for nth, start in enumerate(self.late.pop(number, ())):
            left = frame.x + _SIDE / (2 + nth)
            above = Point(left, start.y - GAP.at(self.t) / 2)
            path = [start, Point(start.x, above.y), above, Point(left, plus.y)]
            self.canvas.line([*path, Point(plus.x - OP.least / 2, plus.y)], arrow=True)
        draw_op(self.canvas, Op("+"), plus)
        self.top = place.y

    def lanes(self, number: int, step: Step, region: Rect) -> None:
        """Draw one lane on the axis, or several side by side between a split and a merge of the flow."""
        gap = GAP.at(self.t)
        count = len(step.lanes)
        place = self.stand(highest([_lane_extent(lane) for lane in step.lanes]))
        if count == 1:
            self.rise(place.bottom)
            self.lane(step.lanes[0], Rect(region.x, place.y, region.width, place.height))
            self.top = place.y
            return
        place = place.moved(0, -gap)
        self.y -= 2 * gap
        width = (region.width - _SLOT_GAP * (count - 1)) / count
        split, merge = place.bottom + gap, place.y - gap
        self.rise(split, arrow=False)
        for nth, lane in enumerate(step.lanes):
            height = _lane_extent(lane).at(self.t)
            rect = Rect(region.x + nth * (width + _SLOT_GAP), place.center_y - height / 2, width, height)
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
        gap = GAP.at(self.t)
        top, bottom, middle = rect.y, rect.bottom, rect.center_x
        if lane.pre:
            height = cell_extent(lane.pre).at(self.t)
            draw_cell(self.canvas, lane.pre, Rect(rect.x, bottom - height, rect.width, height), self.places)
            bottom -= height + gap
            self.canvas.line([Point(middle, bottom + gap), Point(middle, bottom)], arrow=True)
        if lane.post:
            height = cell_extent(lane.post).at(self.t)
            draw_cell(self.canvas, lane.post, Rect(rect.x, top, rect.width, height), self.places)
            top += height + gap
            self.canvas.line([Point(middle, top), Point(middle, top - gap)], arrow=True)
        self.slot(lane.slot, Rect(rect.x, top, rect.width, bottom - top))

    def leave(self, top: float) -> None:
        """Draw the arrow out of the model."""
        self.rise(top)
