"""Xiaomi's MiMo V2 and StepFun's Step 3.5: heads that differ between windows and global layers."""

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
    num_layers,
    rope,
    shared_experts,
    sliding,
    sparse_layers,
    where_used,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec, MtpSpec
from archposter.spec.parts import AnyFfn, Attention, Rope, Router, Span

_WINDOWS = {"full_attention": False, "sliding_attention": True}


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
        config, router=grouped_router(config, correction_bias=True), num_shared_experts=shared_experts(config)
    )
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}
    kinds = [(bool(windowed), bool(routed)) for windowed, routed in zip(local, sparse, strict=True)]
    return Body(alternating(kinds, lambda kind: layer(mixers[kind[0]], ffns[kind[1]])))


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
            sinks=local,
            qkv_bias=bias,
        )

    full = mixer(False)
    mixers = {False: full, True: where_used(any(kinds), lambda: mixer(True), full)}
    sparse = sparse_layers(config, count, dense=1)
    ffns = dense_or_sparse(
        sparse,
        lambda: moe(config, router=lambda: grouped_router(config, correction_bias=True)),
        lambda: gated(config),
    )
    pairs = list(zip(kinds, sparse, strict=True))
    return Body(alternating(pairs, lambda pair: layer(mixers[pair[0]], ffns[pair[1]])))


def _mimo_global(config: Config) -> Attention:
    return attention(
        config,
        v_head_dim=config.whole("v_head_dim"),
        position=rope(config),
        sinks=config.flag("add_full_attention_sink_bias", default=False),
        qkv_bias=config.flag("attention_bias", default=False),
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
        sinks=config.flag("add_swa_attention_sink_bias", default=False),
        qkv_bias=config.flag("attention_bias", default=False),
    )


def step3p5(config: Config) -> Body:
    """`Step3p5ForCausalLM`: more query heads in the layers with a window, a gate on each head."""
    for key, value in {
        "use_moe": True,
        "use_moe_router_bias": True,
        "use_qk_norm": True,
        "use_head_wise_attn_gate": True,
        "att_impl_type": "GQA",
        "moe_router_activation": "sigmoid",
        "moe_layer_offset": 0,
        "moe_every_n_layer": 1,
        "mlp_bias": False,
        "attention_bias": False,
    }.items():
        config.expect(key, value)
    count = num_layers(config)
    modules = config.whole("num_nextn_predict_layers", default=0, least=0, most=16)
    local = _step_windows(config, count, modules)
    routed = _step_experts(config, count)
    other = config.section("attention_other_setting")
    spans = {True: sliding(config), False: FULL}
    mixers = {
        windowed: _step_attention(other if other and windowed else config, span)
        for windowed, span in spans.items()
    }
    positions = _step_positions(config, count + modules)
    experts = moe(
        config,
        num_experts=config.whole("moe_num_experts", "n_routed_experts", "num_local_experts"),
        num_experts_per_tok=config.whole("moe_top_k", "num_experts_per_tok"),
        num_shared_experts=1,
        shared_expert_intermediate_size=config.whole("share_expert_dim", "share_expert_dims"),
        router=Router(scoring="sigmoid", correction_bias=True),
    )
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}

    def built(kind: tuple[bool, bool, Rope]) -> LayerSpec:
        windowed, has_experts, position = kind
        return layer(mixers[windowed].model_copy(update={"position": position}), ffns[has_experts])

    kinds = [
        (windowed, index in routed, position)
        for index, (windowed, position) in enumerate(zip(local, positions, strict=True))
    ]
    layers = alternating(kinds, built)
    module = MtpSpec(num_nextn_predict_layers=modules, layer=layers[count]) if modules else None
    return Body(layers[:count], mtp=module)


def _step_attention(source: Config, span: Span) -> Attention:
    source.expect("attention_type", "sliding_attention")
    source.expect("true_head_dim", source.whole("head_dim"))
    return attention(
        source,
        num_key_value_heads=source.whole("num_attention_groups", "num_key_value_heads"),
        qk_norm="head",
        gate="head",
        span=span,
    )


def _step_windows(config: Config, count: int, modules: int) -> list[bool]:
    """Tell of every layer, those of the prediction modules included, whether it has a window."""
    said = config.words("layer_types", length=count + modules, among=_WINDOWS)
    return [_WINDOWS[word] for word in said] if said else [False] * (count + modules)


def _step_experts(config: Config, count: int) -> frozenset[int]:
    listed = config.text("moe_layers_enum", default=",".join(map(str, range(3, count))))
    words = [word.strip() for word in listed.split(",") if word.strip()]
    if not all(word.isascii() and word.isdigit() and len(word) < 6 for word in words):
        raise config.refused("moe_layers_enum", "expected the numbers of layers with commas between them")
    return frozenset(map(int, words))


def _step_positions(config: Config, count: int) -> list[Rope]:
    """Return each layer's positions: base and share of the head are lists, or the same for all."""
    usual = None if isinstance(config.data.get("rope_theta"), list) else rope(config)
    if scaling := config.section("rope_scaling"):
        scaling.word("rope_type", among=dict.fromkeys(("llama3", "default")))
    thetas = [usual.theta] * count if usual else config.numbers("rope_theta", length=count)
    listed = config.has("partial_rotary_factors")
    whole = usual.partial_rotary_factor if usual else 1.0
    shares = config.numbers("partial_rotary_factors", length=count) if listed else [whole] * count
    return [
        config.build(Rope, theta=theta, partial_rotary_factor=share)
        for theta, share in zip(thetas, shares, strict=True)
    ]
