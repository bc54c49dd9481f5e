"""The model's name in its family's colour, with the published size after it, and what is new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from archposter.blocks.tree import Card
from archposter.layout.canvas import Canvas, choose
from archposter.scene import Rect, Size
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit
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


def draw_news(canvas: Canvas, card: Card, line: Rect, below: float = 0.0) -> None:
    """Say on the baseline `line.y` whom the model is compared with, beside a ring if any, and what is new.

    What is new stands on the same line, or `below` it.
    """
    x, y, accent = line.x, line.y, canvas.accent.ink
    if card.marks:
        mark = Rect(x + 2, y - cap_height("regular", SMALL) / 2 - _RING.height / 2, *_RING)
        canvas.box(mark, None, accent, width=3.0, radius=5, role="ring")
        x = mark.right + _RING_GAP
    if not card.news:
        canvas.text(x, y, card.lead, face="semibold", fill=accent)
        return
    lead = f"{card.lead}: "
    if below:
        canvas.text(x, y, lead.strip(), fill=canvas.theme.muted)
        canvas.text(line.x, y + below, choose(card.news, "regular", SMALL, line.width), fill=accent)
        return
    words = choose(card.news, "regular", SMALL, line.right - x - advance(lead, "regular", SMALL))
    canvas.words(x, y, [(lead, "regular", canvas.theme.muted), (words, "regular", accent)])
