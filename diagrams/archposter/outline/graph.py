"""What languages for graphs have in common: nodes, edges between them, groups around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

Shape = Literal["box", "norm", "sum", "end", "note"]
GroupKind = Literal["stack", "layers", "choice"]
Line = Literal["flow", "residual", "feed", "loop"]


class Node(NamedTuple):
    """A box of `lines`, the first of which is its name; `id` is a word that no other node or group has."""

    id: str
    lines: tuple[str, ...]
    look: str = "plain"
    shape: Shape = "box"


class Edge(NamedTuple):
    """Data that flows from one node to another."""

    start: str
    end: str
    line: Line = "flow"
    label: str = ""


class Group(NamedTuple):
    """A frame around nodes: of all layers, of equal ones, or of parts of which each layer has one."""

    id: str
    title: str
    kind: GroupKind
    members: tuple[Node | Group, ...]


class Graph(NamedTuple):
    """A model from input to output; `family` gives it a colour, `facts` are said below its title."""

    title: str
    facts: tuple[str, ...]
    description: str
    family: str
    members: tuple[Node | Group, ...]
    edges: tuple[Edge, ...]


def nodes(members: Sequence[Node | Group]) -> Iterator[Node]:
    """Yield the nodes in order, those in groups too."""
    for member in members:
        if isinstance(member, Node):
            yield member
        else:
            yield from nodes(member.members)


def groups(members: Sequence[Node | Group]) -> Iterator[Group]:
    """Yield the groups in order, each before those in it."""
    for member in members:
        if isinstance(member, Group):
            yield member
            yield from groups(member.members)
