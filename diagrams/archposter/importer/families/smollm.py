"""Hugging Face's SmolLM 3."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    biases,
    gated,
    layer,
    num_layers,
    rope,
    sliding,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.parts import NoPosition


def smollm3(config: Config) -> Body:
    """`SmolLM3ForCausalLM`: no positions in every fourth layer."""
    count = num_layers(config)
    positions = {1: rope(config), 0: NoPosition()}
    interval = config.whole("no_rope_layer_interval", default=4)
    turning = config.wholes("no_rope_layers", length=count) or [
        int((index + 1) % interval != 0) for index in range(count)
    ]
    used = config.flag("use_sliding_window", default=False) and config.has("sliding_window")
    spans = {True: sliding(config) if used else FULL, False: FULL}
    config.skip("sliding_window", "max_window_layers")
    local = windows(config, count, lambda index: used and not turning[index])
    ffn = gated(config, bias=config.flag("mlp_bias", default=False))
    bias = biases(config)

    def built(kind: tuple[int, bool]) -> object:
        turns, windowed = kind
        return attention(config, position=positions[min(turns, 1)], span=spans[windowed], **bias)

    return Body(alternating(list(zip(turning, local, strict=True)), lambda kind: layer(built(kind), ffn)))
