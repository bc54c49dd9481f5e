"""Tencent's Hunyuan."""

from __future__ import annotations

from archposter.importer.body import (
    HEAD_NORM,
    Body,
    attention,
    biases,
    clamp,
    correction,
    gated,
    layer,
    moe,
    num_layers,
    rope,
    router_of,
)
from archposter.importer.config import Config
from archposter.importer.decoders import corrected, first_dense
from archposter.importer.latent import all_indexed, indexer, mla, shared_choice
from archposter.spec.parts import HyperConnections, LatentGate, QkNorm, Router


def hunyuan_dense(config: Config) -> Body:
    """`HunYuanDenseV1ForCausalLM`: a norm on each head's queries and keys, after they were turned."""
    config.skip("use_qk_norm", "use_cla", "cla_share_factor", "mlp_bias")
    normed = QkNorm(kind="head", after_position=True)
    mixer = attention(config, position=rope(config), qk_norm=normed, **biases(config))
    return Body([layer(mixer, gated(config))] * num_layers(config))


def hunyuan_moe(config: Config) -> Body:
    """`HunYuanMoEV1ForCausalLM`: one shared expert as wide as the routed ones, in all layers."""
    count = num_layers(config)
    config.skip("use_qk_norm", "use_cla", "cla_share_factor", "mlp_bias", "num_shared_expert")
    config.skip("use_mixed_mlp_moe", "moe_intermediate_size", "moe_layer_num_skipped")
    config.skip("capacity_factor", "moe_drop_tokens", "moe_random_routing_dropped_token", "norm_topk_prob")
    normed = QkNorm(kind="head", after_position=True)
    mixer = attention(config, position=rope(config), qk_norm=normed, **biases(config))
    width = config.whole("intermediate_size")
    config.expect("moe_intermediate_size", width, [width] * count)
    top = config.data.get("moe_topk", config.data.get("num_experts_per_tok"))
    config.skip("moe_topk", "num_experts_per_tok")
    if isinstance(top, list):
        if len(set(map(repr, top))) != 1:
            raise config.refused("moe_topk", "numbers that differ between layers are not understood")
        top = top[0]
    if not isinstance(top, int) or isinstance(top, bool):
        top = config.whole("moe_topk", "num_experts_per_tok")
    experts = moe(
        config,
        num_experts=config.whole("num_experts", "num_local_experts"),
        num_experts_per_tok=top,
        moe_intermediate_size=width,
        shared=1,
        router=Router(),
    )
    return Body([layer(mixer, experts)] * count)


def hy_v3(config: Config) -> Body:
    """`HYV3ForCausalLM`."""
    config.expect("qk_norm", True)
    config.expect("moe_router_use_sigmoid", True)
    config.expect("expert_hidden_dim", config.whole("moe_intermediate_size"))
    corrected = correction(config, "moe_router_enable_expert_bias")
    router = router_of(config, scoring="sigmoid", correction_bias=corrected, norm_topk_prob=True)
    mixer = attention(config, position=rope(config), qk_norm=HEAD_NORM, **biases(config))
    return first_dense(config, mixer, router, dense=1)


def hy_v4(config: Config) -> Body:
    """`HYV4ForCausalLM`: gated latent attention with sinks, shared choices, streams that are not mixed."""
    count = num_layers(config)
    # the class sets it to the number of heads
    config.data = {key: said for key, said in config.data.items() if key != "num_key_value_heads"}
    config.skip("learnable_sink_init", "hc_magnitude", "enable_lm_head_fp32")
    for key in ("use_dsa", "use_mla", "gated_mla", "learnable_sink", "enable_ihc"):
        config.expect(key, True)
    config.expect("gating_type", "elementwise")
    all_indexed(config, count)
    kinds = config.words("indexer_types", length=count, among=("full", "shared")) or [
        "full" if index == 0 or index % 4 == 1 else "shared" for index in range(count)
    ]
    mixer = mla(config, indexer=indexer(config), gate=LatentGate(per="element"), sinks="head")
    body = corrected(config, mixer, dense=1, clamp=clamp(config, 10.0))
    streams = config.build(HyperConnections, hc_mult=config.whole("hc_mult"), independent=True)
    return body._replace(layers=shared_choice(kinds, body.layers), residual=streams)
