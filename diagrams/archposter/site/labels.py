"""The labels beside a card's tower as places of the living card: each speaks of what its leader leads to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from archposter.scene import Frame, Path, Placement, Point, Rect, Text, walk

_LINES: Final = 30.0
"""Baselines of one label are nearer to each other than this, those of two are not."""
_ROOM: Final = 7.0
"""Between a label and its leader, and at most between words of a line."""
_MARGIN: Final = 4.0


class Label(NamedTuple):
    """Words beside the tower, where they stand, and where their leader ends."""

    rect: Rect
    words: str
    end: Point


class _Words(NamedTuple):
    text: str
    left: float
    right: float
    base: float
    size: float


def labels(frame: Frame, tower: Rect) -> Iterator[Label]:
    """Yield the labels of a card whose tower is at `tower`."""
    drawn = list(walk(frame.items))
    words = [_words(item, at) for item, at in drawn if isinstance(item, Text)]
    for item, at in drawn:
        if not isinstance(item, Path) or item.role != "leader" or item.dash:
            continue
        start, end = _point(item.commands[0][1], at), _point(item.commands[-1][1], at)
        left = start.x < tower.x
        edge = [
            each for each in words if abs((each.right if left else each.left) - start.x) < _ROOM * at.scale
        ]
        if lines := _around(sorted(edge, key=lambda each: each.base), start.y, _LINES * at.scale):
            yield _label([_line(first, words, left=left) for first in lines], end)


def _words(text: Text, at: Placement) -> _Words:
    left = at.x + text.x * at.scale
    return _Words(
        text.text, left, left + text.width * at.scale, at.y + text.y * at.scale, text.size * at.scale
    )


def _point(numbers: Sequence[float], at: Placement) -> Point:
    return Point(at.x + numbers[-2] * at.scale, at.y + numbers[-1] * at.scale)


def _around(words: Sequence[_Words], y: float, apart: float) -> list[_Words]:
    """Return those of the words, from above, that follow one another closely and have `y` among them."""
    groups: list[list[_Words]] = []
    for each in words:
        if groups and each.base - groups[-1][-1].base < apart:
            groups[-1].append(each)
        else:
            groups.append([each])
    found = [group for group in groups if group[0].base - apart < y < group[-1].base + apart / 2]
    return min(found, key=lambda group: abs((group[0].base + group[-1].base) / 2 - y), default=[])


def _line(first: _Words, words: Sequence[_Words], *, left: bool) -> list[_Words]:
    """Return the whole line of which `first` stands at the edge."""
    line = [first]
    beside = [each for each in words if abs(each.base - first.base) < 1 and each is not first]
    for each in sorted(beside, key=lambda one: one.left, reverse=left):
        gap = line[-1].left - each.right if left else each.left - line[-1].right
        if -1 < gap < _ROOM:
            line.append(each)
    return line[::-1] if left else line


def _label(lines: Sequence[Sequence[_Words]], end: Point) -> Label:
    words = [each for line in lines for each in line]
    x, y = min(each.left for each in words), min(each.base - each.size for each in words)
    right, bottom = max(each.right for each in words), max(each.base for each in words)
    rect = Rect(x, y, right - x, bottom - y).inset(-_MARGIN)
    said = " ".join(each.text for each in words)
    return Label(rect, said.replace(" ,", ",").replace(" ;", ";"), end)
