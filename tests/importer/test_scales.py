"""Numbers that change what is computed and no count: what readers make of them."""

from __future__ import annotations

from typing import Any

import pytest

from archposter.counts.parameters import parameters
from archposter.diagnostics import SpecError
from archposter.importer.read import import_config
from archposter.spec.arch import Arch
from archposter.spec.load import parse_spec
from archposter.spec.normalize import normalize
from archposter.spec.parts import (
    Attention,
    Clamp,
    GatedDeltaNet,
    GatedFfn,
    Kda,
    LongRopeScaling,
    Mamba2,
    Mla,
    Moe,
    Rope,
    SharedBlock,
    Temperature,
)
from archposter.spec.write import dump_spec
from meaning import meaning

SMALL = {
    "vocab_size": 96,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
}
EXPERTS = {"num_experts_per_tok": 2, "moe_intermediate_size": 16, "num_hidden_layers": 4}
LATENT = {"kv_lora_rank": 8, "q_lora_rank": 8, "qk_nope_head_dim": 8, "qk_rope_head_dim": 8, "v_head_dim": 8}


def read(kind: str, **fields: Any) -> Arch:
    """Return the architecture, which its written spec has too."""
    spec = import_config({"model_type": kind, **SMALL, **fields}, "c.json").spec
    assert meaning(parse_spec(dump_spec(spec), "c.yaml")) == meaning(spec)
    return normalize(spec)


def softmax(arch: Arch) -> list[Attention]:
    return [part for part in arch.parts if isinstance(part, Attention)]


def moes(arch: Arch) -> list[Moe]:
    return [part for part in arch.parts if isinstance(part, Moe)]


LLAMA4 = {"num_local_experts": 4, "intermediate_size_mlp": 64, "attention_chunk_size": 64}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, Temperature(attn_scale=0.1, floor_scale=8192)),
        ({"attn_temperature_tuning": 4, "floor_scale": 512}, Temperature(attn_scale=0.1, floor_scale=512)),
        ({"attn_scale": 0.2}, Temperature(attn_scale=0.2, floor_scale=8192)),
        ({"attn_temperature_tuning": False}, None),
    ],
)
def test_llama_4_has_a_temperature_where_it_has_no_positions(
    said: dict[str, Any], found: Temperature | None
) -> None:
    mixers = softmax(read("llama4_text", **EXPERTS, **LLAMA4, **said))
    assert [mixer.temperature for mixer in mixers] == [None, None, None, found]


SCALED = {
    "rope_type": "yarn",
    "factor": 16.0,
    "original_max_position_embeddings": 256,
    "llama_4_scaling_beta": 0.2,
}


def test_mistral_has_one_beyond_the_context_before_scaling() -> None:
    grows = Temperature(attn_scale=0.2, floor_scale=256, first_position=0)
    assert {mixer.temperature for mixer in softmax(read("ministral3", rope_parameters=SCALED))} == {grows}
    latent = {**LATENT, **EXPERTS, "n_routed_experts": 4, "n_shared_experts": 1, "num_key_value_heads": 4}
    arch = read("mistral4", **latent, rope_parameters=SCALED)
    assert {part.temperature for part in arch.parts if isinstance(part, Mla)} == {grows}


def test_temperatures_of_others() -> None:
    experts = {"num_local_experts": 4, **EXPERTS, "head_dim": 8}
    found = softmax(read("grok", **experts, attn_temperature_len=1024))[0].temperature
    assert found == Temperature(growth="log", attn_scale=0.144269504, floor_scale=1024, first_position=0)
    assert softmax(read("grok", **experts, attn_temperature_len=-1))[0].temperature is None
    first = {"kv_channels": 8, "no_bias": True, "seq_length": 2048, "num_key_value_heads": 4}
    grows = Temperature(growth="log", attn_scale=0.131154095, floor_scale=2048)
    assert softmax(read("qwen", **first, use_logn_attn=True))[0].temperature == grows
    assert softmax(read("qwen", **first, use_logn_attn=False))[0].temperature is None


MIMO = {
    "head_dim": 8,
    "v_head_dim": 4,
    "hybrid_layer_pattern": [0, 1, 1, 0],
    "moe_layer_freq": [0, 1, 1, 1],
    "n_routed_experts": 4,
    "sliding_window": 16,
    "swa_rope_theta": 1e4,
    "rope_theta": 1e6,
    "tie_word_embeddings": False,
    **{f"swa_{name}": SMALL[name] for name in ("num_attention_heads", "num_key_value_heads")},
    "swa_head_dim": 8,
    "swa_v_head_dim": 4,
}


@pytest.mark.parametrize(
    ("said", "scale"),
    [({}, 0.707), ({"attention_value_scale": 0.612}, 0.612), ({"attention_value_scale": None}, 1.0)],
)
def test_the_scale_of_mimos_values(said: dict[str, Any], scale: float) -> None:
    arch = read("mimo_v2_flash", **MIMO, **EXPERTS, **said)
    assert {mixer.attention_value_scale for mixer in softmax(arch)} == {scale}


def test_limits_of_gated_units() -> None:
    oss = {"num_local_experts": 4, "sliding_window": 8, "head_dim": 8, "num_experts_per_tok": 2}
    (found,) = set(moes(read("gpt_oss", **oss)))
    assert (found.activation, found.swiglu_alpha, found.clamp) == (
        "swiglu_clamped",
        1.702,
        Clamp(swiglu_limit=7.0),
    )
    (found,) = set(moes(read("gpt_oss", **oss, swiglu_limit=5, swiglu_alpha=1.5)))
    assert (found.swiglu_alpha, found.clamp) == (1.5, Clamp(swiglu_limit=5.0))


STEP = {
    "num_attention_groups": 2,
    "head_dim": 8,
    "moe_layers_enum": "1,2,3",
    "moe_num_experts": 4,
    "moe_top_k": 2,
    "moe_intermediate_size": 16,
    "share_expert_dim": 24,
    "sliding_window": 8,
    "rope_theta": [1e6, 1e4, 1e4, 1e6],
    "layer_types": ["full_attention", "sliding_attention", "sliding_attention", "full_attention"],
}


def test_steps_limits_are_layer_by_layer() -> None:
    limits = {"swiglu_limits": [0, 0.0, None, 7], "swiglu_limits_shared": [3, 0, 0, 16]}
    arch = read("step3p5", **STEP, **limits, partial_rotary_factors=[0.5, 1.0, 1.0, 0.5])
    dense = [part.clamp for part in arch.parts if isinstance(part, GatedFfn)]
    assert dense == [Clamp(swiglu_limit=3, after_activation=True)]
    clamps = [(part.clamp, part.shared_experts and part.shared_experts.clamp) for part in moes(arch)]
    late = {"after_activation": True}
    assert clamps == [(None, None)] * 2 + [(Clamp(swiglu_limit=7, **late), Clamp(swiglu_limit=16, **late))]
    shares = [mixer.position.partial_rotary_factor for mixer in softmax(arch)]  # type: ignore[union-attr]
    assert shares == [0.5, 1.0, 1.0, 0.5]
    assert parameters(arch) == parameters(read("step3p5", **STEP))
    with pytest.raises(SpecError, match=r"swiglu_limits: 2 entries for 4 layers"):
        read("step3p5", **STEP, swiglu_limits=[1, 2])


def test_steps_scores() -> None:
    assert {mixer.query_pre_attn_scalar for mixer in softmax(read("step3p5", **STEP))} == {8}
    scaled = read("step3p5", **STEP, query_pre_attn_scalar=3.5)
    assert {mixer.query_pre_attn_scalar for mixer in softmax(scaled)} == {3.5}


@pytest.mark.parametrize("kind", ["gpt2", "gpt_bigcode"])
def test_scores_that_are_not_scaled(kind: str) -> None:
    said = {"n_positions": 4096, "num_key_value_heads": 4 if kind == "gpt2" else 1}
    assert softmax(read(kind, **said))[0].query_pre_attn_scalar == 8
    assert softmax(read(kind, **said, scale_attn_weights=False))[0].query_pre_attn_scalar == 1


def test_scores_that_are_divided_by_the_layer() -> None:
    arch = read("gpt2", n_positions=4096, num_key_value_heads=4, scale_attn_by_inverse_layer_idx=True)
    assert all(mixer.scale_attn_by_inverse_layer_idx for mixer in softmax(arch))
    assert arch.layers[0] is arch.layers[3]


def test_mpts_softmax_scale_and_clip() -> None:
    said = {"attn_config": {"softmax_scale": 0.25, "clip_qkv": 8}, "num_key_value_heads": None}
    (found,) = set(softmax(read("mpt", **said)))
    assert (found.query_pre_attn_scalar, found.clip_qkv) == (16, 8)


def test_shared_blocks_divide_by_the_root_of_half_a_head() -> None:
    arch = read("zamba", attention_hidden_size=64, num_hidden_layers=8, tie_word_embeddings=True)
    assert {part.query_pre_attn_scalar for part in arch.parts if isinstance(part, SharedBlock)} == {8}


def test_phimoes_longrope_has_two_factors() -> None:
    factors = {"short_factor": [1.0, 1.1], "long_factor": [2.0, 2.5], "short_mscale": 1.2, "long_mscale": 1.3}
    said = {"type": "longrope", **factors, "original_max_position_embeddings": 512}
    experts = {"num_local_experts": 4, "num_experts_per_tok": 2, "sliding_window": 64}
    position = softmax(read("phimoe", **experts, rope_scaling=said))[0].position
    assert isinstance(position, Rope)
    assert isinstance(position.scaling, LongRopeScaling)
    assert (position.scaling.short_mscale, position.scaling.long_mscale) == (1.2, 1.3)


def test_molmo_scales_positions_in_some_layers() -> None:
    linear = {"rope_type": "linear", "factor": 4.0, "rope_theta": 1e6}
    said = {"head_dim": 8, "additional_vocab_size": 8, "qk_norm_type": "qwen3", "rope_parameters": linear}
    arch = read("molmo2_text", **said, rope_scaling_layers=[1, 3])
    scaled = [mixer.position.scaling is not None for mixer in softmax(arch)]  # type: ignore[union-attr]
    assert scaled == [False, True, False, True]


def test_falcon_h1_multiplies_everything() -> None:
    said = {
        "mamba_d_ssm": 64, "mamba_n_heads": 8, "mamba_d_head": 8, "mamba_n_groups": 1, "mamba_d_state": 8,
        "mamba_d_conv": 4, "head_dim": 8,
    }  # fmt: skip
    factors = {
        "key_multiplier": 0.5, "attention_in_multiplier": 0.9, "attention_out_multiplier": 0.8,
        "ssm_in_multiplier": 1.25, "ssm_out_multiplier": 0.25, "mlp_multipliers": [0.75, 0.2],
        "ssm_multipliers": [0.35, 0.25, 0.18, 0.5, 0.35],
    }  # fmt: skip
    plain, arch = read("falcon_h1", **said), read("falcon_h1", **said, **factors)
    mixing, ffn = arch.layers[0].sublayers
    assert [(branch.input_multiplier, branch.multiplier) for branch in mixing.branches] == [
        (0.9, 0.8),
        (1.25, 0.25),
    ]
    assert [branch.multiplier for branch in ffn.branches] == [0.2]
    softmax_part, ssm, unit = arch.layers[0].parts
    assert isinstance(softmax_part, Attention)
    assert softmax_part.query_pre_attn_scalar == 32
    assert isinstance(ssm, Mamba2)
    assert ssm.ssm_multipliers == (0.35, 0.25, 0.18, 0.5, 0.35)
    assert isinstance(unit, GatedFfn)
    assert unit.gate_multiplier == 0.75
    assert parameters(arch) == parameters(plain)
    assert {branch.multiplier for branch in plain.layers[0].sublayers[0].branches} == {1.0}


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("minimax", ("full_attn_{}_factor", "linear_attn_{}_factor", "mlp_{}_factor")),
        ("minimax_m1", ("layernorm_full_attention_{}", "layernorm_linear_attention_{}", "layernorm_mlp_{}")),
    ],
)
def test_minimax_weighs_both_summands(kind: str, keys: tuple[str, ...]) -> None:
    said = {"num_local_experts": 4, "num_experts_per_tok": 2, "head_dim": 8, "rotary_dim": 8}
    kinds = {"attn_type_list": [0, 1, 0, 1]} if kind == "minimax_m1" else {
        "layer_types": ["linear_attention", "full_attention"] * 2
    }  # fmt: skip
    alphas = {key.format("alpha"): 3.5 + index for index, key in enumerate(keys)}
    betas = {keys[0].format("beta"): 0.5}
    linear, full = read(kind, **said, **kinds, **alphas, **betas).layers[:2]
    assert [step.stream_multiplier for step in linear.sublayers] == [4.5, 5.5]
    assert [step.stream_multiplier for step in full.sublayers] == [3.5, 5.5]
    assert [step.branches[0].multiplier for step in full.sublayers] == [0.5, 1.0]


def test_llama_4_weighs_what_experts_read() -> None:
    found = {part.router.weighs for part in moes(read("llama4_text", **EXPERTS, **LLAMA4))}
    assert found == {"input"}


def test_groups_are_open_by_one_score_or_two() -> None:
    latent = {**LATENT, **EXPERTS, "n_routed_experts": 8, "n_shared_experts": 1, "num_key_value_heads": 4}
    groups = {"n_group": 4, "topk_group": 2}
    for kind, method, scores in (
        ("deepseek_v2", "group_limited_greedy", "best"),
        ("deepseek_v3", "noaux_tc", "best_two"),
    ):
        routed = moes(read(kind, **latent, **groups, topk_method=method, first_k_dense_replace=1))
        assert {part.router.group_scores for part in routed} == {scores}
    (alone,) = set(moes(read("deepseek_v2", **latent, topk_method="greedy", first_k_dense_replace=1)))
    assert alone.router.group_scores == "best_two"


GEMMA3N = {
    "head_dim": 8,
    "sliding_window": 16,
    "laurel_rank": 4,
    "hidden_size_per_layer_input": 8,
    "vocab_size_per_layer_input": 96,
    "altup_num_inputs": 2,
    "num_kv_shared_layers": 0,
    "hidden_activation": "gelu_pytorch_tanh",
}


@pytest.mark.parametrize(
    ("said", "cut"),
    [
        ({"num_hidden_layers": 12}, [0.95] * 10 + [0.0] * 2),
        ({}, [0.0] * 4),
        ({"activation_sparsity_pattern": [0.5, 0.0, 0.0, 0.9]}, [0.5, 0.0, 0.0, 0.9]),
        ({"activation_sparsity_pattern": 0.25}, [0.25] * 4),
    ],
)
def test_gemma_3n_cuts_channels_and_halves_sums(said: dict[str, Any], cut: list[float]) -> None:
    arch = read("gemma3n_text", **GEMMA3N, **said)
    assert [part.activation_sparsity for part in arch.parts if isinstance(part, GatedFfn)] == cut
    step = arch.layers[0].sublayers[0]
    assert {step.stream_multiplier, *(branch.multiplier for branch in step.branches)} == {0.7071068}


def decays(arch: Arch) -> set[float | None]:
    return {part.gate_lower_bound for part in arch.parts if isinstance(part, Kda)}


def test_bounds_of_decays() -> None:
    ling = {**LATENT, **EXPERTS, "num_experts": 4, "layer_group_size": 2, "num_key_value_heads": 4}
    ling |= {"short_conv_kernel_size": 4, "tie_word_embeddings": False}
    assert decays(read("bailing_hybrid", **ling)) == {-5}
    assert decays(read("bailing_hybrid", **ling, kda_lower_bound=-3)) == {-3}
    assert decays(read("bailing_hybrid", **ling, kda_safe_gate=False)) == {None}


def test_delta_rules_that_reach_beyond_zero() -> None:
    said = {"linear_key_head_dim": 8, "linear_value_head_dim": 8}
    for flag, more in ((True, {}), (False, {"linear_allow_neg_eigval": False})):
        parts = read("olmo_hybrid", **said, **more).parts
        found = {part.linear_allow_neg_eigval for part in parts if isinstance(part, GatedDeltaNet)}
        assert found == {flag}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({}, "rope"),
        ({"rope_parameters": {"rope_theta": 5e5, "rope_type": "default"}}, "rope"),
        ({"rope_parameters": {"rope_theta": None, "rope_type": "default"}}, "nope"),
        ({"rope_theta": None}, "nope"),
    ],
)
def test_olmo_hybrid_turns_nothing_where_the_base_is_null(said: dict[str, Any], kind: str) -> None:
    arch = read("olmo_hybrid", linear_key_head_dim=8, linear_value_head_dim=8, **said)
    assert {mixer.position.kind for mixer in softmax(arch)} == {kind}


def test_muse_multiplies_queries() -> None:
    arch = read("muse_glimmer_text", head_dim=8, sliding_window=8, qk_scale_factor=2.0)
    assert {mixer.query_pre_attn_scalar for mixer in softmax(arch)} == {2}


def test_latents_are_scaled_unless_a_file_says_otherwise() -> None:
    said = {
        **LATENT, "num_key_value_heads": 4, "ffn_hidden_size": 48, "expert_ffn_hidden_size": 16,
        "moe_topk": 2, "n_routed_experts": 4, "zero_expert_num": 0,
    }  # fmt: skip
    for flag, more in ((True, {}), (False, {"mla_scale_q_lora": False, "mla_scale_kv_lora": False})):
        parts = [part for part in read("longcat_flash", **said, **more).parts if isinstance(part, Mla)]
        assert {(part.mla_scale_q_lora, part.mla_scale_kv_lora) for part in parts} == {(flag, flag)}
