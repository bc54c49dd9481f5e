"""Microsoft's BitNet."""

from __future__ import annotations

from archposter.importer.body import (
    Body,
    attention,
    biases,
    even_heads,
    gated,
    layer,
    num_heads,
    num_layers,
    rope,
)
from archposter.importer.config import Config


def bitnet(config: Config) -> Body:
    """`BitNetForCausalLM`: norms before the output of attention and before the down projection."""
    heads = num_heads(config)
    width = even_heads(config, heads)
    mixer = attention(config, head_dim=width, position=rope(config), inner_norm=True, **biases(config))
    ffn = gated(config).model_copy(update={"inner_norm": True})
    return Body([layer(mixer, ffn)] * num_layers(config))
