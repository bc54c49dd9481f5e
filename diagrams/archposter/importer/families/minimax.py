"""MiniMax, from Lightning attention to chosen blocks of tokens."""

from __future__ import annotations

from typing import Any

from archposter.importer.body import (
    HEAD_NORM,
    Body,
    alternating,
    attention,
    clamp,
    head_dim,
    hidden_size,
    layer,
    moe,
    mtp,
    num_heads,
    num_layers,
    rope,
    router_of,
    shared_of,
)
from archposter.importer.config import Config
from archposter.spec.model import BranchSpec, EmbeddingSpec, LayerSpec, NormSpec, SublayerSpec
from archposter.spec.parts import (
    AnyFfn,
    AnyMixer,
    AnyPart,
    BlockIndexer,
    GatedFfn,
    InnerNorm,
    Lightning,
    QkNorm,
    Router,
)

_M3_KEYS = {
    "index_n_heads": "sparse_num_index_heads",
    "index_head_dim": "sparse_index_dim",
    "index_block_size": "sparse_block_size",
    "index_topk_blocks": "sparse_topk_blocks",
    "index_local_blocks": "sparse_local_block",
}
_M3_KINDS = {"full_attention": False, "minimax_m3_sparse": True}


def minimax(config: Config) -> Body:
    """`MiniMaxForCausalLM`: Lightning attention in every second layer, experts in all."""
    count = num_layers(config)
    config.skip("block_size", "sliding_window")
    kinds = {"linear_attention": True, "full_attention": False}
    said = config.words("layer_types", length=count, among=kinds)
    linear = [kinds[word] for word in said] if said else [bool((i + 1) % 2 == 0) for i in range(count)]
    heads = num_heads(config)
    width = config.whole("head_dim", default=hidden_size(config) // heads)
    lightning = config.build(Lightning, num_attention_heads=heads, head_dim=width)
    softmax = attention(config, head_dim=width, position=rope(config))
    experts = moe(config, moe_intermediate_size=config.whole("intermediate_size"), router=Router())
    mixers: dict[bool, Any] = {True: lightning, False: softmax}
    steps = {
        kind: _weighed(config, mixer, f"{'linear' if kind else 'full'}_attn_{{}}_factor")
        for kind, mixer in mixers.items()
    }
    last = _weighed(config, experts, "mlp_{}_factor")
    return normed_stream(alternating(linear, lambda kind: LayerSpec(sublayers=(steps[kind], last))))


def minimax_m1(config: Config) -> Body:
    """`MiniMaxM1ForCausalLM`, MiniMax-Text-01: seven layers of Lightning attention, then one of softmax."""
    count = num_layers(config)
    for key, value in {"postnorm": True, "shared_intermediate_size": 0, "shared_moe_mode": "sigmoid"}.items():
        config.expect(key, value)
    config.expect("sliding_window", None)
    heads, width = num_heads(config), config.whole("head_dim")
    turning = config.whole("rotary_dim", default=width)
    kinds = config.wholes("attn_type_list", length=count) or [1] * count
    if max(kinds) > 1:
        raise config.refused("attn_type_list", f"got {max(kinds)}; expected 0 (Lightning) or 1 (softmax)")
    mixers: dict[int, AnyMixer] = {
        0: config.build(Lightning, num_attention_heads=heads, head_dim=width),
        1: attention(config, head_dim=width, position=rope(config, partial=turning / width)),
    }
    experts = moe(config, moe_intermediate_size=config.whole("intermediate_size"), router=Router())
    words = {0: "linear_attention", 1: "full_attention"}
    steps = {kind: _weighed(config, mixer, f"layernorm_{words[kind]}_{{}}") for kind, mixer in mixers.items()}
    last = _weighed(config, experts, "layernorm_mlp_{}")
    return normed_stream(alternating(kinds, lambda kind: LayerSpec(sublayers=(steps[kind], last))))


def _weighed(config: Config, part: AnyPart, key: str) -> SublayerSpec:
    """Return a step; the stream is multiplied by alpha and what it adds by beta, which `key` leaves open."""
    stream = config.number(key.format("alpha"), default=1.0)
    branch = config.build(BranchSpec, part=part, multiplier=config.number(key.format("beta"), default=1.0))
    if branch.multiplier == 1:
        return config.build(SublayerSpec, part=part, stream_multiplier=stream)
    return config.build(SublayerSpec, branches=(branch,), stream_multiplier=stream)


def normed_stream(layers: list[LayerSpec]) -> Body:
    """Return layers whose norms stand on the stream: each part's output is added to its normed input.

    So the first norm follows the embedding, and what the class calls the final norm is the last layer's.
    """
    return Body(
        layers, NormSpec(placement="sum", final=False), embedding=EmbeddingSpec(norm=InnerNorm(weight=True))
    )


def minimax_m2(config: Config) -> Body:
    """`MiniMaxM2ForCausalLM`: one norm over all heads' queries and keys, no shared expert."""
    count = num_layers(config)
    for key, value in {
        "attn_type_list": [1] * count,
        "qk_norm_type": "per_layer",
        "use_qk_norm": True,
        "use_routing_bias": True,
        "scoring_func": "sigmoid",
        "shared_intermediate_size": 0,
        "mtp_transformer_layers": 1,
    }.items():
        config.expect(key, value)
    config.skip("mlp_intermediate_size", "shared_moe_mode", "sliding_window")
    width = head_dim(config, config.whole("num_attention_heads"))
    turning = config.whole("rotary_dim", default=width)
    mixer = attention(config, position=rope(config, partial=turning / width), qk_norm=QkNorm(kind="full"))
    experts = moe(
        config,
        moe_intermediate_size=config.whole("intermediate_size"),
        router=Router(scoring="sigmoid", correction_bias="buffer"),
    )
    block = layer(mixer, experts)
    used = config.flag("use_mtp", default=False)
    config.skip("num_mtp_modules")
    return Body([block] * count, mtp=mtp(config, block, "num_mtp_modules") if used else None)


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
    config.skip("rotary_dim", "hidden_act")
    # the released files hold no prediction modules, whatever they count
    config.skip("num_mtp_modules", "num_nextn_predict_layers")
    # the file lists what these say in short
    config.skip("first_k_dense_replace", "moe_intermediate_size")
    mixers = {
        chosen: attention(config, position=rope(config), qk_norm=HEAD_NORM, indexer=blocks)
        for chosen, blocks in ((False, None), (True, _m3_indexer(config)))
    }
    wide, limit = config.whole("shared_intermediate_size"), clamp(config, 7.0)
    slope = config.number("swiglu_alpha", default=1.702)
    unit: dict[str, Any] = {"activation": "swiglu_clamped", "swiglu_alpha": slope, "clamp": limit}
    experts = moe(
        config,
        num_experts=config.whole("num_local_experts", "num_experts"),
        moe_intermediate_size=config.whole("intermediate_size"),
        shared_experts=shared_of(config, 1, wide, clamp=limit),
        **unit,
        router=router_of(config, scoring="sigmoid", correction_bias="buffer", norm_topk_prob=True),
    )
    width = config.whole("dense_intermediate_size")
    dense = config.build(GatedFfn, intermediate_size=width, **unit)
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
