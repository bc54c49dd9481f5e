"""Upstage's Solar."""

from __future__ import annotations

from archposter.importer.body import (
    Body,
    alternating,
    attention,
    every,
    grouped_router,
    layer,
    moe,
    num_layers,
    rope,
    shared_experts,
)
from archposter.importer.config import Config
from archposter.spec.parts import AnyMixer, Gate, Kda, NoPosition


def solar_open(config: Config) -> Body:
    """`SolarOpenForCausalLM`: GLM-4.5's experts in all layers."""
    config.skip("first_k_dense_replace", "intermediate_size", "use_qk_norm")
    mixer = attention(config, position=rope(config), qkv_bias=config.flag("attention_bias", default=False))
    experts = moe(
        config,
        shared=shared_experts(config),
        router=grouped_router(config, correction_bias="buffer"),
    )
    return Body([layer(mixer, experts)] * num_layers(config))


def solar_open2(config: Config) -> Body:
    """`SolarOpen2ForCausalLM`: gated heads without positions, then three layers of KDA; experts in all."""
    config.skip("intermediate_size", "rope_theta", "rope_parameters", "rope_scaling", "partial_rotary_factor")
    for key in ("use_rope", "use_qk_norm", "attention_bias", "use_gqa_gate_bias", "tie_word_embeddings"):
        config.expect(key, False)
    config.expect("first_k_dense_replace", 0)
    section = config.section("linear_attn_config")
    if section is None:
        raise config.refused("linear_attn_config", "missing; the heads of KDA stand there")
    heads = section.whole("num_heads")
    section.expect("num_kv_heads", heads)
    full_rank = config.flag("kda_use_full_proj", default=False)
    kda = config.build(
        Kda,
        linear_num_heads=heads,
        linear_head_dim=section.whole("head_dim"),
        linear_conv_kernel_dim=section.whole("short_conv_kernel_size"),
        low_rank_decay=not full_rank,
        linear_allow_neg_eigval=config.flag("kda_allow_neg_eigval", default=True),
    )
    gate = Gate(per="element") if config.flag("use_gqa_gate", default=True) else None
    mixers: dict[bool, AnyMixer] = {
        True: kda,
        False: attention(config, position=NoPosition(), gate=gate),
    }
    experts = moe(
        config,
        shared=shared_experts(config),
        router=grouped_router(config, correction_bias="buffer"),
    )
    kinds = _kda_layers(config, num_layers(config))
    return Body(alternating(kinds, lambda kind: layer(mixers[kind], experts)))


def _kda_layers(config: Config, count: int) -> list[bool]:
    """Tell of every layer whether it is KDA: listed in one of two ways, or all but every so many."""
    words = {"linear_attention": True, "full_attention": False}
    said = config.words("layer_types", length=count, among=words)
    listed = config.wholes("gqa_layers")
    period = config.whole("gqa_interval", default=3) + 1
    if said:
        return [words[word] for word in said]
    if listed is not None:
        return [index not in listed for index in range(count)]
    return [every(period, first=0)(index) for index in range(count)]
