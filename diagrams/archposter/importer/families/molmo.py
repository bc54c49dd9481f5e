"""The text decoder of Ai2's Molmo 2."""

from __future__ import annotations

from archposter.importer.body import HEAD_NORM, Body, alternating, attention, gated, layer, num_layers, rope
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec, LayerSpec, NormSpec
from archposter.spec.parts import QkNorm


def molmo2(config: Config) -> Body:
    """`Molmo2TextModel`: norms of Qwen 3's or OLMo 2's kind, tokens that are only read."""
    norms = {"qwen3": HEAD_NORM, "olmo": QkNorm(kind="full")}
    scaled = rope(config)
    positions = {True: scaled, False: scaled.model_copy(update={"scaling": None})}
    normed = config.word("qk_norm_type", among=norms)
    bias = config.flag("attention_bias", "qkv_bias", default=False)
    ffn, count = gated(config), num_layers(config)
    chosen = config.wholes("rope_scaling_layers")
    kinds = [chosen is None or index in chosen for index in range(count)]

    def built(extended: bool) -> LayerSpec:
        position = positions[extended]
        return layer(attention(config, position=position, qk_norm=normed, qkv_bias=bias), ffn)

    return Body(
        alternating(kinds, built),
        NormSpec(placement="post" if config.flag("norm_after", default=False) else "pre"),
        embedding=config.build(
            EmbeddingSpec, additional_vocab_size=config.whole("additional_vocab_size", least=0)
        ),
    )
