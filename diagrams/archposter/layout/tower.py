"""The tower: input at the bottom, output at the top, residual lines at the right of each frame."""

from __future__ import annotations

from typing import NamedTuple

from archposter.blocks.tree import Cell, Choice, Lane, Repeat, Slot, Step, Tower
from archposter.layout.canvas import Canvas
from archposter.layout.cells import Places, cell_extent, choice_extent
from archposter.layout.flow import MODEL_PAD, SIDE, Flow
from archposter.layout.streams import FOOT
from archposter.layout.stretch import OP, ROOMY, SLIM, Measures, Stretch, highest, total
from archposter.scene import Rect

WIDTH = 330.0
WIDTH_OF_PARALLEL = 392.0


class Framing(NamedTuple):
    """One way to draw a tower: its frames, the measures, and the height that gives."""

    frames: tuple[Repeat | Cell, ...]
    measures: Measures
    extent: Stretch


def width(tower: Tower) -> float:
    """Return how wide the tower wants to be."""
    steps = [step for frame in tower.frames[0] if isinstance(frame, Repeat) for step in frame.steps]
    return WIDTH_OF_PARALLEL if any(len(step.lanes) > 1 for step in steps) else WIDTH


def framing(tower: Tower, height: float) -> Framing:
    """Return the richest framing that fits, or the last: rather thin than without its layers' parts."""
    found = None
    for frames in tower.frames:
        for measures in (ROOMY, SLIM):
            found = Framing(frames, measures, _Extents(tower, measures).tower(frames))
            if found.extent.least <= height:
                return found
    assert found
    return found


def draw(canvas: Canvas, tower: Tower, rect: Rect, loosest: float = 1.0) -> Places:
    """Draw the tower into the region and return where the boxes came to lie.

    `loosest`: how far it may be stretched; 1.0 is as far as it looks best alone.
    """
    frames, measures, extent = framing(tower, rect.height)
    t = extent.solve(rect.height, loosest)
    spare = max(0.0, rect.height - extent.at(t)) / 2
    rect = Rect(rect.x, rect.y + spare, rect.width, rect.height - 2 * spare)
    outside = measures.outside
    flow = Flow(canvas, _Extents(tower, measures), tower.stream, rect.center_x, t)
    top = flow.input_words(rect)
    model = Rect(rect.x, rect.y + outside, rect.width, rect.height - 2 * outside)
    look = canvas.look("model")
    canvas.box(model, look.fill, look.stroke, radius=16, role="frame")
    flow.start(model.bottom - measures.pad.at(t), top)
    inner = model.inset(MODEL_PAD, 0)
    lane = inner.inset(SIDE, 0)
    flow.tables(tower.embedding, tower.table, lane)
    for cell in tower.added:
        flow.side_input(cell, inner)
    for cell in tower.below:
        flow.cell(cell, lane)
    flow.layers(frames, inner, tower.loops)
    flow.head(tower.final, tower.ahead, tower.output, lane)
    flow.leave(rect.y)
    return flow.places


class _Extents:
    """How high everything in a tower is, in one manner of drawing."""

    def __init__(self, tower: Tower, measures: Measures) -> None:
        self._tower = tower
        self.measures = measures

    def slot(self, slot: Slot) -> Stretch:
        """Return the height of a box or a choice."""
        if isinstance(slot, Choice):
            return choice_extent(slot, self.measures)
        return cell_extent(slot, self.measures)

    def cell(self, cell: Cell) -> Stretch:
        """Return the height of a box."""
        return cell_extent(cell, self.measures)

    def lane(self, lane: Lane) -> Stretch:
        """Return the height of a slot with the norms of its own."""
        norms = [self.cell(norm) + self.measures.joint for norm in (lane.pre, lane.post) if norm]
        return total([self.slot(lane.slot), *norms])

    @property
    def reading(self) -> Stretch:
        """Return the room that it takes to make one line of several streams."""
        return Stretch(FOOT, FOOT) * float(self._tower.stream.width > 1)

    @property
    def foot(self) -> Stretch:
        """Return what a step has below its first box: room for the tap, and where streams become one."""
        return self.measures.gap + self.reading

    def step(self, step: Step) -> Stretch:
        """Return the height of a residual step."""
        norms = [self.cell(norm) + self.measures.joint for norm in (step.pre, step.post) if norm]
        gap = self.measures.gap
        fan = gap * 2.0 if len(step.lanes) > 1 else Stretch(0.0, 0.0)
        return total([self.foot, highest([self.lane(lane) for lane in step.lanes]), fan, gap, OP, *norms])

    def frame(self, frame: Repeat | Cell) -> Stretch:
        """Return the height of a frame, or of one condensed to a line."""
        if isinstance(frame, Cell):
            return self.cell(frame)
        return total([self.step(step) for step in frame.steps]) + self.measures.pad * 2

    def tower(self, frames: tuple[Repeat | Cell, ...]) -> Stretch:
        """Return the height of everything."""
        tower, m = self._tower, self.measures
        boxes = [self.cell(cell) + m.gap for cell in (tower.embedding, *tower.below, tower.output)]
        last = highest([self.cell(cell) for cell in (tower.final, tower.ahead) if cell]) + m.gap
        fans = m.gap * (2.0 * bool(tower.table) + 1.0 * bool(tower.ahead) + 2.0 * (tower.loops > 1))
        added = [OP + m.gap for _ in tower.added]
        framed = [self.frame(frame) + m.gap for frame in frames]
        outside = Stretch(2 * m.outside, 2 * m.outside)
        return total([*boxes, last, fans, self.reading, *added, *framed, m.pad * 2, outside]) + m.gap * -1.0
