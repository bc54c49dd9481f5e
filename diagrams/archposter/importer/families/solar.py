"""Upstage's Solar."""

from __future__ import annotations

from archposter.importer.body import (
    Body,
    attention,
    grouped_router,
    layer,
    moe,
    num_layers,
    rope,
    shared_experts,
)
from archposter.importer.config import Config


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
