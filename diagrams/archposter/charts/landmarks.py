"""Which models are landmarks: those that most later models stem from, after the most that was new.

Each model stems from an earlier one: its documented parent, or else the nearest (`relate.nearest`).  A model
is as far along as all that was new on the way to it: the mechanisms that each had and its parent had not.
Landmarks are chosen one after another: the one that brings all its descendants furthest along from the
landmarks that they had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archposter.charts.subject import Subject
from archposter.relate.nearest import relative


class Tree(NamedTuple):
    """Each model's parent by name, none for those without, and how far along each is."""

    parents: Mapping[str, str]
    along: Mapping[str, int]

    def line(self, name: str) -> Iterator[str]:
        """Yield a model and its ancestors, the nearest first."""
        while name:
            yield name
            name = self.parents[name]


def tree(subjects: Sequence[Subject]) -> Tree:
    """Return what stems from what among models, which stand in the order of their days."""
    known = {one.name: one for one in subjects}
    parents: dict[str, str] = {}
    along: dict[str, int] = {}
    for one in subjects:
        found = relative(one.arch, own=one.signature[0])
        parent = found.model.name if found and found.model.name in along else ""
        parents[one.name] = parent
        having = one.signature[0].mechanisms | one.signature[0].kinds.keys()
        had = known[parent].signature[0] if parent else None
        new = having - had.mechanisms - had.kinds.keys() if had else having
        along[one.name] = along.get(parent, 0) + (0 if found and found.equal else len(new))
    return Tree(parents, along)


def below(found: Tree) -> dict[str, list[str]]:
    """Return the models that stem from each, itself the first of them."""
    made: dict[str, list[str]] = {name: [] for name in found.parents}
    for name in found.parents:
        for ancestor in found.line(name):
            made[ancestor].append(name)
    return made


def landmarks(found: Tree, many: int) -> list[str]:
    """Return so many landmarks, in the order of the models."""
    stemming = below(found)
    reached = dict.fromkeys(found.parents, 0)
    chosen: set[str] = set()
    for _ in range(min(many, len(stemming))):

        def gain(name: str) -> int:
            return sum(max(0, found.along[name] - reached[each]) for each in stemming[name])

        best = max((name for name in stemming if name not in chosen), key=gain)
        chosen.add(best)
        for each in stemming[best]:
            reached[each] = max(reached[each], found.along[best])
    return [name for name in found.parents if name in chosen]


def groups(found: Tree, chosen: Sequence[str]) -> dict[str, list[str]]:
    """Return the models by the landmark that each stems from, without the landmarks; "" has the others."""
    made: dict[str, list[str]] = {name: [] for name in ("", *chosen)}
    for name in found.parents:
        if name not in chosen:
            made[next((one for one in found.line(name) if one in chosen), "")].append(name)
    return made
