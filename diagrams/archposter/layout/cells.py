"""Boxes with names, and choices between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from archposter.blocks.tree import Cell, Choice, Op
from archposter.layout.canvas import CORNER, Canvas, choose, crosses
from archposter.layout.stretch import OP, ROOMY, Measures, Stretch, total
from archposter.scene import Point, Rect
from archposter.text.metrics import advance
from archposter.theme import HEAD, SMALL, Look

CELL_MARGIN = 4.0
_OPTION_GAP = 4.0
_CHOICE_PAD = 5.0
LEADING = 22.0
_RING = 3.0
_HATCHED = 12.0  # how wide the hatching at both ends of a box is at most


@dataclass(frozen=True)
class Places:
    """Where boxes came to lie: by key, for what holds on to them; all, for what must go around them."""

    keyed: dict[str, Rect] = field(default_factory=dict)
    boxes: list[Rect] = field(default_factory=list)

    def add(self, rect: Rect, key: str) -> None:
        """Note a box; of two with one key the first is held on to."""
        self.boxes.append(rect)
        if key:
            self.keyed.setdefault(key, rect)

    def blocked(self, points: Sequence[Point]) -> bool:
        """Tell whether a polyline runs through any box."""
        return any(crosses(box, points) for box in self.boxes)


def cell_extent(cell: Cell, measures: Measures = ROOMY) -> Stretch:
    """Return the box's height."""
    if cell.details:
        return measures.name_and_detail
    return measures.line if cell.look == "plain" else measures.name


def draw_cell(canvas: Canvas, cell: Cell, rect: Rect, places: Places | None = None) -> None:
    """Draw a box with its name and, below it, its detail."""
    look = canvas.look(cell.look)
    if cell.marked:
        ring = rect.inset(-_RING)
        canvas.box(ring, None, canvas.accent.ink, width=_RING, radius=CORNER + _RING, role="ring")
    canvas.box(rect, look.fill, look.stroke, role="cell", source=cell.source, look=cell.look)
    if places:
        places.add(rect, cell.key)
    inner = Rect(rect.x + CELL_MARGIN, rect.y, rect.width - 2 * CELL_MARGIN, rect.height)
    # A detail that cannot be said whole is left out: a number cut short would be another number.
    detail = next((d for d in cell.details if advance(d, "regular", SMALL) <= inner.width), "")
    lift = LEADING / 2 if detail else 0.0
    name = inner.moved(0, -lift)
    if cell.look == "plain":
        canvas.label(name, cell.names, fill=look.text, source=cell.source)
    else:
        canvas.label(name, cell.names, face="semibold", size=HEAD, fill=look.text, source=cell.source)
    if detail:
        canvas.label(inner.moved(0, lift), (detail,), fill=look.text, source=cell.source)
    if look.hatched:
        _hatch(canvas, rect, look, max(advance(detail, "regular", SMALL), _widest(cell, inner.width)))


def _widest(cell: Cell, width: float) -> float:
    return advance(choose(cell.names, "semibold", HEAD, width), "semibold", HEAD)


def _hatch(canvas: Canvas, rect: Rect, look: Look, words: float) -> None:
    """Hatch both ends of a box as far as its words leave room."""
    wide = min(_HATCHED, (rect.width - words) / 2 - 2 * CELL_MARGIN)
    if wide > 0:
        for x in (rect.x + 2, rect.right - wide - 2):
            canvas.hatch(Rect(x, rect.y + 2, wide, rect.height - 4), look.text)


def choice_extent(choice: Choice, measures: Measures) -> Stretch:
    """Return the height of the options above one another."""
    gaps = _OPTION_GAP * (len(choice.options) - 1) + 2 * _CHOICE_PAD
    return total([cell_extent(cell, measures) for _, cell in choice.options]) + Stretch(gaps, gaps)


def draw_choice(
    canvas: Canvas, choice: Choice, rect: Rect, measures: Measures, t: float, places: Places
) -> None:
    """Draw the options from below, each with how many layers have it."""
    canvas.box(rect, canvas.look("empty").fill, canvas.accent.ink, dash=(2.0, 3.0), radius=10, role="choice")
    labels = [f"{times} ×" for times, _ in choice.options]
    badge = max(advance(label, "semibold", HEAD) for label in labels) + 9
    y = rect.bottom - _CHOICE_PAD
    for label, (_, cell) in zip(labels, choice.options, strict=True):
        height = cell_extent(cell, measures).at(t)
        y -= height
        side = Rect(rect.x + _CHOICE_PAD, y, badge, height)
        canvas.label(side, (label,), face="semibold", size=HEAD, fill=canvas.accent.ink)
        option = Rect(side.right, y, rect.right - _CHOICE_PAD - side.right, height)
        draw_cell(canvas, cell, option)
        # Leaders and connectors hold on to the choice's border, beside the count.
        places.add(Rect(rect.x, y, rect.width, height), cell.key)
        y -= _OPTION_GAP


def draw_op(canvas: Canvas, op: Op, center: Point) -> None:
    """Draw an operator's circle; plus and times are strokes, so that they sit in the middle."""
    radius = OP.least / 2
    canvas.disc(center.x, center.y, radius, canvas.theme.card.fill, canvas.theme.flow)
    if op.symbol == "σ":
        canvas.text(center.x, center.y + 5, "σ", align=0.5)
        return
    arm = radius * (0.56 if op.symbol == "+" else 0.42)
    ends = ((arm, 0.0), (0.0, arm)) if op.symbol == "+" else ((arm, arm), (arm, -arm))
    for dx, dy in ends:
        canvas.line(
            [Point(center.x - dx, center.y - dy), Point(center.x + dx, center.y + dy)],
            role="symbol",
            width=1.6,
        )
