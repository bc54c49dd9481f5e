"""Softmax attention with grouped heads: its names, its inset, and the masks of windowed models."""

from __future__ import annotations

from collections import Counter

from archposter.blocks.indexer import block_path
from archposter.blocks.terms import TERMS, prefixed
from archposter.blocks.tree import (
    Cell,
    Diagram,
    Edge,
    HeadGroups,
    Inset,
    Mask,
    Masks,
    Node,
    Op,
    Wordings,
    Words,
)
from archposter.blocks.view import View
from archposter.counts.facts import common_context
from archposter.spec.arch import Arch
from archposter.spec.parts import (
    Alibi,
    AnyPart,
    Attention,
    BlockIndexer,
    BlockResidual,
    ChunkedSpan,
    Conv,
    FullSpan,
    HeadPosition,
    Relative,
    Rope,
    SlidingSpan,
)
from archposter.units import count, exact, tokens, wordings


def is_windowed(part: AnyPart) -> bool:
    """Tell whether a part is attention that does not see every earlier token."""
    return isinstance(part, Attention) and not isinstance(part.span, FullSpan)


def hides(part: AnyPart, context: int) -> bool:
    """Tell whether a part is attention that cannot see all of a context; a window may be as long."""
    return isinstance(part, Attention) and not isinstance(part.span, FullSpan) and part.span.size < context


def _span_words(part: Attention) -> str:
    match part.span:
        case SlidingSpan(size=size):
            return f"window {exact(size)}"
        case ChunkedSpan(size=size):
            return f"chunks of {exact(size)}"
        case _:
            return ""


def view(part: Attention, arch: Arch) -> View:
    """Name the part by its reach and head grouping."""
    term = TERMS[part.variant]
    reach = {
        "sliding": "sliding",
        "chunked": "chunked",
        "full": "global" if any(map(is_windowed, arch.parts)) else "",
    }[part.span.kind]
    if part.indexer:
        reach = "block-sparse"
    nope = "NoPE" if part.position.kind == "nope" else ""
    shared = "reused" if part.key_value == "shared" else ""
    kind = " ".join(filter(None, (reach, shared, nope, term[-1])))
    names = prefixed(reach.capitalize(), part.variant) if reach else term
    return View(kind, part.span.kind, names, _callout(part), unusual=bool(nope or shared))


def _callout(part: Attention) -> str:
    size = f"of {exact(part.head_dim)}"
    if part.v_head_dim != part.head_dim:
        size = f"of {exact(part.head_dim)}, values {exact(part.v_head_dim)}"
    if part.variant == "mha":
        return f"{exact(part.num_attention_heads)} heads {size}"
    return f"{exact(part.num_attention_heads)} query + {exact(part.num_key_value_heads)} KV heads {size}"


def rotated_share(position: HeadPosition) -> float:
    """Return which share of each head's channels is rotated."""
    return position.partial_rotary_factor if isinstance(position, Rope) else 0.0


def _each_head(heads: int, size: int) -> Wordings:
    """Return heads times their size: "32 × 128"."""
    return f"{exact(heads)} × {exact(size)}", *wordings(heads * size)


_QK_NORMS: dict[str, Wordings] = {
    "head": ("QK-norm",),
    "each": ("QK-norm",),
    "full": ("norm of all heads", "joint norm"),
    "l2": ("L2 norm",),
    "l2_clip": ("scale, clip", "clip"),
}


def _turned(part: Attention, *, cached: bool) -> Cell | None:
    """Return the box of norm and rotation that queries or keys pass, if there is one."""
    norm = _QK_NORMS[part.qk_norm.kind] if part.qk_norm else ()
    if cached and part.qk_norm and part.qk_norm.kind == "l2_clip":
        norm = ("L2 clip", "clip")
    share = rotated_share(part.position)
    if not norm and not share:
        return None
    turn = "RoPE" if share else ""
    rotated = exact(round(share * part.head_dim))
    partial = 0 < share < 1
    bar = share if partial else 0.0
    if norm and turn:
        lines = (f"RoPE on {rotated}", f"RoPE {rotated}", "RoPE") if partial else ("RoPE",)
        order: tuple[Wordings, Wordings] = (norm, lines)
        first, second = reversed(order) if part.qk_norm and part.qk_norm.after_position else order
        return Cell(first, second, cached=cached, share=bar)
    details = (f"{rotated} of {exact(part.head_dim)}", rotated) if partial else ()
    return Cell(norm or (turn,), details, cached=cached, share=bar)


_SHORT = {
    "bias by distance": "bias",
    "temperature by position": "temperature",
    "a sink per head": "sinks",
    "a sink per head and token": "sinks",
}


def _scores(part: Attention) -> Wordings:
    """Return what is unusual between scores and weights: a bias, a cap, sinks, a mask, a temperature."""
    said = tuple(
        filter(
            None,
            (
                "ALiBi bias" if isinstance(part.position, Alibi) else "",
                "bias by distance" if isinstance(part.position, Relative) else "",
                f"soft cap {part.attn_logit_softcapping:g}" if part.attn_logit_softcapping else "",
                f"a sink per head{' and token' * (part.sinks == 'token')}" if part.sinks else "",
                "mask learned from the values" if part.dynamic_mask else "",
                "temperature by position" if part.temperature else "",
                "scores ÷ layer number" if part.scale_attn_by_inverse_layer_idx else "",
            ),
        )
    )
    if said == ("a sink per head",):
        return "Softmax with a sink per head", "Softmax"
    short = [_SHORT.get(words, words) for words in said]
    found = (", ".join(said), ", ".join(short), said[0]) if said else ()
    return (*(f"Softmax, {words}" for words in found), "Softmax") if said else ()


_READ, _MADE, _CONVOLVED, _TURNED, _CHOSEN, _HEADS = range(1, 7)
"""The rows of an inset up to the heads."""
_SIDE = 0.85  # how wide a column beside queries, keys and values is, of one of theirs


def inset(part: Attention, arch: Arch) -> Inset:
    """Draw projections, QK-norm and RoPE, the head groups, sinks and gate, with this model's widths."""
    width = exact(arch.hidden_size)
    shared = part.key_value == "shared"
    sides = bool(part.gate) + isinstance(part.position, Relative)
    nodes = [
        Node("x", Words((f"input {width}", "input")), 0, 0, 3 + sides if sides or not shared else 1),
        Node("q", Cell(("Query",), _each_head(part.num_attention_heads, part.head_dim)), _MADE, 0),
    ]
    edges = [Edge("x", "q")]
    turned = _turned(part, cached=False)
    sources = {"q": "q", "k": "k", "v": "v"}
    if turned:
        nodes.append(Node("turn q", turned, _TURNED, 0))
        edges.append(Edge("q", "turn q"))
        sources["q"] = "turn q"
    if shared:
        read = Cell(("K, V of a layer below", "K, V from below"), ("read from its cache",), cached=True)
        nodes.append(Node("k", read, _MADE, 1, 2))
        sources |= {"k": "k", "v": "k"}
    else:
        more, more_edges, sources = _keys_and_values(part, sources)
        nodes += more
        edges += more_edges
    heads = HeadGroups(
        part.num_attention_heads,
        part.num_key_value_heads,
        part.span.kind,
        part.head_dim,
        part.v_head_dim,
        not shared and sources["k"] == sources["v"],
    )
    nodes.append(Node("heads", heads, _HEADS, 0, 3))
    edges += [
        Edge(start, f"heads {row}") for row, start in sources.items() if row != "v" or not heads.unified
    ]
    above, above_edges = _above(part, width)
    nodes, edges = [*nodes, *above], [*edges, *above_edges]
    if part.separate_inputs:
        nodes, edges = _read_apart(nodes, edges, mixed=isinstance(arch.residual, BlockResidual))
    body = Diagram(tuple(nodes), tuple(edges), (1.0, 1.0, 1.0, *(_SIDE,) * sides))
    if part.indexer:
        return Inset(_sparse_titles(part), _indexed(part, part.indexer, body))
    names = view(part, arch).names
    # Of several variants the title says which it is of.
    own = (f"{names[0]}, {exact(part.num_attention_heads)} heads",) if names != TERMS[part.variant] else ()
    return Inset((*own, *names), body)


def _sparse_titles(part: Attention) -> Wordings:
    long, short = TERMS[part.variant]
    return f"Block-sparse {long.lower()}", f"Block-sparse {short}"


def _indexed(part: Attention, indexer: BlockIndexer, body: Diagram) -> Diagram:
    """Return the diagram with an indexer's path beside the queries; both read "x", and it chooses keys."""
    moved = (
        node._replace(column=node.column + 1)
        if node.column
        else node._replace(span=node.span + 1)
        if node.span > 1
        else node
        for node in body.nodes
    )
    nodes, edges = block_path(indexer, part.position.title, (_MADE, _TURNED, _CHOSEN))
    first, *others = body.weights
    return Diagram((*moved, *nodes), (*body.edges, *edges), (first, 1.2, *others))


def _read_apart(nodes: list[Node], edges: list[Edge], *, mixed: bool) -> tuple[list[Node], list[Edge]]:
    """Put a norm, or a mix of blocks and its norm, before queries, keys and values each."""
    reading = Cell(("mix, norm", "mix") if mixed else ("norm",))
    made = [edge.end for edge in edges if edge.start == "x"]
    places = {node.name: node.column for node in nodes}
    found = [edge for edge in edges if edge.start != "x"]
    nodes = [node._replace(span=3) if node.name == "x" else node for node in nodes]
    for name in made:
        own = name in ("q", "k", "v")
        nodes.append(Node(f"read {name}", reading if own else Words(("as Q",)), _READ, places[name]))
        found += [Edge(f"read {name}", name), *([Edge("x", f"read {name}")] if own else [])]
    return nodes, found


def _above(part: Attention, width: str) -> tuple[list[Node], list[Edge]]:
    """Return what follows the heads: a cap or sinks, the gate, the output projection behind its norm."""
    nodes, edges, top = [], [], "heads"
    scores = _scores(part)
    if scores:
        nodes.append(Node("scores", Cell(scores), 7, 0, 3))
        edges.append(Edge(top, "scores"))
        top = "scores"
    if isinstance(part.position, Relative):
        mix = _each_head(part.num_attention_heads, part.position.d_rel)
        extent = exact(part.position.rel_extent)
        profiles = f"{exact(part.position.d_rel)} × {extent}"
        nodes += [
            Node("near", Cell(("Mix",), mix), _MADE, 3),
            Node("profiles", Cell(("biases", "bias"), (profiles, extent)), _TURNED, 3),
        ]
        edges += [Edge("x", "near"), Edge("near", "profiles"), Edge("profiles", "scores", side=True)]
    if part.differential:
        nodes.append(Node("maps", Cell(("1st map − λ 2nd map, norm", "1st − λ 2nd map")), 8, 0, 3))
        edges.append(Edge(top, "maps"))
        top = "maps"
    if part.head_output_norm:
        nodes.append(Node("norm", Cell(("norm of each head", "norm")), 9, 0, 3))
        edges.append(Edge(top, "norm"))
        top = "norm"
    if part.gate:
        size = _each_head(part.num_attention_heads, 1 if part.gate.per == "head" else part.v_head_dim)
        column = 3 + isinstance(part.position, Relative)
        activation = Op("σ") if part.gate.activation == "sigmoid" else Cell(("soft-",), ("plus",))
        nodes += [
            Node("gate", Cell(("Gate",), size), _MADE, column),
            Node("times", Op("×"), 10, 0, 3),
            Node("passed", activation, _HEADS, column),
        ]
        edges += [Edge("x", "gate"), Edge("gate", "passed")]
        edges += [Edge("passed", "times", side=True), Edge(top, "times")]
        top = "times"
    value = exact(part.num_attention_heads * part.v_head_dim)
    normed = (f"Norm, output {value} → {width}", f"Norm, output → {width}", "Norm, output")
    out = normed if part.inner_norm else (f"Output {value} → {width}", "Output")
    nodes.append(Node("out", Cell(out), 11, 0, 3 + bool(part.gate) + isinstance(part.position, Relative)))
    edges.append(Edge(top, "out"))
    return nodes, edges


def _keys_and_values(
    part: Attention, sources: dict[str, str]
) -> tuple[list[Node], list[Edge], dict[str, str]]:
    """Return the boxes of keys and values, their edges, and where each enters the heads."""
    keys = _each_head(part.num_key_value_heads, part.head_dim)
    sources = dict(sources)
    turned = _turned(part, cached=True)
    bare = not part.conv
    if part.key_value == "unified":
        bare_value = not turned or not part.v_norm
        nodes = [Node("k", Cell(("Key = value",), keys, cached=bare_value), _MADE, 1, 2)]
        edges = [Edge("x", "k")]
        sources["v"] = "k"
    else:
        values = _each_head(part.num_key_value_heads, part.v_head_dim)
        nodes = [
            Node("k", Cell(("Key",), keys, cached=bare and not turned), _MADE, 1),
            Node("v", Cell(_value_names(part), values, cached=bare and not part.v_norm), _MADE, 2),
        ]
        edges = [Edge("x", "k"), Edge("x", "v")]
    if part.conv:
        for column, (name, last) in enumerate((("k", not turned), ("v", not part.v_norm)), start=1):
            nodes.append(
                Node(f"conv {name}", _convolution(part.conv)._replace(cached=last), _CONVOLVED, column)
            )
            edges.append(Edge(name, f"conv {name}"))
            sources[name] = f"conv {name}"
    if turned:
        nodes.append(Node("turn k", turned, _TURNED, 1))
        edges.append(Edge(sources["k"], "turn k", enter=0.0))
        sources["k"] = "turn k"
    if part.v_norm:
        nodes.append(Node("norm v", Cell(("norm",), cached=True), _TURNED, 2))
        edges.append(Edge("k" if sources["v"] == "k" else sources["v"], "norm v", enter=0.0))
        sources["v"] = "norm v"
    return nodes, edges, sources


def _value_names(part: Attention) -> Wordings:
    scale = part.attention_value_scale
    return ("Value",) if scale == 1 else (f"Value × {scale:.4g}", f"V × {scale:.4g}", "Value")


def _convolution(part: Conv) -> Cell:
    """Return the box of what is added to keys or values: a convolution, whose weights may be the token's."""
    kernel = exact(part.kernel)
    names = ("+ own conv", "+ conv") if part.dynamic else ("+ conv",)
    return Cell(names, (f"over {kernel} tokens", f"over {kernel}", kernel))


_MOST_MASKS = 3


def masks_inset(arch: Arch) -> Inset:
    """Draw which earlier tokens each kind of layer sees, of those that the cache is counted for."""
    attentions = [part for part in arch.parts if isinstance(part, Attention)]
    context = common_context(arch)
    masks = []
    for span, times in Counter(part.span for part in attentions).most_common(_MOST_MASKS):
        part = next(part for part in attentions if part.span == span)
        size = context if isinstance(span, FullSpan) else min(span.size, context)
        reach = _span_words(part) or "all tokens"
        short = "all" if isinstance(span, FullSpan) else count(span.size)
        wordings = f"{times} × {reach}", reach, short
        masks.append(Mask(wordings, span.kind, size / context, bool(part.sinks)))
    sinks = ", and the sink" if any(part.sinks for part in attentions) else ""
    what = f"What a token of {tokens(context)} sees"
    return Inset((f"{what}{sinks}", what, "What a token sees"), Masks(tuple(masks)))
