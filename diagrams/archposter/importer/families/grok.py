"""xAI's Grok 2."""

from __future__ import annotations

from archposter.importer.body import Body, attention, gated, growing, moe, num_layers, rope
from archposter.importer.config import Config
from archposter.spec.model import BranchSpec, EmbeddingSpec, LayerSpec, NormSpec, SublayerSpec
from archposter.spec.parts import Router


def grok(config: Config) -> Body:
    """Grok 2: a dense FFN beside the experts, norms before and after, soft caps; no class in the library."""
    for key, value in {
        "residual_moe": True,
        "sliding_window_size": -1,
        "global_attn_every_n": 1,
    }.items():
        config.expect(key, value)
    length = config.whole("attn_temperature_len", default=-1, least=-1)
    mixer = attention(
        config,
        position=rope(config),
        temperature=growing(config, length, first_position=0) if length > 0 else None,
        attn_logit_softcapping=config.number("attn_logit_softcapping", default=0.0),
    )
    router = config.build(
        Router, router_logit_softcapping=config.number("router_logit_softcapping", default=0.0)
    )
    experts = moe(config, router=router, activation="gelu_tanh")
    dense = gated(config).model_copy(update={"activation": "gelu_tanh"})
    # the sum is divided by the root of two
    branches = tuple(BranchSpec(part=part, multiplier=round(0.5**0.5, 7)) for part in (dense, experts))
    block = LayerSpec(sublayers=(SublayerSpec(part=mixer), SublayerSpec(branches=branches)))
    multiplier = config.number("embedding_multiplier_scale", default=1.0)
    return Body(
        [block] * num_layers(config),
        NormSpec(placement="sandwich"),
        embedding=config.build(EmbeddingSpec, multiplier=round(multiplier, 7)),
        output={
            "logit_scale": config.number("output_multiplier_scale", default=1.0),
            "final_logit_softcapping": config.number("final_logit_softcapping", default=0.0),
        },
    )
