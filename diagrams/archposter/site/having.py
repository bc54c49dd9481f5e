"""Which concepts a model has: what pages of docs/concepts name as their parts, looked for in a spec.

A reference is a kind of part, "mixer.mla" or "mixer.gqa" (a variant of a kind), a field of one,
"mla.kv_lora_rank", or an arrangement of parts, "sublayer.mixer_beside_ffn".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, get_args

from archposter.spec.model import (
    ArchSpec,
    BranchSpec,
    EmbeddingSpec,
    LayerSpec,
    MtpSpec,
    NormSpec,
    OutputSpec,
    SublayerSpec,
)
from archposter.spec.parts import (
    AnyFfn,
    AnyMixer,
    Attention,
    BlockIndexer,
    Clamp,
    Compressor,
    GatedFfn,
    HyperConnections,
    Indexer,
    Moe,
    NgramEmbedding,
    Part,
    PlainFfn,
    PlainResidual,
    Position,
    Residual,
    Rope,
    Router,
    Span,
    Temperature,
)

OFF: Final = (None, False, 0, 1, "none", "separate", "scores", "pre")
"""Values that stand for "the model has none of it"."""


def _kinds(union: Any) -> dict[str, type[Part]]:
    """Return the classes of a union by the name that a spec has for them."""
    members = get_args(union)
    if not isinstance(members[0], type):
        members = get_args(members[0])
    return {member.model_fields["kind"].default: member for member in members}


KINDS: Final = {
    "mixer": _kinds(AnyMixer),
    "ffn": _kinds(AnyFfn),
    "position": _kinds(Position),
    "span": _kinds(Span),
    "residual": _kinds(Residual),
}
VARIANTS: Final = {f"mixer.{name}": (Attention, name) for name in ("mha", "gqa", "mqa")}
"""Kinds that a spec does not tell apart by name."""
OWNERS: Final[dict[str, type[Part]]] = {
    **KINDS["mixer"],
    **KINDS["ffn"],
    "rope": Rope,
    "plain_residual": PlainResidual,
    "hyper_connections": HyperConnections,
    "indexer": Indexer,
    "block_indexer": BlockIndexer,
    "compressor": Compressor,
    "router": Router,
    "ngram": NgramEmbedding,
    "norm": NormSpec,
    "embedding": EmbeddingSpec,
    "output": OutputSpec,
    "mtp": MtpSpec,
    "temperature": Temperature,
    "clamp": Clamp,
    "layer": LayerSpec,
    "sublayer": SublayerSpec,
    "branch": BranchSpec,
    "model": ArchSpec,
}


def _beside(part: Part, one: Any, other: Any) -> bool:
    """Tell whether a sublayer has parts of two kinds side by side."""
    branches = part.branches or () if isinstance(part, SublayerSpec) else ()
    parts = [branch.part for branch in branches]
    return any(isinstance(a, one) for a in parts) and any(isinstance(b, other) for b in parts)


ARRANGEMENTS: Final[dict[str, Callable[[Part], bool]]] = {
    "sublayer.mixer_beside_ffn": lambda part: _beside(part, AnyMixer, AnyFfn),
    "sublayer.dense_beside_moe": lambda part: _beside(part, Moe, GatedFfn | PlainFfn),
}


def inside(value: object) -> Iterator[Part]:
    """Yield a part and all parts that it holds."""
    if isinstance(value, Part):
        yield value
        for name in type(value).model_fields:
            yield from inside(getattr(value, name))
    elif isinstance(value, tuple):
        for member in value:
            yield from inside(member)


def meaning(reference: str) -> tuple[type[Part], str | None]:
    """Return the class that a reference names and, if it names one, the field; raise KeyError for neither."""
    if reference in ARRANGEMENTS:
        return SublayerSpec, None
    if reference in VARIANTS:
        return VARIANTS[reference][0], None
    owner, name = reference.split(".")
    if name in KINDS.get(owner, {}):
        return KINDS[owner][name], None
    if name not in OWNERS[owner].model_fields:
        raise KeyError(reference)
    return OWNERS[owner], name


def has(part: Part, reference: str) -> bool:
    """Tell whether a part is what a reference names, or has its field on."""
    if arranged := ARRANGEMENTS.get(reference):
        return arranged(part)
    owner, name = meaning(reference)
    if not isinstance(part, owner):
        return False
    if name is None:
        variant = VARIANTS.get(reference)
        return variant is None or getattr(part, "variant", None) == variant[1]
    field, value = owner.model_fields[name], getattr(part, name)
    default = field.get_default(call_default_factory=True, validated_data=vars(part))
    if value == default:
        return field.default_factory is None and not _off(default)
    return not _off(value)


def _off(value: object) -> bool:
    # True equals 1, and is not off.
    return value is not True and value in OFF
