"""Tencent's Youtu."""

from __future__ import annotations

from archposter.importer.body import Body, gated, layer, num_layers
from archposter.importer.config import Config
from archposter.importer.latent import mla


def youtu(config: Config) -> Body:
    """`YoutuForCausalLM`: latent attention with a dense FFN."""
    config.expect("mlp_bias", False)
    return Body([layer(mla(config), gated(config))] * num_layers(config))
