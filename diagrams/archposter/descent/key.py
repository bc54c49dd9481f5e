"""What stands above a tree: its title, and what its lines, boxes and colours mean."""

from __future__ import annotations

from typing import Final, NamedTuple

from archposter.blocks.legend import KINDS
from archposter.blocks.strip import strip
from archposter.descent.pens import DASHES, draw_line
from archposter.layout.canvas import Canvas
from archposter.relate.tree import Kind, Tree
from archposter.scene import Point, Rect
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import wrap
from archposter.theme import SMALL, SMALL_TITLE

_LINE: Final = 27.0
_SAMPLE: Final = 44.0
_SWATCH: Final = 15.0
_NEXT: Final = 8.0  # from a sample to its words
_GAP: Final = 28.0  # from words to the next sample
_BELOW: Final = 14.0
_LEAST: Final = 560.0

LINES: Final = {
    "documented": "documented by its maker",
    "takes": "took a part, documented",
    "nearest": "nearest earlier model here, computed",
    "absent": "named, but not here",
}
"""What lines and boxes mean."""


class _Entry(NamedTuple):
    """A sample and its words, and where they stand."""

    sample: str
    words: str
    x: float
    y: float


class Key:
    """The title and the key of a tree, as wide as the tree or as they need."""

    def __init__(self, tree: Tree, title: str, width: float) -> None:
        self.width = max(width, _LEAST)
        self._title = wrap(title, "display", SMALL_TITLE, self.width)
        self._top = 1.2 * SMALL_TITLE * len(self._title)
        x, y = 0.0, self._top + _LINE
        entries: list[_Entry] = []
        for sample, words in _entries(tree):
            wide = _width(sample) + _NEXT + advance(words, "regular", SMALL)
            if x and x + wide > self.width:
                x, y = 0.0, y + _LINE
            entries.append(_Entry(sample, words, x, y))
            x += wide + _GAP
        self._entries = entries
        self.height = y + _BELOW

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draw it from the upper left."""
        for number, line in enumerate(self._title):
            y = top + SMALL_TITLE * (1.2 * number + 0.8)
            canvas.text(left, y, line, face="display", size=SMALL_TITLE)
        for entry in self._entries:
            x, y = left + entry.x, top + entry.y
            middle = y - cap_height("regular", SMALL) / 2
            _sample(canvas, entry.sample, x, middle)
            canvas.text(x + _width(entry.sample) + _NEXT, y, entry.words, fill=canvas.theme.muted)


def _entries(tree: Tree) -> list[tuple[str, str]]:
    """Return what occurs in the tree, by sample and words: lines and boxes, then kinds of parts."""
    seen = {
        "nearest" if edge.kind == "nearest" else "takes" if edge.adopts else "documented"
        for edge in tree.edges
    }
    seen |= {"absent" for node in tree.nodes if node.arch is None}
    looks = {
        look
        for node in tree.nodes
        if node.arch
        for layer in set(strip(node.arch))
        for slot in layer
        for look in slot
    }
    said = [(sample, words) for sample, words in LINES.items() if sample in seen]
    return said + [(look, words[0]) for look, words in KINDS.items() if look in looks]


def _width(sample: str) -> float:
    return _SAMPLE if sample in LINES else _SWATCH


def _sample(canvas: Canvas, sample: str, x: float, y: float) -> None:
    if sample == "absent":
        rect = Rect(x, y - _SWATCH / 2, _SAMPLE, _SWATCH)
        canvas.box(rect, canvas.theme.card.fill, canvas.theme.quiet, radius=4.0, dash=DASHES, role="node")
    elif sample in LINES:
        kind: Kind = "nearest" if sample == "nearest" else "documented"
        ends = (Point(x, y), Point(x + _SAMPLE, y))
        draw_line(canvas, ends, kind, canvas.theme.ink, adopts=sample == "takes", arrow=False)
    else:
        rect, look = Rect(x, y - _SWATCH / 2, _SWATCH, _SWATCH), canvas.look(sample)
        canvas.box(rect, look.fill, look.stroke, width=0.8, radius=2.5, role="swatch")
        if look.hatched:
            canvas.hatch(rect, look.text)
