"""Poolside's Laguna."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    biases,
    gated,
    layer,
    moe,
    num_layers,
    rope,
    sliding,
    sparse_layers,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec
from archposter.spec.parts import AnyFfn, Router


def laguna(config: Config) -> Body:
    """`LagunaForCausalLM`: more query heads in the layers with a window, a gate on each head."""
    count = num_layers(config)
    heads = config.wholes("num_attention_heads_per_layer", length=count, least=1)
    config.expect("gating", True, "per-head", "per-element")
    gate = "head" if config.data.get("gating", True) in (True, "per-head") else "element"
    local = windows(config, count, lambda _: False)
    spans = {True: sliding(config) if any(local) else FULL, False: FULL}
    config.skip("sliding_window")
    positions = {
        False: rope(config, "full_attention", theta=500_000.0, partial=0.5),
        True: rope(config, "sliding_attention", theta=10_000.0),
    }
    experts = moe(
        config,
        num_shared_experts=1,
        shared_expert_intermediate_size=config.whole("shared_expert_intermediate_size"),
        router=config.build(
            Router,
            scoring="sigmoid",
            correction_bias=True,
            correction_bias_is_parameter=True,
            router_logit_softcapping=config.number("moe_router_logit_softcapping", default=0.0),
        ),
    )
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}
    sparse = sparse_layers(config, count, dense=1)
    bias = biases(config)
    usual = config.whole("num_attention_heads")

    def built(kind: tuple[bool, bool, int]) -> LayerSpec:
        windowed, has_experts, own = kind
        mixer = attention(
            config,
            num_attention_heads=own,
            num_key_value_heads=config.whole("num_key_value_heads"),
            position=positions[windowed],
            span=spans[windowed],
            qk_norm="head",
            gate=gate,
            gate_activation="softplus",
            **bias,
        )
        return layer(mixer, ffns[has_experts])

    return Body(alternating(list(zip(local, sparse, heads or [usual] * count, strict=True)), built))
