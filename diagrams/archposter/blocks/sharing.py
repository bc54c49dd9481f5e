"""Attention of chosen experts, blocks that layers share, learned residuals: names and insets."""

from __future__ import annotations

from archposter.blocks.attention import position_words
from archposter.blocks.ffn import ACTIVATION_NAMES
from archposter.blocks.tree import Cell, Diagram, Edge, HeadGroups, Inset, Node, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import LowRankFfn, MixtureAttention, SharedBlock
from archposter.units import count, exact, wordings


def mixture_view(part: MixtureAttention, _arch: Arch) -> View:
    """Name the part by its experts."""
    names = ("Mixture of attention heads", "Attention experts", "MoA")
    chosen = f"{exact(part.num_experts_per_tok)} of {exact(part.num_experts)} query experts"
    words = position_words(part.position)
    return View("MoA", "full", names, (words,), chosen)


def mixture_inset(part: MixtureAttention, arch: Arch) -> Inset:
    """Draw the router, the chosen experts' queries and outputs, and the keys that all of them share."""
    width, inner = exact(arch.hidden_size), part.num_key_value_heads * part.head_dim
    chosen = f"{exact(part.num_experts_per_tok)} of {exact(part.num_experts)}"
    nodes = (
        Node("x", Words((f"x {width}",)), 0, 0, 3),
        Node("router", Cell(("Router",), (chosen,)), 1, 0),
        Node("k", Cell(("Key",), wordings(inner), cached=True), 1, 1),
        Node("v", Cell(("Value",), wordings(inner), cached=True), 1, 2),
        Node("q", Cell(("Chosen queries", "Queries"), wordings(inner, "each {}")), 2, 0),
        Node(
            "heads",
            HeadGroups(part.num_key_value_heads * part.num_experts_per_tok, part.num_key_value_heads, "full"),
            3,
            0,
            3,
        ),
        Node("out", Cell(("Outputs of the same experts, weighed", "Chosen outputs", "Output")), 4, 0, 3),
    )
    edges = (
        *(Edge("x", name) for name in ("router", "k", "v")),
        Edge("router", "q"),
        *(Edge(name, "heads") for name in "qkv"),
        Edge("heads", "out"),
    )
    return Inset(("Mixture of attention heads", "Attention experts"), Diagram(nodes, edges, (1.3, 1.0, 1.0)))


def shared_view(part: SharedBlock, _arch: Arch) -> View:
    """Name the part by its heads; all layers that use it look alike."""
    names = ("Shared transformer block", "Shared block", "Shared")
    details = ("feeds the next mixer", position_words(part.position))
    heads = f"{exact(part.num_attention_heads)} heads of {exact(part.head_dim)}, weights shared"
    return View("shared block", "full", names, details, heads)


def shared_inset(part: SharedBlock, arch: Arch) -> Inset:
    """Draw what the block reads, its attention and FFN, and the projection of each layer."""
    width = exact(arch.hidden_size)
    heads = f"{exact(part.num_attention_heads)} heads of {exact(part.head_dim)}"
    act, wide = ACTIVATION_NAMES[part.activation], exact(part.intermediate_size)
    nodes = (
        Node("x", Words((f"x {width}",)), 0, 0),
        Node("e", Words((f"embedding  {width}", "embedding")), 0, 1),
        Node("norm", Cell((f"Norm {exact(2 * arch.hidden_size)}", "Norm")), 1, 0, 2),
        Node("attn", Cell(("Attention",), (heads, count(part.num_attention_heads)), "full"), 2, 0, 2),
        Node("ffn", Cell((f"{act} feed-forward", "FFN"), (f"{wide} wide",), "dense"), 3, 0, 2),
        Node("out", Cell(("Projection of this layer", "Projection"), wordings(arch.hidden_size)), 4, 0, 2),
    )
    edges = (
        Edge("x", "norm"),
        Edge("e", "norm"),
        Edge("norm", "attn"),
        Edge("attn", "ffn"),
        Edge("ffn", "out"),
    )
    return Inset(("Shared transformer block", "Shared block"), Diagram(nodes, edges, (1.0, 1.0)))


def low_rank_view(part: LowRankFfn, _arch: Arch) -> View:
    """Name the part; its callout gives its rank."""
    names = ("Learned residual", "LAuReL")
    return View("LAuReL", "dense", names, (), f"learned residual of rank {exact(part.laurel_rank)}")


def low_rank_inset(part: LowRankFfn, arch: Arch) -> Inset:
    """Draw the two projections through the low rank."""
    nodes = (
        Node("x", Words((f"x {exact(arch.hidden_size)}",)), 0),
        Node("down", Cell(("Down",), wordings(part.laurel_rank, "→ {}")), 1),
        Node("up", Cell(("Up",), wordings(arch.hidden_size, "→ {}")), 2),
        Node("norm", Cell(("Norm, plus x", "Norm")), 3),
    )
    edges = (Edge("x", "down"), Edge("down", "up"), Edge("up", "norm"))
    return Inset(("Learned residual", "LAuReL"), Diagram(nodes, edges, (1.0,)))
