"""Lara Mini: Gated DeltaNet, windows, and a layer that sees all, with experts everywhere."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    HEAD_NORM,
    Body,
    alternating,
    attention,
    biases,
    layer,
    moe,
    num_layers,
    rope,
    router_of,
    shared_of,
    sliding,
    where_used,
)
from archposter.importer.config import Config
from archposter.importer.families.qwen import delta_net
from archposter.spec.parts import AnyMixer, NoPosition

_PATTERN = (
    "linear_attention",
    "sliding_attention",
    "linear_attention",
    "full_attention",
    "sliding_attention",
)


def lara_mini(config: Config) -> Body:
    """`LaraMiniForCausalLM`: only windows have positions; a shared expert without a gate."""
    count = num_layers(config)
    kinds = config.words("layer_types", length=count, among=set(_PATTERN))
    kinds = kinds or [_PATTERN[index % len(_PATTERN)] for index in range(count)]
    fields = {"qk_norm": HEAD_NORM, **biases(config)}
    window = attention(config, position=rope(config), span=sliding(config), **fields)
    mixers: dict[str, AnyMixer] = {
        "sliding_attention": window,
        "full_attention": attention(config, position=NoPosition(), span=FULL, **fields),
        "linear_attention": where_used("linear_attention" in kinds, lambda: delta_net(config), window),
    }
    shared = shared_of(config, 1, config.whole("shared_expert_intermediate_size"))
    experts = moe(config, router=router_of(config), shared_experts=shared)
    return Body(alternating(kinds, lambda kind: layer(mixers[kind], experts)))
