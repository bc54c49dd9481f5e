"""Attention of chosen experts, blocks that layers share, learned residuals: names and insets."""

from __future__ import annotations

from itertools import pairwise

from archposter.blocks.attention import rotated_share
from archposter.blocks.moe import choice
from archposter.blocks.terms import TERMS
from archposter.blocks.tree import Cell, Diagram, Edge, HeadGroups, Inset, Node, Op, Pass, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import LowRankFfn, MixtureAttention, SharedBlock
from archposter.spec.parts.words import GATED_UNITS
from archposter.units import exact, wordings

_LANE = 0.2  # where the input goes past what reads it


def mixture_view(part: MixtureAttention, _arch: Arch) -> View:
    """Name the part by its experts."""
    chosen = f"{exact(part.num_experts_per_tok)} of {exact(part.num_experts)} query experts"
    return View("MoA", "full", TERMS["moa"], chosen)


def mixture_inset(part: MixtureAttention, arch: Arch) -> Inset:
    """Draw the router, the experts it chooses for queries and outputs, and the keys that all share."""
    width, inner = exact(arch.hidden_size), part.num_key_value_heads * part.head_dim
    share = rotated_share(part.position)
    partial = share if share < 1 else 0.0
    queries = ("Queries, RoPE", "Queries") if share else ("Queries",)
    heads = HeadGroups(part.num_key_value_heads * part.num_experts_per_tok, part.num_key_value_heads, "full")
    top = f"top {exact(part.num_experts_per_tok)} of {exact(part.num_experts)}"
    nodes = [
        Node("x", Words((f"input {width}", "input")), 0, 0, 4),
        Node("router", Cell(("Softmax router", "Router"), (top,)), 1, 0),
        Node("past", Pass(), 1, 1),
        Node("k", Cell(("Key",), wordings(inner), cached=not share), 1, 2),
        Node("v", Cell(("Value",), wordings(inner), cached=True), 1, 3),
        Node("experts", choice(part.num_experts, part.num_experts_per_tok, "full"), 2, 0, 2),
        Node(
            "q",
            Cell(
                queries,
                (f"each {width} → {exact(inner)}", *wordings(inner, "each {}")),
                share=partial,
            ),
            3,
            0,
            2,
        ),
        Node("heads", heads, 4, 0, 4),
        Node("out", Cell(("Outputs of the same experts, weighed", "Chosen outputs", "Output")), 5, 0, 4),
    ]
    edges = [
        *(Edge("x", name) for name in ("router", "past", "k", "v")),
        Edge("router", "experts"),
        Edge("past", "experts"),
        Edge("experts", "q"),
        Edge("q", "heads q"),
        Edge("turn k" if share else "k", "heads k"),
        Edge("v", "heads v"),
        Edge("heads", "out"),
    ]
    if share:
        nodes.append(Node("turn k", Cell(("RoPE",), cached=True, share=partial), 3, 2))
        edges.append(Edge("k", "turn k"))
    return Inset(TERMS["moa"], Diagram(tuple(nodes), tuple(edges), (1.1, _LANE, 1.0, 1.0)))


def shared_view(part: SharedBlock, _arch: Arch) -> View:
    """Name the part by its heads; all layers that use it look alike."""
    heads = f"{exact(part.num_attention_heads)} heads of {exact(part.head_dim)}, weights shared"
    return View("shared block", "full", TERMS["shared_block"], heads, (("feeds the next mixer",),))


def shared_inset(part: SharedBlock, arch: Arch) -> Inset:
    """Draw what the block reads, its attention and FFN, and the projection of each layer."""
    width, size = exact(arch.hidden_size), part.head_dim
    queries, groups = part.num_attention_heads, part.num_key_value_heads
    turn = "RoPE" if rotated_share(part.position) else ""
    name, wide = GATED_UNITS[part.activation], exact(part.intermediate_size)
    rank = exact(part.adapter_rank)
    adapted = (f"+ adapter of rank {rank}", f"+ rank {rank}") if part.adapter_rank else ()
    beside = f"+ rank {rank}" if part.adapter_rank and part.attention_adapters else ""
    passed = (", ".join(filter(None, (turn, beside))), turn or beside) if turn or beside else ()
    nodes = (
        Node("x", Words((f"input {width}", "input")), 0, 0),
        Node("e", Words((f"embedding {width}", "embedding")), 0, 1, 2),
        Node("norm", Cell((f"Join, norm {exact(2 * arch.hidden_size)}", "Norm")), 1, 0, 3),
        Node("q", Cell((f"Query {exact(queries)} × {exact(size)}", "Query"), passed), 2, 0),
        Node("k", Cell(("Key",), passed, cached=True), 2, 1),
        Node("v", Cell(("Value",), (beside,) if beside else (), cached=True), 2, 2),
        Node("heads", HeadGroups(queries, groups, "full", size, size), 3, 0, 3),
        Node(
            "ffn",
            Cell((f"Norm, {name} {wide} wide",), adapted, "dense"),
            4,
            0,
            3,
        ),
        Node("out", Cell((f"This layer's projection → {width}", "This layer's projection")), 5, 0, 3),
    )
    edges = (
        Edge("x", "norm"),
        Edge("e", "norm"),
        *(Edge("norm", name, enter=0.0) for name in "qkv"),
        *(Edge(name, f"heads {name}") for name in "qkv"),
        Edge("heads", "ffn"),
        Edge("ffn", "out"),
    )
    return Inset(TERMS["shared_block"], Diagram(nodes, edges, (1.5, 1.0, 1.0)))


def low_rank_view(part: LowRankFfn, _arch: Arch) -> View:
    """Name the part; its callout gives its rank."""
    return View("LAuReL", "dense", TERMS["laurel"], f"learned residual of rank {exact(part.laurel_rank)}")


def low_rank_inset(part: LowRankFfn, arch: Arch) -> Inset:
    """Draw the two projections through the low rank."""
    nodes = (
        Node("x", Words((f"input {exact(arch.hidden_size)}", "input")), 0),
        Node("down", Cell(("Down",), wordings(part.laurel_rank, "→ {}")), 1),
        Node("up", Cell(("Up",), wordings(arch.hidden_size, "→ {}")), 2),
        Node("norm", Cell(("Norm",)), 3),
        Node("past", Pass(), 3, 1),
        Node("sum", Op("+"), 4),
    )
    path = ("x", "down", "up", "norm", "sum")
    edges = (
        *(Edge(start, end) for start, end in pairwise(path)),
        Edge("x", "past"),
        Edge("past", "sum", side=True),
    )
    return Inset(TERMS["laurel"], Diagram(nodes, edges, (1.0, _LANE)))
