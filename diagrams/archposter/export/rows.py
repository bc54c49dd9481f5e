"""What belongs together in a picture: strokes of one pen, equal boxes in equal steps, words of one line."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import NamedTuple, TypeVar

from archposter.scene import PRECISION, Box, Item, Path, Rect, Text, rounded
from archposter.text.metrics import advance

T = TypeVar("T")
_APART = 0.6
"""What is further apart than this share of the type's size is two texts."""
_SAME: float = 0.5 * 10**-PRECISION
"""Places that differ by less are written alike."""


class BoxRow(NamedTuple):
    """Equal boxes in equal steps, in the order they are painted; `shape` is one of them, at the origin."""

    shape: Box
    boxes: list[Box]

    @property
    def step(self) -> tuple[float, float]:
        """How far each box is from the one before; (0, 0) for a single one."""
        first, last, steps = self.boxes[0].rect, self.boxes[-1].rect, max(1, len(self.boxes) - 1)
        dx, dy = (last.x - first.x) / steps, (last.y - first.y) / steps
        return round(dx, 2 * PRECISION), round(dy, 2 * PRECISION)


class Line(NamedTuple):
    """Texts that a reader sees as one line, from left to right, and how far apart they are."""

    texts: list[Text]

    @property
    def width(self) -> float:
        """From the start of the first to the end of the last."""
        return _end(self.texts[-1]) - self.texts[0].x

    def runs(self) -> Iterator[tuple[Text, float]]:
        """Yield each text, with the blank before the next, and how far it starts behind where it would."""
        off = 0.0
        for text, after in zip_longest(self.texts, self.texts[1:]):
            gap = after.x - _end(text) if after else 0.0
            blank = advance(" ", text.face, text.size)
            apart = gap > blank / 2
            yield (text._replace(text=text.text + " ") if apart else text), off
            off = gap - blank if apart else gap


def lines(items: Iterable[T]) -> Iterator[T | Line]:
    """Yield the items in order, texts as lines."""
    line: list[Text] = []
    for item in items:
        if isinstance(item, Text):
            if line and not _reads_on(line[-1], item):
                yield Line(line)
                line = []
            line.append(item)
            continue
        if line:
            yield Line(line)
            line = []
        yield item
    if line:
        yield Line(line)


def _end(text: Text) -> float:
    return text.x + text.width


def _reads_on(text: Text, after: Text) -> bool:
    """Tell whether a text stands where the line of another goes on."""
    gap = after.x - _end(text)
    return -_SAME < gap < _APART * min(text.size, after.size) and rounded(text.y) == rounded(after.y)


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
