"""Baidu's ERNIE 4.5."""

from __future__ import annotations

from archposter.importer.body import (
    Body,
    alternating,
    attention,
    dense_or_sparse,
    gated,
    layer,
    moe,
    num_layers,
    rope,
    shared_experts,
    shared_ffn,
)
from archposter.importer.config import Config
from archposter.spec.parts import Moe, Router


def ernie4_5(config: Config) -> Body:
    """`Ernie4_5ForCausalLM`: one flag for all biases."""
    bias = config.flag("use_bias", default=False)
    mixer = attention(config, position=rope(config), qkv_bias=bias, output_bias=bias)
    return Body([layer(mixer, gated(config, bias=bias))] * num_layers(config))


def ernie4_5_moe(config: Config) -> Body:
    """`Ernie4_5_MoeForCausalLM`: a correction bias that is a parameter, experts from one layer to another."""
    count = num_layers(config)
    bias = config.flag("use_bias", default=False)
    config.skip("moe_norm_min", "moe_capacity", "moe_gate", "moe_use_aux_free")
    mixer = attention(config, position=rope(config), qkv_bias=bias, output_bias=bias)
    start = config.whole("moe_layer_start_index", default=1, least=0)
    end = config.data.get("moe_layer_end_index", -1)
    end = count - 1 if end in (-1, None) else config.whole("moe_layer_end_index", least=0)
    config.skip("moe_layer_end_index")
    interval = config.whole("moe_layer_interval", default=1)
    kinds = [start <= index <= end and (index + 1) % interval == 0 for index in range(count)]
    ffns = dense_or_sparse(kinds, lambda: _ernie_experts(config, bias), lambda: gated(config, bias=bias))
    layers = alternating(kinds, lambda kind: layer(mixer, ffns[kind]))
    return Body(layers, output={"bias": bias})


def _ernie_experts(config: Config, bias: bool) -> Moe:
    return moe(
        config,
        num_experts=config.whole("moe_num_experts"),
        num_experts_per_tok=config.whole("moe_k"),
        shared_experts=shared_ffn(config, shared_experts(config, "moe_num_shared_experts"), bias),
        router=Router(correction_bias="parameter"),
    )
