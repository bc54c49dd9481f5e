"""Microsoft's BioGPT."""

from __future__ import annotations

from archposter.importer.body import Body, layer, num_layers, plain
from archposter.importer.classic import LAYERNORM, even, scaled_embedding
from archposter.importer.config import Config
from archposter.spec.parts import Learned


def biogpt(config: Config) -> Body:
    """`BioGptForCausalLM`: OPT's layers with a scaled embedding."""
    config.skip("layerdrop", "activation_dropout", "hidden_dropout_prob", "attention_probs_dropout_prob")
    mixer = even(config, position=Learned(), qkv_bias=True, output_bias=True)
    ffn = plain(config, config.whole("intermediate_size"), bias=True)
    rows = config.whole("max_position_embeddings") + 2
    embedding = scaled_embedding(config, max_position_embeddings=rows)
    return Body([layer(mixer, ffn)] * num_layers(config), LAYERNORM, embedding=embedding)
