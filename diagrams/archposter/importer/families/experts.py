"""Grouped-query attention with mixtures of experts, each family in its own words."""

from __future__ import annotations

from collections.abc import Callable

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    biases,
    dense_or_sparse,
    every,
    gated,
    grouped_router,
    head_dim,
    layer,
    moe,
    mtp,
    num_layers,
    num_modules,
    root_scaled,
    rope,
    shared_experts,
    shared_ffn,
    sliding,
    sparse_layers,
    windows,
)
from archposter.importer.config import Config
from archposter.importer.families.llama import divided_logits
from archposter.spec.model import BranchSpec, EmbeddingSpec, LayerSpec, NormSpec, SublayerSpec
from archposter.spec.parts import AnyFfn, AnyMixer, ChunkedSpan, Moe, NoPosition, PlainResidual, Router


def mixtral(config: Config) -> Body:
    """`MixtralForCausalLM`."""
    mixer = attention(config, position=rope(config), span=sliding(config))
    experts = moe(config, moe_intermediate_size=config.whole("intermediate_size"), router=Router())
    return Body([layer(mixer, experts)] * num_layers(config))


def granitemoe(config: Config, bare: AnyFfn | None = None) -> Body:
    """`GraniteMoeForCausalLM`, and `GraniteMoeSharedForCausalLM` with an FFN that every token passes.

    `bare`: this FFN alone, for a model without experts.
    """
    shared = config.whole("shared_intermediate_size", default=0, least=0)
    fields = {"num_shared_experts": 1, "shared_expert_intermediate_size": shared} if shared else {}
    experts = bare or moe(
        config,
        moe_intermediate_size=config.whole("intermediate_size"),
        router=Router(order="top_k_first"),
        **fields,
    )
    mixer = attention(config, position=rope(config), **biases(config))
    return Body(
        [layer(mixer, experts)] * num_layers(config),
        residual=config.build(
            PlainResidual, residual_multiplier=config.number("residual_multiplier", default=1.0)
        ),
        embedding=config.build(EmbeddingSpec, multiplier=config.number("embedding_multiplier", default=1.0)),
        output=divided_logits(config),
    )


def glm4_moe(config: Config) -> Body:
    """`Glm4MoeForCausalLM`: half of each head turns."""
    mixer = attention(
        config,
        position=rope(config, partial=0.5),
        qkv_bias=config.flag("attention_bias", default=False),
        qk_norm="head" if config.flag("use_qk_norm", default=False) else "none",
    )
    return _shared_body(config, mixer, lambda: grouped_router(config, correction_bias=True))


def hy_v3(config: Config) -> Body:
    """`HYV3ForCausalLM`."""
    config.expect("qk_norm", True)
    config.expect("moe_router_use_sigmoid", True)
    config.expect("expert_hidden_dim", config.whole("moe_intermediate_size"))
    corrected = config.flag("moe_router_enable_expert_bias", default=True)
    router = Router(scoring="sigmoid", correction_bias=corrected)
    mixer = attention(config, position=rope(config), qk_norm="head", **biases(config))
    return _shared_body(config, mixer, router, dense=1)


def sarvam_moe(config: Config) -> Body:
    """`SarvamMoEForCausalLM`: no class in the library; built like Ling 2."""
    for key, value in {"use_rmsnorm": True, "score_function": "sigmoid", "use_bias": False}.items():
        config.expect(key, value)
    config.skip("max_window_layers")
    normed = "head" if config.flag("use_qk_norm", default=True) else "none"
    bias = config.flag("use_qkv_bias", default=False)
    corrected = config.flag("moe_router_enable_expert_bias", default=True)
    mixer = attention(config, position=rope(config), qk_norm=normed, qkv_bias=bias)
    config.expect("moe_shared_expert_intermediate_size", config.whole("moe_intermediate_size"))
    return _shared_body(config, mixer, lambda: grouped_router(config, correction_bias=corrected))


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
    mixer = attention(config, position=rope(config, partial=turning / width), qk_norm="full")
    experts = moe(
        config,
        moe_intermediate_size=config.whole("intermediate_size"),
        router=Router(scoring="sigmoid", correction_bias=True),
    )
    block = layer(mixer, experts)
    used = config.flag("use_mtp", default=False)
    config.skip("num_mtp_modules")
    return Body([block] * count, mtp=mtp(config, block, "num_mtp_modules") if used else None)


def _shared_body(
    config: Config, mixer: AnyMixer, router: Router | Callable[[], Router], *, dense: int = 0
) -> Body:
    """Return equal attention in all layers, a dense FFN in the first and experts in the others."""
    bias = config.flag("mlp_bias", default=False)
    sparse = sparse_layers(config, num_layers(config), dense=dense)
    ffns = dense_or_sparse(
        sparse,
        lambda: moe(config, router=router, **shared_ffn(config, shared_experts(config), bias)),
        lambda: gated(config, bias=bias),
        modules=num_modules(config),
    )
    layers = alternating(sparse, lambda kind: layer(mixer, ffns[kind]))
    return Body(layers, mtp=mtp(config, layer(mixer, ffns[True])))


def afmoe(config: Config) -> Body:
    """`AfmoeForCausalLM` (Trinity): gated attention, positions in windows only, norms before and after."""
    for key, value in {"score_func": "sigmoid", "n_group": 1, "num_expert_groups": 1}.items():
        config.expect(key, value)
    for key in ("topk_group", "num_limited_groups"):
        config.expect(key, 1)
    count = num_layers(config)
    period = config.whole("global_attn_every_n_layers", default=4)
    bias = biases(config)
    spans = {True: sliding(config), False: FULL}
    positions = {True: rope(config), False: NoPosition()}
    router = Router(scoring="sigmoid", correction_bias=True, correction_bias_is_parameter=True)
    experts = moe(config, router=router, num_shared_experts=shared_experts(config, "num_shared_experts"))
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}
    local = windows(config, count, every(period))
    sparse = sparse_layers(config, count, key="num_dense_layers")

    def built(kind: tuple[bool, bool]) -> LayerSpec:
        windowed, has_experts = kind
        mixer = attention(
            config,
            position=positions[windowed],
            span=spans[windowed],
            qk_norm="head",
            gate="element",
            **bias,
        )
        return layer(mixer, ffns[has_experts])

    layers = alternating(list(zip(local, sparse, strict=True)), built)
    scaled = config.flag("mup_enabled", default=False)
    embedding = root_scaled(config) if scaled else EmbeddingSpec()
    return Body(layers, NormSpec(placement="sandwich"), embedding=embedding)


def laguna(config: Config) -> Body:
    """`LagunaForCausalLM`: more query heads in the layers with a window, a gate on each head."""
    count = num_layers(config)
    heads = config.wholes("num_attention_heads_per_layer", length=count, least=1)
    config.expect("gating", True, "per-head", "per-element")
    gate = "head" if config.data.get("gating", True) in (True, "per-head") else "element"
    local = windows(config, count, lambda _: False)
    spans = {True: sliding(config) if any(local) else FULL, False: FULL}
    config.skip("sliding_window")
    positions = {
        False: rope(config, "full_attention", theta=500_000.0, partial=0.5),
        True: rope(config, "sliding_attention", theta=10_000.0),
    }
    experts = moe(
        config,
        num_shared_experts=1,
        shared_expert_intermediate_size=config.whole("shared_expert_intermediate_size"),
        router=config.build(
            Router,
            scoring="sigmoid",
            correction_bias=True,
            correction_bias_is_parameter=True,
            router_logit_softcapping=config.number("moe_router_logit_softcapping", default=0.0),
        ),
    )
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}
    sparse = sparse_layers(config, count, dense=1)
    bias = biases(config)
    usual = config.whole("num_attention_heads")

    def built(kind: tuple[bool, bool, int]) -> LayerSpec:
        windowed, has_experts, own = kind
        mixer = attention(
            config,
            num_attention_heads=own,
            num_key_value_heads=config.whole("num_key_value_heads"),
            position=positions[windowed],
            span=spans[windowed],
            qk_norm="head",
            gate=gate,
            gate_activation="softplus",
            **bias,
        )
        return layer(mixer, ffns[has_experts])

    return Body(alternating(list(zip(local, sparse, heads or [usual] * count, strict=True)), built))


def grok(config: Config) -> Body:
    """Grok 2: a dense FFN beside the experts, norms before and after, soft caps; no class in the library."""
    for key, value in {
        "residual_moe": True,
        "sliding_window_size": -1,
        "global_attn_every_n": 1,
    }.items():
        config.expect(key, value)
    mixer = attention(
        config,
        position=rope(config),
        attn_logit_softcapping=config.number("attn_logit_softcapping", default=0.0),
    )
    router = config.build(
        Router, router_logit_softcapping=config.number("router_logit_softcapping", default=0.0)
    )
    experts = moe(config, router=router, activation="gelu_tanh")
    dense = gated(config).model_copy(update={"activation": "gelu_tanh"})
    branches = (BranchSpec(part=dense), BranchSpec(part=experts))
    block = LayerSpec(sublayers=(SublayerSpec(part=mixer), SublayerSpec(branches=branches)))
    multiplier = config.number("embedding_multiplier_scale", default=1.0)
    return Body(
        [block] * num_layers(config),
        NormSpec(placement="sandwich"),
        embedding=config.build(EmbeddingSpec, multiplier=round(multiplier, 7)),
        output={
            "logit_scale": config.number("output_multiplier_scale", default=1.0),
            "final_logit_softcapping": config.number("final_logit_softcapping", default=0.0),
        },
    )


def llama4(config: Config) -> Body:
    """`Llama4ForCausalLM`: chunks, then a global layer without positions; experts in every n-th layer."""
    count = num_layers(config)
    interval = config.whole("no_rope_layer_interval", "nope_layer_interval", default=4)
    turning = config.wholes("no_rope_layers", length=count) if _listed(config, "no_rope_layers") else None
    config.skip("no_rope_layers")
    turning = turning or [int((index + 1) % interval != 0) for index in range(count)]
    step = config.whole("interleave_moe_layer_step", default=1)
    chosen = config.wholes("moe_layers")
    sparse = [index in chosen if chosen is not None else (index + 1) % step == 0 for index in range(count)]
    kinds = {"chunked_attention": True, "full_attention": False}
    said = config.words("layer_types", length=count, among=kinds)
    chunked = [kinds[word] for word in said] if said else [bool(turn) for turn in turning]
    size = config.optional("attention_chunk_size")
    spans = {True: config.build(ChunkedSpan, size=size) if size else FULL, False: FULL}
    positions = {True: rope(config), False: NoPosition()}
    normed = config.flag("use_qk_norm", default=True)
    bias = biases(config)
    experts = _llama4_experts(config)
    dense = gated(config, config.whole("intermediate_size_mlp"))
    ffns: dict[bool, AnyFfn] = {True: experts, False: dense}

    def built(kind: tuple[bool, bool, bool]) -> LayerSpec:
        turns, in_chunks, has_experts = kind
        mixer = attention(
            config,
            position=positions[turns],
            span=spans[in_chunks],
            qk_norm="l2" if normed and turns else "none",
            qk_norm_after_position=normed and turns,
            **bias,
        )
        return layer(mixer, ffns[has_experts])

    return Body(alternating(list(zip(map(bool, turning), chunked, sparse, strict=True)), built))


def _llama4_experts(config: Config) -> Moe:
    return moe(
        config,
        moe_intermediate_size=config.whole("intermediate_size"),
        num_shared_experts=1,
        router=Router(scoring="sigmoid", order="top_k_first"),
    )


def _listed(config: Config, key: str) -> bool:
    """Tell whether a list is there and not empty: the class takes an empty one for none."""
    return bool(config.data.get(key))
