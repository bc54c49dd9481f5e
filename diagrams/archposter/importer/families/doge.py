"""Doge: masks that are learned, experts of one neuron."""

from __future__ import annotations

from archposter.importer.body import (
    HEAD_NORM,
    Body,
    attention,
    biases,
    dense_or_sparse,
    gated,
    layer,
    moe,
    num_layers,
    rope,
    router_of,
    shared_of,
    sliding,
)
from archposter.importer.config import Config
from archposter.spec.parts import Moe, ScaledStream


def doge(config: Config) -> Body:
    """`DogeForCausalLM`: a learned mask on attention, a learned scale on the residual stream."""
    config.skip("keep_window_size")
    mixer = attention(
        config,
        position=rope(config),
        qk_norm=HEAD_NORM,
        dynamic_mask=True,
        span=sliding(config),
        **biases(config),
    )
    bias = config.flag("mlp_bias", default=False)
    routed = config.flag("is_moe", default=False)
    ffns = dense_or_sparse([routed], lambda: _doge_experts(config, bias), lambda: gated(config, bias=bias))
    return Body([layer(mixer, ffns[routed])] * num_layers(config), residual=ScaledStream())


def _doge_experts(config: Config, bias: bool) -> Moe:
    """Return experts of one neuron each, chosen by product keys, beside a gated FFN."""
    return moe(
        config,
        moe_intermediate_size=1,
        gated=False,
        shared_experts=shared_of(config, 1, config.whole("intermediate_size"), bias=bias),
        router=router_of(config, choice="product_keys", order="top_k_first"),
    )
