"""Attention to tokens or blocks that an indexer chooses: Hunyuan 4, GLM 5.3, MiniMax M3, dots3-note."""

from __future__ import annotations

from dataclasses import replace

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    gated,
    grouped_router,
    layer,
    moe,
    mtp,
    num_layers,
    rope,
    shared_experts,
    sparse_layers,
)
from archposter.importer.config import Config
from archposter.importer.families.deepseek import (
    corrected,
    indexer,
    indexer_types,
    mla,
    shared_choice,
)
from archposter.spec.parts import (
    AnyFfn,
    AnyMixer,
    BlockIndexer,
    GatedFfn,
    HyperConnections,
    Kda,
    Mla,
    NoPosition,
    Rope,
    Router,
    SlidingSpan,
)

_M3_KEYS = {
    "index_n_heads": "sparse_num_index_heads",
    "index_head_dim": "sparse_index_dim",
    "index_block_size": "sparse_block_size",
    "index_topk_blocks": "sparse_topk_blocks",
    "index_local_blocks": "sparse_local_block",
}


_DOTS_KINDS = ("full_attention", "indexed_attention", "sliding_attention")
_DOTS_SLIDING = {
    "num_attention_heads": 64,
    "num_key_value_heads": 64,
    "q_lora_rank": 1024,
    "kv_lora_rank": 1024,
    "head_dim": 256,
    "qk_nope_head_dim": 192,
    "v_head_dim": 128,
}
"""What the class takes for layers with a window where an older file is silent."""

_DOTS_OWN = (*_DOTS_SLIDING, "qk_rope_head_dim", "index_n_heads", "index_head_dim", "index_topk")
_GLM_KINDS = {
    "linear_attention": True,
    "indexed_attention": False,
    "full_attention": False,
    "deepseek_sparse_attention": False,
}
_GLM_KEYS = {
    "linear_num_heads": "num_heads",
    "linear_head_dim": "head_dim",
    "linear_conv_kernel_dim": "short_conv_kernel_size",
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
    body = corrected(config, mixer, dense=1)
    streams = config.build(HyperConnections, hc_mult=config.whole("hc_mult"), independent=True)
    return replace(body, layers=shared_choice(kinds, body.layers), residual=streams)


def glm5_next(config: Config) -> Body:
    """`Glm5NextForConditionalGeneration`: KDA, then latent attention to pools of tokens; mixed streams."""
    count = num_layers(config)
    for key in ("mhc", "index_kpool_always_select_tail"):
        config.expect(key, True)
    config.skip("linear_lower_bound")
    if config.whole("num_nextn_predict_layers", default=0, least=0):
        config.journal.warn(config.where("num_nextn_predict_layers"), "prediction modules are not read")
    said = config.words("layer_types", length=count, among=_GLM_KINDS)
    linear = [_GLM_KINDS[word] for word in said] if said else [index % 4 != 3 for index in range(count)]
    choice = indexer(config, index_kpool=config.whole("index_kpool"))
    mixers: dict[bool, AnyMixer] = {
        True: _glm_kda(config),
        False: mla(config, position=NoPosition(), indexer=choice),
    }
    config.expect("scoring_func", "sigmoid")
    config.expect("topk_method", "noaux_tc")
    router = grouped_router(config, correction_bias=True)
    experts = moe(config, router=router, num_shared_experts=shared_experts(config))
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}
    kinds = list(zip(linear, sparse_layers(config, count, dense=3), strict=True))
    layers = alternating(kinds, lambda kind: layer(mixers[kind[0]], ffns[kind[1]]))
    streams = config.build(HyperConnections, hc_mult=config.whole("hc_mult"), hc_head=False)
    return Body(shared_choice(indexer_types(config, count), layers), residual=streams)


def _glm_kda(config: Config) -> Kda:
    section = config.section("linear_attn_config")
    if section:
        # what the layers' types say too, and a bound of the decay
        section.skip("kda_layers", "full_attn_layers", "gate_lower_bound", "safe_gate")
        config.skip("linear_num_heads", "linear_head_dim", "linear_conv_kernel_dim")
    sizes = {
        key: section.whole(name) if section and section.has(name) else config.whole(key)
        for key, name in _GLM_KEYS.items()
    }
    return config.build(Kda, **sizes)


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


def dots3_note(config: Config) -> Body:
    """`Dots3NoteForCausalLM`: latent attention, sparse or with a window, each with sizes of its own."""
    count = num_layers(config)
    for key, value in {
        "apply_mla_qkv_lora_rescale": True,
        "attention_gate_type": "headwise",
        "k_rope_only_layernorm": True,
        "mlp_bias": False,
        "qk_layernorm": True,
        "swa_attention_gate_type": "headwise",
        "topk_method": "noaux_tc",
        "use_dedicated_mtp_embeddings": False,
    }.items():
        config.expect(key, value)
    config.expect("scoring_func", "noaux_tc", "sigmoid")
    config.expect("num_nextn_predict_layers", 0, 1)
    config.skip("mtp_head_sharing", "moe_gating_fp32")
    types = _dots_types(config, count)
    own = _dots_own(config, types)
    experts = moe(
        config,
        num_shared_experts=shared_experts(config),
        shared_expert_intermediate_size=config.whole(
            "moe_shared_expert_intermediate_size", "shared_experts_intermediate_size"
        ),
        router=grouped_router(config, correction_bias=True),
    )
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}
    kinds = list(zip(types, own, _dots_sparse(config, count), strict=True))
    layers = alternating(kinds, lambda kind: layer(_dots_mixer(config, *kind[:2]), ffns[kind[2]]))
    ahead = ffns[config.flag("mtp_use_moe", default=False)]
    windowed = next(
        (sizes for word, sizes in zip(types, own, strict=True) if word == "sliding_attention"), ()
    )
    module = layer(_dots_mixer(config, "sliding_attention", windowed), ahead)
    return Body(layers, mtp=mtp(config, module))


def _dots_types(config: Config, count: int) -> list[str]:
    """Return each layer's type; older files call those with an indexer full attention."""
    older = "per_layer_config" not in config.data
    windowed = config.flag("use_sliding_window", default=True)
    indexed = config.flag("use_dsa", default=older)
    said = config.words("layer_types", length=count, among=_DOTS_KINDS) or [
        "sliding_attention" if windowed and index > 1 and index % 4 != 1 else "full_attention"
        for index in range(count)
    ]
    if "use_dsa" not in config.data and not older:
        return said
    other = "indexed_attention" if indexed else "full_attention"
    return [word if word == "sliding_attention" else other for word in said]


def _dots_own(config: Config, types: list[str]) -> list[tuple[tuple[str, int], ...]]:
    """Return the sizes in which each layer differs from the model's: listed, or those of all windows."""
    listed = config.section("per_layer_config")
    if listed is None:
        sizes = {key: config.whole(f"swa_{key}", default=value) for key, value in _DOTS_SLIDING.items()}
        turned = sizes["head_dim"] - sizes["qk_nope_head_dim"]
        sizes["qk_rope_head_dim"] = config.whole("swa_qk_rope_head_dim", default=turned)
        return [tuple(sizes.items()) if word == "sliding_attention" else () for word in types]
    config.skip(*(f"swa_{key}" for key in _DOTS_OWN))
    found: list[tuple[tuple[str, int], ...]] = [()] * len(types)
    for key in listed.data:
        inner = listed.section(key)
        if inner is None or not key.isdecimal() or int(key) >= len(types):
            raise listed.refused(key, f"expected the number of a layer, below {len(types)}, and its sizes")
        found[int(key)] = tuple((name, inner.whole(name)) for name in _DOTS_OWN if inner.has(name))
    listed.skip(*listed.data)
    return found


def _dots_mixer(config: Config, word: str, own: tuple[tuple[str, int], ...]) -> Mla:
    """Return a layer's attention, with the sizes in which it differs from the model's."""
    config.skip(*_DOTS_OWN, "attention_bias")
    windowed = word == "sliding_attention"
    local = Config({**config.data, **dict(own)}, config.journal, config.path, config.defaults)
    theta = config.number("swa_rope_theta", default=50_000.0)
    turn = rope(config, word)
    if windowed and not config.has("rope_parameters") and not config.has("rope_scaling"):
        turn = config.build(Rope, theta=theta)
    window = config.optional("sliding_window") or config.whole("sliding_window_size", default=512)
    return mla(
        local,
        position=turn.model_copy(update={"partial_rotary_factor": 1.0}),
        span=SlidingSpan(size=window) if windowed else FULL,
        indexer=indexer(local) if word == "indexed_attention" else None,
        gate="head",
        k_rope_norm=True,
    )


def _dots_sparse(config: Config, count: int) -> list[bool]:
    """Tell of every layer whether it has experts: by name, or else from one on, all or every so many."""
    first = config.whole("first_k_dense_replace", default=1, least=0)
    said = config.words("mlp_layer_types", length=count, among=("dense", "sparse"))
    if isinstance(config.data.get("moe_layer_freq"), list):
        flags = config.wholes("moe_layer_freq", length=count) or []
    else:
        period = config.whole("moe_layer_freq", default=1)
        flags = [index % period == 0 for index in range(count)]
    if said:
        return [word == "sparse" for word in said]
    return [index >= first and bool(flag) for index, flag in enumerate(flags)]
