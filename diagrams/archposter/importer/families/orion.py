"""OrionStar's Orion."""

from __future__ import annotations

from archposter.importer.body import Body, attention, biases, gated, layer, num_layers, rope
from archposter.importer.config import Config
from archposter.spec.model import NormSpec


def orion(config: Config) -> Body:
    """`OrionForCausalLM`: Llama with LayerNorm."""
    block = layer(attention(config, position=rope(config), **biases(config)), gated(config))
    return Body([block] * num_layers(config), NormSpec(kind="layernorm"))
