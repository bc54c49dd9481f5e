"""EleutherAI's GPT-J, and CodeGen."""

from __future__ import annotations

from archposter.importer.body import Body, even_heads, layer, num_heads, num_layers, plain
from archposter.importer.classic import GPT_ACTIVATION, LAYERNORM, even, four_times
from archposter.importer.config import Config
from archposter.spec.parts import Rope


def gptj(config: Config) -> Body:
    """`GPTJForCausalLM`: attention and FFN side by side on one norm."""
    mixer = even(config, position=_rotary_dim(config))
    ffn = plain(config, four_times(config), bias=True, key=GPT_ACTIVATION)
    config.skip("n_ctx", "rotary")
    block = layer(mixer, ffn, parallel=True)
    return Body([block] * num_layers(config), LAYERNORM, output={"bias": True})


def _rotary_dim(config: Config) -> Rope:
    """Return rotary positions on the first `rotary_dim` channels of a head."""
    width = even_heads(config, num_heads(config))
    turning = config.whole("rotary_dim", default=width)
    return config.build(Rope, partial_rotary_factor=min(turning / width, 1.0))
