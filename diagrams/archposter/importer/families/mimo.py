"""Xiaomi's MiMo: heads that differ between windows and global layers."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    dense_or_sparse,
    gated,
    grouped_router,
    layer,
    moe,
    mtp,
    num_layers,
    rope,
    shared_experts,
    sliding,
    sparse_layers,
    where_used,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.parts import AnyFfn, Attention


def mimo(config: Config) -> Body:
    """`MiMoForCausalLM`: the first MiMo, Qwen2 with modules that predict further tokens."""
    config.skip("max_window_layers", "sliding_window")
    config.expect("use_sliding_window", False)
    bias = config.flag("attention_bias", default=True)
    block = layer(attention(config, position=rope(config), qkv_bias=bias), gated(config))
    return Body([block] * num_layers(config), mtp=mtp(config, block))


def mimo_v2(config: Config) -> Body:
    """`MiMoV2FlashForCausalLM`: own heads and sinks in the layers with a window."""
    if "hybrid_layer_pattern" not in config.data and "layer_types" in config.data:
        return _converted(config)
    for key, value in {
        "topk_method": "noaux_tc",
        "scoring_func": "sigmoid",
        "hybrid_block_size": None,
        "attention_projection_layout": "fused_qkv",
    }.items():
        config.expect(key, value)
    config.skip("attention_chunk_size")
    count = num_layers(config)
    local = config.wholes("hybrid_layer_pattern", length=count)
    sparse = config.wholes("moe_layer_freq", length=count)
    if local is None or sparse is None:
        raise config.refused(
            "hybrid_layer_pattern" if local is None else "moe_layer_freq", "missing; expected a list"
        )
    config.expect("sliding_window_size", config.whole("sliding_window"))
    mixers = {True: _mimo_local(config), False: _mimo_global(config)}
    experts = moe(
        config, router=grouped_router(config, correction_bias="buffer"), shared=shared_experts(config)
    )
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}
    kinds = [(bool(windowed), bool(routed)) for windowed, routed in zip(local, sparse, strict=True)]
    module = layer(mixers[True], ffns[False])
    layers = alternating(kinds, lambda kind: layer(mixers[kind[0]], ffns[kind[1]]))
    return Body(layers, mtp=mtp(config, module))


def _converted(config: Config) -> Body:
    """Return the layers of a file in the library's own words, which fix how windows differ."""
    count = num_layers(config)
    kinds = [bool(word) for word in windows(config, count, lambda _: False)]
    heads = config.whole("num_key_value_heads")
    bias = config.flag("attention_bias", default=False)

    def mixer(local: bool) -> Attention:
        word = "sliding_attention" if local else "full_attention"
        return attention(
            config,
            num_key_value_heads=2 * heads if local else heads,
            v_head_dim=config.whole("v_head_dim"),
            position=rope(config, word),
            span=sliding(config) if local else FULL,
            sinks="head" if local else None,
            qkv_bias=bias,
            attention_value_scale=_value_scale(config),
        )

    full = mixer(False)
    mixers = {False: full, True: where_used(any(kinds), lambda: mixer(True), full)}
    sparse = sparse_layers(config, count, dense=1)
    ffns = dense_or_sparse(
        sparse,
        lambda: moe(config, router=lambda: grouped_router(config, correction_bias="buffer")),
        lambda: gated(config),
    )
    pairs = list(zip(kinds, sparse, strict=True))
    return Body(alternating(pairs, lambda pair: layer(mixers[pair[0]], ffns[pair[1]])))


def _value_scale(config: Config) -> float:
    """Return what values are multiplied by; null: nothing."""
    said = config.data.get("attention_value_scale", 0.707)
    return config.number("attention_value_scale", default=0.707 if said else 1.0)


def _mimo_global(config: Config) -> Attention:
    return attention(
        config,
        v_head_dim=config.whole("v_head_dim"),
        position=rope(config),
        sinks="head" if config.flag("add_full_attention_sink_bias", default=False) else None,
        qkv_bias=config.flag("attention_bias", default=False),
        attention_value_scale=_value_scale(config),
    )


def _mimo_local(config: Config) -> Attention:
    theta = config.number("swa_rope_theta")
    return attention(
        config,
        num_attention_heads=config.whole("swa_num_attention_heads"),
        num_key_value_heads=config.whole("swa_num_key_value_heads"),
        head_dim=config.whole("swa_head_dim"),
        v_head_dim=config.whole("swa_v_head_dim"),
        position=rope(config).model_copy(update={"theta": theta}),
        span=sliding(config),
        sinks="head" if config.flag("add_swa_attention_sink_bias", default=False) else None,
        qkv_bias=config.flag("attention_bias", default=False),
        attention_value_scale=_value_scale(config),
    )
