"""Boundary labelling: labels in a column beside the tower, in the order of what they name.

Labels keep the order of their boxes and are moved only as far as they must (isotonic regression by
pooling adjacent violators), so that straight leaders between the two never cross.
"""

import re
from collections.abc import Sequence, Set
from functools import lru_cache
from itertools import pairwise, zip_longest
from typing import NamedTuple

from archposter.blocks.tree import Callout
from archposter.layout import leaders
from archposter.layout.canvas import Canvas
from archposter.layout.cells import Places
from archposter.scene import Color, Face, Point, Rect
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import bound
from archposter.theme import NUMBER, SMALL

_LEADING = 21.0
_HEADLINE = 28.0
GAP = 15.0
_BOUND = 9  # how much more it tears apart to break between words that are bound
_NUMBER = re.compile(r"\d[\d,.]*[kMBT]?\Z")

Word = tuple[str, Face]
Run = tuple[str, Face, Color]


class _Label(NamedTuple):
    callout: Callout
    text: str
    lines: tuple[tuple[Word, ...], ...]
    anchor: Point

    @property
    def height(self) -> float:
        return len(self.lines) * _LEADING + (_HEADLINE if self.callout.headline else 0.0)


class Labels(NamedTuple):
    """Labels beside a tower, and the words of those that no place was found for."""

    placed: tuple[_Label, ...]
    left: tuple[str, ...]


def place(
    callouts: Sequence[Callout], column: Rect, tower: Rect, places: Places, explained: Set[str] = frozenset()
) -> Labels:
    """Label the boxes from `column`, at either side of the tower; the last ones give way where room is short.

    What insets tell of the parts that are `explained` is not said again.
    """
    left = column.x < tower.x
    labels: list[_Label] = []
    without: list[str] = []
    told = {words for callout in callouts if callout.part in explained for words in callout.inside}
    for callout in callouts:
        inside = tuple(words for words in callout.inside if words not in told)
        own = "" if callout.told_by and explained >= set(callout.told_by) else callout.text
        text = ", ".join(filter(None, (own, *inside)))
        said = callout.headline, text
        if not text or any(said == (label.callout.headline, label.text) for label in labels):
            continue
        anchor = _anchor(callout, places, tower, left) if callout.key in places.keyed else None
        if anchor:
            labels.append(_label(callout._replace(text=own), text, column.width, anchor))
        else:
            without.append(_apart(callout, text))
    while labels and sum(label.height + GAP for label in labels) - GAP > column.height:
        without.append(_shortened(labels, column.width))
    labels.sort(key=lambda label: label.anchor.y)
    return Labels(tuple(labels), tuple(without))


def _label(callout: Callout, text: str, width: float, anchor: Point) -> _Label:
    return _Label(callout, text, _wrap(text, width), anchor)


def _shortened(labels: list[_Label], width: float) -> str:
    """Take away the last words on what is inside a part, or else the last label; return them."""
    long = [n for n, label in enumerate(labels) if label.callout.text and label.text != label.callout.text]
    if not long:
        label = labels.pop()
        return _apart(label.callout, label.text)
    label = labels[long[-1]]
    text = label.callout.text
    if any(text == other.text for other in labels):
        labels.pop(long[-1])
    else:
        labels[long[-1]] = _label(label.callout, text, width, label.anchor)
    return _apart(label.callout, label.text.removeprefix(f"{text}, "))


def _apart(callout: Callout, text: str) -> str:
    """Return what is said where no leader shows of what."""
    if callout.headline:
        return f"{callout.headline} {text}"
    part = callout.part.removeprefix("part ")
    return f"{part}: {text}" if part else text


def draw(canvas: Canvas, labels: Sequence[_Label], column: Rect, tower: Rect) -> None:
    """Draw labels, moved apart where they must, with leaders into the tower."""
    wanted = [label.anchor.y - _reading_line(label) for label in labels]
    tops = spread(wanted, [label.height for label in labels], column.y, column.bottom)
    for label, top in zip(labels, tops, strict=True):
        _draw(canvas, label, column, top, left=column.x < tower.x)
    # Of one pen after each other: a file writes them as one.
    for label, top in zip(labels, tops, strict=True):
        _lead(canvas, label, column, top, tower)
    for label in labels:
        canvas.dot(label.anchor)


def _anchor(callout: Callout, places: Places, tower: Rect, left: bool) -> Point | None:
    """Return where a leader meets the box, unless other boxes are in its way."""
    box = places.keyed[callout.key]
    wanted = box.y + min(20.0, box.height / 2) if callout.headline else box.center_y
    border = tower.x if left else tower.right
    y = leaders.level(box, border, wanted, places)
    return None if y is None else Point(box.x if left else box.right, y)


def _reading_line(label: _Label) -> float:
    """Return how far below a label's top its leader starts."""
    return _HEADLINE / 2 if label.callout.headline else label.height / 2


def spread(wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Return tops nearest to `wanted`, in order, `GAP` apart and within the column."""
    offsets = [0.0]
    for height in heights[:-1]:
        offsets.append(offsets[-1] + height + GAP)
    blocks: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        mean, count = want - offset, 1
        while blocks and blocks[-1][0] > mean:
            before, members = blocks.pop()
            mean, count = (before * members + mean * count) / (members + count), members + count
        blocks.append((mean, count))
    end = bottom - (offsets[-1] + heights[-1]) if heights else bottom
    level = [min(max(mean, top), end) for mean, count in blocks for _ in range(count)]
    return [base + offset for base, offset in zip(level, offsets, strict=False)]


@lru_cache(maxsize=4096)
def _wrap(text: str, width: float) -> tuple[tuple[Word, ...], ...]:
    """Break into lines; one that ends where a clause does needs no comma."""
    words: list[Word] = [
        (word, "semibold" if _NUMBER.match(word.rstrip(",;:")) else "regular") for word in text.split(" ")
    ]
    found: list[tuple[Word, ...]] = []
    for start, end in pairwise((*_breaks(words, width), len(words))):
        (last, face), whole = words[end - 1], end == len(words)
        found.append((*words[start : end - 1], (last if whole else last.removesuffix(","), face)))
    return tuple(found)


def _breaks(words: Sequence[Word], width: float) -> list[int]:
    """Return where lines start: as few as fit, of those rather between clauses than in one, and then even."""
    edges = _edges(words)
    # Per number of words set: lines, how much is torn apart, the widest line; and where the last line starts.
    best: list[tuple[tuple[int, int, float], int]] = [((0, 0, 0.0), 0)]
    for end, (word, face) in enumerate(words, 1):
        bare = word.removesuffix(",") if end < len(words) else word
        right = edges[end - 1][1] - advance(word, face, SMALL) + advance(bare, face, SMALL)
        torn = 0
        if end < len(words) and bare == word:
            torn = _BOUND if bound(word, words[end][0]) else 1 + (face == "semibold")
        ways: list[tuple[tuple[int, int, float], int]] = []
        for start in range(end - 1, -1, -1):
            wide = right - edges[start][0]
            if ways and wide > width:
                break
            (lines, before, widest), _ = best[start]
            ways.append(((lines + 1, before + torn, max(widest, wide)), start))
        best.append(min(ways))
    starts, end = [], len(words)
    while end:
        end = best[end][1]
        starts.append(end)
    return starts[::-1]


def _edges(words: Sequence[Word]) -> list[tuple[float, float]]:
    """Return where each word begins and ends if all stand in one line."""
    edges: list[tuple[float, float]] = []
    x = 0.0
    for (word, face), following in zip_longest(words, words[1:]):
        end = x + advance(word, face, SMALL)
        edges.append((x, end))
        if following:
            # Kerning is between neighbours, and only within a run of one face.
            joint = following[0][:1] if following[1] == face else ""
            x = end - advance(word[-1:], face, SMALL) - advance(joint, face, SMALL)
            x += advance(f"{word[-1:]} {joint}", face, SMALL)
    return edges


def _runs(line: Sequence[Run]) -> list[Run]:
    """Join neighbouring words of one look; a number's comma stays with the words."""
    runs: list[Run] = []
    for word, face, fill in line:
        if runs and runs[-1][1:] == (face, fill):
            runs[-1] = (f"{runs[-1][0]} {word}", face, fill)
            continue
        if runs:
            runs[-1] = (f"{runs[-1][0]} ", *runs[-1][1:])
        runs.append((word, face, fill))
    return runs


def _draw(canvas: Canvas, label: _Label, column: Rect, top: float, left: bool) -> None:
    edge, y = column.right if left else column.x, top
    if label.callout.headline:
        y += _HEADLINE
        canvas.text(
            edge,
            top + _HEADLINE / 2 + cap_height("semibold", NUMBER) / 2,
            label.callout.headline,
            face="semibold",
            size=NUMBER,
            align=1.0 if left else 0.0,
        )
    ink, usual = canvas.theme.ink, len(label.callout.usual.split())
    number = canvas.accent.ink if label.callout.new else ink
    first = 0
    for line in label.lines:
        baseline = y + _LEADING / 2 + cap_height("regular", SMALL) / 2
        told = [
            (word, face, number if face == "semibold" and place >= usual else ink)
            for place, (word, face) in enumerate(line, first)
        ]
        canvas.words(edge, baseline, _runs(told), align=1.0 if left else 0.0)
        y, first = y + _LEADING, first + len(line)


def _lead(canvas: Canvas, label: _Label, column: Rect, top: float, tower: Rect) -> None:
    left = column.x < tower.x
    edge, inwards, border = (column.right, 1.0, tower.x) if left else (column.x, -1.0, tower.right)
    start = Point(edge + inwards * 6, top + _reading_line(label))
    points = [start, Point(border - inwards * 3, label.anchor.y), label.anchor]
    canvas.line(points, stroke=canvas.theme.quiet, width=1.2, role="leader", radius=0.0, yields=True)
