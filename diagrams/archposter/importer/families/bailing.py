"""Ling, in files "Bailing": experts, and hybrids of Lightning or KDA with latent attention."""

from __future__ import annotations

from archposter.importer.body import (
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
from archposter.importer.decoders import corrected_experts, sparse_decoder
from archposter.importer.latent import mla
from archposter.spec.model import LayerSpec
from archposter.spec.parts import AnyFfn, AnyMixer, Clamp, HeadNorm, Kda, LatentGate, Lightning, Moe

_SHARED_LIMITS = "share_expert_swiglu_limit_list"


def bailing_moe(config: Config) -> Body:
    """`BailingMoeForCausalLM`: Ling 1."""
    config.expect("use_bias", False)
    config.skip("norm_softmax", "max_window_layers", "multi_gate", "use_sliding_window", "sliding_window")
    bias = config.flag("use_qkv_bias", default=False)
    mixer = attention(config, position=rope(config), qkv_bias=bias)
    body = sparse_decoder(config, mixer, scoring="softmax")
    columns = {"weight_norm": "columns"} if config.flag("norm_head", default=False) else {}
    return body._replace(output={**body.output, **columns})


def ling3(config: Config) -> Body:
    """`BailingHybridForCausalLM`: KDA with gates of full rank, and gated latent attention.

    Released files also limit the gated units of the last layers, as the maker's port to vLLM does.
    """
    config.skip("linear_head_dim", "linear_num_heads", "head_dim")
    config.skip("linear_conv_kernel_dim", "max_window_layers", "rope_theta", "group_norm_size")
    config.expect("tie_word_embeddings", False)
    config.expect("no_kda_lora", True)
    config.expect("linear_silu", True)
    config.expect("gated_attention_proj_granularity_type", "head_wise")
    config.expect("num_kv_heads_for_linear_attn", 0)
    _expect_usual(config)
    count, group = num_layers(config), config.whole("layer_group_size", default=6)
    heads = config.whole("num_attention_heads")
    # the class overwrites `head_dim` and keeps the width of KDA's heads apart
    width = config.whole("linear_head_dim", default=config.data.get("head_dim", 128))
    bound = config.number("kda_lower_bound", default=-5.0)
    kda = config.build(
        Kda,
        linear_num_heads=heads,
        linear_head_dim=width,
        linear_conv_kernel_dim=config.whole("short_conv_kernel_size", default=4),
        low_rank_decay=False,
        gate_lower_bound=bound if config.flag("kda_safe_gate", default=True) else None,
    )
    mixers: dict[bool, AnyMixer] = {True: kda, False: mla(config, gate=LatentGate(per="head"))}
    words = {"linear_attention": True, "full_attention": False}
    said = config.words("layer_types", length=count, among=words)
    linear = [words[word] for word in said] if said else [(index + 1) % group != 0 for index in range(count)]
    limits = [_limits(config, key, count) for key in ("expert_swiglu_limit_list", _SHARED_LIMITS)]
    kinds = list(zip(linear, sparse_layers(config, count, dense=2), *limits, strict=True))

    def built(kind: tuple[bool, bool, float, float]) -> LayerSpec:
        is_linear, sparse, *limit = kind
        return layer(mixers[is_linear], _experts(config, *limit) if sparse else gated(config))

    return Body(
        alternating(kinds, built),
        mtp=mtp(config, layer(mixers[False], _experts(config))),
    )


def _experts(config: Config, limit: float = 0.0, shared_limit: float = 0.0) -> Moe:
    clamp, shared = (
        config.build(Clamp, swiglu_limit=size, after_activation=True) if size else None
        for size in (limit, shared_limit)
    )
    return moe(
        config,
        num_experts=config.whole("num_experts", "num_local_experts", "n_routed_experts"),
        router=grouped_router(config, correction_bias="buffer"),
        shared=shared_experts(config),
        clamp=clamp,
        shared_clamp=shared,
    )


def _limits(config: Config, key: str, count: int) -> list[float]:
    """Return each layer's limit of gated units, 0 where there is none."""
    return config.numbers(key, length=count, zero=True) if config.has(key) else [0.0] * count


def _expect_usual(config: Config) -> None:
    """Read what the files of all hybrids say alike."""
    for key, value in {
        "topk_method": "noaux_tc",
        "scoring_func": "sigmoid",
        "score_function": "sigmoid",
        "use_bias": False,
        "use_qkv_bias": False,
        "use_qk_norm": True,
        "moe_router_enable_expert_bias": True,
        "moe_shared_expert_intermediate_size": config.whole("moe_intermediate_size"),
        "rotary_dim": config.whole("qk_rope_head_dim"),
    }.items():
        config.expect(key, value)


def bailing_hybrid(config: Config) -> Body:
    """Ling 2.5 and 2.6: Lightning attention, and latent attention in the last layer of each group."""
    if config.has("short_conv_kernel_size") or config.has("kda_safe_gate"):
        return ling3(config)
    _expect_usual(config)
    config.expect("linear_silu", False)
    config.skip("max_window_layers", "group_norm_size")
    count, group = num_layers(config), config.whole("layer_group_size")
    heads = config.whole("num_attention_heads")
    config.expect("num_kv_heads_for_linear_attn", heads)
    width = config.whole("head_dim")
    lightning = config.build(
        Lightning, num_attention_heads=heads, head_dim=width, position=rope(config), qk_norm=HeadNorm()
    )
    mixers: dict[bool, AnyMixer] = {True: lightning, False: mla(config)}
    experts = corrected_experts(config)
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}
    linear = [(index + 1) % group != 0 for index in range(count)]
    kinds = list(zip(linear, sparse_layers(config, count), strict=True))
    return Body(
        alternating(kinds, lambda kind: layer(mixers[kind[0]], ffns[kind[1]])),
        mtp=mtp(config, layer(mixers[False], experts)),
    )
