"""The indexer's own path beside attention: a cached key, and small heads that choose what is read."""

from __future__ import annotations

from archposter.blocks.tree import Cell, Edge, Node, Wordings
from archposter.spec.parts import BlockIndexer, Indexer
from archposter.units import exact

INDEXED = (1.075, 1.0, 1.0, 1.055)
"""Widths of the columns where the indexer's comes first; the longest names decide."""


def indexer_path(
    indexer: Indexer, attention: str, rows: tuple[int, int, int], normed: Wordings = ("norm",)
) -> tuple[list[Node], list[Edge]]:
    """Return the first column: keys and head weights from "x", queries from "c_q", the choice to `attention`.

    `normed` is what the keys pass before they are cached.
    """
    heads, size = exact(indexer.index_n_heads), exact(indexer.index_head_dim)
    key = Cell(
        ("Index k, weights", "Index k, w", "Index k", "Index"),
        (f"{size} + {exact(indexer.index_n_heads)}", size),
    )
    if indexer.index_kpool:
        key = Cell(("Index k, gate", "k, gate"), (f"2 × {size}",))
    if indexer.stream_queries:
        key = Cell(("Index q, k", "q, k"), (f"{exact(indexer.index_n_heads + 1)} × {size}", heads))
    nodes = [
        Node("i", key, rows[0], 0),
        Node("k_i", Cell(normed, cached=True), rows[1], 0),
        Node(
            "indexer",
            Cell(("Indexer",), facts=((f"{heads} heads", heads),)),
            rows[2],
            0,
        ),
    ]
    edges = [
        Edge("x", "i"),
        Edge("i", "k_i"),
        Edge("k_i", "indexer"),
        *(() if indexer.stream_queries else (Edge("c_q", "indexer", enter=0.6),)),
        Edge("indexer", attention),
    ]
    return nodes, edges


def chosen_below(attention: str, row: int) -> tuple[list[Node], list[Edge]]:
    """Return the first column of a layer without an indexer: tokens that one of a layer below chose."""
    choice = Cell(("Choice",), ("from below", "reused"))
    return [Node("indexer", choice, row, 0)], [Edge("indexer", attention)]


def blocks_chosen(indexer: BlockIndexer) -> str:
    """Return how many blocks are read, and their size: "16 blocks of 128"."""
    return f"{exact(indexer.index_topk_blocks)} blocks of {exact(indexer.index_block_size)}"


def block_path(
    indexer: BlockIndexer, position: str, rows: tuple[int, int, int]
) -> tuple[list[Node], list[Edge]]:
    """Return the second column: an indexer with queries of its own, whose choice enters the row "heads k".

    Its keys are cached when normed and given their `position`, or, where blocks have mean keys, before.
    """
    heads, blocks = exact(indexer.index_n_heads), exact(indexer.index_topk_blocks)
    mean = indexer.pooling == "mean"
    sizes = (f"{heads} + 1 heads", f"{heads} + 1")
    turned = ("k mean, norm", "k mean") if mean else ("norm",)
    nodes = [
        Node("i", Cell(("Index q, k", "Index"), facts=(sizes,), cached=mean), rows[0], 1),
        Node("turn i", Cell(turned, (position,), cached=not mean), rows[1], 1),
        Node("choice", Cell((f"best {blocks}", blocks), ("blocks",)), rows[2], 1),
    ]
    pairs = (("x", "i"), ("i", "turn i"), ("turn i", "choice"), ("choice", "heads k"))
    return nodes, [Edge(start, end) for start, end in pairs]
