"""The legend: a card that explains the grammar of all cards, with the blocks that they are made of."""

from __future__ import annotations

from archposter.blocks.card import KV_ENDS
from archposter.blocks.tree import (
    Callout,
    Card,
    Cell,
    Choice,
    Diagram,
    Figure,
    Grid,
    HeadGroups,
    Inset,
    Lane,
    LayerMap,
    Leaf,
    Legend,
    MapCell,
    Node,
    Note,
    Op,
    Plan,
    Repeat,
    Sign,
    State,
    Step,
    Stream,
    Tower,
    Wordings,
)

KINDS: dict[str, Wordings] = {
    "full": ("full attention", "full"),
    "sliding": ("sliding-window attention", "window"),
    "chunked": ("chunked attention", "chunked"),
    "latent": ("latent or compressed attention", "latent"),
    "linear": ("linear attention", "linear"),
    "ssm": ("state space", "SSM"),
    "dense": ("dense feed-forward", "dense FFN", "dense"),
    "moe": ("mixture of experts", "experts"),
    "table": ("look-up table", "table"),
}
"""What a colour of boxes means, on every card, and shorter; the looks are those of `theme.LOOKS`."""

_NORM = Cell(("Norm",))
_COLUMNS = 3


def legend() -> Card:
    """Return the legend's Block tree."""
    return Card(
        title="How to read a card",
        size="",
        meta=("What is drawn alike is built alike; every number is counted from the model's tensors",),
        highlights=(),
        notice="",
        badge="Kind of decoder",
        family="archposter",
        lead="New against an earlier model",
        news=(("a ring is around what this model has and the other has not",),),
        marks=True,
        tower=_tower(),
        callouts=_callouts(),
        insets=(_kinds(), _marks()),
        layer_map=_map(),
        figures=(
            Figure("Total", ("and in memory",), ("parameters",)),
            Figure("Active", ("for one token",), level=0.3),
            Figure("Cache", ("in all, at its context",), beside=("a token, mean",), level=0.5, ends=KV_ENDS),
            Figure("Next", ("below windows",), ("one more token",)),
            Figure("State", ("state",), ("of that, fixed",)),
            Figure("FLOP", ("at the context",), ("for a token",)),
        ),
        description="How to read an architecture card: tower, insets, layer map and facts.",
        links=(),
    )


def _tower() -> Tower:
    mixers = Choice(
        (
            (18, Cell(("Sliding window",), (), "sliding", "choice", facts=(("position",), ("span",)))),
            (6, Cell(("Full attention",), (), "full", "full", facts=(("position",),))),
        )
    )
    experts = Lane(None, Cell(("Experts",), (), "moe", "parallel", facts=(("2 of 8",),), marked=True), None)
    dense = Lane(None, Cell(("Dense",), (), "dense", facts=(("FFN",),)), None)
    frame = Repeat(
        24,
        (Step(_NORM, (Lane(None, mixers, None),), None), Step(_NORM, (experts, dense), _NORM)),
        "frame",
        "",
    )
    return Tower(
        embedding=Cell(("Token embedding",), key="embedding"),
        added=(),
        table=None,
        below=(),
        plans=(Plan((frame,)),),
        final=Cell(("Final norm",)),
        ahead=None,
        output=Cell(("Output layer",), key="output"),
        stream=Stream(),
    )


def _callouts() -> tuple[Callout, ...]:
    return (
        Callout("frame", "equal layers, drawn once", headline="24 ×"),
        Callout("choice", "each layer has one of these"),
        Callout("parallel", "side by side, then summed"),
        Callout("residual", "the line past a part is added"),
        Callout("output", "scores of the next token"),
        Callout("embedding", "data flows upward"),
        Callout("input", "the text so far"),
    )


_COLUMNS = 3


def _kinds() -> Inset:
    rows = -(-len(KINDS) // _COLUMNS)
    nodes = tuple(
        Node(
            look,
            Cell((words[-1][0].upper() + words[-1][1:],), (), look),
            rows - 1 - place % rows,
            place // rows,
        )
        for place, (look, words) in enumerate(KINDS.items())
    )
    return Inset(("A colour is a kind of part",), Diagram(nodes, (), (1.0,) * _COLUMNS))


def _marks() -> Inset:
    """Every sign that boxes and lines have, with its meaning; operators share a line."""
    marks: tuple[tuple[tuple[Leaf, ...], tuple[str, ...]], ...] = (
        ((Cell(("Key",), cached=True),), ("kept for later",)),
        ((Cell(("Query",), share=0.25),), ("share that RoPE", "turns")),
        ((HeadGroups(4, 2, "full"),), ("query heads over", "the K, V they share")),
        ((Grid((("off", "on", "off", "on", "off", "zero"),), "moe"),), ("idle, used, empty",)),
        ((State((), 4, 8, "head", (), "linear"),), ("states, one a head;", "the bar: they fade")),
        ((Op("+"), Op("×"), Op("σ")), ("sum, product, σ",)),
        ((Sign("scale"),), ("a factor",)),
        ((Sign("streams"),), ("streams read, mixed",)),
        ((Sign("connector"),), ("explained in an inset",)),
    )
    nodes = []
    for place, (leaves, lines) in enumerate(marks):
        row, each = len(marks) - 1 - place, _PARTS // len(leaves)
        nodes += [
            Node(f"mark {place} {column}", leaf, row, column * each, each)
            for column, leaf in enumerate(leaves)
        ]
        nodes.append(Node(f"note {place}", Note(tuple((line,) for line in lines)), row, _PARTS))
    return Inset(("Marks",), Diagram(tuple(nodes), (), (*(1.0,) * _PARTS, 5.7)))


_PARTS = 3


def _map() -> LayerMap:
    sliding, full, other, ffn = (
        *(MapCell("sliding", 0), MapCell("full", 0)),
        *(MapCell("full", 1), MapCell("moe", 0)),
    )
    turns = (sliding, sliding, sliding, full, sliding, sliding, sliding, other)
    columns = tuple((turns[number % len(turns)], ffn) for number in range(24))
    return LayerMap(
        columns,
        (
            Legend(sliding, 18, ("of this kind",)),
            Legend(full, 3, ("of that",)),
            Legend(other, 3, ("of that, but unusual",)),
            Legend(ffn, 24, ("feed-forward parts",)),
        ),
        ("the layer map: one column a layer, in order; its parts from below",),
    )
