"""Qwen's mixtures of experts and its hybrids with Gated DeltaNet."""

from __future__ import annotations

from typing import Any

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    biases,
    every,
    gated,
    layer,
    moe,
    mtp,
    num_layers,
    rope,
    sliding,
    where_used,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec
from archposter.spec.parts import AnyFfn, AnyMixer, GatedDeltaNet, Moe, Router

_KINDS = {"linear_attention": True, "full_attention": False}


def qwen2_moe(config: Config) -> Body:
    """`Qwen2MoeForCausalLM`: a gated shared expert."""
    config.expect("use_sliding_window", False)
    config.expect("layer_types", ["full_attention"] * num_layers(config))
    config.skip("sliding_window", "max_window_layers")
    mixer = attention(config, position=rope(config), qkv_bias=config.flag("qkv_bias", default=True))
    return _all_alike(config, mixer, _experts(config, shared=True))


def qwen3_moe(config: Config) -> Body:
    """`Qwen3MoeForCausalLM`: no shared expert, a norm on each head's queries and keys."""
    config.expect("use_qk_norm", True)
    span = sliding(config) if config.flag("use_sliding_window", default=False) else FULL
    config.skip("sliding_window", "max_window_layers")
    mixer = attention(config, position=rope(config), span=span, qk_norm="head", **biases(config))
    return _all_alike(config, mixer, _experts(config, shared=False))


def qwen3_next(config: Config) -> Body:
    """`Qwen3NextForCausalLM`: three Gated DeltaNet layers, then one of gated attention; experts in all."""
    config.expect("use_sliding_window", False)
    sparse = _sparse(config)
    ffns: dict[bool, AnyFfn | None] = {
        True: _experts(config, shared=True),
        False: None if all(sparse) else gated(config),
    }
    config.skip("intermediate_size")
    kinds = list(zip(_linear(config), sparse, strict=True))
    return _hybrid(config, kinds, ffns)


def qwen3_5_moe(config: Config) -> Body:
    """`Qwen3_5MoeForCausalLM`: Qwen3-Next without dense layers."""
    config.expect("mlp_only_layers", [])
    config.skip("intermediate_size")
    kinds = [(linear, True) for linear in _linear(config)]
    return _hybrid(config, kinds, {True: _experts(config, shared=True)})


def qwen3_5(config: Config) -> Body:
    """`Qwen3_5ForCausalLM`: Qwen3-Next with a dense FFN."""
    return _hybrid(config, [(linear, False) for linear in _linear(config)], {False: gated(config)})


def _hybrid(config: Config, kinds: list[tuple[bool, bool]], ffns: dict[bool, AnyFfn | None]) -> Body:
    config.expect("attn_output_gate", True)
    config.expect("output_gate_type", "swish")
    config.expect("mtp_use_dedicated_embeddings", False)
    softmax = attention(
        config,
        position=rope(config, partial=0.25),
        qk_norm="head",
        gate="element",
        gate_bias=config.flag("attention_bias", default=False),
        **biases(config),
    )
    linear: AnyMixer = where_used(any(kind[0] for kind in kinds), lambda: delta_net(config), softmax)

    def built(kind: tuple[bool, bool]) -> LayerSpec:
        is_linear, is_sparse = kind
        return layer(linear if is_linear else softmax, ffns[is_sparse])

    module = layer(softmax, ffns[kinds[-1][1]])
    return Body(alternating(kinds, built), mtp=mtp(config, module, "mtp_num_hidden_layers"))


def delta_net(config: Config, **fields: Any) -> GatedDeltaNet:
    """Return the Gated DeltaNet that a config says; `fields` are the rest."""
    return config.build(
        GatedDeltaNet,
        linear_num_key_heads=config.whole("linear_num_key_heads"),
        linear_num_value_heads=config.whole("linear_num_value_heads"),
        linear_key_head_dim=config.whole("linear_key_head_dim"),
        linear_value_head_dim=config.whole("linear_value_head_dim"),
        linear_conv_kernel_dim=config.whole("linear_conv_kernel_dim"),
        **fields,
    )


def _linear(config: Config) -> list[bool]:
    """Tell of every layer whether it is linear attention."""
    count = num_layers(config)
    interval = config.whole("full_attention_interval", default=4)
    said = config.words("layer_types", length=count, among=_KINDS)
    return [_KINDS[word] for word in said] if said else [every(interval)(index) for index in range(count)]


def _all_alike(config: Config, mixer: object, experts: Moe) -> Body:
    sparse = _sparse(config)
    ffns: dict[bool, AnyFfn | None] = {True: experts, False: None if all(sparse) else gated(config)}
    config.skip("intermediate_size")
    return Body(alternating(sparse, lambda kind: layer(mixer, ffns[kind])))


def _sparse(config: Config) -> list[bool]:
    """Tell of every layer whether it has experts."""
    dense = frozenset(config.wholes("mlp_only_layers") or ())
    step = config.whole("decoder_sparse_step", default=1)
    return [index not in dense and (index + 1) % step == 0 for index in range(num_layers(config))]


def _experts(config: Config, *, shared: bool) -> Moe:
    fields = {}
    if shared:
        fields = {
            "num_shared_experts": 1,
            "shared_expert_intermediate_size": config.whole("shared_expert_intermediate_size"),
            "shared_expert_gate": True,
        }
    return moe(config, router=Router(), **fields)
