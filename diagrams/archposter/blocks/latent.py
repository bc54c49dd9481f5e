"""Multi-head latent attention: its names and its inset."""

from __future__ import annotations

from archposter.blocks.indexer import INDEXED, chosen_below, indexer_path
from archposter.blocks.sayings import chosen_words
from archposter.blocks.terms import TERMS
from archposter.blocks.tree import Cell, Diagram, Edge, Inset, Node, Wordings, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import Mla, Rope, SlidingSpan
from archposter.units import exact, wordings


def view(part: Mla, _arch: Arch) -> View:
    """Name the part; its callout gives the heads and the latent that is cached."""
    short = "DSA" if part.indexer else "MLA"
    words = (
        "sliding" if isinstance(part.span, SlidingSpan) else "",
        "reused" if part.key_value == "shared" else "",
        "NoPE" if part.position.kind == "nope" else "",
        short,
        "same choice" if part.indexer and part.indexer.indexer_type == "shared" else "",
    )
    callout = f"{exact(part.num_attention_heads)} heads on a KV latent of {exact(part.kv_lora_rank)}"
    return View(" ".join(filter(None, words)), "latent", TERMS[short.lower()], callout)


def inset(part: Mla, arch: Arch) -> Inset:
    """Draw the latents, what is cached, the keys' position part beside them, and the indexer's own path."""
    heads, nope, rope = part.num_attention_heads, part.qk_nope_head_dim, part.qk_rope_head_dim
    turned = isinstance(part.position, Rope)
    width, value = exact(arch.hidden_size), heads * part.v_head_dim
    first = 1 if part.indexer else 0
    key = (*((f"{exact(nope)} + {exact(rope)}",) if rope else ()), *wordings(nope + rope))
    share = rope / (nope + rope) if turned else 0.0
    shared_key = ("RoPE key", "RoPE k") if turned else ("Shared key", "Key")
    below = ("from below", "below") if part.key_value == "shared" else ()
    latent = Cell(("KV latent", "KV"), below or wordings(part.kv_lora_rank), cached=True)
    nodes = [
        Node("x", Words((f"input {width}", "input")), 0, 0, 3 + first),
        Node("c_kv", latent, 1, first + 2),
        Node("q", Cell(("Queries",), key, share=share), 2, first),
        Node("k", Cell(("Keys",), key, share=share), 2, first + 1),
        Node("v", Cell(("Values",), wordings(part.v_head_dim)), 2, first + 2),
        Node("attention", _heads(part), 3, 0, 3 + first),
    ]
    edges = [
        Edge("x", "c_kv"),
        Edge("c_kv", "k", enter=0.6),
        Edge("c_kv", "v"),
        *(Edge(name, "attention") for name in "qkv"),
    ]
    if rope:
        sizes = (*((f"norm, {exact(rope)}", "norm") if part.k_rope_norm else ()), *wordings(rope))
        cell = Cell(shared_key, below or sizes, cached=True, share=float(turned))
        nodes.insert(1, Node("k_r", cell, 1, first + 1))
        edges[:1] = [Edge("x", "k_r"), *edges[:1], Edge("k_r", "k")]
    if below:
        edges = [edge for edge in edges if edge.start != "x"]
    top = "attention"
    if part.gate:
        gate = f"× σ gate per {part.gate.per}"
        source = " from the Q latent" if part.gate.source == "query_latent" else ""
        names = (f"{gate}{source}", f"× σ gate{source}", gate, "× σ gate")
        nodes.append(Node("gate", Cell(names), 4, 0, 3 + first))
        edges.append(Edge(top, "gate"))
        top = "gate"
    nodes.append(Node("out", Cell((f"Output {exact(value)} → {width}", "Output")), 5, 0, 3 + first))
    edges.append(Edge(top, "out"))
    if part.q_lora_rank:
        nodes.append(Node("c_q", Cell(("Q latent",), facts=(wordings(part.q_lora_rank),)), 1, first))
        edges += [Edge("x", "c_q"), Edge("c_q", "q")]
    else:
        edges.append(Edge("x", "q"))
    if part.indexer:
        shared = part.indexer.indexer_type == "shared"
        more, more_edges = chosen_below("attention") if shared else indexer_path(part.indexer, "attention")
        nodes += more
        edges += more_edges
    titles = TERMS["dsa" if part.indexer else "mla"]
    weights = INDEXED if part.indexer else (1.0, 1.0, 1.0)
    return Inset(titles, Diagram(tuple(nodes), tuple(edges), weights))


def _heads(part: Mla) -> Cell:
    """Return how many heads attend to which tokens."""
    heads, reach = f"{exact(part.num_attention_heads)} heads", _reach(part)
    if part.log_scale:
        return Cell((f"{heads}, queries × log n", f"{heads} × log n", heads), reach, look="latent")
    if part.temperature:
        return Cell(
            (f"{heads}, temperature by position", f"{heads}, temperature", heads), reach, look="latent"
        )
    if part.sinks:
        return Cell((f"{heads}, a sink each", heads), reach, look="latent")
    return Cell((*(f"{heads} {words}" for words in reach), heads), look="latent")


def _reach(part: Mla) -> Wordings:
    """Return which tokens are read."""
    if part.indexer:
        chosen = chosen_words(part.indexer)[-1]
        return (
            f"on the {chosen} tokens" if not part.indexer.index_kpool else f"on the {chosen}",
            f"on {chosen}",
        )
    if isinstance(part.span, SlidingSpan):
        last = exact(part.span.size)
        return f"on the last {last} tokens", f"on {last} tokens"
    return ("on all earlier tokens",)
