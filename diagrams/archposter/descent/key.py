"""What stands above a tree: its title, and what its lines, boxes and colours mean."""

from __future__ import annotations

from typing import Final, NamedTuple

from archposter.blocks.legend import KINDS
from archposter.blocks.strip import strip
from archposter.descent.pens import DASHES, draw_line
from archposter.layout.canvas import Canvas
from archposter.relate.tree import Kind, Tree
from archposter.scene import Group, Point, Rect
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import wrap
from archposter.theme import SMALL, SMALL_TITLE

_LINE: Final = 27.0
_SAMPLE: Final = 44.0
_SWATCH: Final = 15.0
_NEXT: Final = 8.0  # from a sample to its words
_GAP: Final = 28.0  # from words to the next sample
_BELOW: Final = 22.0
_LEAST: Final = 560.0
_USUAL: Final = 3200.0
"""A tree that is wider is seen from farther: its title and key grow with it."""

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
    """The title and the key of a tree, as wide as it or as they need; without a tree the title alone."""

    def __init__(self, tree: Tree | None, title: str, width: float, *, kinds: bool = True) -> None:
        self.width = max(width, _LEAST) if tree or title else width
        self._grown = max(1.0, self.width / _USUAL)
        size = SMALL_TITLE * self._grown
        lines = wrap(title, "display", size, self.width) if title else ()
        self._title = [(line, size * (1.2 * number + 0.8)) for number, line in enumerate(lines)]
        x, y = 0.0, 1.2 * size * len(lines) + (_LINE * self._grown if tree else 0.0)
        entries: list[_Entry] = []
        for sample, words in _entries(tree, kinds=kinds) if tree else ():
            wide = (_width(sample) + _NEXT + advance(words, "regular", SMALL)) * self._grown
            if x and x + wide > self.width:
                x, y = 0.0, y + _LINE * self._grown
            entries.append(_Entry(sample, words, x, y))
            x += wide + _GAP * self._grown
        self._entries = entries
        self.height = y + _BELOW * self._grown if y else 0.0

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draw it from the upper left."""
        for line, y in self._title:
            canvas.text(left, top + y, line, face="display", size=SMALL_TITLE * self._grown)
        middle = cap_height("regular", SMALL) / 2
        for entry in self._entries:
            one = Canvas(canvas.theme, "")
            _sample(one, entry.sample, 0.0, -middle)
            one.text(_width(entry.sample) + _NEXT, 0.0, entry.words, fill=canvas.theme.muted)
            canvas.items.append(Group(tuple(one.items), left + entry.x, top + entry.y, self._grown))


def _entries(tree: Tree, *, kinds: bool) -> list[tuple[str, str]]:
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
    return said + [(look, words[0]) for look, words in KINDS.items() if kinds and look in looks]


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
