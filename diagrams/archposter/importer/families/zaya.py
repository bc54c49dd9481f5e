"""Zyphra's ZAYA1."""

from __future__ import annotations

from archposter.importer.body import FULL, Body, alternating, head_dim, layer, moe, num_layers, rope, sliding
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec
from archposter.spec.parts import Cca, Router, RouterMlp, ScaledResidual, ZeroExperts


def zaya(config: Config) -> Body:
    """`ZayaForCausalLM`: convolved attention, a router with a memory, scaled residuals."""
    count = num_layers(config)
    kinds = {"hybrid": False, "hybrid_sliding": True}
    said = config.words("layer_types", length=count, among=kinds)
    local = [kinds[word] for word in said] if said else [False] * count
    spans = {True: sliding(config), False: FULL}
    heads = config.whole("num_attention_heads")
    positions = {
        False: rope(config, "hybrid", theta=5_000_000.0, partial=0.5),
        True: rope(config, "hybrid_sliding", partial=0.5),
    }

    def built(kind: tuple[bool, bool]) -> LayerSpec:
        windowed, is_first = kind
        mixer = config.build(
            Cca,
            num_attention_heads=heads,
            num_key_value_heads=config.whole("num_key_value_heads"),
            head_dim=head_dim(config, heads),
            cca_time0=config.whole("cca_time0"),
            cca_time1=config.whole("cca_time1"),
            position=positions[windowed],
            span=spans[windowed],
            attention_bias=config.flag("attention_bias", default=False),
        )
        router = config.build(
            Router,
            mlp=config.build(RouterMlp, hidden_size=config.whole("router_hidden_size"), state=not is_first),
            correction_bias="buffer",
            norm_topk_prob=False,
        )
        return layer(mixer, moe(config, router=router, zero_experts=ZeroExperts(num=1, kind="skip")))

    layers = alternating([(windowed, index == 0) for index, windowed in enumerate(local)], built)
    biased = config.flag("lm_head_bias", default=False)
    return Body(layers, residual=ScaledResidual(), output={"bias": biased})
