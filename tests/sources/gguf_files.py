"""GGUF headers as llama.cpp's converter writes them, by the `gguf` package's own writer and names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gguf
import numpy

from archposter.counts.tensors import tensors
from archposter.spec.arch import Arch
from configs import config

_ARCHITECTURES = {
    "llama": "llama",
    "mistral": "llama",
    "qwen3": "qwen3",
    "qwen3_moe": "qwen3moe",
    "gemma3_text": "gemma3",
    "gemma3": "gemma3",
    "deepseek_v3": "deepseek2",
    "kimi_k2": "deepseek2",
    "granite": "granite",
    "internlm2": "internlm2",
    "mixtral": "llama",
    "olmo2": "olmo2",
    "phi3": "phi3",
    "smollm3": "smollm3",
    "stablelm": "stablelm",
}
_COMMON = {
    "num_hidden_layers": "block_count",
    "max_position_embeddings": "context_length",
    "hidden_size": "embedding_length",
    "intermediate_size": "feed_forward_length",
    "num_attention_heads": "head_count",
    "num_key_value_heads": "head_count_kv",
    "rope_theta": "rope_freq_base",
    "num_experts_per_tok": "expert_used_count",
    "moe_intermediate_size": "expert_feed_forward_length",
    "n_shared_experts": "expert_shared_count",
    "first_k_dense_replace": "leading_dense_block_count",
    "n_group": "expert_group_count",
    "topk_group": "expert_group_used_count",
    "q_lora_rank": "q_lora_rank",
    "kv_lora_rank": "kv_lora_rank",
    "sliding_window": "sliding_window",
    "attention_multiplier": "attention_scale",
    "embedding_multiplier": "embedding_scale",
    "logits_scaling": "logit_scale",
    "residual_multiplier": "residual_scale",
}


def write_split_gguf(folder: Path, slug: str, arch: Arch) -> list[Path]:
    """Write a model's header in three files, as llama-gguf-split does: the first has no tensors."""
    names = [name for name, _ in _tensors(_ARCHITECTURES[config(slug)["model_type"]], arch)]
    shares = [[], names[::2], names[1::2]]
    return [
        write_gguf(folder / f"x-{n + 1:05}-of-00003.gguf", slug, arch, only=share, split=(n, 3))
        for n, share in enumerate(shares)
    ]


def write_gguf(
    path: Path,
    slug: str,
    arch: Arch,
    *,
    tokens: int = 3,
    heads: Sequence[str] = (),
    only: Sequence[str] | None = None,
    split: tuple[int, int] | None = None,
    **extra: Any,
) -> Path:
    """Write the header of a bundled model's GGUF file; `extra` entries go below its architecture.

    `heads` are classifiers beside it; of several files, `split` says which this is, and `only` what it holds.
    """
    data = config(slug)
    data = {**data, **data.get("text_config", {})}
    name = _ARCHITECTURES[data["model_type"]]
    writer = gguf.GGUFWriter(path, name)
    writer.add_name(arch.title)
    writer.add_token_list([f"token {n}" for n in range(tokens)])
    for key, method in _COMMON.items():
        if data.get(key) is not None:
            getattr(writer, f"add_{method}")(data[key])
    if experts := next(
        (data[key] for key in ("num_experts", "n_routed_experts", "num_local_experts") if data.get(key)), 0
    ):
        writer.add_expert_count(experts)
    if name == "deepseek2":
        rope, nope, latent = (data[f"{k}"] for k in ("qk_rope_head_dim", "qk_nope_head_dim", "kv_lora_rank"))
        # the compressed form, as the converter has written it since 2025
        writer.add_head_count_kv(1) if "head_count_kv" not in writer.kv_data[0] else None
        writer.add_key_length(latent + rope)
        writer.add_value_length(latent)
        writer.add_key_length_mla(nope + rope)
        writer.add_value_length_mla(data["v_head_dim"])
        writer.add_rope_dimension_count(rope)
        writer.add_expert_gating_func(gguf.ExpertGatingFuncType.SIGMOID)
        writer.add_expert_weights_scale(data["routed_scaling_factor"])
        writer.add_expert_weights_norm(data["norm_topk_prob"])
        scaling = data["rope_scaling"]
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(scaling["factor"])
        writer.add_rope_scaling_orig_ctx_len(scaling["original_max_position_embeddings"])
        writer.add_rope_scaling_yarn_log_mul(0.1 * scaling["mscale_all_dim"])
    elif "head_dim" in data:
        writer.add_key_length(data["head_dim"])
        writer.add_value_length(data["head_dim"])
        writer.add_rope_dimension_count(data["head_dim"])
    if "partial_rotary_factor" in data:
        width = data["hidden_size"] // data["num_attention_heads"]
        writer.add_rope_dimension_count(int(width * data["partial_rotary_factor"]))
    for key, value in extra.items():
        writer.add_key_value(f"{name}.{key}", value, _kind(value))
    if split:
        writer.add_uint16("split.no", split[0])
        writer.add_uint16("split.count", split[1])
    for head in heads:
        writer.add_tensor_info(head, (1, arch.hidden_size), numpy.dtype("float16"), 0)
    for tensor, shape in _tensors(name, arch):
        if only is not None and tensor not in only:
            continue
        writer.add_tensor_info(tensor, shape, numpy.dtype("float16"), 0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    return path


def _kind(value: Any) -> gguf.GGUFValueType:
    return gguf.GGUFValueType.ARRAY if isinstance(value, list) else gguf.GGUFValueType.get_type(value)


def _tensors(name: str, arch: Arch) -> list[tuple[str, tuple[int, ...]]]:
    """Return names and shapes: experts stacked, shared ones together."""
    kinds = {word: number for number, word in gguf.MODEL_ARCH_NAMES.items()}
    names = gguf.get_tensor_name_map(kinds[name], len(arch.layers))
    found = []
    for tensor in tensors(arch):
        if tensor.group == "mtp":
            continue
        own = tensor.name if tensor.name.startswith("lm_head") else f"model.{tensor.name}"
        shape = tensor.shape
        if name == "phi3" and "mlp" in own:
            # gate and input are one tensor
            if "gate_proj" in own:
                continue
            shape = (2 * shape[0], *shape[1:]) if "up_proj" in own else shape
        if name != "gemma3":
            own = own.replace("pre_feedforward_layernorm", "post_attention_layernorm")
        mapped = names.get_name(own, try_suffixes=(".weight", ".bias"))
        assert mapped, own
        stacked = (tensor.copies, *shape) if tensor.copies > 1 else shape
        found.append((mapped, stacked))
    return found
