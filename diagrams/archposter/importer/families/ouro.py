"""ByteDance's Ouro; its code comes with its files."""

from __future__ import annotations

from archposter.importer.body import FULL, Body, attention, gated, layer, num_layers, rope, sliding
from archposter.importer.config import Config
from archposter.spec.model import NormSpec


def ouro(config: Config) -> Body:
    """`OuroForCausalLM`: the layers and the norm above run `total_ut_steps` times; a gate may end it."""
    count = num_layers(config)
    used = config.flag("use_sliding_window", default=False)
    span = sliding(config) if used else FULL
    kind = "sliding_attention" if used else "full_attention"
    config.words("layer_types", length=count, among=(kind,))
    config.skip("sliding_window", "max_window_layers", "early_exit_threshold")
    mixer = attention(config, position=rope(config), span=span)
    loops = config.whole("total_ut_steps", least=2, most=64)
    return Body(
        [layer(mixer, gated(config))] * count,
        NormSpec(placement="sandwich"),
        loops=loops,
        exit_gate=True,
    )
