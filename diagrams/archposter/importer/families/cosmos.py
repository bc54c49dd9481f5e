"""The text decoder of NVIDIA's Cosmos 3."""

from __future__ import annotations

from archposter.importer.body import Body, attention, biases, layer, num_layers, plain, rope
from archposter.importer.config import Config


def cosmos3_edge(config: Config) -> Body:
    """`Cosmos3EdgeTextModel`: Llama with a plain FFN of squared ReLUs."""
    mixer = attention(config, position=rope(config), **biases(config))
    ffn = plain(config, config.whole("intermediate_size"), bias=config.flag("mlp_bias", default=False))
    return Body([layer(mixer, ffn)] * num_layers(config))
