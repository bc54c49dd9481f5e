"""Layers that nobody else builds: LongCat Flash, DeepSeek V4, ZAYA1."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    gated,
    head_dim,
    layer,
    moe,
    mtp,
    num_layers,
    rope,
    shared_experts,
    sliding,
)
from archposter.importer.config import Config
from archposter.importer.families.deepseek import indexer, mla
from archposter.spec.model import BranchSpec, EmbeddingSpec, LayerSpec, SublayerSpec
from archposter.spec.parts import (
    Cca,
    CompressedAttention,
    Compressor,
    HyperConnections,
    Moe,
    NgramEmbedding,
    Router,
    ScaledResidual,
)

_RATIOS = {"sliding_attention": 0, "compressed_sparse_attention": 4, "heavily_compressed_attention": 128}


def longcat_flash(config: Config) -> Body:
    """`LongcatFlashForCausalLM`: two attentions and two FFNs a layer, experts on a shortcut past both."""
    config.expect("zero_expert_type", "identity")
    config.expect("router_bias", False)
    mixer = mla(config)
    ffn = gated(config, config.whole("ffn_hidden_size", "intermediate_size"))
    router = Router(correction_bias=True)
    experts = moe(
        config,
        num_experts_per_tok=config.whole("moe_topk", "num_experts_per_tok"),
        moe_intermediate_size=config.whole("expert_ffn_hidden_size", "moe_intermediate_size"),
        zero_expert_num=config.optional("zero_expert_num") or 0,
        router=router,
    )
    first = SublayerSpec(branches=(BranchSpec(part=ffn), BranchSpec(part=experts, joins_after=2)))
    attention, second = SublayerSpec(part=mixer), SublayerSpec(part=ffn)
    block = LayerSpec(sublayers=(attention, first, attention, second))
    return Body([block] * num_layers(config), embedding=_ngram(config))


def _ngram(config: Config) -> EmbeddingSpec:
    if not config.has("ngram_vocab_size_ratio"):
        return EmbeddingSpec()
    table = config.build(
        NgramEmbedding,
        ngram_vocab_size_ratio=config.whole("ngram_vocab_size_ratio"),
        emb_neighbor_num=config.whole("emb_neighbor_num"),
        emb_split_num=config.whole("emb_split_num"),
    )
    return config.build(EmbeddingSpec, ngram=table)


def deepseek_v4(config: Config) -> Body:
    """`DeepseekV4ForCausalLM`: compressed attention, hyper-connections, first layers routed by token."""
    config.expect("topk_method", "noaux_tc")
    config.expect("scoring_func", "sqrtsoftplus")
    config.expect("attention_bias", False)
    config.expect("mlp_bias", False)
    config.expect("num_key_value_heads", 1)
    config.expect("n_shared_experts", 1)
    config.expect("hidden_act", "silu")
    config.expect("compress_rates", {name: ratio for name, ratio in _RATIOS.items() if ratio})
    count = num_layers(config)
    ratios = _ratios(config, count)
    hashed = config.whole("num_hash_layers", default=3, least=0)
    said = config.words("mlp_layer_types", length=count, among=("hash_moe", "moe"))
    by_token = [word == "hash_moe" for word in said] if said else [index < hashed for index in range(count)]
    mixers = {ratio: _compressed(config, ratio) for ratio in dict.fromkeys(ratios)}
    experts = {token: _v4_experts(config, token) for token in (True, False)}
    layers = alternating(
        list(zip(ratios, by_token, strict=True)), lambda kind: layer(mixers[kind[0]], experts[kind[1]])
    )
    return Body(
        layers,
        residual=config.build(HyperConnections, hc_mult=config.whole("hc_mult")),
        mtp=mtp(config, layer(_compressed(config, 0), experts[False])),
    )


def _ratios(config: Config, count: int) -> list[int]:
    """Return each layer's compression: said by name, or as a number, with the prediction modules' after."""
    said = config.words("layer_types", length=count, among=_RATIOS)
    if said:
        config.skip("compress_ratios")
        return [_RATIOS[word] for word in said]
    ratios = config.wholes("compress_ratios")
    if ratios is None:
        return [128] * min(count, 2) + [4 if index % 2 else 128 for index in range(max(count - 2, 0))]
    if len(ratios) < count:
        raise config.refused("compress_ratios", f"{len(ratios)} entries for {count} layers")
    if not set(ratios) <= set(_RATIOS.values()):
        raise config.refused("compress_ratios", "expected 0, 4 or 128 for each layer")
    return ratios[:count]


def _compressed(config: Config, ratio: int) -> CompressedAttention:
    compressor = None
    if ratio:
        sparse = ratio == _RATIOS["compressed_sparse_attention"]
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
        theta = rope(config, "compress", theta=160_000.0).theta if ratio else position.theta
        config.skip("compress_rope_theta")
    else:
        position = rope(config)
        theta = config.number("compress_rope_theta", default=160_000.0) if ratio else position.theta
    turned = {"theta": theta, "partial_rotary_factor": min(turning / width, 1.0)}
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
    router = config.build(
        Router,
        scoring="sqrtsoftplus",
        choice="token_hash" if by_token else "scores",
        correction_bias=not by_token,
    )
    return moe(config, router=router, num_shared_experts=shared_experts(config), activation="swiglu_clamped")


def zaya(config: Config) -> Body:
    """`ZayaForCausalLM`: convolved attention, a router with a memory, scaled residuals."""
    count = num_layers(config)
    kinds = {"hybrid": False, "hybrid_sliding": True}
    said = config.words("layer_types", length=count, among=kinds)
    local = [kinds[word] for word in said] if said else [False] * count
    spans = {True: sliding(config), False: FULL}
    heads = config.whole("num_attention_heads")
    positions = {
        False: rope(config, "hybrid", theta=5_000_000.0, partial=0.5),
        True: rope(config, "hybrid_sliding", partial=0.5),
    }

    def built(kind: tuple[bool, bool]) -> LayerSpec:
        windowed, is_first = kind
        mixer = config.build(
            Cca,
            num_attention_heads=heads,
            num_key_value_heads=config.whole("num_key_value_heads"),
            head_dim=head_dim(config, heads),
            cca_time0=config.whole("cca_time0"),
            cca_time1=config.whole("cca_time1"),
            position=positions[windowed],
            span=spans[windowed],
            attention_bias=config.flag("attention_bias", default=False),
        )
        router = config.build(
            Router,
            router_hidden_size=config.whole("router_hidden_size"),
            router_state=not is_first,
            correction_bias=True,
        )
        return layer(mixer, moe(config, router=router, zero_expert_num=1, zero_expert_type="skip"))

    layers = alternating([(windowed, index == 0) for index, windowed in enumerate(local)], built)
    biased = config.flag("lm_head_bias", default=False)
    return Body(layers, residual=ScaledResidual(), output={"bias": biased})
