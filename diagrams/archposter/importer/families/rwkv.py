"""RWKV-4."""

from __future__ import annotations

from archposter.importer.body import Body, hidden_size, layer, num_layers
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec, NormSpec
from archposter.spec.parts import ChannelMix, InnerNorm, TimeMix


def rwkv(config: Config) -> Body:
    """`RwkvForCausalLM`: RWKV-4, with a norm on the embedding."""
    config.skip("rescale_every")
    width = hidden_size(config)
    mixer = config.build(TimeMix, attention_hidden_size=config.whole("attention_hidden_size", default=width))
    ffn = config.build(ChannelMix, intermediate_size=config.whole("intermediate_size", default=4 * width))
    return Body(
        [layer(mixer, ffn)] * num_layers(config),
        NormSpec(kind="layernorm"),
        embedding=EmbeddingSpec(norm=InnerNorm(weight=True)),
    )
