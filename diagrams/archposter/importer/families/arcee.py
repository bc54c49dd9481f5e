"""Arcee's dense decoder."""

from __future__ import annotations

from archposter.importer.body import Body, attention, biases, layer, num_layers, plain, rope
from archposter.importer.config import Config


def arcee(config: Config) -> Body:
    """`ArceeForCausalLM`: Llama with a plain FFN of squared ReLUs."""
    mixer = attention(config, position=rope(config), **biases(config))
    ffn = plain(config, config.whole("intermediate_size"), bias=config.flag("mlp_bias", default=False))
    return Body([layer(mixer, ffn)] * num_layers(config))
