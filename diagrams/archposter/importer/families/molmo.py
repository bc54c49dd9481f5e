"""The text decoder of Ai2's Molmo 2."""

from __future__ import annotations

from archposter.importer.body import HEAD_NORM, Body, attention, gated, layer, num_layers, rope
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec, NormSpec
from archposter.spec.parts import QkNorm


def molmo2(config: Config) -> Body:
    """`Molmo2TextModel`: norms of Qwen 3's or OLMo 2's kind, tokens that are only read."""
    norms = {"qwen3": HEAD_NORM, "olmo": QkNorm(kind="full")}
    mixer = attention(
        config,
        position=rope(config),
        qk_norm=config.word("qk_norm_type", among=norms),
        qkv_bias=config.flag("attention_bias", "qkv_bias", default=False),
    )
    # which layers take part in an extension of the context
    config.skip("rope_scaling_layers")
    return Body(
        [layer(mixer, gated(config))] * num_layers(config),
        NormSpec(placement="post" if config.flag("norm_after", default=False) else "pre"),
        embedding=config.build(
            EmbeddingSpec, additional_vocab_size=config.whole("additional_vocab_size", least=0)
        ),
    )
