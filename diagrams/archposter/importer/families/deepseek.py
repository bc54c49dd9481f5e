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
from archposter.spec.model import LayerSpec, SublayerSpec
from archposter.spec.parts import (
    AnyFfn,
    CompressedAttention,
    Compressor,
    HyperConnections,
    Moe,
    NgramMemory,
    YarnScaling,
)

_GREEDY: dict[str, Any] = {"scoring": "softmax", "group_scores": "best", "norm_topk_prob": False}
_MOST_ROWS = 2**40
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
    mixers = {kind: _compressed(config, _compressor(config, kind, ratios[kind])) for kind in set(kinds)}
    experts = {token: _v4_experts(config, token) for token in (True, False)}
    layers = alternating(
        list(zip(kinds, by_token, strict=True)), lambda kind: layer(mixers[kind[0]], experts[kind[1]])
    )
    return Body(
        layers,
        residual=config.build(HyperConnections, hc_mult=config.whole("hc_mult")),
        mtp=mtp(config, layer(_compressed(config, None), experts[False])),
    )


def deepseek_v41(config: Config) -> Body:
    """DeepSeek V4.1: entries and choices that later layers share, and n-gram memories.

    Of its twenty last layers all entries are made in the first, so that a text is read by the layers before.
    """
    for key, value in {
        "topk_method": "noaux_tc",
        "scoring_func": "sqrtsoftplus",
        "attention_bias": False,
        "num_key_value_heads": 1,
        "n_shared_experts": 1,
        "hidden_act": "silu",
    }.items():
        config.expect(key, value)
    config.skip("engram_vocab_size", "engram_pad_token_id", "engram_compressed_vocab_size")
    config.skip(*(key for key in config.data if key.startswith("dspark_")))
    if config.optional("num_nextn_predict_layers"):
        where = config.where("num_nextn_predict_layers")
        config.journal.warn(where, "its prediction modules draft whole blocks and are not drawn")
    count, streams = num_layers(config), config.whole("hc_mult")
    mixers = _sharing(config, count)
    memories = _engrams(config, streams)
    experts = _v4_experts(config, by_token=False)

    def built(kind: tuple[CompressedAttention, NgramMemory | None]) -> LayerSpec:
        memory = (SublayerSpec(part=kind[1], placement="none"),) if kind[1] else ()
        return LayerSpec(sublayers=(*memory, SublayerSpec(part=kind[0]), SublayerSpec(part=experts)))

    kinds = [(mixer, memories.get(index)) for index, mixer in enumerate(mixers)]
    return Body(
        alternating(kinds, built), residual=config.build(HyperConnections, hc_mult=streams, ahead=True)
    )


def _sharing(config: Config, count: int) -> list[CompressedAttention]:
    """Return each layer's attention: which make entries, and which choose among them for the layers after."""
    ratios = config.wholes("compress_ratios") or []
    if len(ratios) < count:
        raise config.refused("compress_ratios", f"{len(ratios)} entries for {count} layers")
    makers, choosers = (
        frozenset(config.wholes(key) or ()) for key in ("kv_source_layer_ids", "index_source_layer_ids")
    )
    first = config.optional("candidate_source_layer_id")
    pool = config.whole("candidate_topk_blocks") * config.whole("candidate_block_size")
    found = []
    for index, ratio in enumerate(ratios[:count]):
        narrowed = first is not None and index in choosers and index > first
        chosen = indexer(
            config,
            from_entries=True,
            indexer_type="full" if index in choosers else "shared",
            index_candidates=pool if narrowed else 0,
        )
        compressor = config.build(
            Compressor,
            compress_ratio=max(ratio, 1),
            position_bias=False,
            key_value="separate" if index in makers else "shared",
            indexer=chosen,
        )
        found.append(_compressed(config, compressor if ratio else None))
    return found


def _engrams(config: Config, streams: int) -> dict[int, NgramMemory]:
    """Return the memories by the index of their layer."""
    places = config.wholes("engram_layer_ids") or []
    if not places:
        return {}
    rows = config.wholes("engram_num_embeddings", length=len(places), most=_MOST_ROWS) or []
    longest, heads = config.whole("engram_max_ngram_size", least=2), config.whole("engram_n_heads")
    width = (longest - 1) * heads * config.whole("engram_head_dim")
    return {
        place: config.build(
            NgramMemory,
            ngram_size=longest,
            heads_per_ngram=heads,
            ngram_vocab_size=held,
            ple_embed_dim=width,
            ple_conv_kernel_size=0,
            hc_mult=streams,
        )
        for place, held in zip(places, rows, strict=True)
    }


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


def _compressor(config: Config, kind: str, ratio: int) -> Compressor | None:
    sparse = kind == _SPARSE
    chosen = indexer(config) if sparse else None
    if not ratio:
        return None
    return config.build(Compressor, compress_ratio=ratio, overlap=sparse, indexer=chosen)


def _compressed(config: Config, compressor: Compressor | None) -> CompressedAttention:
    width = config.whole("head_dim")
    turning = config.whole("qk_rope_head_dim", default=max(width // 8, 1))
    by_kind = config.section("rope_parameters")
    if by_kind and by_kind.has("main") and by_kind.has("compress"):
        position = rope(config, "main")
        compressed = rope(config, "compress", theta=160_000.0)
        theta = compressed.theta if compressor else position.theta
        config.skip("compress_rope_theta")
    else:
        position = compressed = rope(config)
        far = config.number("compress_rope_theta", default=160_000.0)
        theta = far if compressor else position.theta
    turned: dict[str, Any] = {
        "theta": theta,
        "partial_rotary_factor": min(turning / width, 1.0),
        "scaling": None,
    }
    # only layers with entries are scaled, and the class leaves their scores as they are
    if compressor and isinstance(compressed.scaling, YarnScaling):
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
