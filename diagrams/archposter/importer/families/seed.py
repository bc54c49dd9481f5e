"""ByteDance's Seed-OSS."""

from __future__ import annotations

from archposter.importer.body import Body, attention, gated, layer, num_layers, rope
from archposter.importer.config import Config


def seed_oss(config: Config) -> Body:
    """`SeedOssForCausalLM`: Llama with biases on queries, keys and values."""
    mixer = attention(
        config,
        position=rope(config),
        qkv_bias=config.flag("attention_bias", default=True),
        output_bias=config.flag("attention_out_bias", default=False),
    )
    ffn = gated(config, bias=config.flag("mlp_bias", default=False))
    return Body([layer(mixer, ffn)] * num_layers(config))
