"""Which model stems from which, of many: a node an architecture, documented descent and computed nearness.

The two kinds of edge are never mixed: a documented one is its maker's word with its source, a nearest one
leads to the earlier model, of those in the tree, from which least differs (`relate.nearest`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter
from itertools import count
from typing import Any, Literal, NamedTuple

from archposter.diagnostics import UsageError, did_you_mean, printable
from archposter.relate.nearest import PARENTS, Corpus, Known, corpus, index, likeness, parse, relative
from archposter.relate.signature import Signature, signature
from archposter.relate.unlike import Unlike, unlike
from archposter.spec.arch import Arch
from archposter.spec.said import Ancestor

Kind = Literal["documented", "nearest"]


class Member(NamedTuple):
    """A model of a node, by the name of its spec; `lineage` is what its maker documents."""

    name: str
    title: str
    released: date | None
    lineage: tuple[Ancestor, ...] = ()


@dataclass(frozen=True)
class Node:
    """Models of one architecture, the earliest first; one that is only named by others has no `arch`.

    `day` is where it stands in time: date.max where no day is known.
    """

    members: tuple[Member, ...]
    developer: str
    family: str
    day: date
    arch: Arch | None

    @property
    def name(self) -> str:
        """The first model's."""
        return self.members[0].name


class Edge(NamedTuple):
    """From a node to one that stems from it or is nearest to it, by their names.

    `relation` and `what` are a maker's words with their `source`, of the parent's model `named`.  `unlike` is
    what is computed to differ, None where one of the two is not here; `likeness` is from 0 to 1.
    """

    parent: str
    child: str
    kind: Kind
    named: str = ""
    relation: str = "nearest"
    what: str = ""
    source: str = ""
    unlike: Unlike | None = None
    likeness: float | None = None

    @property
    def adopts(self) -> bool:
        """Whether the child took but a part."""
        return self.kind == "documented" and self.relation not in PARENTS


@dataclass(frozen=True)
class Tree:
    """Nodes from the oldest to the newest, and the edges between them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def around(self, names: Iterable[str]) -> Tree:
        """Return the part that some models stem from, and what stems from them; raise `UsageError`."""
        home = {member.name: node.name for node in self.nodes for member in node.members}
        if unknown := [name for name in names if name not in home]:
            hint = did_you_mean(unknown[0], home)
            raise UsageError(f"{printable(unknown[0])} is not among the models {hint}".rstrip())
        up: dict[str, list[str]] = {}
        down: dict[str, list[str]] = {}
        for edge in self.edges:
            up.setdefault(edge.child, []).append(edge.parent)
            if not edge.adopts:
                down.setdefault(edge.parent, []).append(edge.child)
        starts = [home[name] for name in names]
        kept = _reached(starts, up) | _reached(starts, down)
        edges = tuple(edge for edge in self.edges if edge.parent in kept and edge.child in kept)
        return Tree(tuple(node for node in self.nodes if node.name in kept), edges)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; the two kinds of edge are two lists."""
        return {
            "nodes": [_node(node) for node in self.nodes],
            "documented": [_documented(edge) for edge in self.edges if edge.kind == "documented"],
            "nearest": [_nearest(edge) for edge in self.edges if edge.kind == "nearest"],
        }


def _reached(starts: Iterable[str], steps: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    ahead = list(starts)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += steps.get(name, ())
    return found


def _node(node: Node) -> dict[str, Any]:
    return {
        "name": node.name,
        "models": [
            {
                "name": member.name,
                "title": member.title,
                "released": member.released.isoformat() if member.released else None,
                "lineage": [one.model_dump(mode="json") for one in member.lineage],
            }
            for member in node.members
        ],
        "developer": node.developer or None,
        "family": node.family,
        "in_tree": node.arch is not None,
    }


def _documented(edge: Edge) -> dict[str, Any]:
    words = {"model": edge.named, "relation": edge.relation, "what": edge.what, "source": edge.source}
    return {"parent": edge.parent, "child": edge.child, **words, **_differences(edge.unlike)}


def _nearest(edge: Edge) -> dict[str, Any]:
    alike = round(edge.likeness or 0.0, 4)
    return {"parent": edge.parent, "child": edge.child, "likeness": alike, **_differences(edge.unlike)}


def _differences(found: Unlike | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {"new": list(found.new), "without": list(found.gone), "other_sizes": list(found.sizes)}


# ---- from models to a tree


class _Entry(NamedTuple):
    """A model of the tree: as the corpus knows it, with its signature and what its features are called."""

    known: Known
    arch: Arch
    own: Signature
    titles: Mapping[str, str]

    @property
    def day(self) -> date:
        return self.arch.released or date.max

    @property
    def member(self) -> Member:
        return Member(self.known.name, self.arch.title, self.arch.released, self.arch.lineage)


def family_tree(models: Iterable[tuple[str, Arch]], of: Corpus | None = None) -> Tree:
    """Return the tree of models with their names; `of` are the bundled models.

    A node's edges are those of its earliest model: its architecture was there when the others came.  Raises
    `UsageError` for no models, and for documented descent from unknown or later models, or in a circle.
    """
    of = of or corpus()
    entries, others = _entries(models, of)
    if not entries:
        raise UsageError("a lineage needs at least one model")
    _check_models(entries)
    home: dict[str, _Entry] = {}
    groups: dict[str, list[_Entry]] = {}
    for entry in entries:
        group = groups.setdefault(entry.own.digest, [])
        group.append(entry)
        home[entry.known.name] = group[0]
    home |= {name: home[kept] for name, kept in others.items() if name not in home}
    firsts = [group[0] for group in groups.values()]
    among = _among(entries, of)
    documented, absent = _documents(firsts, home, of, among)
    sure = {edge.child for edge in documented if not edge.adopts and edge.parent in home}
    nodes = [_made(group) for group in groups.values()]
    alone = [entry for entry in firsts if entry.known.name not in sure]
    edges = [*documented, *_computed(alone, home, among)]
    nodes = sorted((*nodes, *absent), key=lambda node: (node.day, node.name))
    _check_circles({node.name: [edge.parent for edge in edges if edge.child == node.name] for node in nodes})
    return Tree(tuple(nodes), tuple(sorted(edges, key=lambda edge: (edge.child, edge.kind, edge.parent))))


def _made(group: Sequence[_Entry]) -> Node:
    first = group[0]
    members = tuple(entry.member for entry in group)
    return Node(members, first.arch.developer or "", first.arch.family, first.day, first.arch)


def _entries(models: Iterable[tuple[str, Arch]], of: Corpus) -> tuple[list[_Entry], dict[str, str]]:
    """Return the models, oldest first, each once and with a name of its own: the first's.

    The others' names lead to it.
    """
    seen: dict[tuple[object, ...], str] = {}
    others: dict[str, str] = {}
    bundled = {(known.name, known.digest): known for known in of.models}
    found: dict[str, _Entry] = {}
    for name, arch in models:
        own, titles = signature(arch)
        known = bundled.get((name, own.digest)) or parse(index({name: arch})).models[0]
        same = (arch.title, arch.released, own.digest)
        if same in seen:
            others[name] = seen[same]
            continue
        if name in found:
            free = next(f"{name}~{n}" for n in count(2) if f"{name}~{n}" not in found)
            known = replace(known, name=free)
        seen[same] = known.name
        found[known.name] = _Entry(known, arch, own, titles)
    return sorted(found.values(), key=lambda entry: (entry.day, entry.known.name)), others


def _among(entries: Sequence[_Entry], of: Corpus) -> Corpus:
    """Return the models of the tree as a corpus of their own; undated ones are nobody's parents."""
    known = [entry.known for entry in entries if entry.arch.released]
    bundled = {id(model) for model in of.models}
    if any(id(model) not in bundled for model in known):
        # What the index has stored as the nearest may not be, among models that it does not know.
        known = [replace(model, before="") for model in known]
    titles = {path: title for entry in entries for path, title in entry.titles.items()}
    return replace(of, models=tuple(known), titles={**titles, **of.titles})


def _documents(
    firsts: Sequence[_Entry], home: Mapping[str, _Entry], of: Corpus, among: Corpus
) -> tuple[list[Edge], list[Node]]:
    """Return the documented edges, and nodes of the models that they name and that are not in the tree."""
    elsewhere = {known.name: known for known in of.models}
    edges: list[Edge] = []
    absent: dict[str, Node] = {}
    for entry in firsts:
        child = entry.known.name
        for one in entry.arch.lineage:
            parent = home.get(one.model)
            if parent is None:
                node = _absent(one, entry, elsewhere)
                before = absent.get(node.name)
                absent[node.name] = node if before is None or node.day < before.day else before
                name, differs = node.name, None
            elif parent is entry:
                continue  # of one architecture with the model that it stems from
            else:
                name = parent.known.name
                differs = _unlike(entry, parent.known, among)
            edges.append(
                Edge(name, child, "documented", one.model, one.relation, one.what, str(one.source), differs)
            )
    return edges, list(absent.values())


def _absent(one: Ancestor, child: _Entry, elsewhere: Mapping[str, Known]) -> Node:
    """Return the node of a model that is only named; raise `UsageError` where nobody knows it."""
    if known := elsewhere.get(one.model):
        if known.released > child.day:
            raise _too_late(child.known.name, known.name, known.released)
        member = Member(known.name, known.title, known.released)
        return Node((member,), known.developer, child.arch.family, known.released, None)
    if one.year is None:
        raise UsageError(
            f"{printable(child.known.name)}: lineage names {printable(one.model)}, which is neither bundled "
            f"nor among the models: expected a spec's name, or a name and its year "
            f"{did_you_mean(one.model[:60], [*elsewhere])}".rstrip()
        )
    if one.year > child.day.year:
        raise _too_late(child.known.name, one.model, date(one.year, 1, 1))
    # Any day of the year is as good: at its end, or just before the child, lines are short.
    last = date(one.year, 12, 31)
    day = min(last, child.day - timedelta(days=1)) if child.arch.released else last
    member = Member(f"{one.model}, {one.year}", one.model, None)
    return Node((member,), "", child.arch.family, day, None)


def _computed(firsts: Iterable[_Entry], home: Mapping[str, _Entry], among: Corpus) -> Iterable[Edge]:
    """Yield an edge from the nearest earlier model of the tree to each that has one."""
    for entry in firsts:
        found = relative(entry.arch, among, entry.own)
        if found is None:
            continue
        parent = home[found.model.name]
        alike = likeness(entry.own, parent.own, among)
        differs = _unlike(entry, parent.known, among)
        yield Edge(parent.known.name, entry.known.name, "nearest", unlike=differs, likeness=alike)


def _unlike(entry: _Entry, other: Known, of: Corpus) -> Unlike:
    return unlike(entry.arch, other, of, (entry.own, entry.titles))


def _check_models(entries: Sequence[_Entry]) -> None:
    """Raise `UsageError` where a model is said to stem from a later one, or from itself by way of others."""
    days = {entry.known.name: entry.day for entry in entries}
    stems = {
        entry.known.name: [one.model for one in entry.arch.lineage if one.model in days] for entry in entries
    }
    for child, parents in stems.items():
        for parent in parents:
            if days[parent] > days[child]:
                raise _too_late(child, parent, days[parent])
    _check_circles(stems)


def _too_late(child: str, parent: str, day: date) -> UsageError:
    when = "has no day" if day == date.max else f"was released later, {day.isoformat()}"
    return UsageError(
        f"{printable(child)} cannot stem from {printable(parent)}, which {when}: "
        "check released and lineage of both"
    )


def _check_circles(stems: Mapping[str, Sequence[str]]) -> None:
    try:
        TopologicalSorter(stems).prepare()
    except CycleError as error:
        names = " <- ".join(printable(name) for name in error.args[1])
        raise UsageError(f"lineage goes round in a circle: {names}") from None
