"""Karpathy's nanochat."""

from __future__ import annotations

from archposter.importer.body import Body, attention, biases, layer, num_layers, plain, rope
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec, NormSpec
from archposter.spec.parts import InnerNorm, QkNorm


def nanochat(config: Config) -> Body:
    """`NanoChatForCausalLM`: norms without weight, a plain FFN of squared ReLUs."""
    normed = QkNorm(kind="l2", after_position=True)
    mixer = attention(config, position=rope(config), qk_norm=normed, **biases(config))
    ffn = plain(config, config.whole("intermediate_size"))
    return Body(
        [layer(mixer, ffn)] * num_layers(config),
        NormSpec(weight=False),
        embedding=EmbeddingSpec(norm=InnerNorm(weight=True)),
        output={"final_logit_softcapping": config.number("final_logit_softcapping", default=0.0)},
    )
