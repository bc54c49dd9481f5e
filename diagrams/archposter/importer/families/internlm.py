"""Shanghai AI Laboratory's InternLM."""

from __future__ import annotations

from archposter.importer.body import Body, attention, biases, gated, layer, num_layers, rope
from archposter.importer.config import Config
from archposter.importer.families.llama import llama


def internlm(config: Config) -> Body:
    """`InternLMForCausalLM` and `InternLM2ForCausalLM`: Llama with biases, or one matrix for all inputs."""
    mixer = attention(config, position=rope(config), **biases(config, "bias"))
    return Body([layer(mixer, gated(config))] * num_layers(config))


def internlm3(config: Config) -> Body:
    """InternLM 3, read with Llama's class."""
    config.skip("bias", "qkv_bias")
    return llama(config)
