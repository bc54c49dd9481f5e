"""Rows in words: what fields are called, and values as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from archposter import units
from archposter.compare.patterns import in_words
from archposter.compare.properties import lacking
from archposter.compare.values import Aspect, Row, Scalar, Varied, number
from archposter.counts.facts import MIXER_NAMES
from archposter.spec.parts import (
    Attention,
    Cca,
    CompressedAttention,
    GatedDeltaNet,
    GatedFfn,
    Indexer,
    Kda,
    Lightning,
    Mamba2,
    Mla,
    Mlstm,
    Moe,
    NgramEmbedding,
    Part,
    PerLayerInput,
    PlainFfn,
    ShortConv,
)

ASPECT_NAMES: Mapping[Aspect, str] = {
    "layers": "layers",
    "width": "hidden size",
    "attention": "attention",
    "recurrence": "linear mixers",
    "ffn": "feed-forward",
    "position": "position",
    "norm": "norms",
    "residual": "residual",
    "embedding": "embedding",
    "head": "head",
    "parameters": "parameters",
    "cache": "cache",
    "compute": "operations",
}

FIELD_NAMES: Mapping[str, str] = {
    "num_hidden_layers": "layers",
    "loops": "runs of the layers",
    "sublayers": "steps of a layer",
    "layer_types": "order of layers",
    "mlp_layer_types": "order of FFNs",
    "hidden_size": "hidden size",
    "norm": "norm",
    "norm_weight": "norm weight",
    "norm_bias": "norm bias",
    "placement": "norm placement",
    "residual": "residual",
    "residual_multiplier": "residual scale",
    "hc_mult": "residual streams",
    "vocab_size": "vocabulary",
    "max_position_embeddings": "learned positions",
    "embedding_multiplier": "embedding scale",
    "embedding_norm": "embedding norm",
    "ngram": "n-gram embedding",
    "emb_neighbor_num": "longest n-gram",
    "emb_split_num": "tables per length",
    "ngram_vocab_size_ratio": "n-gram table size",
    "vocab_size_per_layer_input": "layer vocabulary",
    "tie_word_embeddings": "tied embeddings",
    "lm_head_bias": "output layer bias",
    "logit_scale": "logit scale",
    "final_logit_softcapping": "logit soft cap",
    "num_nextn_predict_layers": "MTP depth",
    "mtp_sublayers": "MTP layer",
    "num_attention_heads": "query heads",
    "num_key_value_heads": "KV heads",
    "head_dim": "head size",
    "v_head_dim": "value head size",
    "key_value": "keys and values",
    "position": "position",
    "rope_theta": "RoPE base",
    "partial_rotary_factor": "RoPE share",
    "span": "span",
    "sliding_window": "window",
    "qk_norm": "QK-norm",
    "v_norm": "V-norm",
    "sinks": "sinks",
    "gate": "output gate",
    "attn_logit_softcapping": "attention soft cap",
    "qkv_bias": "QKV bias",
    "output_bias": "output bias",
    "attention_bias": "attention bias",
    "q_lora_rank": "query latent",
    "kv_lora_rank": "KV latent",
    "qk_nope_head_dim": "NoPE head size",
    "qk_rope_head_dim": "RoPE head size",
    "indexer": "sparse indexer",
    "index_n_heads": "indexer heads",
    "index_head_dim": "indexer head size",
    "index_topk": "indexed tokens",
    "o_groups": "output groups",
    "o_lora_rank": "output rank",
    "compress_ratio": "tokens per entry",
    "overlap": "overlapping entries",
    "cca_time0": "first convolution",
    "cca_time1": "second convolution",
    "intermediate_size": "FFN width",
    "activation": "activation",
    "bias": "bias",
    "num_experts": "experts",
    "num_experts_per_tok": "experts per token",
    "moe_intermediate_size": "expert width",
    "moe_latent_size": "expert latent",
    "zero_expert_num": "idle experts",
    "zero_expert_type": "idle experts do",
    "num_shared_experts": "shared experts",
    "shared_expert_intermediate_size": "shared expert width",
    "shared_expert_gate": "shared expert gate",
    "gated": "gated experts",
    "scoring": "router scores",
    "order": "router order",
    "choice": "router choice",
    "n_group": "expert groups",
    "topk_group": "groups per token",
    "correction_bias": "router balance bias",
    "correction_bias_is_parameter": "balance bias trained",
    "router_hidden_size": "router width",
    "router_state": "router state",
    "input_scale": "router input scale",
    "expert_scale": "expert scale",
    "router_logit_softcapping": "router soft cap",
    "hidden_size_per_layer_input": "width",
    "linear_num_key_heads": "key heads",
    "linear_num_value_heads": "value heads",
    "linear_key_head_dim": "key head size",
    "linear_value_head_dim": "value head size",
    "linear_conv_kernel_dim": "convolution",
    "linear_num_heads": "heads",
    "linear_head_dim": "head size",
    "mamba_num_heads": "heads",
    "mamba_head_dim": "head size",
    "ssm_state_size": "state size",
    "n_groups": "B, C groups",
    "conv_kernel": "convolution",
    "conv_bias": "convolution bias",
    "num_heads": "heads",
    "qk_head_dim": "key head size",
    "gate_soft_cap": "gate soft cap",
    "total": "parameters",
    "active": "active per token",
    "mtp": "MTP parameters",
    "bytes_per_token": "KV cache per token",
    "indexer_bytes_per_token": "indexer keys per token",
    "state_bytes": "recurrent state",
    "bytes_at_context": "KV cache",
    "flops_per_token": "operations per token",
}

NOTE_NAMES: Mapping[str, str] = {
    "developer": "developer",
    "released": "released",
    "license": "licence",
    "context_length": "documented context",
}

_WORDS: Mapping[str, str] = {
    "mha": "MHA",
    "gqa": "GQA",
    "mqa": "MQA",
    "rmsnorm": "RMSNorm",
    "layernorm": "LayerNorm",
    "hyper_connections": "hyper-connections",
    "rope": "RoPE",
    "alibi": "ALiBi",
    "nope": "NoPE",
    "head": "per head",
    "element": "per element",
    "l2": "L2",
    "silu": "SiLU",
    "gelu": "GELU",
    "gelu_tanh": "GELU (tanh)",
    "relu": "ReLU",
    "relu2": "ReLU²",
    "swiglu_clamped": "SiLU, clamped",
    "token_hash": "token hash",
    "score_first": "score, then top k",
    "top_k_first": "top k, then score",
    "unified": "K = V",
    "shared": "shared K, V",
}
_FIELD_WORDS: Mapping[tuple[str, str], str] = {
    ("qk_norm", "full"): "all heads at once",
}
_MAY_LACK = ("kind", "indexer", "ngram")
"""Fields of which None is a value; of all others it means that the question has no sense."""
_BYTES = ("bytes_per_token", "indexer_bytes_per_token", "state_bytes", "bytes_at_context")
_COUNTS = ("total", "active", "mtp", "flops_per_token")


def label(row: Row, tokens: int = 0) -> str:
    """Return what a row is about; `tokens` is the context that its cache or operations are of."""
    if row.field == "kind":
        return row.part
    name = FIELD_NAMES[row.field]
    if row.field in ("bytes_at_context", "flops_per_token") and tokens:
        name += f" at {units.tokens(tokens)}"
    return name if row.part in ("", "attention", "FFN", "mixer") else f"{row.part}: {name}"


def wordings(row: Row, place: int) -> tuple[str, ...]:
    """Return the value of one model, longest wording first."""
    value = row.values[place]
    if row.field == "kind" and value is not None:
        return _kind(row, place)
    if isinstance(value, Varied):
        said = [_one(row.field, entry) for entry in value.values]
        return tuple(dict.fromkeys((in_words(said), *_shorter(row.field, value))))
    return (_one(row.field, value),)


def _kind(row: Row, place: int) -> tuple[str, ...]:
    """Return what parts are; where a model has none, also in how many layers the other has them."""
    value = row.values[place]
    said = {_one(row.field, one) for one in (value.values if isinstance(value, Varied) else (value,))}
    short = {words.split(",")[0] for words in said}
    names = said if len(said) == 1 else short
    if None not in row.values:
        return " or ".join(sorted(names)), " or ".join(sorted(short))
    layers = f"{row.layers[place]} layer{'s' * (row.layers[place] > 1)}"
    return *(f"{' or '.join(sorted(one))}, {layers}" for one in (names, short)), f"in {layers}"


def times(ratio: Fraction | None) -> str:
    """Return a ratio as people read it: "4×", "0.54×"; nothing for none or for one that rounds to 1."""
    if ratio is None:
        return ""
    if ratio < Fraction(1, 100):
        return f"1/{units.count(round(1 / ratio))}×"
    said = f"{float(ratio):.3g}" if ratio < 1000 else units.count(round(ratio))
    return "" if said == "1" else f"{said}×"


def _shorter(field: str, value: Varied) -> tuple[str, ...]:
    """Return a range of numbers, or how many layers have what."""
    numbers = sorted({exact for one in value.values if (exact := number(one)) is not None})
    if len(numbers) > 1:
        return (f"{_one(field, numbers[0])} to {_one(field, numbers[-1])}",)
    said = [_one(field, one) for one in value.values]
    counted = [f"{said.count(one)} {one}" for one in dict.fromkeys(said)]
    return ", ".join(counted), f"{len(counted)} kinds"


def _one(field: str, value: Scalar | Part) -> str:
    match value:
        case None:
            return "none" if field in _MAY_LACK else "–"
        case bool():
            return "yes" if value else "no"
        case Part():
            return summary(value)
        case str():
            return _FIELD_WORDS.get((field, value)) or _WORDS.get(value) or MIXER_NAMES.get(value, value)
    if field != "loops" and lacking(field, value):
        return "none"
    if field in _BYTES:
        return units.size(Fraction(value))
    if field in _COUNTS:
        return units.count(int(value))
    if isinstance(value, int):
        return units.exact(value)
    if field == "partial_rotary_factor":
        return f"{float(value):.3g}"
    return units.exact(int(value)) if value == int(value) else f"{float(value):.4g}"


def summary(part: Part) -> str:
    """Return a part's type and main sizes in a few words."""
    match part:
        case Attention():
            heads = f"{part.num_attention_heads} heads"
            return f"{part.variant.upper()}, {heads}" + (
                "" if part.variant == "mha" else f" on {part.num_key_value_heads}"
            )
        case Mla():
            return f"MLA, {part.num_attention_heads} heads, latent {units.exact(part.kv_lora_rank)}"
        case CompressedAttention(compressor=compressor) if compressor:
            return f"{part.variant.upper()}, {compressor.compress_ratio} : 1"
        case CompressedAttention():
            return f"window of {units.exact(part.sliding_window)}"
        case Cca():
            return f"CCA, {part.num_attention_heads} heads on {part.num_key_value_heads}"
        case Indexer():
            return f"{part.index_n_heads} heads of {part.index_head_dim}, best {units.exact(part.index_topk)}"
        case Moe():
            return f"MoE, {part.num_experts_per_tok} of {units.exact(part.num_experts)}"
        case GatedFfn():
            return f"gated, {units.exact(part.intermediate_size)} wide"
        case PlainFfn():
            return f"plain, {units.exact(part.intermediate_size)} wide"
        case PerLayerInput():
            return f"{units.exact(part.hidden_size_per_layer_input)} wide"
        case NgramEmbedding():
            return f"{part.num_tables} tables"
        case GatedDeltaNet():
            return f"Gated DeltaNet, {part.linear_num_value_heads} heads"
        case Kda():
            return f"KDA, {part.linear_num_heads} heads"
        case Mamba2():
            return f"Mamba-2, {part.mamba_num_heads} heads"
        case Lightning():
            return f"Lightning, {part.num_attention_heads} heads"
        case Mlstm():
            return f"mLSTM, {part.num_heads} heads"
        case ShortConv():
            return f"convolution over {part.conv_kernel}"
    raise AssertionError(part)
