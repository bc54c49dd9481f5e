"""How high everything in a tower is, in one manner of drawing."""

from __future__ import annotations

from archposter.blocks.tree import Cell, Choice, Lane, Repeat, Slot, Step, Tower
from archposter.layout.cells import cell_extent, choice_extent
from archposter.layout.streams import FOOT
from archposter.layout.stretch import OP, Measures, Stretch, highest, total


class Extents:
    """The heights of a tower and its parts, as its `measures` have them."""

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
        return self.measures.gap + self.reading * float(not self._tower.stream.once)

    @property
    def passing(self) -> Stretch:
        """Return what a frame needs beyond its steps where the streams go past all of them."""
        return (self.measures.gap * 2.0 + OP + self.reading) * float(self._tower.stream.once)

    def step(self, step: Step) -> Stretch:
        """Return the height of a residual step."""
        boxes = (step.pre, step.post, step.conv, step.sum)
        norms = [self.cell(norm) + self.measures.joint for norm in boxes if norm]
        gap = self.measures.gap
        fan = gap * 2.0 if len(step.lanes) > 1 else Stretch(0.0, 0.0)
        return total([self.foot, highest([self.lane(lane) for lane in step.lanes]), fan, gap, OP, *norms])

    def frame(self, frame: Repeat | Cell) -> Stretch:
        """Return the height of a frame, or of one condensed to a line."""
        if isinstance(frame, Cell):
            return self.cell(frame)
        return total([self.step(step) for step in frame.steps]) + self.passing + self.measures.pad * 2

    def tower(self, frames: tuple[Repeat | Cell, ...]) -> Stretch:
        """Return the height of everything."""
        tower, m = self._tower, self.measures
        alone = (tower.embedding, tower.widened, *tower.below, tower.narrowed, tower.output)
        boxes = [self.cell(cell) + m.gap for cell in alone if cell]
        beside = [self.cell(cell) + m.gap for cell in (tower.final, tower.ahead) if cell]
        last = highest(beside or [Stretch(0.0, 0.0)])
        fans = m.gap * (2.0 * bool(tower.table) + 1.0 * bool(tower.ahead) + 2.0 * (tower.loops > 1))
        added = [OP + m.gap for _ in tower.added]
        framed = [self.frame(frame) + m.gap for frame in frames]
        outside = Stretch(2 * m.outside, 2 * m.outside)
        return total([*boxes, last, fans, self.reading, *added, *framed, m.pad * 2, outside]) + m.gap * -1.0
