"""Adept's Persimmon."""

from __future__ import annotations

from archposter.importer.body import Body, layer, num_layers, plain, rope
from archposter.importer.classic import LAYERNORM, even
from archposter.importer.config import Config
from archposter.spec.parts import QkNorm


def persimmon(config: Config) -> Body:
    """`PersimmonForCausalLM`, the decoder of Fuyu: LayerNorms on queries and keys, biases throughout."""
    normed = config.flag("qk_layernorm", default=True)
    mixer = even(
        config,
        position=rope(config, partial=0.5),
        qkv_bias=True,
        output_bias=True,
        qk_norm=QkNorm(kind="head", bias=True) if normed else None,
    )
    ffn = plain(config, config.whole("intermediate_size"), bias=True)
    return Body([layer(mixer, ffn)] * num_layers(config), LAYERNORM)
