"""Words for the values of fields: what activations, kinds and choices are called in tables and pictures."""

from collections.abc import Mapping
from typing import Any, get_args

from archposter.spec.parts import AnyPart
from archposter.spec.parts.model_wide import Residual
from archposter.spec.parts.position import HeadPosition

ACTIVATIONS: Mapping[str, str] = {
    "silu": "SiLU",
    "gelu": "GELU",
    "gelu_tanh": "GELU (tanh)",
    "relu": "ReLU",
    "relu2": "ReLU²",
    "xielu": "xIELU",
    "situ": "SiTU",
    "swiglu_clamped": "SiLU, clamped",
    "swiglu_softcapped": "SiLU, soft-capped",
    "poly_norm": "PolyNorm",
}
GATED_UNITS: Mapping[str, str] = {
    "silu": "SwiGLU",
    "gelu": "GeGLU",
    "gelu_tanh": "GeGLU",
    "relu": "ReGLU",
    "relu2": "ReLU² GLU",
    "xielu": "xIELU GLU",
    "situ": "SiTU GLU",
    "swiglu_clamped": "clamped SwiGLU",
    "swiglu_softcapped": "soft-capped SwiGLU",
    "poly_norm": "PolyNorm GLU",
}
"""What a gated unit with an activation is called."""

_WORDS: Mapping[str, str] = {
    **ACTIVATIONS,
    "mha": "MHA",
    "gqa": "GQA",
    "mqa": "MQA",
    "rmsnorm": "RMSNorm",
    "layernorm": "LayerNorm",
    "each": "each head its own",
    "earlier": "of an earlier layer",
    "head": "per head",
    "element": "per element",
    "l2": "L2",
    "l2_clip": "L2 clip",
    "sum": "of the sum",
    "sqrtsoftplus": "√softplus",
    "token_hash": "token hash",
    "product_keys": "product keys",
    "score_first": "score, then top k",
    "top_k_first": "top k, then score",
    "unified": "K = V",
    "shared": "shared K, V",
    "yarn": "YaRN",
    "llama3": "Llama 3",
    "longrope": "LongRoPE",
    "dynamic": "dynamic NTK",
    "ntk": "NTK",
    "steps": "in steps",
    "log": "with the logarithm",
    "power": "with a power",
}
_OF_FIELDS: Mapping[tuple[str, str], str] = {
    ("qk_norm", "full"): "all heads at once",
    ("indexer_type", "full"): "its own",
    ("indexer_type", "shared"): "an earlier layer's",
    ("sinks", "token"): "by token",
    ("norm", "before_gate"): "before the gate",
    ("norm", "after_gate"): "after the gate",
    ("source", "query_latent"): "the query latent",
    ("source", "normed_query_latent"): "the normed query latent",
    ("source", "stream"): "the stream",
    ("gate_source", "query_latent"): "the query latent",
    ("gate_source", "normed_query_latent"): "the normed query latent",
    ("gate_source", "stream"): "the stream",
    ("group_scores", "best_two"): "best-two",
    ("group_scores", "best"): "best-expert",
    ("weighs", "output"): "what experts return",
    ("weighs", "input"): "what experts read",
    ("pooling", "max"): "of the best key",
    ("pooling", "mean"): "of the mean key",
}


def _titles(union: Any) -> dict[str, str]:
    return {kind.model_fields["kind"].default: kind.model_config["title"] for kind in get_args(union)}


_KINDS: Mapping[str, Mapping[str, str]] = {
    "kind": _titles(AnyPart) | {"csa": "CSA", "hca": "HCA", "window": "window alone"},
    "position": _titles(get_args(HeadPosition)[0]),
    "residual": _titles(get_args(Residual)[0]),
}


def word(field: str, value: str) -> str:
    """Return what a field's value is called; of most values that is the value itself."""
    if value in _KINDS.get(field, ()):
        return _KINDS[field][value]
    return _OF_FIELDS.get((field, value)) or _WORDS.get(value, value)
