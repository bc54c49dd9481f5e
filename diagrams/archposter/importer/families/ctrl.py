"""Salesforce's CTRL."""

from __future__ import annotations

from archposter.importer.body import Body, hidden_size, layer, num_layers
from archposter.importer.classic import LAYERNORM, even
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec
from archposter.spec.parts import PlainFfn, Sinusoidal


def ctrl(config: Config) -> Body:
    """`CTRLLMHeadModel`: fixed sines, biases throughout, the output layer's too."""
    config.skip("n_ctx", "from_tf", "control_codes")
    mixer = even(config, position=Sinusoidal(), qkv_bias=True, output_bias=True)
    ffn = config.build(PlainFfn, intermediate_size=config.whole("dff"), activation="relu", bias=True)
    scaled = config.build(EmbeddingSpec, multiplier=round(hidden_size(config) ** 0.5, 7))
    blocks = [layer(mixer, ffn)] * num_layers(config)
    return Body(blocks, LAYERNORM, embedding=scaled, output={"bias": True})
