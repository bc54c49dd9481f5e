"""Multi-head latent attention: its names and its inset."""

from __future__ import annotations

from archposter.blocks.indexer import INDEXED, chosen_below, indexer_path
from archposter.blocks.sayings import chosen_words
from archposter.blocks.terms import TERMS
from archposter.blocks.tree import Cell, Diagram, Edge, Inset, Node, Op, Wordings, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import Mla, Rope, SlidingSpan
from archposter.units import exact, wordings


def view(part: Mla, _arch: Arch) -> View:
    """Name the part; its callout gives the heads and the latent that is cached."""
    short = "DSA" if part.indexer else "MLA"
    chosen = bool(part.indexer and part.indexer.indexer_type == "shared")
    words = (
        "sliding" if isinstance(part.span, SlidingSpan) else "",
        "reused" if part.key_value == "shared" else "",
        "NoPE" if part.position.kind == "nope" else "",
        "shared-index" if chosen else "",
        short,
    )
    callout = f"{exact(part.num_attention_heads)} heads on a KV latent of {exact(part.kv_lora_rank)}"
    unusual = part.key_value == "shared" or chosen
    return View(" ".join(filter(None, words)), "latent", TERMS[short.lower()], callout, unusual=unusual)


_LATENT, _NORMED, _MADE, _HEADS, _GATED, _OUT = range(1, 7)
"""The rows of an inset above "x"."""
_GATE = 0.85  # how wide a gate's column is


def inset(part: Mla, arch: Arch) -> Inset:
    """Draw the latents and their norms, what is cached, the indexer's own path, and the gate."""
    width, value = exact(arch.hidden_size), part.heard_heads * part.v_head_dim
    aside = bool(part.gate and part.gate.source != "stream")
    first = bool(part.indexer) + aside
    last = first + 3
    columns = last + bool(part.gate and not aside)
    nodes, edges = _latents(part, arch, first)
    nodes += [
        Node("x", Words((f"input {width}", "input")), 0, 0, columns),
        Node("attention", _heads(part), _HEADS, int(aside), last - aside),
        Node("out", Cell((f"Output {exact(value)} → {width}", "Output")), _OUT, 0, columns),
    ]
    edges += [Edge(name, "attention") for name in "qkv"]
    top = "attention"
    if part.gate:
        size = wordings(part.num_attention_heads if part.gate.per == "head" else value)
        column = 0 if aside else last
        nodes += [
            Node("gate", Cell(("Gate",), size), _MADE, column),
            Node("passed", Op("σ"), _HEADS, column),
            Node("times", Op("×"), _GATED, int(aside), last - aside),
        ]
        source = {"stream": "x", "query_latent": "q_a", "normed_query_latent": "c_q"}[part.gate.source]
        edges += [Edge(source, "gate"), Edge("gate", "passed")]
        edges += [Edge("passed", "times", side=True), Edge(top, "times")]
        top = "times"
    edges.append(Edge(top, "out"))
    if part.indexer:
        own = part.indexer.indexer_type == "full"
        rows = (_LATENT, _NORMED, _MADE)
        more = indexer_path(part.indexer, "attention", rows) if own else chosen_below("attention", _MADE)
        nodes += [node._replace(column=int(aside)) for node in more[0]]
        edges += more[1]
    titles = TERMS["dsa" if part.indexer else "mla"]
    weights = INDEXED if part.indexer else (1.0, 1.0, 1.0)
    if part.gate:
        weights = (_GATE, *weights) if aside else (*weights, _GATE)
    return Inset(titles, Diagram(tuple(nodes), tuple(edges), weights))


def _latents(part: Mla, arch: Arch, first: int) -> tuple[list[Node], list[Edge]]:
    """Return what queries, keys and values are made of, from column `first` on."""
    nope, rope = part.qk_nope_head_dim, part.qk_rope_head_dim
    turned = isinstance(part.position, Rope)
    key = (*((f"{exact(nope)} + {exact(rope)}",) if rope else ()), *wordings(nope + rope))
    share = rope / (nope + rope) if turned else 0.0
    shared_key = ("RoPE key", "RoPE k", "Key") if turned else ("Shared key", "Key")
    below = ("from below", "below") if part.key_value == "shared" else ()
    nodes = [
        Node("q", Cell(("Queries", "Q"), key, share=share), _MADE, first),
        Node("k", Cell(("Keys", "K"), key, share=share), _MADE, first + 1),
        Node("v", Cell(("Values", "V"), wordings(part.v_head_dim)), _MADE, first + 2),
    ]
    edges = [Edge("c_kv", "k", enter=0.6), Edge("c_kv", "v")]
    if rope:
        sizes = (*((f"norm, {exact(rope)}", "norm") if part.k_rope_norm else ()), *wordings(rope))
        cell = Cell(shared_key, below or sizes, cached=True, share=float(turned))
        nodes.append(Node("k_r", cell, _NORMED if below else _LATENT, first + 1))
        edges.append(Edge("k_r", "k"))
        if not below:
            edges.append(Edge("x", "k_r"))
    size = below or wordings(part.kv_lora_rank)
    latent = Cell(("KV latent", "KV"), facts=(size,), cached=bool(below))
    if below:
        nodes.append(Node("c_kv", latent, _NORMED, first + 2))
    else:
        normed = _normed(arch, part.kv_lora_rank, scaled=part.mla_scale_kv_lora)._replace(cached=True)
        nodes += [Node("kv_a", latent, _LATENT, first + 2), Node("c_kv", normed, _NORMED, first + 2)]
        edges += [Edge("x", "kv_a"), Edge("kv_a", "c_kv")]
    if part.q_lora_rank:
        normed = _normed(arch, part.q_lora_rank, scaled=part.mla_scale_q_lora)
        query = Cell(("Q latent",), facts=(wordings(part.q_lora_rank),))
        nodes += [Node("q_a", query, _LATENT, first), Node("c_q", normed, _NORMED, first)]
        edges += [Edge("x", "q_a"), Edge("q_a", "c_q"), Edge("c_q", "q")]
    else:
        edges.append(Edge("x", "q"))
    return nodes, edges


def _normed(arch: Arch, rank: int, *, scaled: bool) -> Cell:
    """Return the norm of a latent, and the factor of what comes of it."""
    factor = (arch.hidden_size / rank) ** 0.5
    return Cell((f"norm, × {factor:.3g}", f"norm × {factor:.2g}", "norm") if scaled else ("RMSNorm", "norm"))


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
            f"on the {chosen} tokens" if part.indexer.index_kpool <= 1 else f"on the {chosen}",
            f"on {chosen}",
        )
    if isinstance(part.span, SlidingSpan):
        last = exact(part.span.size)
        return f"on the last {last} tokens", f"on {last} tokens"
    return ("on all earlier tokens",)
