"""Whole decoders that several families build."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archposter.importer.body import (
    FULL,
    HEAD_NORM,
    Body,
    alternating,
    attention,
    biases,
    dense_or_sparse,
    gated,
    grouped_router,
    layer,
    moe,
    mtp,
    num_layers,
    num_modules,
    rope,
    shared_experts,
    shared_ffn,
    sliding,
    sparse_layers,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec
from archposter.spec.parts import AnyFfn, AnyMixer, Clamp, Moe, NoPosition, Router


def sparse_decoder(
    config: Config,
    mixer: AnyMixer,
    *,
    bias: bool = False,
    dense: int = 0,
    clamp: Clamp | None = None,
    **router: Any,
) -> Body:
    """Return equal attention in all layers, and experts in all but the first.

    `bias`: FFNs may have one; `clamp` is the routed experts'.
    """
    config.expect("moe_layer_freq", 1)
    if not bias:
        config.expect("mlp_bias", False)
    bias = bias and config.flag("mlp_bias", default=False)
    sparse = sparse_layers(config, num_layers(config), dense=dense)
    ffns = dense_or_sparse(
        sparse,
        lambda: moe(
            config,
            router=lambda: grouped_router(config, **router),
            shared_experts=shared_ffn(config, shared_experts(config), bias),
            clamp=clamp,
        ),
        lambda: gated(config, bias=bias),
        modules=num_modules(config),
    )
    layers = alternating(sparse, lambda kind: layer(mixer, ffns[kind]))
    return Body(layers, mtp=mtp(config, layer(mixer, ffns[True])))


def corrected(config: Config, mixer: AnyMixer, *, dense: int = 0, clamp: Clamp | None = None) -> Body:
    """Return layers with DeepSeek V3's router: sigmoid scores and a balance bias."""
    config.expect("scoring_func", "sigmoid")
    config.expect("topk_method", "noaux_tc")
    return sparse_decoder(config, mixer, dense=dense, clamp=clamp, correction_bias="buffer")


def first_dense(
    config: Config, mixer: AnyMixer, router: Router | Callable[[], Router], *, dense: int = 0
) -> Body:
    """Return equal attention in all layers, a dense FFN in the first and experts in the others."""
    bias = config.flag("mlp_bias", default=False)
    sparse = sparse_layers(config, num_layers(config), dense=dense)
    ffns = dense_or_sparse(
        sparse,
        lambda: moe(config, router=router, shared_experts=shared_ffn(config, shared_experts(config), bias)),
        lambda: gated(config, bias=bias),
        modules=num_modules(config),
    )
    layers = alternating(sparse, lambda kind: layer(mixer, ffns[kind]))
    return Body(layers, mtp=mtp(config, layer(mixer, ffns[True])))


def windowed_experts(
    config: Config, usual: list[bool], sparse: list[bool], experts: Moe, **fields: Any
) -> Body:
    """Return normed heads with windows; layers without one have no positions."""
    local = windows(config, len(sparse), usual.__getitem__)
    spans = {True: sliding(config), False: FULL}
    positions = {True: rope(config), False: NoPosition()}
    ffns: dict[bool, AnyFfn] = {True: experts, False: experts if all(sparse) else gated(config)}
    bias = biases(config)

    def built(kind: tuple[bool, bool]) -> LayerSpec:
        mixer = attention(
            config,
            position=positions[kind[0]],
            span=spans[kind[0]],
            qk_norm=HEAD_NORM,
            **bias,
            **fields,
        )
        return layer(mixer, ffns[kind[1]])

    return Body(alternating(list(zip(local, sparse, strict=True)), built))


def corrected_experts(config: Config, *shared: str, **fields: object) -> Moe:
    """Return DeepSeek V3's experts; `shared` are the keys that count the shared ones."""
    return moe(
        config,
        router=lambda: grouped_router(config, correction_bias="buffer"),
        shared=shared_experts(config, *shared),
        **fields,
    )
