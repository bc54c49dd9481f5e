"""What stands at a node of the tree, and how large it is: names, layers, and what changed, above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from archposter.blocks.strip import Looks, strip
from archposter.relate.tree import Edge, Kind, Node, Tree
from archposter.relate.unlike import Unlike
from archposter.scene import Face
from archposter.text.metrics import advance, missing_characters
from archposter.text.wrap import wrap
from archposter.theme import HEAD, SMALL

LINE: Final = 22.0
SAID: Final = 20.0
"""What a line of what changed takes."""
PAD: Final = 8.0
STRIP: Final = 15.0
"""Height of the row of layers at the foot of a box, and of the room above it `STRIP_GAP`."""
STRIP_GAP: Final = 6.0
WIDEST: Final = 232.0
NARROWEST: Final = 112.0
_LINES: Final = 2
"""What computed differences take; a maker's words take what they need."""
_RELATIONS: Final = {
    "initialised_from": "From its weights: ",
    "scaled_up_from": "Scaled up: ",
    "distilled_from": "Distilled: ",
    "takes_from": "Takes: ",
}


class Said(NamedTuple):
    """A line of what changed, and on whose word; `source` is the page that says so."""

    text: str
    kind: Kind
    source: str = ""


class Cell(NamedTuple):
    """A node's texts in lines; `above` and `below` are what it needs on either side of where lines enter.

    `said` stands above the box, `title` and `others`, models of the same architecture, in it.
    """

    node: Node
    title: tuple[str, ...]
    others: tuple[str, ...]
    said: tuple[Said, ...]
    looks: tuple[Looks, ...]
    width: float
    above: float
    below: float

    @property
    def top(self) -> float:
        """How far the box's upper edge is above where lines enter."""
        return PAD + LINE / 2

    @property
    def height(self) -> float:
        """The box's."""
        return self.top + self.below

    @property
    def face(self) -> Face:
        """That of the title: a model that is not here is written lighter."""
        return _title_type(self.node)[0]

    @property
    def size(self) -> float:
        """The title's size of type."""
        return _title_type(self.node)[1]


def cells(tree: Tree) -> dict[str, Cell]:
    """Return every node's cell, by its name."""
    into: dict[str, list[Edge]] = {}
    for edge in tree.edges:
        into.setdefault(edge.child, []).append(edge)
    return {node.name: _cell(node, into.get(node.name, ())) for node in tree.nodes}


def _cell(node: Node, into: Sequence[Edge]) -> Cell:
    first, *rest = node.members
    face, size = _title_type(node)
    name = drawn(first.title if node.arch or first.released else first.name)
    title = wrap(name, face, size, WIDEST - 2 * PAD)
    others = tuple(_same([drawn(other.title) for other in rest]))
    said = tuple(_said(into))
    widths = [advance(line, face, size) + 2 * PAD for line in title]
    widths += [advance(line, "regular", SMALL) + 2 * PAD for line in others]
    widths += [advance(line.text, "regular", SMALL) for line in said]
    looks = strip(node.arch) if node.arch else ()
    below = LINE / 2 + LINE * (len(title) - 1 + len(others)) + PAD + (STRIP_GAP + STRIP if looks else 0.0)
    above = PAD + LINE / 2 + (SAID * len(said) + 4.0 if said else 0.0)
    return Cell(node, title, others, said, looks, max(NARROWEST, *widths), above, below)


def _same(titles: Sequence[str]) -> Iterable[str]:
    """Yield the lines that name models of the same architecture; a name is broken only where it must be."""
    said = [f"{title}," for title in titles[:-1]] + [*titles[-1:]]
    line = "="
    for title in said:
        if line != "=" and advance(f"{line} {title}", "regular", SMALL) > WIDEST - 2 * PAD:
            yield from wrap(line, "regular", SMALL, WIDEST - 2 * PAD)
            line = title
        else:
            line = f"{line} {title}"
    if said:
        yield from wrap(line, "regular", SMALL, WIDEST - 2 * PAD)


def _title_type(node: Node) -> tuple[Face, float]:
    return ("semibold", HEAD) if node.arch else ("regular", SMALL)


def drawn(text: str) -> str:
    """Return text with what the font does not have replaced: names of others were never checked."""
    missing = missing_characters(text)
    return text.translate(dict.fromkeys(map(ord, missing), "?")) if missing else text


def _said(into: Iterable[Edge]) -> Iterable[Said]:
    documented = sorted((edge for edge in into if edge.kind == "documented"), key=lambda edge: edge.adopts)
    for words, source in dict.fromkeys(
        (f"{_RELATIONS.get(edge.relation, '')}{edge.what}", edge.source) for edge in documented
    ):
        for line in wrap(drawn(words), "regular", SMALL, WIDEST):
            yield Said(line, "documented", source)
    for edge in into:
        if edge.kind == "nearest" and edge.unlike:
            for line in changes(edge.unlike):
                yield Said(line, "nearest")


def changes(found: Unlike) -> tuple[str, ...]:
    """Return what differs in at most two lines: what is new and what is gone, or else sizes."""
    if not found.new or not found.gone:
        if names := found.new or found.gone:
            return _listed("+" if found.new else "−", names, _LINES)
        return _sizes(found.sizes)
    return (*_listed("+", found.new, 1), *_listed("−", found.gone, 1))


def _listed(sign: str, names: Sequence[str], most: int) -> tuple[str, ...]:
    """Return as many names as `most` lines hold, in their order; an ellipsis stands for the others."""
    for many in range(len(names), 0, -1):
        said = f"{sign} {', '.join(names[:many])}{', …' if many < len(names) else ''}"
        lines = wrap(drawn(said), "regular", SMALL, WIDEST)
        if len(lines) <= most:
            return lines
    return wrap(drawn(f"{sign} {names[0]}"), "regular", SMALL, WIDEST)


def _sizes(sizes: Sequence[str]) -> tuple[str, ...]:
    """Return the sizes that differ most, one or two, in two lines."""
    for many in (2, 1):
        lines = tuple(line for size in sizes[:many] for line in wrap(drawn(size), "regular", SMALL, WIDEST))
        if len(lines) <= _LINES:
            return lines
    return lines
