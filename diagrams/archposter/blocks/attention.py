"""Softmax attention with grouped heads: its names, its inset, and the masks of windowed models."""

from __future__ import annotations

from collections import Counter

from archposter.blocks.tree import (
    Cell,
    Diagram,
    Edge,
    Grid,
    HeadGroups,
    Inset,
    Mask,
    Masks,
    Node,
    Op,
    Square,
    Wordings,
    Words,
)
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import (
    Alibi,
    AnyPart,
    Attention,
    ChunkedSpan,
    FullSpan,
    Position,
    Rope,
    SlidingSpan,
)
from archposter.units import count, exact, wordings

_LONG = {"mha": "Multi-head attention", "gqa": "Grouped-query attention", "mqa": "Multi-query attention"}


def is_windowed(part: AnyPart) -> bool:
    """Tell whether a part is attention that does not see every earlier token."""
    return isinstance(part, Attention) and not isinstance(part.span, FullSpan)


def position_words(position: Position) -> str:
    """Return how positions enter: "RoPE", "RoPE on 25 %", "ALiBi", "NoPE", "learned positions" ..."""
    if isinstance(position, Alibi):
        return "ALiBi"
    if isinstance(position, Rope):
        share = position.partial_rotary_factor
        return "RoPE" if share == 1 else f"RoPE on {share:.0%}".replace("%", " %")
    return {"nope": "NoPE", "sinusoidal": "sinusoidal positions"}.get(position.kind, "learned positions")


def _span_words(part: Attention) -> str:
    match part.span:
        case SlidingSpan(size=size):
            return f"window {exact(size)}"
        case ChunkedSpan(size=size):
            return f"chunks of {exact(size)}"
        case _:
            return ""


def view(part: Attention, arch: Arch) -> View:
    """Name the part by its span, position and head grouping."""
    short = part.variant.upper()
    reach = {
        "sliding": "sliding",
        "chunked": "chunked",
        "full": "global" if any(map(is_windowed, arch.parts)) else "",
    }[part.span.kind]
    gated = "gated" if part.gate != "none" else "differential" if part.differential else ""
    nope = "NoPE" if part.position.kind == "nope" else ""
    sinks = "sinks" if part.sinks else ""
    keys = {"separate": "", "unified": "K = V", "shared": "shares K, V"}[part.key_value]
    shared = "KV-sharing" if part.key_value == "shared" else ""
    kind = " ".join(filter(None, (reach, gated, shared, nope, short)))
    lead = " ".join(filter(None, ({"sliding": "sliding-window"}.get(reach, reach), gated)))
    full = f"{lead} {_LONG[part.variant].lower()}".strip() if len(lead) < 8 else f"{lead} {short}"
    names = tuple(
        name[0].upper() + name[1:]
        for name in (full, f"{lead} {short}".strip(), f"{reach} {short}".strip(), reach or short)
    )
    words = tuple(filter(None, (position_words(part.position), _span_words(part), keys, sinks)))
    details = (*(" · ".join(words[:n]) for n in range(len(words), 0, -1)), words[0].split(" ")[0])
    return View(kind, part.span.kind, names, details, _callout(part))


def _callout(part: Attention) -> str:
    size = f"of {exact(part.head_dim)}"
    if part.v_head_dim != part.head_dim:
        size = f"of {exact(part.head_dim)}, values {exact(part.v_head_dim)}"
    if part.variant == "mha":
        return f"{exact(part.num_attention_heads)} heads {size}"
    return f"{exact(part.num_attention_heads)} query, {exact(part.num_key_value_heads)} KV heads {size}"


def _norm_and_position(part: Attention) -> Wordings:
    norms = {"none": "", "head": "norm per head", "full": "norm", "l2": "L2 norm"}
    norm = norms.get(part.qk_norm, "norm per head")
    turn = position_words(part.position) if isinstance(part.position, Rope) else ""
    return tuple(filter(None, (" + ".join(filter(None, (norm, turn))), turn or norm))) if norm or turn else ()


def inset(part: Attention, arch: Arch) -> Inset:
    """Draw projections, QK-norm and RoPE, the head groups, sinks and gate, with this model's widths."""
    query = part.num_attention_heads * part.head_dim
    read = {"shared": ("from below", "shared")}.get(part.key_value)
    value = part.num_attention_heads * part.v_head_dim
    width = exact(arch.hidden_size)
    turned = _norm_and_position(part)
    nodes = [
        Node("x", Words((f"x {width}",)), 0, 0, 3),
        Node("q", Cell(("Query",), wordings(query)), 1, 0),
        Node("k", Cell(("Key",), read or wordings(part.num_key_value_heads * part.head_dim)), 1, 1),
        Node(
            "v",
            Cell(
                ("Value = key", "Value") if part.key_value == "unified" else ("Value",),
                read or wordings(part.num_key_value_heads * part.v_head_dim),
            ),
            1,
            2,
        ),
    ]
    edges = [Edge("x", name) for name in ("q" if read else "qkv")]
    top = "heads"
    if turned:
        nodes.append(Node("turn", Cell(turned), 2, 0, 2))
        edges += [
            Edge("q", "turn"),
            Edge("k", "turn"),
            Edge("turn", "heads", enter=-0.34),
            Edge("v", "heads"),
        ]
    else:
        edges += [Edge(name, "heads") for name in "qkv"]
    heads = HeadGroups(part.num_attention_heads, part.num_key_value_heads, part.span.kind)
    nodes.append(Node("heads", heads, 3, 0, 3))
    columns = 3
    if part.gate != "none":
        gate = ("one per head", "per head", "head") if part.gate == "head" else wordings(value)
        columns = 4
        nodes += [Node("g", Cell(("Gate",), gate), 1, 3), Node("times", Op("×"), 4, 0, 3)]
        nodes.append(Node("sigma", Op("σ"), 3, 3))
        edges += [
            Edge("x", "g"),
            Edge("g", "sigma"),
            Edge("sigma", "times", side=True),
            Edge("heads", "times"),
        ]
        top = "times"
    nodes.append(Node("out", Cell((f"Output {exact(value)} → {width}", "Output"), look="plain"), 5, 0, 3))
    edges.append(Edge(top, "out"))
    sinks = "with sinks" if part.sinks else ""
    title = _LONG[part.variant]
    return Inset(
        tuple(" ".join(filter(None, (name, sinks))) for name in (title, part.variant.upper())),
        Diagram(tuple(nodes), tuple(edges), (1.0,) * columns),
    )


_MASK = 9
_MOST_MASKS = 3


def _mask(part: Attention) -> Grid:
    reach = {"full": _MASK, "sliding": 3, "chunked": 3}[part.span.kind]

    def seen(query: int, key: int) -> bool:
        if part.span.kind == "chunked":
            return key <= query and key // reach == query // reach
        return key <= query and query - key < reach

    sink: tuple[Square, ...] = ("shared",) if part.sinks else ()
    rows = tuple((*sink, *(_square(seen(query, key)) for key in range(_MASK))) for query in range(_MASK))
    return Grid(rows, part.span.kind)


def _square(on: bool) -> Square:
    return "on" if on else "off"


def masks_inset(arch: Arch) -> Inset:
    """Draw which earlier tokens each kind of layer sees, for a model with windows or chunks."""
    attentions = [part for part in arch.parts if isinstance(part, Attention)]
    masks = []
    for span, times in Counter(part.span for part in attentions).most_common(_MOST_MASKS):
        part = next(part for part in attentions if part.span == span)
        reach = _span_words(part) or "all tokens"
        short = "all" if isinstance(part.span, FullSpan) else count(part.span.size)
        masks.append(Mask((f"{times} × {reach}", reach, short), _mask(part)))
    sinks = any(part.sinks for part in attentions)
    titles = ("What a token sees, and the sink",) if sinks else ("What a token sees",)
    return Inset(titles, Masks(tuple(masks)))
