"""What repeats in a picture: lines of one pen, and equal boxes in equal steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archposter.scene import PRECISION, Box, Item, Path, Rect, rounded

_SAME: float = 0.5 * 10**-PRECISION
"""Places that differ by less are written alike."""


@dataclass(slots=True)
class BoxRow:
    """Equal boxes in equal steps, in the order they are painted; `shape` is one of them, at the origin."""

    shape: Box
    boxes: list[Box]

    @property
    def step(self) -> tuple[float, float]:
        """How far each box is from the one before; (0, 0) for a single one."""
        first, last, steps = self.boxes[0].rect, self.boxes[-1].rect, max(1, len(self.boxes) - 1)
        dx, dy = (last.x - first.x) / steps, (last.y - first.y) / steps
        return round(dx, 2 * PRECISION), round(dy, 2 * PRECISION)


def joined(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items in order, lines of one pen that follow each other as one path."""
    line: Path | None = None
    for item in items:
        drawn = item if isinstance(item, Path) and not item.fill else None
        if line and drawn and line[2:5] == drawn[2:5]:
            line = line._replace(commands=line.commands + drawn.commands)
            continue
        if line:
            yield line
        line = drawn
        if not line:
            yield item
    if line:
        yield line


def rows(items: Iterable[Item]) -> Iterator[Item | BoxRow]:
    """Yield the items in order, boxes as rows."""
    boxes: list[Box] = []
    for item in items:
        if isinstance(item, Box):
            if boxes and not _continues(boxes, item):
                yield BoxRow(_shape(boxes[0]), boxes)
                boxes = []
            boxes.append(item)
            continue
        if boxes:
            yield BoxRow(_shape(boxes[0]), boxes)
            boxes = []
        yield item
    if boxes:
        yield BoxRow(_shape(boxes[0]), boxes)


def _shape(box: Box) -> Box:
    """Return the box at the origin, without what no reader sees."""
    size = Rect(0, 0, rounded(box.rect.width), rounded(box.rect.height))
    return Box(size, *box[1:6])


def _continues(row: list[Box], box: Box) -> bool:
    """Tell whether a box stands where the row of its equals goes on."""
    first, rect = row[0], box.rect
    x, y, width, height = first.rect
    if rect.width != width or rect.height != height or box[1:6] != first[1:6]:
        return False
    if len(row) == 1:
        return True
    second, many = row[1].rect, len(row)
    off = abs(rect.x - x - many * (second.x - x)), abs(rect.y - y - many * (second.y - y))
    return max(off) < _SAME
