"""Baichuan; its code comes with its files."""

from __future__ import annotations

from archposter.importer.body import Body, attention, even_heads, gated, layer, num_heads, num_layers, rope
from archposter.importer.config import Config
from archposter.spec.parts import Alibi, Position

_SECOND = 125696


def baichuan(config: Config) -> Body:
    """`BaichuanForCausalLM`: the 7B turns its heads; the 13B, which names no positions, biases distances."""
    config.skip("model_max_length", "z_loss_weight")
    config.expect("tie_word_embeddings", False)
    position: Position = rope(config) if config.has("max_position_embeddings") else Alibi()
    heads = num_heads(config)
    mixer = attention(config, head_dim=even_heads(config, heads), position=position)
    # the files of both generations name one class; engines tell the second by its vocabulary
    second = config.whole("vocab_size") == _SECOND
    output = {"weight_norm": "rows"} if second else {}
    return Body([layer(mixer, gated(config))] * num_layers(config), output=output)
