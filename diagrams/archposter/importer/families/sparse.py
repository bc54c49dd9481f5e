"""Mixtures of experts on grouped-query attention, one reader for each family's words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    biases,
    dense_or_sparse,
    even_heads,
    gated,
    grouped_router,
    hidden_size,
    layer,
    moe,
    num_heads,
    num_layers,
    rope,
    shared_experts,
    shared_ffn,
    sliding,
    sparse_layers,
    windows,
)
from archposter.importer.config import Config
from archposter.importer.families.deepseek import mla
from archposter.importer.families.experts import granitemoe
from archposter.importer.families.llama import granite
from archposter.importer.families.modern import exaone_pattern
from archposter.spec.model import EmbeddingSpec, LayerSpec, NormSpec, SublayerSpec
from archposter.spec.parts import AnyFfn, Lightning, Moe, NoPosition, Rope, Router

_LAYERNORM = NormSpec(kind="layernorm")
_TOP_K_FIRST = Router(order="top_k_first")


def aria_text(config: Config) -> Body:
    """`AriaTextForCausalLM`: Llama with experts, of which two are shared."""
    bias = config.flag("mlp_bias", default=False)
    experts = moe(
        config,
        num_experts=config.whole("moe_num_experts"),
        num_experts_per_tok=config.whole("moe_topk"),
        moe_intermediate_size=config.whole("intermediate_size"),
        **shared_ffn(config, shared_experts(config, "moe_num_shared_experts"), bias, "intermediate_size"),
        router=_TOP_K_FIRST,
    )
    mixer = attention(config, position=rope(config), **biases(config))
    return Body([layer(mixer, experts)] * num_layers(config))


def axk1(config: Config) -> Body:
    """`AXK1ForCausalLM`: DeepSeek V3 with a norm after the experts too."""
    config.skip("topk_method", "scoring_func")
    mixer = mla(config)
    experts = moe(
        config,
        router=grouped_router(config, correction_bias=True),
        num_shared_experts=shared_experts(config),
    )
    dense = layer(mixer, gated(config))
    sparse = LayerSpec(sublayers=(SublayerSpec(part=mixer), SublayerSpec(part=experts, placement="sandwich")))
    kinds = sparse_layers(config, num_layers(config), dense=1)
    return Body(alternating(kinds, lambda routed: sparse if routed else dense))


def dbrx(config: Config) -> Body:
    """`DbrxForCausalLM`: LayerNorms without bias, experts in all layers."""
    ffn, attn = config.section("ffn_config"), config.section("attn_config")
    if ffn is None or attn is None:
        raise config.refused(
            "ffn_config", "missing; the experts and heads stand in ffn_config and attn_config"
        )
    attn.skip("clip_qkv", "attn_pdrop")
    ffn.skip("moe_jitter_eps", "moe_loss_weight", "moe_normalize_expert_weights", "hidden_size")
    ffn.skip("uniform_expert_assignment")
    config.skip("emb_pdrop", "num_key_value_heads", "rope_parameters", "resid_pdrop")
    heads = num_heads(config)
    theta = attn.number("rope_theta", default=10_000.0)
    mixer = attention(
        config,
        num_key_value_heads=attn.whole("kv_n_heads", default=1),
        head_dim=even_heads(config, heads),
        position=config.build(Rope, theta=theta),
    )
    act = ffn.section("ffn_act_fn")
    if act is not None:
        act.expect("name", "silu")
    experts = moe(
        config,
        num_experts=ffn.whole("moe_num_experts", default=4),
        num_experts_per_tok=ffn.whole("moe_top_k", default=1),
        moe_intermediate_size=ffn.whole("ffn_hidden_size", default=3584),
        activation="silu",
        router=Router(),
    )
    return Body([layer(mixer, experts)] * num_layers(config), NormSpec(kind="layernorm", bias=False))


def dots1(config: Config) -> Body:
    """`Dots1ForCausalLM`: DeepSeek V3's experts on attention with normed heads, windows in upper layers."""
    count = num_layers(config)
    config.expect("scoring_func", "noaux_tc", "sigmoid")
    config.expect("topk_method", "noaux_tc")
    config.skip("moe_layer_freq", "max_window_layers", "use_sliding_window")
    first = config.whole("max_window_layers", default=count, least=0)
    local = windows(config, count, lambda index: config.has("sliding_window") and index >= first)
    spans = {True: sliding(config), False: FULL}
    sparse = sparse_layers(config, count)
    position, bias = rope(config), biases(config)
    ffns = dense_or_sparse(sparse, lambda: _corrected(config, "n_shared_experts"), lambda: gated(config))

    def built(kind: tuple[bool, bool]) -> LayerSpec:
        mixer = attention(config, position=position, span=spans[kind[0]], qk_norm="head", **bias)
        return layer(mixer, ffns[kind[1]])

    return Body(alternating(list(zip(local, sparse, strict=True)), built))


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
        **shared_ffn(config, shared_experts(config, "moe_num_shared_experts"), bias),
        router=Router(correction_bias=True, correction_bias_is_parameter=True),
    )


def _corrected(config: Config, shared: str) -> Moe:
    """Return DeepSeek V3's experts."""
    return moe(
        config,
        num_shared_experts=shared_experts(config, shared),
        router=lambda: grouped_router(config, correction_bias=True),
    )


def exaone_moe(config: Config) -> Body:
    """`ExaoneMoeForCausalLM`: EXAONE 4's windows with pre-norms and DeepSeek V3's experts."""
    count = num_layers(config)
    has_window = config.has("sliding_window")
    spans = {True: sliding(config), False: FULL}
    positions = {True: rope(config), False: NoPosition() if has_window else rope(config)}
    local = windows(config, count, exaone_pattern(config, has_window))
    sparse = sparse_layers(config, count, dense=1)
    ffns = dense_or_sparse(sparse, lambda: _corrected(config, "num_shared_experts"), lambda: gated(config))

    def built(kind: tuple[bool, bool]) -> LayerSpec:
        mixer = attention(config, position=positions[kind[0]], span=spans[kind[0]], qk_norm="head")
        return layer(mixer, ffns[kind[1]])

    return Body(alternating(list(zip(local, sparse, strict=True)), built))


def flex_olmo(config: Config) -> Body:
    """`FlexOlmoForCausalLM`: OLMo 2 with experts."""
    return replace(olmoe(config), norm=NormSpec(placement="post"))


def olmoe(config: Config) -> Body:
    """`OlmoeForCausalLM`: one norm over all heads' queries and keys, experts in all layers."""
    config.skip("clip_qkv")
    mixer = attention(config, position=rope(config), qk_norm="full", **biases(config))
    experts = moe(config, moe_intermediate_size=config.whole("intermediate_size"), router=Router())
    return Body([layer(mixer, experts)] * num_layers(config))


def granite_swa(config: Config) -> Body:
    """`GraniteSWAForCausalLM`: Granite with sinks, and windows in three of four layers."""
    return _sinks(config, granite(config))


def granitemoe_swa(config: Config) -> Body:
    """`GraniteMoeSWAForCausalLM`: the same with experts."""
    return _sinks(config, granitemoe(config))


def _sinks(config: Config, body: Body) -> Body:
    count = num_layers(config)
    config.skip("layer_rope_theta", "rope_parameters")
    thetas = config.numbers("layer_rope_theta", length=count) if config.has("layer_rope_theta") else None
    local = windows(config, count, lambda index: index % 4 != 0)
    spans = {True: sliding(config), False: FULL}
    whole = body.layers[0].mixer

    def built(kind: tuple[bool, float]) -> LayerSpec:
        position = config.build(Rope, theta=kind[1]) if thetas else whole.position  # type: ignore[union-attr]
        changes = {"span": spans[kind[0]], "sinks": True, "position": position}
        return body.layers[0].model_copy(update={"mixer": whole.model_copy(update=changes)})  # type: ignore[union-attr]

    return replace(body, layers=alternating(list(zip(local, thetas or [0.0] * count, strict=True)), built))


def hunyuan_moe(config: Config) -> Body:
    """`HunYuanMoEV1ForCausalLM`: one shared expert as wide as the routed ones, in all layers."""
    count = num_layers(config)
    config.skip("use_qk_norm", "use_cla", "cla_share_factor", "mlp_bias", "num_shared_expert")
    config.skip("use_mixed_mlp_moe", "moe_intermediate_size", "moe_layer_num_skipped")
    config.skip("capacity_factor", "moe_drop_tokens", "moe_random_routing_dropped_token", "norm_topk_prob")
    normed = {"qk_norm": "head", "qk_norm_after_position": True}
    mixer = attention(config, position=rope(config), **normed, **biases(config))
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
        num_shared_experts=1,
        router=Router(),
    )
    return Body([layer(mixer, experts)] * count)


def phimoe(config: Config) -> Body:
    """`PhimoeForCausalLM`: LayerNorms, two of sixteen experts, sometimes biases."""
    mixer = attention(config, position=rope(config), span=sliding(config), **biases(config))
    config.skip("input_jitter_noise", "router_jitter_noise", "original_max_position_embeddings")
    config.skip("rope_scaling")
    experts = moe(config, moe_intermediate_size=config.whole("intermediate_size"), router=Router())
    biased = config.flag("lm_head_bias", default=False)
    return Body([layer(mixer, experts)] * num_layers(config), _LAYERNORM, output={"bias": biased})


def solar_open(config: Config) -> Body:
    """`SolarOpenForCausalLM`: GLM-4.5's experts in all layers."""
    config.skip("first_k_dense_replace", "intermediate_size", "use_qk_norm")
    mixer = attention(config, position=rope(config), qkv_bias=config.flag("attention_bias", default=False))
    experts = moe(
        config,
        num_shared_experts=shared_experts(config),
        router=grouped_router(config, correction_bias=True),
    )
    return Body([layer(mixer, experts)] * num_layers(config))


def mellum(config: Config) -> Body:
    """`MellumForCausalLM`: Qwen3's experts, with a base of positions for each kind of layer."""
    count = num_layers(config)
    config.skip("mtp_layer_types", "mtp_mlp_layer_types", "num_nextn_predict_layers", "num_mtp_layers")
    if config.data.get("num_nextn_predict_layers") or config.data.get("num_mtp_layers"):
        raise config.refused("num_nextn_predict_layers", "its prediction modules are not understood")
    local = windows(config, count, lambda _: False)
    spans = {True: sliding(config), False: FULL}
    positions = {
        True: rope(config, "sliding_attention"),
        False: rope(config, "full_attention", theta=500_000.0),
    }
    bias = biases(config)
    said = config.words("mlp_layer_types", length=count, among=("dense", "sparse")) or ["sparse"] * count
    ffns: dict[str, AnyFfn] = {"sparse": moe(config, router=Router()), "dense": gated(config)}

    def built(kind: tuple[bool, str]) -> LayerSpec:
        mixer = attention(config, position=positions[kind[0]], span=spans[kind[0]], qk_norm="head", **bias)
        return layer(mixer, ffns[kind[1]])

    return Body(alternating(list(zip(local, said, strict=True)), built))


def minimax(config: Config) -> Body:
    """`MiniMaxForCausalLM`: Lightning attention in every second layer, experts in all."""
    count = num_layers(config)
    config.skip("block_size", "full_attn_alpha_factor", "full_attn_beta_factor", "linear_attn_alpha_factor")
    config.skip("linear_attn_beta_factor", "mlp_alpha_factor", "mlp_beta_factor", "sliding_window")
    kinds = {"linear_attention": True, "full_attention": False}
    said = config.words("layer_types", length=count, among=kinds)
    linear = [kinds[word] for word in said] if said else [bool((i + 1) % 2 == 0) for i in range(count)]
    heads = num_heads(config)
    width = config.whole("head_dim", default=hidden_size(config) // heads)
    lightning = config.build(Lightning, num_attention_heads=heads, head_dim=width)
    softmax = attention(config, head_dim=width, position=rope(config))
    experts = moe(config, moe_intermediate_size=config.whole("intermediate_size"), router=Router())
    mixers: dict[bool, Any] = {True: lightning, False: softmax}
    return normed_stream(alternating(linear, lambda kind: layer(mixers[kind], experts)))


def normed_stream(layers: list[LayerSpec]) -> Body:
    """Return layers whose norms stand on the stream: each part's output is added to its normed input.

    So the first norm follows the embedding, and what the class calls the final norm is the last layer's.
    """
    return Body(layers, NormSpec(placement="sum", final=False), embedding=EmbeddingSpec(norm=True))


def flint(config: Config) -> Body:
    """`FlintForCausalLM`: sinks, normed heads, a shared expert, dense first layers."""
    count = num_layers(config)
    dense = frozenset(config.wholes("mlp_only_layers") or ())
    step = config.whole("decoder_sparse_step", default=1)
    sparse = [index not in dense and (index + 1) % step == 0 for index in range(count)]
    experts = moe(
        config,
        num_shared_experts=1,
        shared_expert_intermediate_size=config.whole("shared_expert_intermediate_size"),
        router=Router(scoring="sigmoid"),
    )
    local = [not (index < 2 or index % 4 == 1 or index == count - 1) for index in range(count)]
    return _windowed_experts(config, local, sparse, experts, sinks=True)


def kolibri(config: Config) -> Body:
    """`Kolibri1ForCausalLM`: normed heads, a shared expert in all layers, norms before and after."""
    count = num_layers(config)
    experts = moe(
        config,
        num_experts=config.whole("num_local_experts", "num_experts"),
        num_shared_experts=1,
        shared_expert_intermediate_size=config.whole("shared_expert_intermediate_size"),
        router=Router(scoring="sigmoid", correction_bias=True),
    )
    local = [(index + 1) % 5 != 0 for index in range(count)]
    body = _windowed_experts(config, local, [True] * count, experts)
    return replace(body, norm=NormSpec(placement="sandwich"))


def _windowed_experts(
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
            qk_norm="head",
            **bias,
            **fields,
        )
        return layer(mixer, ffns[kind[1]])

    return Body(alternating(list(zip(local, sparse, strict=True)), built))
