"""EleutherAI's GPT-NeoX, Pythia's too."""

from __future__ import annotations

from archposter.importer.body import Body, hidden_size, layer, num_layers, plain, rope, side_by_side
from archposter.importer.classic import LAYERNORM, even
from archposter.importer.config import Config


def gpt_neox(config: Config) -> Body:
    """`GPTNeoXForCausalLM`: attention and FFN side by side, each on a norm of its own."""
    bias = config.flag("attention_bias", default=True)
    mixer = even(config, position=rope(config, partial=0.25), qkv_bias=bias, output_bias=bias)
    ffn = plain(config, config.whole("intermediate_size"), bias=True)
    parallel = config.flag("use_parallel_residual", default=True)
    block = side_by_side(mixer, ffn) if parallel else layer(mixer, ffn)
    return Body([block] * num_layers(config), LAYERNORM)


def gpt_neox_japanese(config: Config) -> Body:
    """`GPTNeoXJapaneseForCausalLM`: no biases, but for the output of the last layer's attention."""
    position = rope(config)
    width = hidden_size(config) * config.whole("intermediate_multiple_size", default=4)
    ffn = plain(config, width)
    blocks = [layer(even(config, position=position, output_bias=last), ffn) for last in (False, True)]
    return Body([blocks[0]] * (num_layers(config) - 1) + [blocks[1]], LAYERNORM)
