"""A part as flat properties: what can differ between two parts, by the names that people have for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache

from pydantic.fields import FieldInfo

from archposter.compare.values import Aspect, Kind, Properties, Property, Scalar, Share
from archposter.spec.parts import (
    Alibi,
    BlockIndexer,
    ChunkedSpan,
    Compressor,
    FullSpan,
    Indexer,
    InnerNorm,
    Learned,
    Mla,
    NoPosition,
    Part,
    Relative,
    Rope,
    Router,
    Sinusoidal,
    SlidingSpan,
    field_title,
)

_TOLD = ("kind", "compressor")
"""What the part's class says."""

_SEVERAL = ("bias",)
"""Names of fields that a part and one inside it have."""

_WHOLE = "all"
"""The share of a head that is turned where nothing is left."""

NEUTRAL: Mapping[str, Scalar] = {
    "n_group": 1,
    "n_mamba_heads": 1,
    "loops": 1,
    "embedding_multiplier": 1.0,
    "residual_multiplier": 1.0,
    "logit_scale": 1.0,
    "partial_rotary_factor": _WHOLE,
    "position": "nope",
    "key_value": "separate",
    "weighs": "output",
}
"""Values, beside 0, that stand for the lack of a mechanism."""

ECHOES = {
    "num_key_value_heads": "num_attention_heads",
    "v_head_dim": "head_dim",
    "query_pre_attn_scalar": "head_dim",
    "shared_experts_intermediate_size": "moe_intermediate_size",
    "active": "total",
    "bytes_per_token": "bytes_per_token_at_context",
    "shared_experts_gated": "gated",
    "word_embed_proj_dim": "hidden_size",
    "vocab_size_per_layer_input": "vocab_size",
}
"""A row that says the same as another one wherever their values are equal."""

_ASPECTS: Mapping[str, Aspect] = {
    "position": "position",
    "partial_rotary_factor": "position",
    "proportional": "position",
    "learned_frequencies": "position",
    "d_rel": "position",
    "rel_extent": "position",
    "l2_clip": "position",
    "qk_norm": "norm",
    "qk_norm_bias": "norm",
    "qk_norm_after_position": "norm",
    "v_norm": "norm",
    "k_rope_norm": "norm",
}
_TUNING = (
    "attention_value_scale",
    "branch_input_multipliers",
    "branch_multipliers",
    "conv_bias",
    "gate_multiplier",
    "order",
    "query_pre_attn_scalar",
    "routed_scaling_factor",
    "ssm_multipliers",
    "stream_multipliers",
)
_KEPT = ("correction_bias", "partial_rotary_factor")
"""What is there or not; the word for it only says how much there is, or how the numbers are kept."""


def properties(part: Part) -> Properties:
    """Return a part's properties; those that have no meaning beside the others are left out."""
    found: dict[str, Property] = {}
    for title, one in _flat(part):
        # two parts inside it may have parts of one kind
        found[one.field.replace("_", " ") if title in found else title] = one
    # Latent attention makes keys and values for every head, unless it says otherwise.
    if isinstance(part, Mla) and part.num_key_value_heads == part.num_attention_heads:
        del found[field_title(Mla, "num_key_value_heads")]
    groups, *of_groups = (field_title(Router, name) for name in ("n_group", "topk_group", "group_scores"))
    if groups in found:
        for name in of_groups:
            one = found.pop(name)
            if found[groups].value != 1:
                found[name] = one._replace(telling=False)
    return {title: one for title, one in found.items() if one.field != "swiglu_alpha" or one.value}


def _flat(part: Part, *, outer: str = "", detail: bool = False) -> Iterator[tuple[str, Property]]:
    """Yield each property under its title, those of some parts inside it with it.

    `outer`: the field that holds this part, named where another part's field has the name.  `detail`: they
    are properties of what another property names.
    """
    for name, title, info in _fields(type(part)):
        value = getattr(part, name)
        match value:
            case Rope():
                yield title, Property("position", value.kind)
                yield from _turned(part, value)
            case Alibi() | NoPosition() | Learned() | Sinusoidal() | Relative():
                yield title, Property("position", value.kind, telling=value.kind != "nope")
                yield from _flat(value, detail=True)
            case FullSpan():
                continue
            case SlidingSpan() | ChunkedSpan():
                size = "sliding_window" if isinstance(value, SlidingSpan) else "attention_chunk_size"
                yield field_title(type(value), "size"), Property(size, value.size)
            case Router() | Compressor():
                yield from _flat(value, outer=name)
            case Indexer() | BlockIndexer():
                yield title, Property(name, value)
                yield from _flat(value, detail=True)
            case Part():
                yield from _optional(name, title, value)
            case _ if name not in _TOLD:
                field = f"{outer}_{name}" if outer and name in _SEVERAL else name
                yield title, _property(field, value, info, part, detail=detail)


@cache
def _fields(kind: type[Part]) -> tuple[tuple[str, str, FieldInfo], ...]:
    return tuple((name, field_title(kind, name), info) for name, info in kind.model_fields.items())


def _property(
    field: str, value: Scalar | Part, info: FieldInfo, owner: Part, *, detail: bool = False
) -> Property:
    """Return a property; details that every such part has, and constants, tell nothing by themselves."""
    required = info.is_required()
    optional = not required and info.default_factory is None and lacking(field, info.default)
    telling = not lacking(field, value) and not (detail and (required or isinstance(value, float)))
    if telling and not required:
        usual = info.get_default(call_default_factory=True, validated_data=dict(owner))
        telling = value != usual
    return Property(field, value, optional, telling)


def _turned(part: Part, rope: Rope) -> Iterator[tuple[str, Property]]:
    """Yield how a part's heads are turned: the channels that are, of a head's, and by what."""
    own = part.qk_rope_head_dim if isinstance(part, Mla) else getattr(part, "head_dim", 0)
    head = own + part.qk_nope_head_dim if isinstance(part, Mla) else own
    turned = Fraction(repr(rope.partial_rotary_factor)) * own
    share = _WHOLE if turned == head else Share(turned, head)
    for name, title, info in _fields(Rope):
        match name:
            case "theta":
                yield title, _property("rope_theta", rope.theta, info, rope, detail=True)
            case "partial_rotary_factor":
                yield title, Property(name, share, telling=turned != head)
            case "scaling":
                yield (
                    title,
                    Property("rope_scaling", rope.scaling and rope.scaling.kind, telling=bool(rope.scaling)),
                )
            case "proportional":
                yield title, _property(name, rope.proportional, info, rope, detail=True)
            case "learned":
                yield title, _property("learned_frequencies", rope.learned, info, rope, detail=True)
    if rope.scaling:
        for name, title, info in _fields(type(rope.scaling)):
            if name != "kind":
                value = getattr(rope.scaling, name)
                yield title, _property(f"rope_{name}", value, info, rope.scaling, detail=True)


def _optional(name: str, title: str, part: Part) -> Iterator[tuple[str, Property]]:
    """Yield an optional sub-part's properties: its first field stands for it, the others for themselves."""
    (first, first_title, info), *others = _fields(type(part))
    if isinstance(part, InnerNorm):
        yield title, Property(name, True)
        others = [(first, first_title, info)]
    else:
        yield title, Property(name, getattr(part, first))
    for field, inner_title, info in others:
        value = getattr(part, field)
        if isinstance(value, Part):
            yield from _optional(f"{name}_{field}", inner_title, value)
        else:
            yield inner_title, _property(f"{name}_{field}", value, info, part, detail=True)


def aspect_of(field: str, otherwise: Aspect) -> Aspect:
    """Return the aspect that a part's property belongs to."""
    return "position" if field.startswith("rope_") else _ASPECTS.get(field, otherwise)


def lacking(field: str, value: object) -> bool:
    """Tell whether a value stands for the lack of what the field is about."""
    if isinstance(value, str):
        return value in ("none", NEUTRAL.get(field))
    return not value or value == NEUTRAL.get(field)


def kind_of(field: str, values: list[object]) -> Kind:
    """Return the type of a difference between these values of a field."""
    said = [value for value in values if value is not None]
    if field in _TUNING or (field.startswith("rope_") and all(isinstance(value, float) for value in said)):
        return "tuning"
    if any(lacking(field, value) for value in values):
        return "mechanism"
    if field in _KEPT:
        return "tuning"
    if any(isinstance(value, str | bool | Part) for value in values):
        return "mechanism"
    return "scale" if all(isinstance(value, int) for value in values) else "tuning"
