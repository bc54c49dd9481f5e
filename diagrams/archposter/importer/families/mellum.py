"""JetBrains' Mellum."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    HEAD_NORM,
    Body,
    alternating,
    attention,
    biases,
    gated,
    layer,
    moe,
    num_layers,
    rope,
    router_of,
    sliding,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec
from archposter.spec.parts import AnyFfn


def mellum(config: Config) -> Body:
    """`MellumForCausalLM`: Qwen3's experts, with a base of positions for each kind of layer."""
    count = num_layers(config)
    config.skip("mtp_layer_types", "mtp_mlp_layer_types", "num_nextn_predict_layers", "num_mtp_layers")
    if config.data.get("num_nextn_predict_layers") or config.data.get("num_mtp_layers"):
        raise config.refused("num_nextn_predict_layers", "its prediction modules are not understood")
    local = windows(config, count, lambda _: False)
    spans = {True: sliding(config), False: FULL}
    positions = {
        True: rope(config, "sliding_attention"),
        False: rope(config, "full_attention", theta=500_000.0),
    }
    bias = biases(config)
    said = config.words("mlp_layer_types", length=count, among=("dense", "sparse")) or ["sparse"] * count
    ffns: dict[str, AnyFfn] = {
        "sparse": moe(
            config,
            router=router_of(
                config,
            ),
        ),
        "dense": gated(config),
    }

    def built(kind: tuple[bool, str]) -> LayerSpec:
        mixer = attention(config, position=positions[kind[0]], span=spans[kind[0]], qk_norm=HEAD_NORM, **bias)
        return layer(mixer, ffns[kind[1]])

    return Body(alternating(list(zip(local, said, strict=True)), built))
