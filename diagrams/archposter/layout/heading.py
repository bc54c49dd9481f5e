"""The model's name in its family's colour, with the published size after it, and what is new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from archposter.blocks.tree import Card, Wordings
from archposter.layout.canvas import Canvas
from archposter.scene import Rect, Size
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit, wrap
from archposter.theme import SMALL

_RING = Size(20.0, 14.0)  # beside the words that say what rings mean
_RING_GAP = 9.0


class Titled(Protocol):
    """What has a name, and a published size or none."""

    @property
    def title(self) -> str:
        """The name."""

    @property
    def size(self) -> str:
        """The size, as published."""


def draw_title(canvas: Canvas, card: Titled, rect: Rect, sizes: Sequence[float], align: float = 0.0) -> float:
    """Draw the title in the largest of `sizes` that fits, cut short if none does; return where it ends.

    `align`: 0.0 at the left of `rect`, 1.0 at its right.
    """
    whole = f"{card.title} {card.size}".strip()
    size = next((size for size in sizes if advance(whole, "display", size) <= rect.width), sizes[-1])
    gap = advance(" ", "display", size)
    tail = gap + advance(card.size, "display", size) if card.size else 0.0
    name = fit(card.title, "display", size, rect.width - tail)
    baseline = rect.y + (rect.height + cap_height("display", sizes[0])) / 2
    start = rect.x + align * (rect.width - advance(name, "display", size) - tail)
    end = start + canvas.text(start, baseline, name, face="display", size=size, fill=canvas.accent.ink)
    if card.size:
        end += gap
        end += canvas.text(end, baseline, card.size, face="display", size=size, fill=canvas.theme.muted)
    return end


def set_news(card: Card, width: float, most: int | None = None, *, apart: bool = False) -> tuple[str, ...]:
    """Return what is new in lines, of which the first stands beside the words that say against whom.

    It takes as many lines as the shortest list; none of its entries is left out but for those that do not
    fit in `most` lines.  `apart`: nothing stands beside, as where that takes no more lines.
    """
    if not card.news:
        return ("",)
    first = 0.0 if apart else width - _lead_width(card)

    def lines(entries: Wordings) -> tuple[str, ...]:
        return min((_lines(entries, room, width) for room in (0.0, first)), key=len)

    least = card.news[-1]
    fewest = min(len(lines(least)), most or len(least) + 1)
    cut = (
        (*least[:few], f"{len(least) - few} more: archposter facts") for few in range(len(least) - 1, -1, -1)
    )
    return next((found for found in map(lines, (*card.news, *cut)) if len(found) <= fewest), ("",))


def _lead_width(card: Card) -> float:
    return (_RING.width + 2 + _RING_GAP if card.marks else 0.0) + advance(f"{card.lead}: ", "regular", SMALL)


def _lines(entries: Wordings, first: float, width: float) -> tuple[str, ...]:
    """Break a list into lines, the first of another width; short entries are not broken."""
    lines = [""]
    for entry in entries:
        room = first if len(lines) == 1 else width
        longer = f"{lines[-1]}, {entry}" if lines[-1] else entry
        if advance(f"{longer},", "regular", SMALL) <= room:
            lines[-1] = longer
            continue
        lines[-1] += "," if lines[-1] else ""
        lines += wrap(entry, "regular", SMALL, width)
    return tuple(lines)


def draw_news(canvas: Canvas, card: Card, lines: Sequence[str], at: Rect, pitch: float) -> None:
    """Say on the baseline `at.y` whom the model is compared with, beside a ring if any, and what is new."""
    x, y, accent = at.x, at.y, canvas.accent.ink
    if card.marks:
        mark = Rect(x + 2, y - cap_height("regular", SMALL) / 2 - _RING.height / 2, *_RING)
        canvas.box(mark, None, accent, width=3.0, radius=5, role="ring")
        x = mark.right + _RING_GAP
    if not card.news:
        canvas.text(x, y, card.lead, face="semibold", fill=accent)
        return
    beside, *below = lines
    lead = f"{card.lead}: " if beside else f"{card.lead}:"
    canvas.words(x, y, [(lead, "regular", canvas.theme.muted), (beside, "regular", accent)])
    for number, line in enumerate(below, start=1):
        canvas.text(at.x, y + number * pitch, line, fill=accent)
