"""Meta's Code World Model."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    every,
    gated,
    layer,
    num_layers,
    rope,
    sliding,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec


def cwm(config: Config) -> Body:
    """`CwmForCausalLM`: three of four layers have a window."""
    spans = {True: sliding(config), False: FULL}
    position, ffn = rope(config), gated(config, bias=config.flag("mlp_bias", default=False))

    def built(local: bool) -> LayerSpec:
        return layer(attention(config, position=position, span=spans[local]), ffn)

    return Body(alternating(windows(config, num_layers(config), every(4, 0)), built))
