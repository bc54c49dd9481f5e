"""The indexer's own path beside attention: a cached key, and small heads that choose what is read."""

from __future__ import annotations

from archposter.blocks.tree import Cell, Edge, Node
from archposter.spec.parts import Indexer
from archposter.units import wordings

INDEXED = (1.075, 1.0, 1.0, 1.055)
"""Widths of the columns where the indexer's comes first; the longest names decide."""


def indexer_path(indexer: Indexer, attention: str) -> tuple[list[Node], list[Edge]]:
    """Return the first column: the key from "x", the heads' queries from "c_q", the choice to `attention`."""
    heads = wordings(indexer.index_n_heads)
    nodes = [
        Node("k_i", Cell(("Index k",), wordings(indexer.index_head_dim), cached=True), 1, 0),
        Node("indexer", Cell(("Indexer",), (*(f"{count} heads" for count in heads), *heads)), 2, 0),
    ]
    edges = [
        Edge("x", "k_i"),
        Edge("k_i", "indexer"),
        Edge("c_q", "indexer", enter=0.6),
        Edge("indexer", attention),
    ]
    return nodes, edges


def chosen_below(attention: str) -> tuple[list[Node], list[Edge]]:
    """Return the first column of a layer without an indexer: tokens that one of a layer below chose."""
    return [Node("indexer", Cell(("Choice",), ("from below",)), 2, 0)], [Edge("indexer", attention)]
