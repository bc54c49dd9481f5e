"""Inception's Jais 2."""

from __future__ import annotations

from archposter.importer.body import Body, attention, layer, num_layers, plain, rope
from archposter.importer.classic import LAYERNORM
from archposter.importer.config import Config


def jais2(config: Config) -> Body:
    """`Jais2ForCausalLM`: LayerNorms, a plain FFN of squared ReLUs, biases."""
    bias = config.flag("attention_bias", default=True)
    mixer = attention(config, position=rope(config), qkv_bias=bias, output_bias=bias)
    ffn = plain(config, config.whole("intermediate_size"), bias=config.flag("mlp_bias", default=True))
    return Body([layer(mixer, ffn)] * num_layers(config), LAYERNORM)
