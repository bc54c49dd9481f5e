"""LG's EXAONE."""

from __future__ import annotations

from typing import Any

from archposter.importer.body import (
    FULL,
    HEAD_NORM,
    Body,
    alternating,
    attention,
    biases,
    dense_or_sparse,
    every,
    gated,
    layer,
    num_layers,
    rope,
    sliding,
    sparse_layers,
    windows,
)
from archposter.importer.config import Config
from archposter.importer.decoders import corrected_experts
from archposter.spec.model import LayerSpec, NormSpec
from archposter.spec.parts import NoPosition

_POST = NormSpec(placement="post")


def exaone(config: Config) -> Body:
    """`ExaoneForCausalLM`: EXAONE 3, Llama, in files of its first code under other names."""
    mixer = attention(config, position=rope(config), **biases(config))
    key = "activation_function" if config.has("activation_function") else "hidden_act"
    ffn = gated(config, bias=config.flag("mlp_bias", default=False), key=key)
    return Body([layer(mixer, ffn)] * num_layers(config))


def exaone4(config: Config) -> Body:
    """`Exaone4ForCausalLM`: norms after attention and FFN; beside windows, global layers lack positions."""
    count = num_layers(config)
    has_window = config.has("sliding_window")
    spans = {True: sliding(config), False: FULL}
    positions = {True: rope(config), False: NoPosition() if has_window else rope(config)}
    local = windows(config, count, exaone_pattern(config, has_window))
    ffn = gated(config)

    def built(windowed: bool) -> LayerSpec:
        return layer(
            attention(config, position=positions[windowed], span=spans[windowed], qk_norm=HEAD_NORM), ffn
        )

    return Body(alternating(local, built), _POST)


def exaone_moe(config: Config) -> Body:
    """`ExaoneMoeForCausalLM`: EXAONE 4's windows with pre-norms and DeepSeek V3's experts."""
    count = num_layers(config)
    has_window = config.has("sliding_window")
    spans = {True: sliding(config), False: FULL}
    positions = {True: rope(config), False: NoPosition() if has_window else rope(config)}
    local = windows(config, count, exaone_pattern(config, has_window))
    sparse = sparse_layers(config, count, dense=1)
    ffns = dense_or_sparse(
        sparse, lambda: corrected_experts(config, "num_shared_experts"), lambda: gated(config)
    )

    def built(kind: tuple[bool, bool]) -> LayerSpec:
        mixer = attention(config, position=positions[kind[0]], span=spans[kind[0]], qk_norm=HEAD_NORM)
        return layer(mixer, ffns[kind[1]])

    return Body(alternating(list(zip(local, sparse, strict=True)), built))


def exaone_pattern(config: Config, has_window: bool) -> Any:
    """Return the pattern of windows: a number, or letters as "LLLG"."""
    config.skip("sliding_window_pattern")
    said = config.data.get("sliding_window_pattern", config.defaults.get("sliding_window_pattern"))
    if not has_window or not said:
        return lambda _: False
    if isinstance(said, str) and set(said) <= {"L", "G"}:
        return lambda index: said[index % len(said)] == "L"
    return every(config.whole("sliding_window_pattern"))
