"""Kyutai's Helium."""

from __future__ import annotations

from archposter.importer.body import Body, attention, gated, layer, num_layers, rope
from archposter.importer.config import Config


def helium(config: Config) -> Body:
    """`HeliumForCausalLM`: Llama without a bias on the output of attention."""
    mixer = attention(config, position=rope(config), qkv_bias=config.flag("attention_bias", default=False))
    ffn = gated(config, bias=config.flag("mlp_bias", default=False))
    return Body([layer(mixer, ffn)] * num_layers(config))
