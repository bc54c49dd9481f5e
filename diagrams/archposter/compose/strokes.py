"""Strokes that a press can hold."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Final

from archposter.scene import PRECISION, Box, Group, Item, Path

LEAST: Final = 0.25
"""Points: a thinner line breaks up in print."""


def printable(items: Iterable[Item], scale: float) -> tuple[Item, ...]:
    """Return the items with no stroke thinner than `LEAST` once they are drawn at a scale."""
    # Rounded up: exporters write so many digits, and what is rounded down is too thin.
    least = ceil(LEAST / scale * 10**PRECISION) / 10**PRECISION
    return tuple(_thickened(item, least, scale) for item in items)


def _thickened(item: Item, least: float, scale: float) -> Item:
    match item:
        case Box() | Path() if item.stroke and item.stroke_width < least:
            return item._replace(stroke_width=least)
        case Group():
            return item._replace(items=printable(item.items, scale * item.scale))
        case _:
            return item
