"""Rhymes' Aria."""

from __future__ import annotations

from archposter.importer.body import (
    Body,
    attention,
    biases,
    layer,
    moe,
    num_layers,
    rope,
    shared_experts,
    shared_ffn,
)
from archposter.importer.config import Config
from archposter.spec.parts import Router

_TOP_K_FIRST = Router(order="top_k_first")


def aria_text(config: Config) -> Body:
    """`AriaTextForCausalLM`: Llama with experts, of which two are shared."""
    bias = config.flag("mlp_bias", default=False)
    many = shared_experts(config, "moe_num_shared_experts")
    experts = moe(
        config,
        num_experts=config.whole("moe_num_experts"),
        num_experts_per_tok=config.whole("moe_topk"),
        moe_intermediate_size=config.whole("intermediate_size"),
        shared_experts=shared_ffn(config, many, bias, "intermediate_size"),
        router=_TOP_K_FIRST,
    )
    mixer = attention(config, position=rope(config), **biases(config))
    return Body([layer(mixer, experts)] * num_layers(config))
