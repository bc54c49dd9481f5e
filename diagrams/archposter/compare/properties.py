"""A part as flat properties: what can differ between two parts, each under the field's usual name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archposter.compare.values import Aspect, Kind, Scalar
from archposter.spec.parts import (
    Alibi,
    BlockIndexer,
    ChunkedSpan,
    Compressor,
    FullSpan,
    Indexer,
    InnerNorm,
    Learned,
    NoPosition,
    Part,
    Relative,
    Rope,
    RopeScaling,
    Router,
    Sinusoidal,
    SlidingSpan,
    field_title,
)

Properties = Mapping[str, Scalar | Part]

_TOLD = ("kind", "compressor")
"""What the part's class says."""

NEUTRAL: Mapping[str, Scalar] = {
    "n_group": 1,
    "n_mamba_heads": 1,
    "loops": 1,
    "embedding_multiplier": 1.0,
    "residual_multiplier": 1.0,
    "logit_scale": 1.0,
}
"""Values, beside 0, that stand for the lack of a mechanism."""

ECHOES = {
    "num_key_value_heads": "num_attention_heads",
    "v_head_dim": "head_dim",
    "query_pre_attn_scalar": "head_dim",
    "shared_experts_intermediate_size": "moe_intermediate_size",
    "active": "total",
    "shared_experts_gated": "gated",
    "word_embed_proj_dim": "hidden_size",
    "vocab_size_per_layer_input": "vocab_size",
}
"""A row that says the same as another one wherever their values are equal."""

_ASPECTS: Mapping[str, Aspect] = {
    "position": "position",
    "partial_rotary_factor": "position",
    "proportional": "position",
    "d_rel": "position",
    "rel_extent": "position",
    "l2_clip": "position",
    "qk_norm": "norm",
    "v_norm": "norm",
    "k_rope_norm": "norm",
}
_TUNING = (
    "attention_value_scale",
    "branch_multipliers",
    "conv_bias",
    "gate_multiplier",
    "order",
    "query_pre_attn_scalar",
    "routed_scaling_factor",
    "ssm_multipliers",
    "stream_multipliers",
)
_KEPT = ("correction_bias",)
"""What is there or not; the word for it only says how the numbers are kept."""


def properties(part: Part) -> Properties:
    """Return a part's properties; those that have no meaning beside the others are left out."""
    found = {name: value for name, _, value in _flat(part)}
    if found.get("n_group") == 1:
        found.pop("topk_group", None)
    if found.get("swiglu_alpha", 0) is None:
        del found["swiglu_alpha"]
    return found


def titles(part: Part) -> Mapping[str, str]:
    """Return what a part's properties are called."""
    return {name: title for name, title, _ in _flat(part)}


def _flat(part: Part) -> Iterator[tuple[str, str, Scalar | Part]]:
    """Yield name, title and value of each property, those of some parts inside it with it."""
    for name in type(part).model_fields:
        value, title = getattr(part, name), field_title(type(part), name)
        match value:
            case Rope():
                yield "position", title, value.kind
                yield "rope_theta", field_title(Rope, "theta"), value.theta
                share = "partial_rotary_factor"
                yield share, field_title(Rope, share), value.partial_rotary_factor
                yield "proportional", field_title(Rope, "proportional"), value.proportional
                yield from _scaling(value.scaling)
            case Alibi() | NoPosition() | Learned() | Sinusoidal():
                yield "position", title, value.kind
            case Relative():
                yield "position", title, value.kind
                yield from _flat(value)
            case FullSpan():
                yield "span", title, value.kind
            case SlidingSpan() | ChunkedSpan():
                yield "span", title, value.kind
                yield "sliding_window", field_title(type(value), "size"), value.size
            case Router() | Compressor():
                yield from _flat(value)
            case Indexer() | BlockIndexer():
                yield name, title, value
                yield from _flat(value)
            case Part():
                yield from _optional(name, title, value)
            case tuple():
                yield name, title, ", ".join(f"{one:g}" for one in value)
            case _ if name not in _TOLD:
                yield name, title, value


def _scaling(part: RopeScaling | None) -> Iterator[tuple[str, str, Scalar | Part]]:
    """Yield how positions are scaled; of a list of divisors how many there are and their range."""
    if part is None:
        yield "rope_scaling", field_title(Rope, "scaling"), None
        return
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, tuple):
            value = f"{len(value)}, {min(value):g} to {max(value):g}"
        if name == "kind":
            yield "rope_scaling", field_title(Rope, "scaling"), value
        else:
            yield f"rope_{name}", field_title(type(part), name), value


def _optional(name: str, title: str, part: Part) -> Iterator[tuple[str, str, Scalar | Part]]:
    """Yield an optional sub-part's properties: its first field stands for it, the others for themselves."""
    first, *others = type(part).model_fields
    if isinstance(part, InnerNorm):
        yield name, title, True
        others = [first]
    else:
        yield name, title, getattr(part, first)
    for field in others:
        value, title = getattr(part, field), field_title(type(part), field)
        if isinstance(value, Part):
            yield from _optional(f"{name}_{field}", title, value)
        else:
            yield f"{name}_{field}", title, value


def aspect_of(field: str, otherwise: Aspect) -> Aspect:
    """Return the aspect that a part's property belongs to."""
    return "position" if field.startswith("rope_") else _ASPECTS.get(field, otherwise)


def lacking(field: str, value: object) -> bool:
    """Tell whether a value stands for the lack of what the field is about."""
    if isinstance(value, str):
        return value == "none"
    return not value or value == NEUTRAL.get(field)


def kind_of(field: str, values: list[object]) -> Kind:
    """Return the type of a difference between these values of a field."""
    if field in _TUNING:
        return "tuning"
    if any(lacking(field, value) for value in values):
        return "mechanism"
    if field in _KEPT:
        return "tuning"
    if any(isinstance(value, str | bool | Part) for value in values):
        return "mechanism"
    return "scale" if all(isinstance(value, int) for value in values) else "tuning"
