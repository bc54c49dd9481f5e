"""Attention over shortened sequences or mixed neighbours: DeepSeek-V4's CSA and HCA, and CCA."""

from __future__ import annotations

from archposter.blocks.attention import position_words
from archposter.blocks.tree import Cell, Diagram, Edge, HeadGroups, Inset, Node, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import Cca, CompressedAttention, Rope
from archposter.units import count, exact, wordings

_NAMES = {
    "csa": ("CSA", ("Compressed sparse attention", "CSA")),
    "hca": ("HCA", ("Heavily compressed attention", "HCA")),
    "window": ("window only", ("Window-only attention", "Window only", "Window")),
}


def view(part: CompressedAttention, _arch: Arch) -> View:
    """Name the part by its compression; its callout gives the heads on the one key-value head."""
    kind, names = _NAMES[part.variant]
    window = f"window {exact(part.sliding_window)}"
    details = (window, "window")
    if part.compressor:
        ratio = f"{exact(part.compressor.compress_ratio)} : 1"
        details = (f"{ratio} · {window}", ratio)
    look = "sliding" if part.variant == "window" else "latent"
    callout = f"{exact(part.num_attention_heads)} heads on one K = V of {exact(part.head_dim)}"
    return View(kind, look, names, details, callout)


def inset(part: CompressedAttention, arch: Arch) -> Inset:
    """Draw the query latent, the window's keys, the compressed entries and the grouped output."""
    width, heads = exact(arch.hidden_size), part.num_attention_heads
    groups = f"{exact(part.o_groups)} groups of rank {exact(part.o_lora_rank)}"
    nodes = [
        Node("x", Words((f"x  {width}",)), 0, 0, 3),
        Node("c_q", Cell(("Q latent", "Q"), wordings(part.q_lora_rank)), 1, 0),
        Node("kv", Cell(("K = V",), (f"{exact(part.head_dim)}, cached", *wordings(part.head_dim))), 1, 1),
        Node("q", Cell(("Queries",), wordings(heads * part.head_dim)), 2, 0),
        Node(
            "window",
            Cell(
                ("Window",),
                (*wordings(part.sliding_window, "last {}"), count(part.sliding_window)),
                "sliding",
            ),
            2,
            1,
        ),
        Node("heads", Cell((f"{exact(heads)} heads" + (", sinks" * part.sinks),), look="latent"), 4, 0, 3),
        Node("groups", Cell((groups, f"{exact(part.o_groups)} groups")), 5, 0, 3),
        Node("out", Cell((f"Output  → {width}", "Output")), 6, 0, 3),
    ]
    edges = [Edge("x", "c_q"), Edge("x", "kv"), Edge("c_q", "q"), Edge("kv", "window"), Edge("q", "heads")]
    edges += [Edge("window", "heads"), Edge("heads", "groups"), Edge("groups", "out")]
    if part.compressor:
        ratio = exact(part.compressor.compress_ratio)
        entries = (
            f"{ratio} tokens to 1",
            f"{ratio} to 1",
            f"{count(part.compressor.compress_ratio)} to 1",
            "many to 1",
        )
        nodes.append(Node("compressor", Cell(("Compressor", "Entries"), entries, "latent"), 1, 2))
        edges.append(Edge("x", "compressor"))
        top = "compressor"
        if part.compressor.indexer:
            top_k = part.compressor.indexer.index_topk
            best = (*wordings(top_k, "best {}"), count(top_k))
            nodes.append(Node("indexer", Cell(("Indexer",), best, "latent"), 2, 2))
            edges.append(Edge("compressor", "indexer"))
            top = "indexer"
        edges.append(Edge(top, "heads"))
    named = view(part, arch)
    return Inset(named.names, Diagram(tuple(nodes), tuple(edges), (1.0, 1.0, 1.0)))


def cca_view(part: Cca, _arch: Arch) -> View:
    """Name the part; its callout gives the heads."""
    words = position_words(part.position)
    heads = f"{exact(part.num_attention_heads)} query, {exact(part.num_key_value_heads)} KV heads"
    names = ("Convolutional attention", "CCA")
    return View("CCA", "full", names, (words, words.split(" ")[0]), f"{heads} of {exact(part.head_dim)}")


def cca_inset(part: Cca, arch: Arch) -> Inset:
    """Draw the two convolutions on queries and keys, and values of which half come a token late."""
    width = exact(arch.hidden_size)
    queries, keys = part.num_attention_heads * part.head_dim, part.num_key_value_heads * part.head_dim
    turn = "L2 norm + RoPE" if isinstance(part.position, Rope) else "L2 norm"
    convolution = f"Convolutions over {exact(part.cca_time0)}, then {exact(part.cca_time1)} tokens"
    heads = HeadGroups(part.num_attention_heads, part.num_key_value_heads, "full")
    nodes = (
        Node("x", Words((f"x  {width}",)), 0, 0, 4),
        Node("q", Cell(("Query",), wordings(queries)), 1, 0),
        Node("k", Cell(("Key",), wordings(keys)), 1, 1),
        Node("now", Cell(("½ value",), ("this token", "now")), 1, 2),
        Node("late", Cell(("½ value",), ("last token", "last")), 1, 3),
        Node("conv", Cell((convolution, "Convolutions", "Conv")), 2, 0, 2),
        Node("turn", Cell((turn, "L2 norm")), 3, 0, 2),
        Node("value", Cell(("Value",), wordings(keys)), 3, 2, 2),
        Node("heads", heads, 4, 0, 4),
        Node("out", Cell((f"Output  {exact(queries)} → {width}", "Output")), 5, 0, 4),
    )
    edges = (
        *(Edge("x", name) for name in ("q", "k", "now", "late")),
        Edge("q", "conv"),
        Edge("k", "conv"),
        Edge("conv", "turn"),
        Edge("now", "value"),
        Edge("late", "value"),
        Edge("turn", "heads"),
        Edge("value", "heads"),
        Edge("heads", "out"),
    )
    titles = ("Compressed convolutional attention", "Convolutional attention", "CCA")
    return Inset(titles, Diagram(nodes, edges, (1.0, 1.0, 1.0, 1.0)))
