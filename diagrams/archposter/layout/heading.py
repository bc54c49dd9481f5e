"""The model's name in its family's colour, with the published size after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from archposter.layout.canvas import Canvas
from archposter.scene import Rect
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit


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
