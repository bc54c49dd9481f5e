"""Arcee's Trinity: gated attention, positions in windows only."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    HEAD_NORM,
    Body,
    alternating,
    attention,
    biases,
    every,
    gated,
    layer,
    moe,
    num_layers,
    root_scaled,
    rope,
    router_of,
    shared_experts,
    sliding,
    sparse_layers,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec, LayerSpec, NormSpec
from archposter.spec.parts import AnyFfn, Gate, NoPosition


def afmoe(config: Config) -> Body:
    """`AfmoeForCausalLM` (Trinity): gated attention, positions in windows only, norms before and after."""
    for key, value in {"score_func": "sigmoid", "n_group": 1, "num_expert_groups": 1}.items():
        config.expect(key, value)
    for key in ("topk_group", "num_limited_groups"):
        config.expect(key, 1)
    count = num_layers(config)
    period = config.whole("global_attn_every_n_layers", default=4)
    bias = biases(config)
    spans = {True: sliding(config), False: FULL}
    positions = {True: rope(config), False: NoPosition()}
    router = router_of(config, scoring="sigmoid", correction_bias="parameter", norm_topk_prob=True)
    experts = moe(config, router=router, shared=shared_experts(config, "num_shared_experts"))
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}
    local = windows(config, count, every(period))
    sparse = sparse_layers(config, count, key="num_dense_layers")

    def built(kind: tuple[bool, bool]) -> LayerSpec:
        windowed, has_experts = kind
        mixer = attention(
            config,
            position=positions[windowed],
            span=spans[windowed],
            qk_norm=HEAD_NORM,
            gate=Gate(per="element"),
            **bias,
        )
        return layer(mixer, ffns[has_experts])

    layers = alternating(list(zip(local, sparse, strict=True)), built)
    scaled = config.flag("mup_enabled", default=False)
    embedding = root_scaled(config) if scaled else EmbeddingSpec()
    return Body(layers, NormSpec(placement="sandwich"), embedding=embedding)
