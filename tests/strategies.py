"""Random models: valid specs of every kind, from one layer of width one to the limits of the language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

from hypothesis import strategies as st

from archposter.spec.arch import Arch
from archposter.spec.model import ArchSpec, Head
from archposter.spec.normalize import normalize
from archposter.spec.parts import MAX_DIMENSION
from part_strategies import (
    ACTIVATIONS,
    FLAGS,
    Data,
    attentions,
    dimensions,
    ffns,
    gated_deltanets,
    inner_norms,
    kdas,
    mamba2s,
    memories,
    mixers,
    mlas,
    words,
)

Palette = tuple[list[Data], list[Data]]

MAX_RANDOM_LAYERS = 120


@st.composite
def layers(draw: st.DrawFn, palette: Palette) -> Data:
    """A layer with a mixer, an ffn or both from the palette, or of many sublayers, in any placement."""
    shape = draw(st.sampled_from(["both", "both", "parallel", "mixer", "ffn", "sublayers"]))
    if shape == "sublayers":
        return {"sublayers": draw(sublayers(palette)), **draw(_WHOLE)}
    layer: Data = draw(_WHOLE)
    if shape != "ffn":
        layer["mixer"] = draw(st.sampled_from(palette[0]))
    if shape != "mixer":
        layer["ffn"] = draw(st.sampled_from(palette[1]))
    if shape == "parallel":
        layer["parallel"] = True
    placement = draw(st.sampled_from([None, None, "pre", "post", "sandwich", "sum"]))
    return layer | ({"placement": placement} if placement else {})


_PLACEMENTS = st.sampled_from(["pre", "post", "sandwich", "none"])
_STEP_PLACEMENTS = _PLACEMENTS | st.just("sum")
_FACTORS = st.sampled_from([1.0, 0.7071068])
_WHOLE = st.fixed_dictionaries({}, optional={"conv_kernel": dimensions(16), "layer_scalar": FLAGS})


@st.composite
def sublayers(draw: st.DrawFn, palette: Palette) -> tuple[Data, ...]:
    """Up to five steps with up to three branches, of which the last may join later."""
    count = draw(st.integers(1, 5))
    every = st.sampled_from([*palette[0], *palette[1]])
    steps: list[Data] = []
    for number in range(count):
        step: Data = {"placement": draw(_STEP_PLACEMENTS)} if draw(FLAGS) else {}
        if draw(FLAGS):
            step["stream_multiplier"] = draw(_FACTORS)
            step["norm"] = {"kind": "rmsnorm", "gated_norm_rank": draw(st.just(0) | dimensions())}
        if draw(FLAGS):
            step["post_norm"] = {"kind": "rmsnorm", "weight": draw(FLAGS)}
        if draw(FLAGS):
            steps.append({"part": draw(every), **step})
            continue
        branches = [
            {
                "part": draw(every),
                "placement": draw(_PLACEMENTS),
                "multiplier": draw(_FACTORS),
                "input_multiplier": draw(_FACTORS),
            }
            for _ in range(draw(st.integers(1, 3)))
        ]
        if len(branches) > 1:
            branches[-1]["joins_after"] = draw(st.integers(0, count - number - 1))
        steps.append({"branches": tuple(branches), **step})
    return tuple(steps)


@st.composite
def stacks(draw: st.DrawFn, palette: Palette, most: int, depth: int = 3) -> tuple[Data, ...]:
    """Entries that unfold to at most `most` layers, nested up to `depth` levels."""
    entries: list[Data] = []
    left = most
    for waiting in range(draw(st.integers(1, min(8, most))), 0, -1):
        share = left // waiting
        repeat = draw(st.integers(1, share))
        room = share // repeat
        if depth and room > 1 and draw(FLAGS):
            entries.append({"repeat": repeat, "stack": draw(stacks(palette, room, depth - 1))})
        else:
            entries.append({"repeat": repeat, "layer": draw(layers(palette))})
            room = 1
        left -= repeat * room
    return tuple(entries)


_PAGES = st.sampled_from(["https://example.org/card", "https://example.org/report"])
_UNSAID = st.just({"source": "unknown", "looked": ("the maker's pages",)})


def sourced(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Data]:
    """What is said by hand, with a source or where it was looked for."""
    source = st.just({}) | st.fixed_dictionaries({"source": _PAGES}) | _UNSAID
    return st.tuples(st.fixed_dictionaries(fields), source).map(lambda pair: pair[0] | pair[1])


def releases() -> st.SearchStrategy[Any]:
    days = st.dates().map(date.isoformat)
    return days | sourced(day=days) | sourced(by=days) | sourced(day=st.just("unknown"))


def contexts(native: int) -> st.SearchStrategy[Data]:
    longer = st.integers(native + 1, 2 * native + 1)
    return sourced(native=st.just(native)) | sourced(
        native=st.just(native), extended=longer, method=st.just("YaRN")
    )


def ancestors() -> st.SearchStrategy[Data]:
    relations = ["follows", "initialised_from", "distilled_from", "scaled_up_from", "takes_from"]
    return st.fixed_dictionaries(
        {"relation": st.sampled_from(relations), "model": words(60), "what": words(90), "source": _PAGES},
        optional={"year": st.integers(2017, 2100)},
    )


@st.composite
def spec_data(draw: st.DrawFn) -> Data:
    """The plain data of a valid spec."""
    every = (attentions(), attentions(), mlas(), gated_deltanets(), kdas(), mamba2s())
    every_kind = st.tuples(*every).map(list)
    palette = (
        draw(every_kind | st.lists(mixers(), min_size=1, max_size=6)),
        draw(st.lists(ffns(), min_size=1, max_size=4)),
    )
    width = draw(st.just(0) | dimensions())
    embedding: Data = {"norm": draw(inner_norms()), "word_embed_proj_dim": width}
    residual = draw(residuals())
    if draw(FLAGS):
        palette[1].append(draw(memories(residual.get("hc_mult", 1))))
    if draw(FLAGS):
        width = draw(dimensions())
        palette[1].append({"kind": "per_layer_input", "hidden_size_per_layer_input": width})
    context = draw(dimensions())
    stack = draw(stacks(palette, draw(st.just(MAX_RANDOM_LAYERS) | st.integers(1, MAX_RANDOM_LAYERS))))
    if draw(FLAGS):
        stack = _same_choices(stack, set())
    kind = draw(st.sampled_from(["rmsnorm", "layernorm"]))
    data: Data = {
        "name": draw(words(60)),
        "size": draw(st.just("") | words(20)),
        "developer": draw(st.none() | words(60)),
        "released": draw(st.none() | releases()),
        "license": draw(st.none() | words(60) | sourced(name=words(60))),
        "links": {"config": "https://example.org/config.json"} if draw(FLAGS) else {},
        "highlights": tuple(draw(st.lists(words(90), max_size=3))),
        "lineage": tuple(draw(st.lists(ancestors(), max_size=2))),
        "context_length": draw(st.just(context) | contexts(context)),
        "vocab_size": draw(dimensions()),
        "hidden_size": draw(dimensions()),
        "norm": {
            "kind": kind,
            "placement": draw(st.sampled_from(["pre", "post", "sandwich", "sum"])),
            "final": draw(FLAGS),
        },
        "output": draw(outputs()),
        "stack": stack,
    }
    if kind == "layernorm":
        data["norm"]["bias"] = draw(FLAGS)
    placed = tuple(_parts(stack))
    if any(part.get("position") == {"kind": "learned"} for part in placed):
        said = data["context_length"]
        longest = said.get("extended", context) if isinstance(said, dict) else context
        if longest > MAX_DIMENSION:
            data["context_length"] = longest = context
        rows = draw(st.integers(longest, MAX_DIMENSION))
        embedding["max_position_embeddings"] = rows
    widths = {part["hidden_size_per_layer_input"] for part in placed if part["kind"] == "per_layer_input"}
    for width in widths:
        table = {"vocab_size_per_layer_input": draw(dimensions()), "hidden_size_per_layer_input": width}
        embedding["per_layer"] = table
    if draw(FLAGS):
        tables = {"emb_neighbor_num": draw(st.integers(2, 8)), "emb_split_num": draw(st.integers(1, 8))}
        unit = (tables["emb_neighbor_num"] - 1) * tables["emb_split_num"]
        data["hidden_size"] = unit * draw(dimensions(MAX_DIMENSION // unit))
        embedding["ngram"] = {"ngram_vocab_size_ratio": draw(dimensions()), **tables}
    if not data["output"]["tied"] and draw(FLAGS):
        embedding["additional_vocab_size"] = draw(dimensions())
    data["embedding"] = embedding
    data["residual"] = residual
    data["loops"] = draw(st.sampled_from((1, 1, 1, 4)))
    data["exit_gate"] = data["loops"] > 1 and draw(FLAGS)
    if draw(FLAGS):
        data["mtp"] = {"num_nextn_predict_layers": draw(st.integers(1, 16)), "layer": draw(layers(palette))}
    return data


@st.composite
def outputs(draw: st.DrawFn) -> Data:
    """What stands above the layers."""
    head = draw(st.sampled_from(("lm", "lm", "lm", *get_args(Head))))
    if head == "none":
        return {"head": head, "tied": False}
    dense = draw(st.none() | dense_heads())
    if head == "lm":
        scale, cap = draw(st.sampled_from([1.0, 0.0625])), draw(st.sampled_from([0.0, 30.0]))
        unit = draw(st.sampled_from(["none", "rows", "columns"]))
        scores = {"logit_scale": scale, "final_logit_softcapping": cap, "weight_norm": unit}
        return {"tied": draw(FLAGS), "dense": dense, **scores}
    return {
        "head": head,
        "num_labels": draw(dimensions()),
        "tied": False,
        "bias": draw(FLAGS),
        "dense": dense,
    }


def dense_heads() -> st.SearchStrategy[Data]:
    """What stands before the output layer."""
    return st.fixed_dictionaries({}, optional={"activation": ACTIVATIONS, "bias": FLAGS})


def residuals() -> st.SearchStrategy[Data]:
    """Any residual stream."""
    streams = st.integers(2, 64).flatmap(_streams)
    altup = st.fixed_dictionaries(
        {"kind": st.just("altup"), "altup_num_inputs": st.integers(2, 64), "altup_correct_scale": FLAGS}
    )
    blocks = st.fixed_dictionaries(
        {"kind": st.just("blocks"), "n_layers_per_attn_res_block": st.integers(1, 8)},
        optional={"query_norm_weight": FLAGS, "first_query": FLAGS},
    )
    kinds = ("plain", "scaled", "scaled_stream", "depth_scaled", "gated")
    return st.sampled_from([{"kind": kind} for kind in kinds]) | blocks | streams | altup


def _streams(count: int) -> st.SearchStrategy[Data]:
    """So many streams: mixed, or not, or read through gates."""
    fields = {"kind": st.just("hyper_connections"), "hc_mult": st.just(count)}
    gated = {"independent": st.just(True), "hc_lowrank": dimensions()}
    plain = {**fields, "independent": FLAGS, "hc_head": FLAGS, "norm_weight": FLAGS}
    ahead = {**fields, "ahead": st.just(True)}
    return st.one_of(map(st.fixed_dictionaries, (plain, ahead, fields | gated)))


def _same_choices(stack: tuple[Data, ...], seen: set[tuple[int, ...]]) -> tuple[Data, ...]:
    """Let each mixer with an indexer that an earlier one has too read what that one chose."""
    return tuple(
        {**entry, "stack": _same_choices(entry["stack"], seen)}
        if "stack" in entry
        else {**entry, "layer": _same_choice(entry["layer"], seen)}
        for entry in stack
    )


def _same_choice(layer: Data, seen: set[tuple[int, ...]]) -> Data:
    mixer = layer.get("mixer", {})
    if mixer.get("kind") != "mla" or "indexer" not in mixer:
        return layer
    sizes = tuple(mixer["indexer"].values())
    if sizes not in seen:
        seen.add(sizes)
        return layer
    return {**layer, "mixer": {**mixer, "indexer": {**mixer["indexer"], "indexer_type": "shared"}}}


def _parts(stack: tuple[Data, ...]) -> Iterator[Data]:
    for entry in stack:
        if "stack" in entry:
            yield from _parts(entry["stack"])
            continue
        layer = entry["layer"]
        yield from (layer[name] for name in ("mixer", "ffn") if name in layer)
        for step in layer.get("sublayers", ()):
            yield from (branch["part"] for branch in step.get("branches", [step]))


def archs() -> st.SearchStrategy[Arch]:
    """A random architecture."""
    return spec_data().map(lambda data: normalize(ArchSpec.model_validate(data)))
