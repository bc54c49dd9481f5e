"""Attention over shortened sequences or mixed neighbours: DeepSeek-V4's CSA and HCA, and CCA."""

from __future__ import annotations

from itertools import pairwise

from archposter.blocks.attention import rotated_share
from archposter.blocks.indexer import INDEXED, chosen_below, indexer_path
from archposter.blocks.terms import TERMS
from archposter.blocks.tree import (
    Cell,
    Compression,
    Diagram,
    Edge,
    HeadGroups,
    Inset,
    Node,
    Wordings,
    Words,
)
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import Cca, CompressedAttention, Rope
from archposter.units import count, exact, wordings

_KINDS = {"csa": "CSA", "hca": "HCA", "window": "window only"}


def view(part: CompressedAttention, _arch: Arch) -> View:
    """Name the part by its compression; its callout gives the heads on the one key-value head."""
    look = "sliding" if part.variant == "window" else "latent"
    callout = f"{exact(part.num_attention_heads)} heads on one K = V of {exact(part.head_dim)}"
    unusual = part.variant == "hca"
    return View(_KINDS[part.variant], look, TERMS[part.variant], callout, unusual=unusual)


def inset(part: CompressedAttention, arch: Arch) -> Inset:
    """Draw the window's keys, the compressed entries, the indexer that picks them, and the grouped output."""
    compressor, width = part.compressor, exact(arch.hidden_size)
    indexer = compressor.indexer if compressor else None
    first = 1 if indexer else 0
    last = first + (2 if compressor else 1)
    share = rotated_share(part.position)
    share = share if share < 1 else 0.0
    own = wordings(part.head_dim)
    window = (f"last {exact(part.sliding_window)}", *wordings(part.sliding_window))
    reduced = exact(part.o_groups * part.o_lora_rank)
    nodes = [
        Node("x", Words((f"input {width}", "input")), 0, 0, last + 1),
        Node("q_a", Cell(("Q latent",), facts=(wordings(part.q_lora_rank),)), 1, first),
        Node("c_q", Cell(("RMSNorm", "norm")), 2, first),
        Node("q", Cell(("Queries",), (f"{own[0]}, norm", *own), share=share), 3, first),
        Node("kv_a", Cell(("K = V",), own), 1, first + 1),
        Node("kv", Cell(("RMSNorm", "norm"), cached=True, share=share), 2, first + 1),
        Node("window", Cell(("Window", "Local"), window, "sliding"), 3, first + 1),
        Node("heads", Cell(_heads(part), _reach(part), "latent"), 4, 0, last + 1),
        Node("groups", Cell(_groups(part)), 5, 0, last + 1),
        Node("out", Cell((f"Output {reduced} → {width}", "Output")), 6, 0, last + 1),
    ]
    pairs = [("x", "q_a"), ("q_a", "c_q"), ("c_q", "q"), ("x", "kv_a"), ("kv_a", "kv"), ("kv", "window")]
    edges = [
        Edge(start, end)
        for start, end in (
            *pairs,
            ("q", "heads"),
            ("window", "heads"),
            ("heads", "groups"),
            ("groups", "out"),
        )
    ]
    if compressor and compressor.key_value == "shared":
        nodes.append(Node("entries", Cell(("Entries",), ("from below",), "latent"), 3, last))
        edges.append(Edge("entries", "heads"))
    elif compressor:
        ratio = exact(compressor.compress_ratio)
        picture = Compression(compressor.compress_ratio, compressor.overlap, bool(indexer), "latent")
        per = (f"1 per {ratio} tokens", f"1 per {ratio}", f"1 per {count(compressor.compress_ratio)}")
        nodes += [
            Node("compress", picture, 1, last),
            Node("entry", Cell(("RMSNorm", "norm"), cached=True, share=share), 2, last),
            Node("entries", Cell(("Entries",), per), 3, last),
        ]
        path = ("x", "compress", "entry", "entries", "heads")
        edges += [Edge(start, end) for start, end in pairwise(path)]
    if indexer and indexer.indexer_type == "shared":
        more, more_edges = chosen_below("heads", 3)
        nodes += more
        edges += more_edges
    elif indexer:
        each = f"1 per {exact(compressor.compress_ratio)}" if compressor else ""
        more, more_edges = indexer_path(indexer, "heads", (1, 2, 3), (f"{each}, norm", each))
        nodes += more
        edges += more_edges
    weights = INDEXED if indexer else (1.0,) * (last + 1)
    return Inset(TERMS[part.variant], Diagram(tuple(nodes), tuple(edges), weights))


def _heads(part: CompressedAttention) -> Wordings:
    heads = f"{exact(part.num_attention_heads)} heads"
    return (f"{heads}, a sink each", heads) if part.sinks else (heads,)


def _reach(part: CompressedAttention) -> Wordings:
    """Return what a query reads: tokens of the window, and entries."""
    tokens = f"{exact(part.sliding_window)} tokens"
    if not part.compressor:
        return (tokens,)
    indexer = part.compressor.indexer
    entries = f"top-{exact(indexer.index_topk)} entries" if indexer else "all entries"
    return (
        f"on {tokens} and the {entries}" if indexer else f"on {tokens} and {entries}",
        f"{tokens}, {entries}",
    )


def _groups(part: CompressedAttention) -> Wordings:
    """Return how the heads' outputs are reduced, group by group.

    The values carry the keys' rotation, which is undone before.
    """
    inside = part.num_attention_heads * part.head_dim // part.o_groups
    groups = f"{exact(part.o_groups)} groups"
    undone = "RoPE undone, " if isinstance(part.position, Rope) else ""
    return (
        f"{undone}{groups}, each {exact(inside)} → {exact(part.o_lora_rank)}",
        f"{undone}{groups} of {exact(part.o_lora_rank)}",
        f"{undone}{groups}",
        groups,
    )


def cca_view(part: Cca, _arch: Arch) -> View:
    """Name the part; its callout gives the heads."""
    heads = f"{exact(part.num_attention_heads)} query + {exact(part.num_key_value_heads)} KV heads"
    return View("CCA", "full", TERMS["cca"], f"{heads} of {exact(part.head_dim)}")


def cca_inset(part: Cca, arch: Arch) -> Inset:
    """Draw the two convolutions on queries and keys, and values of which half come a token late."""
    width, size = exact(arch.hidden_size), part.head_dim
    queries, groups = part.num_attention_heads, part.num_key_value_heads
    share = rotated_share(part.position)
    turn = Cell(("L2 norm", "norm"), ("RoPE",) if share else (), share=share if share < 1 else 0.0)
    over = f"Conv over {exact(part.cca_time0)}, then {exact(part.cca_time1)}"
    convolution = Cell((over, "Convolutions", "Conv"), ("+ mean of q and k", "+ mean"))
    heads = HeadGroups(queries, groups, "full", size, size)
    half = groups * size // 2
    nodes = (
        Node("x", Words((f"input {width}", "input")), 0, 0, 4),
        Node("q", Cell(("Query",), (f"{exact(queries)} × {exact(size)}", *wordings(queries * size))), 1, 0),
        Node("k", Cell(("Key",), (f"{exact(groups)} × {exact(size)}", *wordings(groups * size))), 1, 1),
        Node("now", Cell(("½ value",), wordings(half)), 1, 2),
        Node("late", Cell(("½ value",), wordings(half)), 1, 3),
        Node("conv", convolution, 2, 0, 2),
        Node("turn q", turn, 3, 0),
        Node("turn k", turn._replace(cached=True), 3, 1),
        Node("delay", Cell(("delayed",), ("1 token",)), 2, 3),
        Node("value", Cell(("Value",), (f"{exact(groups)} × {exact(size)}",), cached=True), 3, 2, 2),
        Node("heads", heads, 4, 0, 4),
        Node("out", Cell((f"Output {exact(queries * size)} → {width}", "Output")), 5, 0, 4),
    )
    edges = (
        *(Edge("x", name) for name in ("q", "k", "now", "late")),
        Edge("q", "conv"),
        Edge("k", "conv"),
        Edge("conv", "turn q", enter=0.0),
        Edge("conv", "turn k", enter=0.0),
        Edge("now", "value"),
        Edge("late", "delay"),
        Edge("delay", "value"),
        Edge("turn q", "heads q"),
        Edge("turn k", "heads k"),
        Edge("value", "heads v"),
        Edge("heads", "out"),
    )
    return Inset(TERMS["cca"], Diagram(nodes, edges, (1.0, 1.0, 1.0, 1.0)))
