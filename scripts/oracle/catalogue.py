"""Which model types the reference library builds as decoders, and why the others are left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import transformers
from transformers.models.auto import modeling_auto
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES, MODEL_MAPPING_NAMES

from archposter.importer.wrappers import WRAPPERS

_LEFT_OUT = {
    "an encoder that may also decode": """
        bert bert-generation big_bird camembert data2vec-text electra ernie megatron-bert reformer rembert
        roberta roberta-prelayernorm roc_bert roformer xlm xlm-roberta xlm-roberta-xl xlnet xmod""",
    "half of an encoder-decoder": """
        bart bigbird_pegasus blenderbot blenderbot-small marian mbart musicgen musicgen_melody mvp pegasus
        plbart prophetnet trocr whisper""",
    "a wrapper around a text decoder of its own type": """
        dots3_note emu3 fuyu gemma3 gemma3n gemma4 gemma4_unified got_ocr2 llama4 mllama
        moss_transcribe_diarize qwen3_5 qwen3_5_moe qwen4_exp""",
    "a text decoder among encoders of pictures or sound": "git moshi phi4_multimodal",
    "a drafter that reads another model's cache": "gemma4_assistant gemma4_unified_assistant",
}

LEFT_OUT = {kind: why for why, kinds in _LEFT_OUT.items() for kind in kinds.split()}


TEXT_PARTS = [
    "glm4v_moe_text",
    "glm4v_text",
    "glm5_next_text",
    "glm_ocr_text",
    "hunyuan_vl_text",
    "mistral_large4_text",
    "muse_glimmer_text",
    "muse_spark_text",
    "qwen2_5_vl_text",
    "qwen2_vl_text",
    "qwen3_vl_moe_text",
    "qwen3_vl_text",
]
"""Text decoders of multimodal models that have a type, but no class with an output layer, of their own."""


_TASKS = ("IMAGE_TEXT_TO_TEXT", "MULTIMODAL_LM", "CAUSAL_LM", "SPEECH_SEQ_2_SEQ", "PRETRAINING")
"""Where the library lists the classes of multimodal models that have an output layer."""


def decoders() -> list[str]:
    """Return the model types to compare: all causal language models but those left out, with a reason.

    Of these, wrappers are compared as wrappers; and so are the other multimodal types that we read.
    """
    known = set(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES)
    if strangers := sorted(set(LEFT_OUT) - known):
        raise SystemExit(f"the library knows no {', '.join(strangers)}")
    wrappers = set(WRAPPERS) & set(transformers.CONFIG_MAPPING)
    return sorted((known - set(LEFT_OUT)) | set(TEXT_PARTS) | wrappers)


def config_class(kind: str) -> Any:
    """Return the configuration class of a model type."""
    return transformers.CONFIG_MAPPING[kind]


def model_class(kind: str) -> Any:
    """Return the causal language model of a model type, or the text decoder of a multimodal one."""
    if kind in TEXT_PARTS:
        return getattr(transformers, MODEL_MAPPING_NAMES[kind])
    tasks = _TASKS if kind in WRAPPERS else ("CAUSAL_LM",)
    found = [getattr(modeling_auto, f"MODEL_FOR_{task}_MAPPING_NAMES", {}).get(kind) for task in tasks]
    return getattr(transformers, next(name for name in found if name))


_SMALL_TOWER = {"model_type": "clip_vision_model"}


def _axes(theta: float, *sections: int, **fields: float) -> dict[str, Any]:
    """Return rotary positions along several axes, of which each turns its share of half a head."""
    return {"rope_type": "default", "rope_theta": theta, "mrope_section": list(sections), **fields}


NEEDED: dict[str, dict[str, Any]] = {
    "aya_vision": {"vision_config": _SMALL_TOWER},
    "deepseek_ocr2": {"text_config": {"num_experts_per_tok": 6, "mlp_layer_types": ["sparse"] * 32}},
    "fast_vlm": {"vision_config": _SMALL_TOWER},
    "emu3": {"vocabulary_map": {"<image>": 1}},
    "granite4_vision": {"downsample_rate": "4/8", "deepstack_layer_map": [[-1, 0]]},
    "ovis2": {"hidden_size": 4096, "vocab_size": 151936},
    "cohere_compass_text": {
        "layer_types": [*["sliding_attention"] * 3, "full_attention"] * 10,
        "rope_parameters": {
            "full_attention": None,
            "sliding_attention": {"rope_type": "default", "rope_theta": 50_000.0},
        },
    },
    "dbrx": {"attn_config": {"rope_theta": 10_000.0, "clip_qkv": 8.0}},
    "dots1": {"n_routed_experts": 8, "n_shared_experts": 2, "num_experts_per_tok": 4},
    "deepseek_v2": {"num_experts_per_tok": 6},
    "hunyuan_v1_dense": {"head_dim": 128},
    "hunyuan_v1_moe": {"head_dim": 128},
    "glm4v_moe_text": {"rope_parameters": _axes(10_000.0, 8, 12, 12, partial_rotary_factor=0.5)},
    "glm4v_text": {"rope_parameters": _axes(10_000.0, 8, 12, 12, partial_rotary_factor=0.5)},
    "hunyuan_vl_text": {"head_dim": 128, "rope_parameters": _axes(10_000.0, 16, 16, 16, 16)},
    "lfm2_moe": {"layer_types": ["conv", "conv", "full_attention", "conv"] * 8},
    "minimax_m3_vl_text": {
        "layer_types": ["full_attention"] * 3 + ["minimax_m3_sparse"] * 57,
        "mlp_layer_types": ["dense"] * 3 + ["sparse"] * 57,
    },
    "ministral": {"head_dim": 128},
    "nemotron": {"num_key_value_heads": 8},
    "qwen2_5_vl_text": {"rope_parameters": _axes(1_000_000.0, 16, 24, 24)},
    "qwen2_vl_text": {"rope_parameters": _axes(1_000_000.0, 16, 24, 24)},
    "qwen4_exp_text": {
        "eos_token_id": 0,
        "indexer_n_heads": 4,
        "indexer_kv_heads": 1,
        "indexer_head_dim": 128,
        "indexer_budget": 2048,
        "indexer_compress_ratio": 4,
        "ple_layer_ids": [2],
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": 10_000_000.0,
            "partial_rotary_factor": 0.25,
        },
    },
}
"""What a class must be told before it can build a model at all, or one with the parts it is about."""


def needed(kind: str) -> dict[str, Any]:
    """Return what a class must be told; of a multimodal one, also what its text decoder's must."""
    text = NEEDED.get(WRAPPERS.get(kind, ""))
    return {**({"text_config": text} if text else {}), **NEEDED.get(kind, {})}


FOLLOWING: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "fun_asr_nano": lambda text: {
        "adaptor_config": {
            "hidden_size": text["hidden_size"],
            "intermediate_size": text["hidden_size"] // 4,
        }
    },
    "granite_docling": lambda text: {"vision_config": {"out_hidden_size": text["hidden_size"]}},
    "inkling2": lambda text: {"vision_config": {"text_hidden_size": text["hidden_size"]}},
    "muse_spark": lambda text: {"audio_config": {"out_hidden_size": text["hidden_size"]}},
    "ovis2": lambda text: {key: text[key] for key in ("hidden_size", "vocab_size")},
}
"""What a multimodal class wants to be told again beside the text section."""
