"""Counts of two models: both numbers, a bar for each, and the second by the first."""

from __future__ import annotations

from collections.abc import Sequence

from archposter.blocks.diff import Pair
from archposter.layout.canvas import Canvas
from archposter.scene import Rect
from archposter.text.metrics import advance
from archposter.theme import NUMBER, SMALL

HEIGHT = 84.0
_ARROW = "→"
_SPACE = 10.0
_BAR = 7.0


def draw(paper: Canvas, sides: Sequence[Canvas], pairs: Sequence[Pair], rect: Rect) -> None:
    """Draw the counts side by side, each as wide as its words, with what is left between them."""
    widths = [max(_values_width(pair), _label_width(pair)) for pair in pairs]
    gap = (rect.width - sum(widths)) / max(1, len(pairs) - 1)
    x = rect.x
    for pair, width in zip(pairs, widths, strict=True):
        _draw(paper, sides, pair, Rect(x, rect.y, width, rect.height))
        x += width + gap


def _values_width(pair: Pair) -> float:
    numbers = sum(advance(value, "semibold", NUMBER) for value in pair.values)
    return numbers + advance(_ARROW, "regular", SMALL) + 2 * _SPACE


def _label_width(pair: Pair) -> float:
    ratio = advance(pair.ratio, "semibold", SMALL) + _SPACE if pair.ratio else 0.0
    return advance(pair.label, "regular", SMALL) + ratio


def _draw(paper: Canvas, sides: Sequence[Canvas], pair: Pair, rect: Rect) -> None:
    x, muted = rect.x, paper.theme.muted
    for canvas, value in zip(sides, pair.values, strict=True):
        if x > rect.x:
            x += _SPACE + paper.text(x + _SPACE, rect.y + 24, _ARROW, fill=muted) + _SPACE
        x += paper.text(x, rect.y + 24, value, face="semibold", size=NUMBER, fill=canvas.accent.ink)
    y = rect.y + 35
    look = paper.look("empty")
    for canvas, level in zip(sides, pair.levels, strict=True):
        track = Rect(rect.x, y, rect.width, _BAR)
        paper.box(track, look.fill, look.stroke, width=0.8, radius=_BAR / 2, role="bar")
        if level > 0:
            filled = Rect(track.x, track.y, max(_BAR, track.width * level), _BAR)
            paper.box(filled, canvas.accent.ink, radius=_BAR / 2, role="bar")
        y += _BAR + 3
    end = rect.x + paper.text(rect.x, rect.bottom - 6, pair.label, fill=muted)
    paper.text(end + _SPACE, rect.bottom - 6, pair.ratio, face="semibold")
