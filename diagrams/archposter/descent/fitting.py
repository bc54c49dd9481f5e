"""As many columns as suit the shape that is wanted: a few are tried, and the largest type wins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from archposter.descent.cells import Cell
from archposter.descent.columns import USUAL, Column, columns
from archposter.descent.engine import heights
from archposter.descent.graph import ids, to_dot
from archposter.descent.measures import Measures, measures
from archposter.descent.places import plan
from archposter.descent.routes import Way, tracks, ways
from archposter.relate.tree import Tree

LANDSCAPE: Final = 1.4142
"""A sheet of A paper on its side."""
_MOST: Final = ((4, 3), (6, 3), (8, 3), USUAL, (11, 4), (15, 4), (22, 4), (32, 4))
"""What a column holds at most, in all and of one family, from the widest tree to the narrowest."""


class _Laid(NamedTuple):
    """A layout of the tree in some columns."""

    columns: tuple[Column, ...]
    measures: Measures
    ways: tuple[Way, ...]

    def scale(self, shape: float) -> float:
        """Return how large it is in a box of a shape and of the height 1."""
        return min(shape / self.measures.size.width, 1 / self.measures.size.height)


def best(tree: Tree, found: Mapping[str, Cell], shape: float = LANDSCAPE) -> tuple[Measures, tuple[Way, ...]]:
    """Return the layout that is largest in a shape, width by height, and the ways of its lines."""
    tried: dict[int, _Laid] = {}
    place = _MOST.index(USUAL)
    while 0 <= place < len(_MOST) and place not in tried:
        times = columns(tree, *_MOST[place])
        same = [one for one in tried.values() if one.columns == times]
        tried[place] = same[0] if same else _laid_out(tree, found, times)
        size = tried[place].measures.size
        place += 1 if size.width / size.height > shape else -1
    _, made, lines = max((tried[place] for place in sorted(tried)), key=lambda one: one.scale(shape))
    return made, lines


def _laid_out(tree: Tree, found: Mapping[str, Cell], times: tuple[Column, ...]) -> _Laid:
    known = ids(tree)
    order = heights(to_dot(tree, found, times))
    made = plan(tree, times, {name: order[known[name]] for name in known})
    lines = ways(tree.edges, made)
    return _Laid(times, measures(made, found, tracks(lines)), lines)
