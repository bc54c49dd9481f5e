"""Time in columns: as many models in each as may be, so that the axis is stretched where models are dense."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from archposter.relate.tree import Node, Tree

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
USUAL: Final = (11, 3)
"""What a column holds at most where nothing else is asked for, in all and of one family."""
UNDATED: Final = "no date"


class Column(NamedTuple):
    """The nodes of a stretch of days, of one year."""

    names: tuple[str, ...]
    first: date
    last: date

    @property
    def year(self) -> str:
        """The year, in digits."""
        return UNDATED if self.first == date.max else str(self.first.year)

    @property
    def label(self) -> str:
        """The months."""
        if self.first == date.max:
            return ""
        ends = dict.fromkeys(MONTHS[day.month - 1] for day in (self.first, self.last))
        return "–".join(ends)


def columns(tree: Tree, most: int, siblings: int) -> tuple[Column, ...]:
    """Return the columns from the oldest; none has a model and its parent.

    A new one begins with a year, with a model whose parent the last one has, where that has `most` models and
    the day is another, and where it has as many `siblings` of one family.
    """
    parents: dict[str, set[str]] = {}
    for edge in tree.edges:
        parents.setdefault(edge.child, set()).add(edge.parent)
    found: list[list[Node]] = []
    for node in _sorted(tree, parents):
        last = found[-1] if found else []
        full = len(last) >= most and last[-1].day != node.day
        if (
            not last
            or last[-1].day.year != node.day.year
            or full
            or any(other.name in parents.get(node.name, ()) for other in last)
            or sum(other.family == node.family for other in last) >= siblings
        ):
            found.append([node])
        else:
            last.append(node)
    return tuple(Column(tuple(node.name for node in nodes), nodes[0].day, nodes[-1].day) for nodes in found)


def _sorted(tree: Tree, parents: Mapping[str, set[str]]) -> list[Node]:
    """Return the nodes by day, those of one day after the parents of that day that they may have."""
    depth: dict[str, int] = {}
    of = {node.name: node for node in tree.nodes}

    def deep(name: str) -> int:
        if name not in depth:
            same = [other for other in parents.get(name, ()) if of[other].day == of[name].day]
            depth[name] = 1 + max(map(deep, same), default=-1)
        return depth[name]

    return sorted(tree.nodes, key=lambda node: (node.day, deep(node.name), node.name))
