"""Random models: valid specs of every kind, from one layer of width one to the limits of the language."""

from __future__ import annotations

import string
from datetime import date
from typing import Any

from hypothesis import strategies as st

from archposter.spec.arch import Arch
from archposter.spec.model import ArchSpec
from archposter.spec.normalize import normalize
from archposter.spec.parts import MAX_DIMENSION

Data = dict[str, Any]
Palette = tuple[list[Data], list[Data]]

MAX_RANDOM_LAYERS = 120

_ACTIVATIONS = st.sampled_from(["silu", "gelu", "gelu_tanh", "relu", "relu2", "swiglu_clamped"])
_FLAGS = st.booleans()


def dimensions(largest: int = MAX_DIMENSION) -> st.SearchStrategy[int]:
    """Widths and counts: small, usual and extreme."""
    usual = [size for size in (1, 8, 64, 128, 512, 4096, 18432, largest) if size <= largest]
    return st.sampled_from(usual) | st.integers(1, largest)


def words(longest: int) -> st.SearchStrategy[str]:
    """Drawable text up to the limit, with the characters that markup treats in a special way."""
    alphabet = string.ascii_letters + string.digits + " -+.&<>'\"/()é"
    texts = st.text(alphabet, min_size=1, max_size=longest).filter(lambda text: text == text.strip())
    return texts | st.just("W" * longest)


def _rope() -> st.SearchStrategy[Data]:
    return st.fixed_dictionaries(
        {"kind": st.just("rope")},
        optional={
            "theta": st.sampled_from([500.0, 10_000.0, 500_000.0, 1e7]),
            "partial_rotary_factor": st.sampled_from([0.25, 0.5, 1.0]),
        },
    )


def positions() -> st.SearchStrategy[Data]:
    return _rope() | st.sampled_from([{"kind": "nope"}, {"kind": "learned"}])


def spans() -> st.SearchStrategy[Data]:
    sized = st.fixed_dictionaries({"kind": st.sampled_from(["sliding", "chunked"]), "size": dimensions()})
    return st.just({"kind": "full"}) | sized


@st.composite
def attentions(draw: st.DrawFn) -> Data:
    groups = draw(dimensions(1024))
    heads = draw(st.integers(1, 1024))
    data: Data = {
        "kind": "attention",
        "num_attention_heads": groups * heads,
        "num_key_value_heads": groups,
        "head_dim": draw(dimensions()),
        "position": draw(positions()),
        "span": draw(spans()),
        "qk_norm": draw(st.sampled_from(["none", "head", "full"])),
        "gate": draw(st.sampled_from(["none", "head", "element"])),
    }
    if draw(_FLAGS):
        data["v_head_dim"] = draw(dimensions())
    return data | {flag: draw(_FLAGS) for flag in ("sinks", "qkv_bias", "output_bias")}


def mlas() -> st.SearchStrategy[Data]:
    names = ("num_attention_heads", "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim")
    return st.fixed_dictionaries(
        {"kind": st.just("mla"), **{name: dimensions() for name in names}},
        optional={"q_lora_rank": st.just(0) | dimensions(), "position": positions()},
    )


@st.composite
def gated_deltanets(draw: st.DrawFn) -> Data:
    keys = draw(dimensions(1024))
    return {
        "kind": "gated_deltanet",
        "linear_num_key_heads": keys,
        "linear_num_value_heads": keys * draw(st.integers(1, 64)),
        "linear_key_head_dim": draw(dimensions()),
        "linear_value_head_dim": draw(dimensions()),
    }


def kdas() -> st.SearchStrategy[Data]:
    return st.fixed_dictionaries(
        {"kind": st.just("kda"), "linear_num_heads": dimensions(), "linear_head_dim": dimensions()},
        optional={"linear_conv_kernel_dim": dimensions(16)},
    )


@st.composite
def mamba2s(draw: st.DrawFn) -> Data:
    groups = draw(dimensions(64))
    return {
        "kind": "mamba2",
        "mamba_num_heads": groups * draw(st.integers(1, 64)),
        "mamba_head_dim": draw(dimensions()),
        "ssm_state_size": draw(dimensions()),
        "n_groups": groups,
        "conv_bias": draw(_FLAGS),
        "bias": draw(_FLAGS),
    }


def dense_ffns() -> st.SearchStrategy[Data]:
    return st.fixed_dictionaries(
        {"kind": st.sampled_from(["gated", "plain"]), "intermediate_size": dimensions()},
        optional={"activation": _ACTIVATIONS, "bias": _FLAGS},
    )


@st.composite
def moes(draw: st.DrawFn) -> Data:
    groups = draw(st.integers(1, 16))
    experts = groups * draw(st.integers(1, 64))
    router = {
        "scoring": draw(st.sampled_from(["softmax", "sigmoid"])),
        "order": draw(st.sampled_from(["score_first", "top_k_first"])),
        "n_group": groups,
        "topk_group": draw(st.integers(1, groups)),
        "bias": draw(_FLAGS),
        "correction_bias": draw(_FLAGS),
    }
    return {
        "kind": "moe",
        "num_experts": experts,
        "num_experts_per_tok": draw(st.integers(1, experts)),
        "moe_intermediate_size": draw(dimensions()),
        "num_shared_experts": draw(st.sampled_from([0, 1, 2, 1024])),
        "shared_expert_gate": draw(_FLAGS),
        "gated": draw(_FLAGS),
        "activation": draw(_ACTIVATIONS),
        "bias": draw(_FLAGS),
        "router": router,
    }


def mixers() -> st.SearchStrategy[Data]:
    """One mixer of any kind."""
    return attentions() | mlas() | gated_deltanets() | kdas() | mamba2s()


def ffns() -> st.SearchStrategy[Data]:
    """One feed-forward part of any kind."""
    return dense_ffns() | moes()


@st.composite
def layers(draw: st.DrawFn, palette: Palette) -> Data:
    """A layer with a mixer, an ffn or both from the palette, in any placement."""
    shape = draw(st.sampled_from(["both", "both", "parallel", "mixer", "ffn"]))
    layer: Data = {}
    if shape != "ffn":
        layer["mixer"] = draw(st.sampled_from(palette[0]))
    if shape != "mixer":
        layer["ffn"] = draw(st.sampled_from(palette[1]))
    if shape == "parallel":
        layer["parallel"] = True
    placement = draw(st.sampled_from([None, None, "pre", "post", "sandwich"]))
    return layer | ({"placement": placement} if placement else {})


@st.composite
def stacks(draw: st.DrawFn, palette: Palette, most: int, depth: int = 3) -> tuple[Data, ...]:
    """Entries that unfold to at most `most` layers, nested up to `depth` levels."""
    entries: list[Data] = []
    left = most
    for waiting in range(draw(st.integers(1, min(8, most))), 0, -1):
        share = left // waiting
        repeat = draw(st.integers(1, share))
        room = share // repeat
        if depth and room > 1 and draw(_FLAGS):
            entries.append({"repeat": repeat, "stack": draw(stacks(palette, room, depth - 1))})
        else:
            entries.append({"repeat": repeat, "layer": draw(layers(palette))})
            room = 1
        left -= repeat * room
    return tuple(entries)


@st.composite
def spec_data(draw: st.DrawFn) -> Data:
    """The plain data of a valid spec."""
    every_kind = st.tuples(attentions(), attentions(), mlas(), gated_deltanets(), kdas(), mamba2s()).map(list)
    palette = (
        draw(every_kind | st.lists(mixers(), min_size=1, max_size=6)),
        draw(st.lists(ffns(), min_size=1, max_size=4)),
    )
    context = draw(dimensions())
    stack = draw(stacks(palette, draw(st.just(MAX_RANDOM_LAYERS) | st.integers(1, MAX_RANDOM_LAYERS))))
    kind = draw(st.sampled_from(["rmsnorm", "layernorm"]))
    data: Data = {
        "name": draw(words(60)),
        "size": draw(st.just("") | words(20)),
        "developer": draw(st.none() | words(60)),
        "released": draw(st.none() | st.dates().map(date.isoformat)),
        "license": draw(st.none() | words(60)),
        "links": {"config": "https://example.org/config.json"} if draw(_FLAGS) else {},
        "highlights": tuple(draw(st.lists(words(90), max_size=3))),
        "context_length": context,
        "vocab_size": draw(dimensions()),
        "hidden_size": draw(dimensions()),
        "norm": {"kind": kind, "placement": draw(st.sampled_from(["pre", "post", "sandwich"]))},
        "output": {"tied": draw(_FLAGS)},
        "stack": stack,
    }
    if kind == "layernorm":
        data["norm"]["bias"] = draw(_FLAGS)
    if _learns_positions(stack):
        rows = draw(st.integers(context, MAX_DIMENSION))
        data["embedding"] = {"position": "learned", "max_position_embeddings": rows}
    if draw(_FLAGS):
        data["mtp"] = {"num_nextn_predict_layers": draw(st.integers(1, 16)), "layer": draw(layers(palette))}
    return data


def _learns_positions(stack: tuple[Data, ...]) -> bool:
    return any(
        _learns_positions(entry["stack"])
        if "stack" in entry
        else entry["layer"].get("mixer", {}).get("position") == {"kind": "learned"}
        for entry in stack
    )


def archs() -> st.SearchStrategy[Arch]:
    """A random architecture."""
    return spec_data().map(lambda data: normalize(ArchSpec.model_validate(data)))
