"""Z.ai's GLM, from ChatGLM 2 to GLM 5.3."""

from __future__ import annotations

from archposter.importer.body import (
    HEAD_NORM,
    Body,
    alternating,
    attention,
    clamp,
    gated,
    grouped_router,
    layer,
    moe,
    num_layers,
    rope,
    shared_experts,
    sparse_layers,
)
from archposter.importer.config import Config
from archposter.importer.decoders import corrected, first_dense
from archposter.importer.latent import all_indexed, indexer, indexer_types, mla, shared_choice
from archposter.spec.model import NormSpec
from archposter.spec.parts import AnyFfn, AnyMixer, HyperConnections, Kda, NoPosition

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


def chatglm(config: Config) -> Body:
    """`ChatGLMForConditionalGeneration` 2 and later, and GLM-4 9B: half of every head turns."""
    for key, value in {
        "add_bias_linear": False,
        "apply_residual_connection_post_layernorm": False,
        "multi_query_attention": True,
        "original_rope": True,
        "post_layer_norm": True,
        "rmsnorm": True,
        "tie_word_embeddings": False,
    }.items():
        config.expect(key, value)
    config.skip("apply_query_key_layer_scaling", "attention_softmax_in_fp32", "bias_dropout_fusion")
    config.skip("fp32_residual_connection", "quantization_bit", "pre_seq_len", "prefix_projection")
    mixer = attention(
        config,
        num_key_value_heads=config.whole("multi_query_group_num"),
        head_dim=config.whole("kv_channels"),
        position=rope(config, theta=10_000.0 * config.number("rope_ratio", default=1.0), partial=0.5),
        qkv_bias=config.flag("add_qkv_bias", default=False),
    )
    return Body([layer(mixer, gated(config, config.whole("ffn_hidden_size")))] * num_layers(config))


def glm4(config: Config) -> Body:
    """`GlmForCausalLM`: half of each head turns; biases on queries, keys and values only."""
    bias = config.flag("attention_bias", default=True)
    mixer = attention(config, position=rope(config, partial=0.5), qkv_bias=bias)
    return Body([layer(mixer, gated(config))] * num_layers(config))


def glm4_0414(config: Config) -> Body:
    """`Glm4ForCausalLM`: GLM with norms after attention and FFN too."""
    return Body(glm4(config).layers, NormSpec(placement="sandwich"))


def glm_ocr(config: Config) -> Body:
    """`GlmOcrTextModel`: GLM-4-0414 without biases, whose heads turn as a whole."""
    mixer = attention(config, position=rope(config))
    return Body([layer(mixer, gated(config))] * num_layers(config), NormSpec(placement="sandwich"))


def glm4_moe(config: Config) -> Body:
    """`Glm4MoeForCausalLM`: half of each head turns."""
    mixer = attention(
        config,
        position=rope(config, partial=0.5),
        qkv_bias=config.flag("attention_bias", default=False),
        qk_norm=HEAD_NORM if config.flag("use_qk_norm", default=False) else None,
    )
    return first_dense(config, mixer, lambda: grouped_router(config, correction_bias="buffer"))


def glm_moe_dsa(config: Config) -> Body:
    """`GlmMoeDsaForCausalLM`: GLM-5, built like DeepSeek V3.2; layers may share an indexer's choice."""
    count = num_layers(config)
    config.skip("index_share_for_mtp_iteration")
    all_indexed(config, count)
    full = mla(config, indexer=indexer(config))
    body = corrected(config, full)
    return body._replace(layers=shared_choice(indexer_types(config, count), body.layers))


def glm5_next(config: Config) -> Body:
    """`Glm5NextForConditionalGeneration`: KDA, then latent attention to pools of tokens; mixed streams."""
    count = num_layers(config)
    for key in ("mhc", "index_kpool_always_select_tail"):
        config.expect(key, True)
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
    router = grouped_router(config, correction_bias="buffer")
    limit = clamp(config, 10.0)
    experts = moe(config, router=router, shared=shared_experts(config), clamp=limit, shared_clamp=limit)
    dense = gated(config).model_copy(update={"clamp": limit})
    ffns: dict[bool, AnyFfn] = {True: experts, False: dense}
    kinds = list(zip(linear, sparse_layers(config, count, dense=3), strict=True))
    layers = alternating(kinds, lambda kind: layer(mixers[kind[0]], ffns[kind[1]]))
    streams = config.build(HyperConnections, hc_mult=config.whole("hc_mult"), hc_head=False)
    return Body(shared_choice(indexer_types(config, count), layers), residual=streams)


def _glm_kda(config: Config) -> Kda:
    section = config.section("linear_attn_config")
    if section:
        # what the layers' types say too, and a bound of the decay
        section.skip("kda_layers", "full_attn_layers")
        config.skip("linear_num_heads", "linear_head_dim", "linear_conv_kernel_dim")
    sizes = {
        key: section.whole(name) if section and section.has(name) else config.whole(key)
        for key, name in _GLM_KEYS.items()
    }
    return config.build(Kda, **sizes, gate_lower_bound=_lower_bound(config, section))


def _lower_bound(config: Config, section: Config | None) -> float | None:
    """Return the bound of decays: the class's where a section has none, and no null."""
    usual = config.number("linear_lower_bound", default=-5.0)
    bounded = "linear_lower_bound" not in config.data or config.data["linear_lower_bound"] is not None
    if section is None:
        return usual if bounded else None
    safe = section.flag("safe_gate", default=True)
    if section.has("gate_lower_bound"):
        return section.number("gate_lower_bound")
    return usual if bounded or safe else None
