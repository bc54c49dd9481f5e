"""The indexer's own path beside attention: a cached key, and small heads that choose what is read."""

from __future__ import annotations

from archposter.blocks.tree import Cell, Edge, Node
from archposter.spec.parts import BlockIndexer, Indexer
from archposter.units import exact, wordings

INDEXED = (1.075, 1.0, 1.0, 1.055)
"""Widths of the columns where the indexer's comes first; the longest names decide."""


def indexer_path(indexer: Indexer, attention: str) -> tuple[list[Node], list[Edge]]:
    """Return the first column: the key from "x", the heads' queries from "c_q", the choice to `attention`."""
    heads = (exact(indexer.index_n_heads),)
    key = Cell(("Index k",), wordings(indexer.index_head_dim), cached=True)
    if indexer.index_kpool:
        key = Cell(("Index k, gate", "k, gate"), (f"2 × {exact(indexer.index_head_dim)}",), cached=True)
    if indexer.stream_queries:
        sizes = f"{exact(indexer.index_n_heads + 1)} × {exact(indexer.index_head_dim)}"
        key = Cell(("Index q, k", "q, k"), (sizes, *heads), cached=True)
    nodes = [
        Node("k_i", key, 1, 0),
        Node("indexer", Cell(("Indexer",), facts=((f"{heads[0]} heads", heads[0]),)), 2, 0),
    ]
    edges = [
        Edge("x", "k_i"),
        Edge("k_i", "indexer"),
        *(() if indexer.stream_queries else (Edge("c_q", "indexer", enter=0.6),)),
        Edge("indexer", attention),
    ]
    return nodes, edges


def chosen_below(attention: str) -> tuple[list[Node], list[Edge]]:
    """Return the first column of a layer without an indexer: tokens that one of a layer below chose."""
    return [Node("indexer", Cell(("Choice",), ("from below",)), 2, 0)], [Edge("indexer", attention)]


def blocks_chosen(indexer: BlockIndexer) -> str:
    """Return how many blocks are read, and their size: "16 blocks of 128"."""
    return f"{exact(indexer.index_topk_blocks)} blocks of {exact(indexer.index_block_size)}"


def block_path(
    indexer: BlockIndexer, position: str, rows: tuple[int, int, int]
) -> tuple[list[Node], list[Edge]]:
    """Return the first column of an indexer with queries of its own, whose choice enters "heads" at the side.

    Its keys are cached when normed and given their `position`, or, where blocks have mean keys, before.
    """
    heads, blocks = exact(indexer.index_n_heads), exact(indexer.index_topk_blocks)
    mean = indexer.pooling == "mean"
    sizes = (f"{heads} + 1 heads", f"{heads} + 1")
    turned = ("k mean, norm", "k mean") if mean else ("norm",)
    nodes = [
        Node("i", Cell(("Index q, k", "Index"), sizes, cached=mean), rows[0], 0),
        Node("turn i", Cell(turned, (position,), cached=not mean), rows[1], 0),
        Node("choice", Cell((f"best {blocks}", blocks), ("blocks",)), rows[2], 0),
    ]
    pairs = (("x", "i"), ("i", "turn i"), ("turn i", "choice"), ("choice", "heads"))
    return nodes, [Edge(start, end) for start, end in pairs]
