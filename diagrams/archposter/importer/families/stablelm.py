"""Stability's StableLM."""

from __future__ import annotations

from archposter.importer.body import Body, gated, layer, num_layers, rope
from archposter.importer.classic import LAYERNORM, even
from archposter.importer.config import Config
from archposter.spec.parts import QkNorm


def stablelm(config: Config) -> Body:
    """`StableLmForCausalLM`: Llama with LayerNorms and partial rotary positions."""
    mixer = even(
        config,
        num_key_value_heads=config.whole("num_key_value_heads"),
        position=rope(config, partial=0.25),
        qkv_bias=config.flag("use_qkv_bias", default=False),
        qk_norm=QkNorm(kind="each") if config.flag("qk_layernorm", default=False) else None,
    )
    parallel = config.flag("use_parallel_residual", default=False)
    return Body([layer(mixer, gated(config), parallel=parallel)] * num_layers(config), LAYERNORM)
