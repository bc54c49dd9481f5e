"""Apertus of EPFL, ETH Zurich and CSCS."""

from __future__ import annotations

from archposter.importer.body import (
    HEAD_NORM,
    Body,
    attention,
    biases,
    layer,
    num_layers,
    only_read,
    plain,
    rope,
)
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec


def apertus(config: Config) -> Body:
    """`ApertusForCausalLM`: xIELU in a plain FFN, a norm on each head's queries and keys."""
    mixer = attention(config, position=rope(config), qk_norm=HEAD_NORM, **biases(config))
    config.expect("mlp_bias", False)
    ffn = plain(config, config.whole("intermediate_size"))
    return Body([layer(mixer, ffn)] * num_layers(config))


def apertus1p5(config: Config) -> Body:
    """`Apertus1p5TextForCausalLM`: Apertus with tokens of pictures and sound that are only read."""
    body = apertus(config)
    rows = only_read(config, "output_vocab_size")
    return body._replace(embedding=config.build(EmbeddingSpec, additional_vocab_size=rows))
