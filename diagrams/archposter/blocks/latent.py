"""Multi-head latent attention: its names and its inset."""

from __future__ import annotations

from archposter.blocks.attention import position_words
from archposter.blocks.tree import Cell, Diagram, Edge, Inset, Node, Wordings, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import Mla, Rope, SlidingSpan
from archposter.units import exact, wordings


def view(part: Mla, _arch: Arch) -> View:
    """Name the part; its callout gives the heads and the latent that is cached."""
    position = position_words(part.position)
    details: Wordings = ("decoupled RoPE", "RoPE") if isinstance(part.position, Rope) else (position,)
    if part.indexer:
        sparse = f"best {exact(part.indexer.index_topk)} tokens"
        details = (" · ".join((sparse, details[-1])), sparse, details[-1])
    words = (
        "sliding" if isinstance(part.span, SlidingSpan) else "",
        "gated" if part.gate != "none" else "",
        "sparse" if part.indexer else "",
        "NoPE" if part.position.kind == "nope" else "",
    )
    kind = " ".join((*filter(None, words), "MLA"))
    callout = f"{exact(part.num_attention_heads)} heads on a KV latent of {exact(part.kv_lora_rank)}"
    return View(kind, "latent", ("Multi-head latent attention", "Latent attention", "MLA"), details, callout)


def inset(part: Mla, arch: Arch) -> Inset:
    """Draw the latents, what is cached, and the key's position part beside them."""
    heads, nope, rope = part.num_attention_heads, part.qk_nope_head_dim, part.qk_rope_head_dim
    turned = isinstance(part.position, Rope)
    width = exact(arch.hidden_size)
    attention = f"{exact(heads)} heads: keys {exact(nope)} + {exact(rope)}, values {exact(part.v_head_dim)}"
    nodes = [
        Node("x", Words((f"x {width}",)), 0, 0, 3),
        Node(
            "k_r",
            Cell(
                ("RoPE key" if turned else "Shared key", "Key"),
                (f"{exact(rope)}, cached", *wordings(rope)),
                "latent",
            ),
            1,
            1,
        ),
        Node(
            "c_kv",
            Cell(
                ("KV latent", "KV"),
                (f"{exact(part.kv_lora_rank)}, cached", *wordings(part.kv_lora_rank)),
                "latent",
            ),
            1,
            2,
        ),
        Node("q", Cell(("Queries",), wordings(heads * (nope + rope))), 2, 0),
        Node("k", Cell(("Keys",), wordings(heads * (nope + rope))), 2, 1),
        Node("v", Cell(("Values",), wordings(heads * part.v_head_dim)), 2, 2),
        Node("attention", Cell((attention, f"{exact(heads)} heads"), look="latent"), 3, 0, 3),
        Node("out", Cell((f"Output {exact(heads * part.v_head_dim)} → {width}", "Output")), 4, 0, 3),
    ]
    edges = [
        Edge("x", "k_r"),
        Edge("x", "c_kv"),
        Edge("k_r", "k"),
        Edge("c_kv", "k", enter=0.6),
        Edge("c_kv", "v"),
        *(Edge(name, "attention") for name in "qkv"),
        Edge("attention", "out"),
    ]
    if part.indexer:
        best = f"Indexer: best {exact(part.indexer.index_topk)} of all tokens"
        nodes.append(
            Node("indexer", Words((best, f"indexer: {exact(part.indexer.index_topk)}", "")), 5, 0, 3)
        )
    if part.q_lora_rank:
        nodes.insert(1, Node("c_q", Cell(("Q latent", "Q"), wordings(part.q_lora_rank)), 1, 0))
        edges += [Edge("x", "c_q"), Edge("c_q", "q")]
    else:
        edges.append(Edge("x", "q"))
    return Inset(
        ("Multi-head latent attention", "Latent attention"),
        Diagram(tuple(nodes), tuple(edges), (1.0, 1.0, 1.0)),
    )
