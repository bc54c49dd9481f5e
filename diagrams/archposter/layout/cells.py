"""Boxes with names, and choices between them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from archposter.blocks.tree import Cell, Choice, Op, Wordings
from archposter.layout.canvas import CORNER, Canvas, crosses
from archposter.layout.stretch import OP, Measures, Stretch, total
from archposter.scene import Face, Point, Rect
from archposter.text.metrics import advance
from archposter.text.wrap import wrap
from archposter.theme import HEAD, SMALL, Look

CELL_MARGIN = 4.0
_OPTION_GAP, _RINGED_GAP = 4.0, 11.0
_CHOICE_PAD = 5.0
_CLEAR = 3.0  # what lines of type leave of a box's height, so that tails keep off its border
LEADING = 22.0
_RING = 3.0
_HATCHED = 12.0  # how wide the hatching at both ends of a box is at most
_RING_ROOM = Stretch(5.0, 5.0)  # between a box that may have a ring and a line of type


@dataclass(eq=False)
class Places:
    """Where boxes came to lie: by key, for what holds on to them; all, for what must go around them.

    `held`: boxes that stand for a part without showing it.  `frames`: what gathers boxes, the model first.
    `tips`: where arrows end; `levels`: level pieces of lines, each from left to right; `anchors`: where
    leaders from the left end.
    """

    keyed: dict[str, Rect] = field(default_factory=dict)
    held: dict[str, Rect] = field(default_factory=dict)
    boxes: list[Rect] = field(default_factory=list)
    frames: list[Rect] = field(default_factory=list)
    tips: list[Point] = field(default_factory=list)
    levels: list[tuple[Point, Point]] = field(default_factory=list)
    anchors: list[Point] = field(default_factory=list)

    def add(self, rect: Rect, key: str) -> None:
        """Note a box; of two with one key the first is held on to."""
        self.boxes.append(rect)
        if key:
            self.keyed.setdefault(key, rect)

    def blocked(self, points: Sequence[Point]) -> bool:
        """Tell whether a polyline runs through any box."""
        return any(crosses(box, points) for box in self.boxes)


class Lines(NamedTuple):
    """What stands in a box, line by line."""

    names: tuple[str, ...]
    details: tuple[str, ...]


@lru_cache(maxsize=4096)
def set_lines(cell: Cell, width: float) -> Lines:
    """Return a box's name and what stands below it, for a width.

    A name or a fact that no wording fits is broken into lines; a detail that none fits is left out, since it
    only says in numbers what is drawn elsewhere.
    """
    room = width - 2 * CELL_MARGIN
    face: Face = "regular" if cell.look == "plain" else "semibold"
    size = SMALL if cell.look == "plain" else HEAD
    name = next((name for name in cell.names if advance(name, face, size) <= room), cell.names[-1])
    names = wrap(name, face, size, room)
    if cell.facts:
        return Lines(names, _set_facts(cell.facts, room))
    return Lines(names, tuple(d for d in cell.details if advance(d, "regular", SMALL) <= room)[:1])


def _set_facts(facts: Sequence[Wordings], room: float) -> tuple[str, ...]:
    """Set facts in full where abbreviations would save no line."""
    full, short = ([fact[nth] for fact in facts] for nth in (0, -1))
    long, brief = _joined(full, room), _joined(short, room)
    return _evened(short, brief, room) if len(brief) < len(long) else _evened(full, long, room)


def _evened(facts: Sequence[str], lines: tuple[str, ...], room: float) -> tuple[str, ...]:
    """Return facts in as many lines, the widest of which is as narrow as it gets."""
    if len(lines) == 1:
        return lines
    several = range(1, len(facts))
    widths = sorted(
        advance(" · ".join(facts[start : start + many]), "regular", SMALL)
        for many in several
        for start in range(len(facts) - many + 1)
    )
    least = max(advance(fact, "regular", SMALL) for fact in facts)
    tried = (_joined(facts, width) for width in widths if least <= width <= room)
    return next((found for found in tried if len(found) == len(lines)), lines)


def _joined(facts: Sequence[str], room: float) -> tuple[str, ...]:
    """Set facts side by side in as few lines as hold them; only one wider than a line is broken."""
    lines: list[str] = []
    for fact in facts:
        beside = f"{lines[-1]} · {fact}" if lines else fact
        if lines and advance(beside, "regular", SMALL) <= room:
            lines[-1] = beside
        else:
            lines += wrap(fact, "regular", SMALL, room)
    return tuple(lines)


def cell_extent(cell: Cell, measures: Measures) -> Stretch:
    """Return the box's height."""
    names, details = set_lines(cell, measures.width)
    further = measures.more * float(max(0, len(details) - 1) + len(names) - 1)
    if details:
        return measures.name_and_detail + further
    return (measures.line if cell.look == "plain" else measures.name) + further


def draw_cell(canvas: Canvas, cell: Cell, rect: Rect, places: Places | None = None) -> None:
    """Draw a box with its name and, below it, its detail."""
    look = canvas.look(cell.look)
    if cell.marked:
        ring = rect.inset(-_RING)
        canvas.box(ring, None, canvas.accent.ink, width=_RING, radius=CORNER + _RING, role="ring")
    canvas.box(rect, look.fill, look.stroke, role="cell", source=cell.source, look=cell.look)
    if places:
        places.add(rect, cell.key)
        for key in cell.holds:
            places.held.setdefault(key, rect)
    names, details = set_lines(cell, rect.width)
    lines = [(name, True) for name in names] + [(detail, False) for detail in details]
    pitch = min(LEADING, (rect.height - _CLEAR) / len(lines))
    widest = 0.0
    for number, (words, named) in enumerate(lines):
        line = rect.moved(0, (number - (len(lines) - 1) / 2) * pitch)
        if named and cell.look != "plain":
            canvas.label(line, (words,), face="semibold", size=HEAD, fill=look.text, source=cell.source)
            widest = max(widest, advance(words, "semibold", HEAD))
        else:
            canvas.label(line, (words,), fill=look.text, source=cell.source)
            widest = max(widest, advance(words, "regular", SMALL))
    if look.hatched:
        _hatch(canvas, rect, look, widest)


def _hatch(canvas: Canvas, rect: Rect, look: Look, words: float) -> None:
    """Hatch both ends of a box as far as its words leave room."""
    wide = min(_HATCHED, (rect.width - words) / 2 - 2 * CELL_MARGIN)
    if wide > 0:
        for x in (rect.x + 2, rect.right - wide - 2):
            canvas.hatch(Rect(x, rect.y + 2, wide, rect.height - 4), look.text)


def _badges(choice: Choice) -> tuple[list[str], float]:
    """Return how often each option occurs, and how wide the widest of these is."""
    labels = [f"{times} ×" for times, _ in choice.options]
    return labels, max(advance(label, "semibold", HEAD) for label in labels) + 9


def choice_extent(choice: Choice, measures: Measures) -> Stretch:
    """Return the height of the options above one another."""
    shared = _shared(choice, measures.width - 2 * _CHOICE_PAD)
    measures = measures.wide(measures.width - _badges(choice)[1] - 2 * _pad(choice))
    below = measures.more * float(len(shared)) + _RING_ROOM * float(bool(shared))
    gaps = _gap(choice) * (len(choice.options) - 1) + 2 * _pad(choice)
    return total([cell_extent(cell, measures) for _, cell in choice.options]) + below + Stretch(gaps, gaps)


def _shared(choice: Choice, width: float) -> tuple[str, ...]:
    """Return the lines below the options."""
    if not choice.shared:
        return ()
    lead = "both: " if len(choice.options) == 2 else "all: "
    first = tuple(lead + words for words in choice.shared[0])
    return _set_facts((first, *choice.shared[1:]), width)


def _gap(choice: Choice) -> float:
    """Return how far options stand apart: rings must not touch."""
    return _RINGED_GAP if any(cell.marked for _, cell in choice.options) else _OPTION_GAP


def _pad(choice: Choice) -> float:
    ringed = any(cell.marked for _, cell in choice.options)
    return _CHOICE_PAD + _RING if ringed else _CHOICE_PAD


def draw_choice(
    canvas: Canvas, choice: Choice, rect: Rect, measures: Measures, t: float, places: Places
) -> None:
    """Draw the options from below, each with how many layers have it."""
    canvas.box(rect, canvas.look("empty").fill, canvas.theme.quiet, dash=(2.0, 3.0), radius=10, role="choice")
    places.boxes.append(rect)
    labels, badge = _badges(choice)
    pad = _pad(choice)
    measures = measures.wide(rect.width - badge - 2 * pad)
    y = rect.bottom - pad
    shared = _shared(choice, rect.width - 2 * _CHOICE_PAD)
    height = measures.more.at(t)
    y -= height * len(shared)
    for number, words in enumerate(shared):
        canvas.label(Rect(rect.x, y + number * height, rect.width, height), (words,))
    y -= _RING_ROOM.least if shared else 0.0
    for label, (_, cell) in zip(labels, choice.options, strict=True):
        height = cell_extent(cell, measures).at(t)
        y -= height
        side = Rect(rect.x + _CHOICE_PAD, y, badge, height)
        canvas.label(side, (label,), face="semibold", size=HEAD)
        left = side.right + pad - _CHOICE_PAD
        option = Rect(left, y, rect.right - pad - left, height)
        draw_cell(canvas, cell, option)
        # Leaders and connectors hold on to the choice's border, beside the count.
        places.add(Rect(rect.x, y, rect.width, height), cell.key)
        y -= _gap(choice)


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
