"""Poolside's Laguna."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    HEAD_NORM,
    Body,
    alternating,
    attention,
    biases,
    gated,
    layer,
    moe,
    num_layers,
    rope,
    router_of,
    shared_of,
    sliding,
    sparse_layers,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec
from archposter.spec.parts import AnyFfn, Gate


def laguna(config: Config) -> Body:
    """`LagunaForCausalLM`: more query heads in the layers with a window, a gate on each head."""
    count = num_layers(config)
    heads = config.wholes("num_attention_heads_per_layer", length=count, least=1)
    config.expect("gating", True, "per-head", "per-element")
    per_head = config.data.get("gating", True) in (True, "per-head")
    gate = Gate(per="head" if per_head else "element", activation="softplus")
    local = windows(config, count, lambda _: False)
    spans = {True: sliding(config) if any(local) else FULL, False: FULL}
    config.skip("sliding_window")
    positions = {
        False: rope(config, "full_attention", theta=500_000.0, partial=0.5),
        True: rope(config, "sliding_attention", theta=10_000.0),
    }
    experts = moe(
        config,
        shared_experts=shared_of(config, 1, config.whole("shared_expert_intermediate_size")),
        router=router_of(
            config,
            scoring="sigmoid",
            correction_bias="parameter",
            norm_topk_prob=True,
            weighs="input" if config.flag("moe_apply_router_weight_on_input", default=False) else "output",
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
            qk_norm=HEAD_NORM,
            gate=gate,
            **bias,
        )
        return layer(mixer, ffns[has_experts])

    return Body(alternating(list(zip(local, sparse, heads or [usual] * count, strict=True)), built))
