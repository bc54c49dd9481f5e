"""Multi-head latent attention: its names and its inset."""

from __future__ import annotations

from archposter.blocks.attention import position_words
from archposter.blocks.indexer import INDEXED, indexer_path
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
        details = (" · ".join(filter(None, (sparse, details[-1]))), sparse, details[-1])
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
    """Draw the latents, what is cached, the keys' position part beside them, and the indexer's own path."""
    heads, nope, rope = part.num_attention_heads, part.qk_nope_head_dim, part.qk_rope_head_dim
    turned = isinstance(part.position, Rope)
    width, value = exact(arch.hidden_size), heads * part.v_head_dim
    first = 1 if part.indexer else 0
    key = (f"{exact(nope)} + {exact(rope)}", *wordings(nope + rope))
    share = rope / (nope + rope) if turned else 0.0
    shared_key = ("RoPE key", "RoPE k") if turned else ("Shared key", "Key")
    nodes = [
        Node("x", Words((f"x {width}",)), 0, 0, 3 + first),
        Node(
            "k_r",
            Cell(shared_key, wordings(rope), cached=True, share=float(turned)),
            1,
            first + 1,
        ),
        Node("c_kv", Cell(("KV latent", "KV"), wordings(part.kv_lora_rank), cached=True), 1, first + 2),
        Node("q", Cell(("Queries",), key, share=share), 2, first),
        Node("k", Cell(("Keys",), key, share=share), 2, first + 1),
        Node("v", Cell(("Values",), wordings(part.v_head_dim)), 2, first + 2),
        Node("attention", Cell(_reach(part), look="latent"), 3, 0, 3 + first),
    ]
    edges = [
        Edge("x", "k_r"),
        Edge("x", "c_kv"),
        Edge("k_r", "k"),
        Edge("c_kv", "k", enter=0.6),
        Edge("c_kv", "v"),
        *(Edge(name, "attention") for name in "qkv"),
    ]
    top = "attention"
    if part.gate != "none":
        gate = f"× σ gate per {part.gate}"
        source = " from the Q latent" if part.joint_query_gate else ""
        names = (f"{gate}{source}", f"× σ gate{source}", gate, "× σ gate")
        nodes.append(Node("gate", Cell(names), 4, 0, 3 + first))
        edges.append(Edge(top, "gate"))
        top = "gate"
    nodes.append(Node("out", Cell((f"Output {exact(value)} → {width}", "Output")), 5, 0, 3 + first))
    edges.append(Edge(top, "out"))
    if part.q_lora_rank:
        nodes.append(Node("c_q", Cell(("Q latent", "Q"), wordings(part.q_lora_rank)), 1, first))
        edges += [Edge("x", "c_q"), Edge("c_q", "q")]
    else:
        edges.append(Edge("x", "q"))
    if part.indexer:
        more, more_edges = indexer_path(part.indexer, "attention")
        nodes += more
        edges += more_edges
    titles: Wordings = ("Multi-head latent attention", "Latent attention", "MLA")
    if part.indexer:
        titles = ("Latent attention, sparse", "Sparse MLA")
    weights = INDEXED if part.indexer else (1.0, 1.0, 1.0)
    return Inset(titles, Diagram(tuple(nodes), tuple(edges), weights))


def _reach(part: Mla) -> Wordings:
    """Return how many heads attend to which tokens."""
    heads = f"{exact(part.num_attention_heads)} heads"
    if part.indexer:
        best = exact(part.indexer.index_topk)
        return f"{heads} on the best {best} tokens", f"{heads} on {best} tokens", heads
    if isinstance(part.span, SlidingSpan):
        last = exact(part.span.size)
        return f"{heads} on the last {last} tokens", f"{heads} on {last} tokens", heads
    return f"{heads} on all earlier tokens", heads
