"""A GGUF file's metadata -> the `config.json` of the same model, for architectures whose keys suffice.

Keys are those of `gguf.constants.Keys`; what a file leaves out has the value that llama.cpp takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archposter.diagnostics import SpecError, did_you_mean
from archposter.sources.gguf import Header
from archposter.sources.stream import refused
from archposter.text.metrics import missing_characters

Config = dict[str, Any]

_SIGMOID = 2
_PARTIAL = ("phi3", "stablelm")
"""Architectures whose heads may turn by a share of their channels."""
_LAYERS_OF_27B = {"gemma2": 46, "gemma3_text": 62}


class Metadata:
    """The metadata below an architecture's name, and the tensors' names and shapes."""

    def __init__(self, header: Header, architecture: str) -> None:
        self.file = header.file
        self.architecture = architecture
        self._entries = header.metadata
        self.shapes = {tensor.name: tensor.shape for tensor in header.tensors}

    def get(self, key: str, default: Any = None) -> Any:
        """Return a value; of a list with one value for every layer, that value."""
        value = self._entries.get(f"{self.architecture}.{key}", default)
        if isinstance(value, list) and value:
            if any(entry != value[0] for entry in value):
                raise self.refused(key, "differs from layer to layer")
            return value[0]
        return value

    def need(self, key: str) -> Any:
        """Return a value; raise SpecError if the file does not say it."""
        value = self.get(key)
        if value is None:
            raise self.refused(key, "missing")
        return value

    def refused(self, key: str, message: str) -> SpecError:
        """Return the error for a key."""
        return refused(self.file, f"{self.architecture}.{key}: {message}")


def config_of(header: Header) -> Config:
    """Return a config for the importer; raise SpecError for what it could not say exactly."""
    said = header.metadata.get("general.architecture")
    if not isinstance(said, str) or said not in ARCHITECTURES:
        hint = did_you_mean(said[:60], ARCHITECTURES) if isinstance(said, str) else ""
        name = repr(said[:60]) if isinstance(said, str) else "nothing"
        known = ", ".join(ARCHITECTURES)
        raise refused(header.file, f"general.architecture is {name}; read are {known}", hint)
    metadata = Metadata(header, said)
    config = {**_common(metadata), **ARCHITECTURES[said](metadata)}
    return {key: value for key, value in config.items() if value is not None}


def name_of(header: Header) -> str:
    """Return the name that the file says, empty where it cannot be drawn."""
    said = header.metadata.get("general.name")
    good = isinstance(said, str) and 0 < len(said) <= 60 and said.isprintable() and said == said.strip()
    return said if isinstance(said, str) and good and not missing_characters(said) else ""


def _common(metadata: Metadata) -> Config:
    table = metadata.shapes.get("token_embd.weight")
    if table is None or len(table) != 2:
        raise refused(metadata.file, "there is no token_embd.weight of two dimensions")
    heads = metadata.need("attention.head_count")
    return {
        "vocab_size": table[0],
        "hidden_size": metadata.need("embedding_length"),
        "num_hidden_layers": metadata.need("block_count"),
        "num_attention_heads": heads,
        "num_key_value_heads": metadata.get("attention.head_count_kv", heads),
        "head_dim": _head_dim(metadata),
        "intermediate_size": metadata.get("feed_forward_length"),
        "max_position_embeddings": metadata.need("context_length"),
        "rope_theta": metadata.get("rope.freq_base", 10_000.0),
        "rope_scaling": _scaling(metadata),
        "tie_word_embeddings": "output.weight" not in metadata.shapes,
    }


def _head_dim(metadata: Metadata) -> int | None:
    """Return the width of a head, which is all of its rotation but where a share turns.

    None where attention has latents.
    """
    if metadata.get("attention.kv_lora_rank"):
        return None
    hidden_size, heads = metadata.need("embedding_length"), metadata.need("attention.head_count")
    derived = hidden_size // heads if type(hidden_size) is type(heads) is int and heads > 0 else None
    width = metadata.get("attention.key_length", derived)
    whole = () if metadata.architecture in _PARTIAL else ("rope.dimension_count",)
    for key in ("attention.value_length", *whole):
        if metadata.get(key, width) != width:
            raise metadata.refused(key, "is not the width of a head")
    return width if type(width) is int else None


def _scaling(metadata: Metadata) -> Config | None:
    kind = metadata.get("rope.scaling.type", "none")
    if kind == "none":
        return None
    if kind not in ("linear", "yarn"):
        raise metadata.refused("rope.scaling.type", f"{kind!r} is not known"[:80])
    names = {
        "original_max_position_embeddings": "original_context_length",
        "beta_fast": "yarn_beta_fast",
        "beta_slow": "yarn_beta_slow",
    }
    said = {name: metadata.get(f"rope.scaling.{key}") for name, key in names.items()}
    # a tenth of the factor that latent attention has from YaRN
    tenth = metadata.get("rope.scaling.yarn_log_multiplier")
    if isinstance(tenth, float) and tenth > 0:
        said["mscale"] = said["mscale_all_dim"] = round(10 * tenth, 6)
    found = {"rope_type": kind, "factor": metadata.need("rope.scaling.factor"), **said}
    return {name: value for name, value in found.items() if value is not None}


def _llama(metadata: Metadata) -> Config:
    if not metadata.get("expert_count"):
        biased = "blk.0.attn_q.bias" in metadata.shapes
        return {
            "model_type": "llama",
            "attention_bias": biased,
            "mlp_bias": "blk.0.ffn_up.bias" in metadata.shapes,
        }
    return {
        "model_type": "mixtral",
        "num_local_experts": metadata.need("expert_count"),
        "num_experts_per_tok": metadata.need("expert_used_count"),
    }


def _qwen2(metadata: Metadata) -> Config:
    # the class derives the width of a head
    return {"model_type": "qwen2", "head_dim": None}


def _named(model_type: str, **said: Any) -> Callable[[Metadata], Config]:
    """Return who reads an architecture of which the common keys say all."""
    return lambda metadata: {"model_type": model_type, **said}


def _granite(metadata: Metadata) -> Config:
    names = {
        "attention_multiplier": "attention.scale",
        "embedding_multiplier": "embedding_scale",
        "logits_scaling": "logit_scale",
        "residual_multiplier": "residual_scale",
    }
    return {"model_type": "granite", **{key: _rounded(metadata.get(name)) for key, name in names.items()}}


def _share(metadata: Metadata) -> float | None:
    """Return the share of a head's channels that turns."""
    width, turned = _head_dim(metadata), metadata.get("rope.dimension_count")
    return turned / width if width and type(turned) is int else None


def _phi3(metadata: Metadata) -> Config:
    if "rope_factors_long.weight" in metadata.shapes:
        raise metadata.refused(
            "rope.scaling", "LongRoPE's divisors stand among the weights; take its config.json"
        )
    return {
        "model_type": "phi3",
        "partial_rotary_factor": _share(metadata),
        "sliding_window": metadata.get("attention.sliding_window") or None,
    }


def _stablelm(metadata: Metadata) -> Config:
    return {
        "model_type": "stablelm",
        "head_dim": None,
        "partial_rotary_factor": _share(metadata),
        "qk_layernorm": "blk.0.attn_q_norm.weight" in metadata.shapes,
        "use_parallel_residual": metadata.get("use_parallel_residual", False),
        "use_qkv_bias": "blk.0.attn_q.bias" in metadata.shapes,
    }


def _qwen3moe(metadata: Metadata) -> Config:
    return {
        "model_type": "qwen3_moe",
        # what llama.cpp does for this architecture without asking
        "norm_topk_prob": True,
        "num_experts": metadata.need("expert_count"),
        "num_experts_per_tok": metadata.need("expert_used_count"),
        "moe_intermediate_size": metadata.need("expert_feed_forward_length"),
    }


def _gemma(model_type: str) -> Callable[[Metadata], Config]:
    def read(metadata: Metadata) -> Config:
        return {
            "model_type": model_type,
            "sliding_window": metadata.get("attention.sliding_window"),
            "query_pre_attn_scalar": _score_scale(metadata, model_type),
        }

    return read


def _score_scale(metadata: Metadata, model_type: str) -> Any:
    """Return whose root divides scores: llama.cpp goes by the number of layers, which the 27B alone have."""
    layers, hidden, heads = (
        metadata.need(key) for key in ("block_count", "embedding_length", "attention.head_count")
    )
    if layers == _LAYERS_OF_27B.get(model_type) and type(hidden) is type(heads) is int and heads > 0:
        return hidden // heads
    return _head_dim(metadata) if model_type in _LAYERS_OF_27B else None


def _deepseek2(metadata: Metadata) -> Config:
    """Read latent attention; newer files state the widths of its compressed form, and these apart."""
    rope = metadata.need("rope.dimension_count")
    key = metadata.get("attention.key_length_mla") or metadata.need("attention.key_length")
    value = metadata.get("attention.value_length_mla") or metadata.need("attention.value_length")
    if not isinstance(key, int) or not isinstance(rope, int):
        raise metadata.refused("attention.key_length", "expected whole numbers")
    third = metadata.get("expert_gating_func") == _SIGMOID
    return {
        "model_type": "deepseek_v3" if third else "deepseek_v2",
        "num_key_value_heads": metadata.need("attention.head_count"),
        "q_lora_rank": metadata.get("attention.q_lora_rank"),
        "kv_lora_rank": metadata.need("attention.kv_lora_rank"),
        "qk_nope_head_dim": key - rope,
        "qk_rope_head_dim": rope,
        "v_head_dim": value,
        "n_routed_experts": metadata.need("expert_count"),
        "num_experts_per_tok": metadata.need("expert_used_count"),
        "moe_intermediate_size": metadata.need("expert_feed_forward_length"),
        "n_shared_experts": metadata.get("expert_shared_count"),
        "first_k_dense_replace": metadata.get("leading_dense_block_count", 0),
        "n_group": metadata.get("expert_group_count", 1),
        "topk_group": metadata.get("expert_group_used_count", 1),
        "routed_scaling_factor": _rounded(metadata.get("expert_weights_scale", 1.0)),
        "norm_topk_prob": metadata.get("expert_weights_norm", False),
        "num_nextn_predict_layers": 0 if third else None,
    }


def _rounded(value: Any) -> Any:
    """Return a number of single precision in as many digits as that has."""
    return float(f"{value:.7g}") if isinstance(value, float) else value


ARCHITECTURES: dict[str, Callable[[Metadata], Config]] = {
    "llama": _llama,
    "qwen2": _qwen2,
    "qwen3": _named("qwen3"),
    "qwen3moe": _qwen3moe,
    "gemma": _gemma("gemma"),
    "gemma2": _gemma("gemma2"),
    "gemma3": _gemma("gemma3_text"),
    "deepseek2": _deepseek2,
    "granite": _granite,
    "internlm2": _named("internlm2", bias=False),
    "olmo2": _named("olmo2"),
    "phi3": _phi3,
    "smollm3": _named("smollm3"),
    "stablelm": _stablelm,
}
"""Who reads what: one line an architecture of llama.cpp."""
