"""Karpathy's nanochat."""

from __future__ import annotations

from archposter.importer.body import Body, attention, biases, layer, num_layers, plain, rope
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec, NormSpec


def nanochat(config: Config) -> Body:
    """`NanoChatForCausalLM`: norms without weight, a plain FFN of squared ReLUs."""
    normed = {"qk_norm": "l2", "qk_norm_after_position": True}
    mixer = attention(config, position=rope(config), **normed, **biases(config))
    ffn = plain(config, config.whole("intermediate_size"))
    return Body(
        [layer(mixer, ffn)] * num_layers(config),
        NormSpec(weight=False),
        embedding=EmbeddingSpec(norm=True),
        output={"final_logit_softcapping": config.number("final_logit_softcapping", default=0.0)},
    )
