"""Models without a class in the library: their configs, and the totals that were published with the files."""

from typing import Any

import pytest

from archposter.audit import audit
from archposter.counts.facts import facts
from archposter.diagnostics import SpecError
from archposter.importer.read import import_config
from archposter.pipeline import Model
from archposter.spec.arch import Arch
from archposter.spec.normalize import normalize
from archposter.spec.parts import Alibi, Attention, Lightning, Moe, Rope, SlidingSpan

INTERNLM2 = {
    "model_type": "internlm2",
    "bias": False,
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "max_position_embeddings": 32768,
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "num_key_value_heads": 8,
    "rope_theta": 1000000,
    "rope_scaling": {"type": "dynamic", "factor": 2.0},
    "vocab_size": 92544,
}
BAICHUAN2 = {
    "model_type": "baichuan",
    "hidden_size": 4096,
    "intermediate_size": 11008,
    "max_position_embeddings": 4096,
    "model_max_length": 4096,
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "tie_word_embeddings": False,
    "vocab_size": 125696,
    "z_loss_weight": 0,
}
EXAONE = {
    "model_type": "exaone",
    "activation_function": "silu",
    "head_dim": 128,
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "layer_norm_epsilon": 1e-5,
    "max_position_embeddings": 32768,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "num_layers": 32,
    "rope_theta": 1000000,
    "vocab_size": 102400,
}
QWEN = {
    "model_type": "qwen",
    "attn_dropout_prob": 0.0,
    "bf16": False,
    "emb_dropout_prob": 0.0,
    "hidden_size": 4096,
    "intermediate_size": 22016,
    "kv_channels": 128,
    "max_position_embeddings": 32768,
    "no_bias": True,
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "rotary_emb_base": 10000,
    "rotary_pct": 1.0,
    "scale_attn_weights": True,
    "seq_length": 8192,
    "tie_word_embeddings": False,
    "use_dynamic_ntk": True,
    "vocab_size": 151936,
}
INTERNLM = {
    "model_type": "internlm",
    "bias": True,
    "hidden_size": 4096,
    "intermediate_size": 11008,
    "max_position_embeddings": 8192,
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "vocab_size": 103168,
}
ORION = {
    "model_type": "orion",
    "hidden_size": 5120,
    "intermediate_size": 15360,
    "max_position_embeddings": 4096,
    "num_attention_heads": 40,
    "num_hidden_layers": 40,
    "num_key_value_heads": 40,
    "vocab_size": 84608,
}
MIMO = {
    "model_type": "mimo",
    "attention_bias": True,
    "head_dim": 128,
    "hidden_size": 4096,
    "intermediate_size": 11008,
    "max_position_embeddings": 32768,
    "num_attention_heads": 32,
    "num_hidden_layers": 36,
    "num_key_value_heads": 8,
    "num_nextn_predict_layers": 1,
    "rope_theta": 640000,
    "use_sliding_window": False,
    "vocab_size": 151680,
}
CHATGLM3 = {
    "model_type": "chatglm",
    "add_bias_linear": False,
    "add_qkv_bias": True,
    "ffn_hidden_size": 13696,
    "hidden_size": 4096,
    "kv_channels": 128,
    "multi_query_attention": True,
    "multi_query_group_num": 2,
    "num_attention_heads": 32,
    "num_layers": 28,
    "original_rope": True,
    "padded_vocab_size": 65024,
    "post_layer_norm": True,
    "rmsnorm": True,
    "seq_length": 8192,
    "tie_word_embeddings": False,
}
GLM4 = {**CHATGLM3, "num_layers": 40, "padded_vocab_size": 151552, "rope_ratio": 500, "seq_length": 131072}
DEEPSEEK = {
    "model_type": "deepseek",
    "attention_bias": False,
    "first_k_dense_replace": 1,
    "hidden_size": 2048,
    "intermediate_size": 10944,
    "max_position_embeddings": 4096,
    "moe_intermediate_size": 1408,
    "moe_layer_freq": 1,
    "n_routed_experts": 64,
    "n_shared_experts": 2,
    "norm_topk_prob": False,
    "num_attention_heads": 16,
    "num_experts_per_tok": 6,
    "num_hidden_layers": 28,
    "num_key_value_heads": 16,
    "scoring_func": "softmax",
    "vocab_size": 102400,
}
MINICPM = {
    "model_type": "minicpm",
    "dim_model_base": 256,
    "hidden_size": 2304,
    "intermediate_size": 5760,
    "max_position_embeddings": 2048,
    "num_attention_heads": 36,
    "num_hidden_layers": 40,
    "num_key_value_heads": 36,
    "scale_depth": 1.4,
    "scale_emb": 12,
    "tie_word_embeddings": True,
    "vocab_size": 122753,
}
SPARK = {
    "model_type": "spark2_5",
    "attention_bias": False,
    "gate_attn_act_mode": "sigmoid",
    "head_dim": 256,
    "headwise_attn_output_gate": True,
    "hidden_act": "gelu",
    "hidden_size": 2560,
    "intermediate_size": 10240,
    "layer_types": [*["sliding_attention"] * 3, "full_attention"] * 9,
    "max_position_embeddings": 1048576,
    "mlp_bias": False,
    "num_attention_heads": 16,
    "num_hidden_layers": 36,
    "num_key_value_heads": 4,
    "rope_parameters": {
        "full_attention": {"partial_rotary_factor": 0.25, "rope_theta": 5000000},
        "sliding_attention": {"partial_rotary_factor": 1, "rope_theta": 10000},
    },
    "sliding_window": 512,
    "tie_word_embeddings": True,
    "vocab_size": 131072,
}
LING_MINI_2 = {
    "architectures": ["BailingMoeV2ForCausalLM"],
    "model_type": "bailing_moe",
    "first_k_dense_replace": 1,
    "head_dim": 128,
    "hidden_size": 2048,
    "intermediate_size": 5120,
    "max_position_embeddings": 32768,
    "moe_intermediate_size": 512,
    "moe_router_enable_expert_bias": True,
    "n_group": 8,
    "num_attention_heads": 16,
    "num_experts": 256,
    "num_experts_per_tok": 8,
    "num_hidden_layers": 20,
    "num_key_value_heads": 4,
    "num_shared_experts": 1,
    "partial_rotary_factor": 0.5,
    "rope_theta": 600000,
    "score_function": "sigmoid",
    "tie_word_embeddings": False,
    "topk_group": 4,
    "use_bias": False,
    "use_qk_norm": True,
    "use_qkv_bias": False,
    "use_rmsnorm": True,
    "vocab_size": 157184,
}
LING_1 = {
    "model_type": "bailing_moe",
    "first_k_dense_replace": 0,
    "hidden_size": 2048,
    "intermediate_size": 1408,
    "max_position_embeddings": 32768,
    "moe_intermediate_size": 1408,
    "norm_head": False,
    "num_attention_heads": 16,
    "num_experts": 64,
    "num_experts_per_tok": 6,
    "num_hidden_layers": 28,
    "num_key_value_heads": 4,
    "num_shared_experts": 2,
    "use_bias": False,
    "vocab_size": 126464,
}
MINIMAX_01 = {
    "model_type": "minimax_m1",
    "attn_type_list": [*[0] * 7, 1] * 10,
    "head_dim": 128,
    "hidden_size": 6144,
    "intermediate_size": 9216,
    "layernorm_full_attention_alpha": 3.5565588200778455,
    "layernorm_full_attention_beta": 1.0,
    "max_position_embeddings": 10240000,
    "num_attention_heads": 64,
    "num_experts_per_tok": 2,
    "num_hidden_layers": 80,
    "num_key_value_heads": 8,
    "num_local_experts": 32,
    "postnorm": True,
    "rotary_dim": 64,
    "rope_theta": 10000000,
    "shared_intermediate_size": 0,
    "shared_moe_mode": "sigmoid",
    "sliding_window": None,
    "tie_word_embeddings": False,
    "vocab_size": 200064,
}
PUBLISHED = {
    "InternLM2 7B": (INTERNLM2, 7_737_708_544),
    # the file also has the module that predicts further, 210,790,400 numbers
    "MiMo 7B": (MIMO, 7_833_409_536 - 210_790_400),
    "Baichuan 2 7B": (BAICHUAN2, 7_505_973_248),
    "EXAONE 3.5 7.8B": (EXAONE, 7_818_448_896),
    "Qwen 7B": (QWEN, 7_721_324_544),
    "ChatGLM3 6B": (CHATGLM3, 6_243_584_000),
    "GLM-4 9B": (GLM4, 9_399_951_360),
    "DeepSeekMoE 16B": (DEEPSEEK, 16_375_728_128),
    "MiniCPM 2B": (MINICPM, 2_724_880_896),
    "MiniMax-Text-01": (MINIMAX_01, 456_089_655_296),
    "Spark-X2.5 4B": (SPARK, 4_112_079_360),
    # the file counts the 256 balance biases of 19 layers, which are not trained
    "Ling-mini 2.0": (LING_MINI_2, 16_255_643_392 - 19 * 256),
}


def arch(config: dict[str, Any]) -> Arch:
    return normalize(import_config(config, "config.json").spec)


@pytest.mark.parametrize("name", PUBLISHED)
def test_totals_are_the_published_ones(name: str) -> None:
    config, total = PUBLISHED[name]
    assert facts(arch(config)).parameters.total == total


@pytest.mark.parametrize("config", [*(config for config, _ in PUBLISHED.values()), LING_1, INTERNLM, ORION])
def test_cards_have_no_fault(config: dict[str, Any]) -> None:
    model = Model(arch(config), "x")
    assert audit(model.card().frame) == ()
    assert audit(model.figure().frame) == ()


def test_mimo_counts_its_module_apart() -> None:
    assert facts(arch(MIMO)).parameters.mtp == 210_790_400


def test_biases_and_norms_of_early_models() -> None:
    biased = {
        part.qkv_bias and part.output_bias for part in arch(INTERNLM).parts if isinstance(part, Attention)
    }
    assert biased == {True}
    assert {step.pre_norm.kind for step in arch(ORION).layers[0].sublayers if step.pre_norm} == {"layernorm"}


def test_baichuan_without_a_limit_biases_distances() -> None:
    found = arch({key: value for key, value in BAICHUAN2.items() if key != "max_position_embeddings"})
    assert {part.position for part in found.part_counts if isinstance(part, Attention)} == {Alibi()}


def test_spark_has_two_kinds_of_positions() -> None:
    mixers = [part for part in arch(SPARK).parts if isinstance(part, Attention)]
    local, last = mixers[0], mixers[3]
    assert local.span == SlidingSpan(size=512)
    assert (local.position, last.position) == (
        Rope(theta=10_000.0),
        Rope(theta=5_000_000.0, partial_rotary_factor=0.25),
    )


def test_ling_1_scores_by_softmax_and_minimax_mixes_lightning() -> None:
    ling = {part.router.scoring for part in arch(LING_1).part_counts if isinstance(part, Moe)}
    assert ling == {"softmax"}
    assert sum(isinstance(part, Lightning) for part in arch(MINIMAX_01).parts) == 70


@pytest.mark.parametrize(
    ("config", "key", "value"),
    [
        (CHATGLM3, "add_bias_linear", True),
        (QWEN, "intermediate_size", 22017),
        (MINIMAX_01, "attn_type_list", [*[0] * 79, 2]),
        (SPARK, "gate_attn_act_mode", "tanh"),
    ],
)
def test_what_is_not_read_is_refused(config: dict[str, Any], key: str, value: Any) -> None:
    with pytest.raises(SpecError, match=key):
        arch({**config, key: value})
