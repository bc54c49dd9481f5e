"""The tree in Graphviz's language: times as ranks, families as clusters, sizes from our own metrics."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from graphviz import Digraph

from archposter.descent.cells import Cell, drawn
from archposter.descent.columns import USUAL, Column, columns
from archposter.outline.dot import escaped
from archposter.relate.tree import Edge, Tree

POINTS: Final = 72.0
_BACKSLASH = re.compile(r"\\")
_STYLES: Final = {"documented": "solid", "nearest": "dotted"}


def ids(tree: Tree) -> dict[str, str]:
    """Return a name for each node that no language can misread."""
    return {node.name: f"n{number}" for number, node in enumerate(tree.nodes)}


def to_dot(tree: Tree, found: Mapping[str, Cell], times: Sequence[Column] = ()) -> str:
    """Return the source of a directed graph from left to right, whose ranks are columns of time."""
    known = ids(tree)
    family = {node.name: node.family for node in tree.nodes}
    graph = Digraph(
        "lineage",
        graph_attr={
            "rankdir": "LR",
            "newrank": "true",
            "nodesep": "0.2",
            "ranksep": "0.6",
            "splines": "polyline",
        },
        node_attr={"shape": "box", "fixedsize": "true", "fontname": "Helvetica", "fontsize": "12"},
        edge_attr={"arrowsize": "0.6"},
    )
    for number, column in enumerate(times or columns(tree, *USUAL)):
        graph.node(f"t{number}", label=column.label, shape="plaintext", width="0.1", height="0.3")
        if number:
            graph.edge(f"t{number - 1}", f"t{number}", style="invis", weight="100")
        with graph.subgraph() as rank:
            rank.attr(rank="same")
            for node in (f"t{number}", *(known[name] for name in column.names)):
                rank.node(node)
    lanes = lanes_of(tree)
    for number, (name, members) in enumerate(lanes.items()):
        with graph.subgraph(name=f"cluster_{number}") as lane:
            lane.attr(label=f"<{escaped(drawn(name))}>", fontname="Helvetica")
            for member in members:
                _node(lane, found[member], known)
    together = {member for members in lanes.values() for member in members}
    for name in known:
        if name not in together:
            _node(graph, found[name], known)
    for edge in tree.edges:
        near = family[edge.parent] == family[edge.child]
        graph.edge(
            known[edge.parent],
            known[edge.child],
            style=_STYLES[edge.kind],
            weight="4" if near else "1",
            **_tip(edge),
        )
    return str(graph.source)


def lanes_of(tree: Tree) -> dict[str, list[str]]:
    """Return the families of more than one node, with the names of their nodes, the oldest first.

    A model that is not here stands in the lane of what stems from it, if it is not older than the lane.
    """
    found: dict[str, list[str]] = {}
    for node in tree.nodes:
        if node.arch or node.family in found:
            found.setdefault(node.family, []).append(node.name)
    return {family: members for family, members in found.items() if len(members) > 1}


def _node(graph: Any, cell: Cell, known: Mapping[str, str]) -> None:
    lines = "<br/>".join(escaped(line) for line in (*cell.title, *cell.others))
    size = {"width": f"{cell.width / POINTS:.3f}", "height": f"{(cell.above + cell.below) / POINTS:.3f}"}
    graph.node(
        known[cell.node.name], label=f"<{lines}>", **size, **({} if cell.node.arch else {"style": "dashed"})
    )


def _tip(edge: Edge) -> dict[str, str]:
    words = edge.what or "; ".join((*edge.unlike.new, *edge.unlike.sizes)) if edge.unlike else edge.what
    tip = {"edgetooltip": _BACKSLASH.sub(r"\\\\", words)} if words else {}
    return {**tip, "URL": _BACKSLASH.sub(r"\\\\", edge.source)} if edge.source else tip
