"""Attention to tokens or blocks of tokens that an indexer chooses: Hunyuan 4, MiniMax M3."""

from __future__ import annotations

from dataclasses import replace

from archposter.importer.body import (
    Body,
    alternating,
    attention,
    layer,
    moe,
    num_layers,
    rope,
)
from archposter.importer.config import Config
from archposter.importer.families.deepseek import corrected_router, decoder, indexer, mla, shared_choice
from archposter.spec.parts import AnyFfn, BlockIndexer, GatedFfn, HyperConnections, Router

_M3_KEYS = {
    "index_n_heads": "sparse_num_index_heads",
    "index_head_dim": "sparse_index_dim",
    "index_block_size": "sparse_block_size",
    "index_topk_blocks": "sparse_topk_blocks",
    "index_local_blocks": "sparse_local_block",
}


_M3_KINDS = {"full_attention": False, "minimax_m3_sparse": True}


def hy_v4(config: Config) -> Body:
    """`HYV4ForCausalLM`: gated latent attention with sinks, shared choices, streams that are not mixed."""
    count = num_layers(config)
    config.skip("num_key_value_heads", "learnable_sink_init", "hc_magnitude")
    config.words("layer_types", length=count, among=("indexed_attention",))
    kinds = config.words("indexer_types", length=count, among=("full", "shared")) or [
        "full" if index == 0 or index % 4 == 1 else "shared" for index in range(count)
    ]
    mixer = mla(config, indexer=indexer(config), gate="element", sinks=True)
    body = decoder(config, mixer, corrected_router(config), dense=1)
    streams = config.build(HyperConnections, hc_mult=config.whole("hc_mult"), independent=True)
    return replace(body, layers=shared_choice(kinds, body.layers), residual=streams)


def minimax_m3(config: Config) -> Body:
    """`MiniMaxM3VLForCausalLM`: an indexer chooses blocks of tokens; a shared expert, dense first layers."""
    count = num_layers(config)
    for key, value in {
        "attention_output_gate": False,
        "n_shared_experts": 1,
        "qk_norm_type": "per_head",
        "scoring_func": "sigmoid",
        "use_gemma_norm": True,
        "use_qk_norm": True,
        "use_routing_bias": True,
    }.items():
        config.expect(key, value)
    # the class turns the share of channels that RoPE's parameters name, and computes one activation
    config.skip("rotary_dim", "hidden_act", "num_mtp_modules", "num_nextn_predict_layers")
    if config.data.get("num_mtp_modules") or config.data.get("num_nextn_predict_layers"):
        config.journal.warn(config.where("num_mtp_modules"), "prediction modules are not read")
    mixers = {
        chosen: attention(config, position=rope(config), qk_norm="head", indexer=blocks)
        for chosen, blocks in ((False, None), (True, _m3_indexer(config)))
    }
    shared = config.whole("shared_intermediate_size")
    experts = moe(
        config,
        num_experts=config.whole("num_local_experts", "num_experts"),
        moe_intermediate_size=config.whole("intermediate_size"),
        num_shared_experts=1,
        shared_expert_intermediate_size=shared,
        activation="swiglu_clamped",
        router=Router(scoring="sigmoid", correction_bias=True),
    )
    width = config.whole("dense_intermediate_size")
    dense = config.build(GatedFfn, intermediate_size=width, activation="swiglu_clamped")
    ffns: dict[bool, AnyFfn] = {True: experts, False: dense}
    kinds = list(zip(_m3_chosen(config, count), _m3_sparse(config, count), strict=True))
    return Body(alternating(kinds, lambda kind: layer(mixers[kind[0]], ffns[kind[1]])))


def _m3_indexer(config: Config) -> BlockIndexer:
    """Return the indexer of blocks; a section with older names wins, as in the class."""
    older = config.section("sparse_attention_config")
    if older:
        older.expect("use_sparse_attention", True)
        older.expect("sparse_score_type", "max")
        older.expect("sparse_init_block", 0)
    least = {"index_local_blocks": 0}
    return config.build(
        BlockIndexer,
        **{
            key: older.whole(name, least=least.get(key, 1))
            if older and older.has(name)
            else config.whole(key, least=least.get(key, 1))
            for key, name in _M3_KEYS.items()
        },
    )


def _m3_chosen(config: Config, count: int) -> list[bool]:
    """Tell of every layer whether it reads chosen blocks: by name, or else by a list of 0 and 1."""
    older = config.section("sparse_attention_config")
    flags = older.wholes("sparse_attention_freq", length=count) if older else None
    said = config.words("layer_types", length=count, among=_M3_KINDS)
    chosen = [_M3_KINDS[word] for word in said] if said else [bool(flag) for flag in flags or [0] * count]
    silent = older.wholes("sparse_disable_index_value", length=count) if older else None
    if silent and any(has and not flag for has, flag in zip(chosen, silent, strict=True)):
        raise config.refused("sparse_attention_config", "values of an indexer cannot be said in a spec")
    return chosen


def _m3_sparse(config: Config, count: int) -> list[bool]:
    """Tell of every layer whether it has experts: by name, or else by a list of 0 and 1."""
    flags = config.wholes("moe_layer_freq", length=count)
    said = config.words("mlp_layer_types", length=count, among=("dense", "sparse"))
    return [word == "sparse" for word in said] if said else [bool(flag) for flag in flags or [1] * count]
