"""Strokes that a press can hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from archposter.scene import Box, Group, Item, Path

LEAST: Final = 0.25
"""Points: a thinner line breaks up in print."""


def printable(items: Iterable[Item], scale: float) -> tuple[Item, ...]:
    """Return the items with no stroke thinner than `LEAST` once they are drawn at a scale."""
    least = LEAST / scale
    return tuple(_thickened(item, least) for item in items)


def _thickened(item: Item, least: float) -> Item:
    match item:
        case Box() | Path() if item.stroke and item.stroke_width < least:
            return item._replace(stroke_width=least)
        case Group():
            return item._replace(items=printable(item.items, item.scale * LEAST / least))
        case _:
            return item
