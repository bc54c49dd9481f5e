"""Attention as the difference of two maps (arXiv:2410.05258)."""

from __future__ import annotations

from archposter.importer.body import (
    Body,
    attention,
    biases,
    gated,
    hidden_size,
    layer,
    num_heads,
    num_layers,
    rope,
)
from archposter.importer.config import Config


def diffllama(config: Config) -> Body:
    """`DiffLlamaForCausalLM`: attention as the difference of two maps."""
    config.skip("lambda_std_dev")
    heads = num_heads(config)
    mixer = attention(
        config, head_dim=config.whole("head_dim", default=hidden_size(config) // heads),
        position=rope(config), differential=True, **biases(config),
    )  # fmt: skip
    return Body([layer(mixer, gated(config))] * num_layers(config))
