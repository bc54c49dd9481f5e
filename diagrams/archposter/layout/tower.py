"""The tower: input at the bottom, output at the top, residual lines at the right of each frame."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from archposter.blocks.tree import Cell, Repeat, Tower
from archposter.layout.canvas import Canvas
from archposter.layout.cells import Places
from archposter.layout.extents import Extents
from archposter.layout.flow import MODEL_PAD, SIDE, Flow
from archposter.layout.stretch import ROOMY, SLIM, THIN, Measures, Stretch
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
    shown = [frames for frames in tower.frames if any(isinstance(frame, Repeat) for frame in frames)]
    bare = [frames for frames in tower.frames if frames not in shown]
    candidates = (*product(shown, (ROOMY, SLIM)), *product(shown, (THIN,)), *product(bare, (ROOMY, SLIM)))
    for frames, measures in candidates:
        found = Framing(frames, measures, Extents(tower, measures).tower(frames))
        if found.extent.least <= height:
            break
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
    flow = Flow(canvas, Extents(tower, measures), tower.stream, rect.center_x, t)
    top = flow.input_words(rect)
    model = Rect(rect.x, rect.y + outside, rect.width, rect.height - 2 * outside)
    look = canvas.look("model")
    canvas.box(model, look.fill, look.stroke, radius=16, role="frame")
    flow.start(model.bottom - measures.pad.at(t), top)
    inner = model.inset(MODEL_PAD, 0)
    lane = inner.inset(SIDE, 0)
    flow.tables(tower.embedding, tower.table, lane)
    if tower.widened:
        flow.cell(tower.widened, lane)
    for cell in tower.added:
        flow.side_input(cell, inner)
    for cell in tower.below:
        flow.cell(cell, lane)
    flow.layers(frames, inner, tower.loops)
    flow.head(tower.final, tower.ahead, [cell for cell in (tower.narrowed, tower.output) if cell], lane)
    flow.feed_arrows()
    flow.leave(rect.y)
    return flow.places
