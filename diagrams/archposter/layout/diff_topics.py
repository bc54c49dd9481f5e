"""The table between two towers: topics in the order of their boxes, each joined to its boxes.

A topic's heading lies on a rule that goes on as a leader at both ends.  Leaders keep the order of their
boxes; one that would cross another or run through a box is left out, and the mark in the tower stays.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from archposter.blocks.diff import Difference, Topic
from archposter.blocks.tree import Wordings
from archposter.layout import leaders
from archposter.layout.callouts import GAP, spread
from archposter.layout.canvas import Canvas
from archposter.layout.cells import Places
from archposter.scene import Point, Rect
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit
from archposter.theme import HEAD, SMALL

_HEADING = 30.0
_ROW = 25.0
_LINE = 21.0
_AROUND = 4.0  # above and below a row of several lines
_SPACE = 14.0
_RULE_SPACE = 12.0
_MOST_LINES = 2
_BREAK = re.compile(r"(?<!×) ")  # "× 10" stays together
_QUIET = ("none", "no", "–", "not known")


class _Row(NamedTuple):
    """An entry, and its values broken into lines; `stacked`: they stand below the label."""

    entry: Difference
    lines: tuple[tuple[str, ...], tuple[str, ...]]
    stacked: bool

    @property
    def height(self) -> float:
        most = max(map(len, self.lines))
        if not self.stacked:
            return _ROW
        return _LINE * (most + bool(self.entry.label)) + 2 * _AROUND


class Section(NamedTuple):
    """A topic with its rows."""

    topic: Topic
    rows: tuple[_Row, ...]

    @property
    def height(self) -> float:
        """The height of heading and rows."""
        return _HEADING + sum(row.height for row in self.rows)


def blocks(topics: Sequence[Topic], width: float) -> list[Section]:
    """Return the topics with their values broken to fit a width."""
    return [Section(topic, tuple(_row(entry, width) for entry in topic.entries)) for topic in topics]


def height(table: Sequence[Section]) -> float:
    """Return the least height of the table."""
    return sum(block.height + GAP for block in table)


def _row(entry: Difference, width: float) -> _Row:
    values = [wordings[0] for wordings in entry.values]
    widest = max(advance(value, "semibold", SMALL) for value in values)
    label = advance(_label(entry), "semibold", SMALL)
    if widest + (_SPACE + label / 2 if label else _SPACE / 2) <= width / 2:
        return _Row(entry, ((values[0],), (values[1],)), False)
    half = (width - 2 * _SPACE) / 2
    spare = max(0.0, half - min(advance(value, "semibold", SMALL) for value in values))
    broken = [_broken(wordings, half + spare) for wordings in entry.values]
    return _Row(entry, (broken[0], broken[1]), True)


def _label(entry: Difference) -> str:
    return f"{entry.label}  {entry.ratio}" if entry.ratio else entry.label


def _broken(wordings: Wordings, width: float) -> tuple[str, ...]:
    """Return the longest wording that takes few lines, or the last one, each line cut if it must be."""
    found = next((lines for words in wordings if len(lines := _lines(words, width)) <= _MOST_LINES), None)
    return found or _lines(wordings[-1], width)


def _lines(words: str, width: float) -> tuple[str, ...]:
    lines = [""]
    for word in _BREAK.split(words):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and advance(longer, "semibold", SMALL) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(fit(line, "semibold", SMALL, width) for line in lines)


def draw(
    paper: Canvas,
    sides: Sequence[Canvas],
    table: Sequence[Section],
    rect: Rect,
    towers: Sequence[Rect],
    places: Sequence[Places],
) -> None:
    """Draw the table between the towers and join it to their boxes."""
    order = sorted(range(len(table)), key=lambda n: _level(table[n].topic, places, n))
    table = [table[n] for n in order]
    middle = _HEADING / 2
    levels = [_level(block.topic, places, 0) for block in table]
    bottom = rect.y + rect.height / 3 if all(homeless for homeless, _, _ in levels) else rect.bottom
    wanted = [bottom if homeless else level - middle for homeless, level, _ in levels]
    tops = spread(wanted, [block.height for block in table], rect.y, rect.bottom)
    for block, top in zip(table, tops, strict=True):
        _draw(paper, sides, block, Rect(rect.x, top, rect.width, block.height))
    for nth in (0, 1):
        column = [_anchor(block.topic.keys[nth], places[nth], towers[nth], nth) for block in table]
        for n in rising([anchor.y if anchor else None for anchor in column]):
            anchor = column[n]
            assert anchor
            _leader(sides[nth], Point(rect.right if nth else rect.x, tops[n] + middle), towers[nth], anchor)


def _anchor(key: str, places: Places, tower: Rect, nth: int) -> Point | None:
    """Return where a leader meets a box, unless other boxes are in its way."""
    box = places.keyed.get(key)
    if not box:
        return None
    y = leaders.level(box, tower.x if nth else tower.right, box.center_y, places)
    return None if y is None else Point(box.x if nth else box.right, y)


def _level(topic: Topic, places: Sequence[Places], number: int) -> tuple[bool, float, int]:
    """Return where a topic wants to stand, beside its boxes; those without a box come last."""
    boxes = [held.keyed[key] for key, held in zip(topic.keys, places, strict=True) if key in held.keyed]
    return not boxes, sum(box.center_y for box in boxes) / max(1, len(boxes)), number


def rising(heights: Sequence[float | None]) -> list[int]:
    """Return the places of a longest sequence that does not fall: leaders in it do not cross."""
    tails: list[float] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for place, height in enumerate(heights):
        if height is None:
            continue
        at = bisect_right(tails, height)
        before[place] = ends[at - 1] if at else None
        tails[at:] = [height, *tails[at + 1 :]]
        ends[at:] = [place, *ends[at + 1 :]]
    found: list[int] = []
    last = ends[-1] if ends else None
    while last is not None:
        found.append(last)
        last = before[last]
    return found[::-1]


def _leader(canvas: Canvas, start: Point, tower: Rect, anchor: Point) -> None:
    border = tower.right + 3 if start.x > tower.right else tower.x - 3
    points = [start, Point(border, anchor.y), anchor]
    canvas.line(points, stroke=canvas.accent.ink, width=1.4, role="leader", radius=0.0)
    canvas.disc(anchor.x, anchor.y, 3.0, canvas.accent.ink)


def _draw(paper: Canvas, sides: Sequence[Canvas], block: Section, rect: Rect) -> None:
    name = fit(block.topic.name, "semibold", HEAD, rect.width * 0.7)
    half = advance(name, "semibold", HEAD) / 2 + _RULE_SPACE
    heading = Rect(rect.x, rect.y, rect.width, _HEADING)
    paper.label(heading, (name,), face="semibold", size=HEAD)
    for canvas, start, end in (
        (sides[0], rect.x, rect.center_x - half),
        (sides[1], rect.center_x + half, rect.right),
    ):
        y = heading.center_y
        canvas.line([Point(start, y), Point(end, y)], stroke=canvas.accent.ink, width=1.4, role="rule")
    y = heading.bottom
    for row in block.rows:
        _draw_row(paper, sides, row, Rect(rect.x, y, rect.width, row.height))
        y += row.height


def _draw_row(paper: Canvas, sides: Sequence[Canvas], row: _Row, rect: Rect) -> None:
    pitch = _LINE if row.stacked else _ROW
    line = Rect(rect.x, rect.y + _AROUND * row.stacked, rect.width, pitch)
    if row.entry.label:
        _draw_label(paper, row.entry, line)
        if row.stacked:
            line = line.moved(0, pitch)
    for nth, (canvas, words) in enumerate(zip(sides, row.lines, strict=True)):
        for level, text in enumerate(words):
            fill = paper.theme.muted if text in _QUIET else canvas.accent.ink
            paper.label(line.moved(0, level * pitch), (text,), face="semibold", fill=fill, align=float(nth))


def _draw_label(paper: Canvas, entry: Difference, line: Rect) -> None:
    fill = paper.theme.ink if entry.kind == "mechanism" else paper.theme.muted
    ratio = f"  {entry.ratio}" if entry.ratio else ""
    width = advance(entry.label, "regular", SMALL) + advance(ratio, "semibold", SMALL)
    x, y = line.center_x - width / 2, line.center_y + cap_height("regular", SMALL) / 2
    x += paper.text(x, y, entry.label, fill=fill)
    if ratio:
        paper.text(x, y, ratio, face="semibold")
