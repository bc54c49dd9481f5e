"""DeepSeek, from the first experts to compressed attention."""

from __future__ import annotations

from typing import Any

from archposter.importer.body import (
    Body,
    alternating,
    attention,
    biases,
    clamp,
    even_heads,
    gated,
    grouped_router,
    layer,
    moe,
    mtp,
    num_heads,
    num_layers,
    rope,
    router_of,
    shared_experts,
    shared_ffn,
    sparse_layers,
)
from archposter.importer.config import Config
from archposter.importer.decoders import corrected, sparse_decoder
from archposter.importer.latent import all_indexed, indexer, mla
from archposter.spec.parts import (
    AnyFfn,
    CompressedAttention,
    Compressor,
    HyperConnections,
    Moe,
    YarnScaling,
)

_GREEDY: dict[str, Any] = {"scoring": "softmax", "group_scores": "best", "norm_topk_prob": False}
_PLAIN, _SPARSE, _HEAVY = "sliding_attention", "compressed_sparse_attention", "heavily_compressed_attention"
_RATIOS = {0: _PLAIN, 4: _SPARSE, 128: _HEAVY}
"""Kinds of layers by the numbers in released files, which are also how much each compresses."""


def deepseek(config: Config) -> Body:
    """`DeepseekForCausalLM`: DeepSeekMoE, the first (arXiv:2401.06066); V2 was first published so."""
    if config.has("kv_lora_rank"):
        return deepseek_v2(config)
    config.expect("scoring_func", "softmax")
    mixer = attention(config, position=rope(config), **biases(config))
    return sparse_decoder(config, mixer, scoring="softmax")


def deepseek_v2(config: Config) -> Body:
    """`DeepseekV2ForCausalLM`: softmax scores, no correction bias; the smallest ones have plain heads."""
    config.expect("topk_method", "greedy", "group_limited_greedy")
    config.expect("scoring_func", "softmax")
    if not config.flag("use_mla", default=True):
        config.skip("q_lora_rank", "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim")
        width = even_heads(config, num_heads(config))
        mixer = attention(config, position=rope(config), head_dim=width, **biases(config))
        return sparse_decoder(config, mixer, bias=True, **_GREEDY)
    return sparse_decoder(config, mla(config), bias=True, **_GREEDY)


def deepseek_ocr2(config: Config) -> Body:
    """`DeepseekOcr2TextModel`: DeepSeek V2's experts, heads with keys and values of their own."""
    config.expect("topk_method", "greedy", "group_limited_greedy")
    width = even_heads(config, num_heads(config))
    config.expect("scoring_func", "softmax")
    config.expect("head_dim", width)
    mixer = attention(config, position=rope(config), head_dim=width, **biases(config))
    ffn = gated(config, bias=config.flag("mlp_bias", default=False))
    shared = shared_ffn(config, shared_experts(config), ffn.bias)
    experts = moe(config, router=grouped_router(config, **_GREEDY), shared_experts=shared)
    ffns: dict[bool, AnyFfn] = {True: experts, False: ffn}
    kinds = sparse_layers(config, num_layers(config), dense=1)
    return Body(alternating(kinds, lambda sparse: layer(mixer, ffns[sparse])))


def deepseek_v3(config: Config) -> Body:
    """`DeepseekV3ForCausalLM`."""
    return corrected(config, mla(config))


def deepseek_v32(config: Config) -> Body:
    """`DeepseekV32ForCausalLM`: an indexer chooses the tokens that attention reads."""
    all_indexed(config, num_layers(config))
    return corrected(config, mla(config, indexer=indexer(config)))


def deepseek_v4(config: Config) -> Body:
    """`DeepseekV4ForCausalLM`: compressed attention, hyper-connections, first layers routed by token."""
    config.expect("topk_method", "noaux_tc")
    config.expect("scoring_func", "sqrtsoftplus")
    config.expect("attention_bias", False)
    config.expect("mlp_bias", False)
    config.expect("num_key_value_heads", 1)
    config.expect("n_shared_experts", 1)
    config.expect("hidden_act", "silu")
    count = num_layers(config)
    kinds = _kinds(config, count)
    hashed = config.whole("num_hash_layers", default=3, least=0)
    said = config.words("mlp_layer_types", length=count, among=("hash_moe", "moe"))
    by_token = [word == "hash_moe" for word in said] if said else [index < hashed for index in range(count)]
    ratios = _ratios(config)
    mixers = {kind: _compressed(config, kind, ratios[kind]) for kind in dict.fromkeys(kinds)}
    experts = {token: _v4_experts(config, token) for token in (True, False)}
    layers = alternating(
        list(zip(kinds, by_token, strict=True)), lambda kind: layer(mixers[kind[0]], experts[kind[1]])
    )
    return Body(
        layers,
        residual=config.build(HyperConnections, hc_mult=config.whole("hc_mult")),
        mtp=mtp(config, layer(_compressed(config, _PLAIN, 0), experts[False])),
    )


def _kinds(config: Config, count: int) -> list[str]:
    """Return each layer's kind: said by name, or as a number, with the prediction modules' after."""
    said = config.words("layer_types", length=count, among=_RATIOS.values())
    if said:
        config.skip("compress_ratios")
        return said
    ratios = config.wholes("compress_ratios")
    if ratios is None:
        return [_SPARSE if index % 2 and index > 2 else _HEAVY for index in range(count)]
    if len(ratios) < count:
        raise config.refused("compress_ratios", f"{len(ratios)} entries for {count} layers")
    if not set(ratios) <= set(_RATIOS):
        raise config.refused("compress_ratios", "expected 0, 4 or 128 for each layer")
    return [_RATIOS[ratio] for ratio in ratios[:count]]


def _ratios(config: Config) -> dict[str, int]:
    """Return how many tokens become an entry in the layers of each kind."""
    usual = {kind: ratio for ratio, kind in _RATIOS.items()}
    said = config.section("compress_rates") if config.data.get("compress_rates") else None
    return usual | {kind: said.whole(kind) for kind in (_SPARSE, _HEAVY) if said and said.has(kind)}


def _compressed(config: Config, kind: str, ratio: int) -> CompressedAttention:
    compressor = None
    if ratio:
        sparse = kind == _SPARSE
        compressor = config.build(
            Compressor,
            compress_ratio=ratio,
            overlap=sparse,
            indexer=indexer(config) if sparse else None,
        )
    width = config.whole("head_dim")
    turning = config.whole("qk_rope_head_dim", default=max(width // 8, 1))
    by_kind = config.section("rope_parameters")
    if by_kind and by_kind.has("main") and by_kind.has("compress"):
        position = rope(config, "main")
        compressed = rope(config, "compress", theta=160_000.0)
        theta = compressed.theta if ratio else position.theta
        config.skip("compress_rope_theta")
    else:
        position = compressed = rope(config)
        theta = config.number("compress_rope_theta", default=160_000.0) if ratio else position.theta
    turned: dict[str, Any] = {
        "theta": theta,
        "partial_rotary_factor": min(turning / width, 1.0),
        "scaling": None,
    }
    # only layers with entries are scaled, and the class leaves their scores as they are
    if ratio and isinstance(compressed.scaling, YarnScaling):
        factor = compressed.scaling.attention_factor or 1.0
        turned["scaling"] = compressed.scaling.model_copy(update={"attention_factor": factor})
    return config.build(
        CompressedAttention,
        num_attention_heads=config.whole("num_attention_heads"),
        head_dim=width,
        q_lora_rank=config.whole("q_lora_rank"),
        o_groups=config.whole("o_groups"),
        o_lora_rank=config.whole("o_lora_rank"),
        sliding_window=config.whole("sliding_window"),
        compressor=compressor,
        position=position.model_copy(update=turned),
    )


def _v4_experts(config: Config, by_token: bool) -> Moe:
    router = router_of(
        config,
        scoring="sqrtsoftplus",
        choice="token_hash" if by_token else "scores",
        correction_bias=None if by_token else "buffer",
        norm_topk_prob=True,
    )
    limit = clamp(config, 10.0)
    return moe(config, router=router, shared=shared_experts(config), clamp=limit, shared_clamp=limit)
