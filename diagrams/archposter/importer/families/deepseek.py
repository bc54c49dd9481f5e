"""Latent attention and fine-grained experts: DeepSeek V2 to V3.2, Kimi K2, GLM-5, Mistral 4, Sarvam."""

from __future__ import annotations

from typing import Any

from archposter.importer.body import (
    Body,
    alternating,
    dense_or_sparse,
    gated,
    grouped_router,
    hidden_size,
    layer,
    moe,
    mtp,
    num_layers,
    num_modules,
    rope,
    shared_experts,
    shared_ffn,
    sparse_layers,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec, SublayerSpec
from archposter.spec.parts import AnyMixer, Indexer, Mla, Norm, Position


def deepseek_v2(config: Config) -> Body:
    """`DeepseekV2ForCausalLM`: softmax scores, no correction bias."""
    config.expect("topk_method", "greedy", "group_limited_greedy")
    config.expect("scoring_func", "softmax")
    return _decoder(config, mla(config), bias=True, scoring="softmax")


def deepseek_v3(config: Config) -> Body:
    """`DeepseekV3ForCausalLM`."""
    return _corrected(config, mla(config))


def deepseek_v32(config: Config) -> Body:
    """`DeepseekV32ForCausalLM`: an indexer chooses the tokens that attention reads."""
    config.words("layer_types", length=num_layers(config), among=("indexed_attention",))
    return _corrected(config, mla(config, indexer=indexer(config)))


def glm_moe_dsa(config: Config) -> Body:
    """`GlmMoeDsaForCausalLM`: GLM-5, built like DeepSeek V3.2."""
    config.expect("index_topk_freq", 1)
    kinds = config.words("indexer_types", length=num_layers(config), among=("full", "shared")) or []
    if "shared" in kinds or config.has("index_topk_pattern"):
        raise config.refused("indexer_types", "a choice of tokens that layers share cannot be said in a spec")
    config.skip("index_skip_topk_offset", "index_share_for_mtp_iteration")
    return deepseek_v32(config)


def mistral4(config: Config) -> Body:
    """`Mistral4ForCausalLM`: softmax scores, no dense layers."""
    config.skip("intermediate_size")
    return _decoder(config, mla(config), scoring="softmax")


def mistral_large_3(config: Config) -> Body:
    """Mistral Large 3, built like DeepSeek V3 with a router of softmax scores and no groups."""
    return _decoder(config, mla(config), scoring="softmax")


def sarvam_mla(config: Config) -> Body:
    """`SarvamMLAForCausalLM`: queries are not compressed but normed, each head apart."""
    config.expect("use_qk_norm", True)
    corrected = config.flag("moe_router_enable_expert_bias", default=True)
    return _decoder(config, mla(config), correction_bias=corrected)


def axk2(config: Config) -> Body:
    """`AXK2ForCausalLM`: norms with gates before attention and experts; the query latent gates the output."""
    count = num_layers(config)
    config.words("layer_types", length=count, among=("indexed_attention",))
    config.expect("moe_layer_freq", 1)
    mixer = mla(config, indexer=indexer(config), gate="element", joint_query_gate=True)
    experts = moe(
        config,
        router=grouped_router(config, correction_bias=True),
        num_shared_experts=shared_experts(config),
    )
    norm = config.build(Norm, gated_norm_rank=config.whole("gated_norm_rank"))
    first = SublayerSpec(part=mixer, norm=norm)
    seconds = {True: SublayerSpec(part=experts, norm=norm), False: SublayerSpec(part=gated(config))}
    kinds = sparse_layers(config, count, dense=1)
    return Body(alternating(kinds, lambda kind: LayerSpec(sublayers=(first, seconds[kind]))))


def indexer(config: Config) -> Indexer:
    """Return the indexer of DeepSeek sparse attention."""
    return config.build(
        Indexer,
        index_n_heads=config.whole("index_n_heads"),
        index_head_dim=config.whole("index_head_dim"),
        index_topk=config.whole("index_topk"),
    )


def mla(config: Config, *, position: Position | None = None, **fields: object) -> Mla:
    """Return latent attention; every head has its own keys and values, whatever the config counts."""
    heads = config.whole("num_attention_heads")
    config.expect("num_key_value_heads", heads)
    nope, turning = config.whole("qk_nope_head_dim"), config.whole("qk_rope_head_dim")
    for key in ("qk_head_dim", "q_head_dim"):
        config.expect(key, nope + turning)
    value = config.whole("v_head_dim", default=hidden_size(config) // heads)
    # files put very different widths there, and no class uses it
    config.skip("head_dim")
    turn = rope(config).model_copy(update={"partial_rotary_factor": 1.0})
    return config.build(
        Mla,
        num_attention_heads=heads,
        q_lora_rank=config.optional("q_lora_rank") or 0,
        kv_lora_rank=config.whole("kv_lora_rank"),
        qk_nope_head_dim=nope,
        qk_rope_head_dim=turning,
        v_head_dim=value,
        position=position or turn,
        attention_bias=config.flag("attention_bias", default=False),
        **fields,
    )


def _corrected(config: Config, mixer: AnyMixer) -> Body:
    config.expect("scoring_func", "sigmoid")
    config.expect("topk_method", "noaux_tc")
    return _decoder(config, mixer, correction_bias=True)


def _decoder(config: Config, mixer: AnyMixer, *, bias: bool = False, **router: Any) -> Body:
    """Return equal attention in all layers, and experts in all but the first; `bias`: FFNs may have one."""
    config.expect("moe_layer_freq", 1)
    if not bias:
        config.expect("mlp_bias", False)
    bias = bias and config.flag("mlp_bias", default=False)
    sparse = sparse_layers(config, num_layers(config))
    ffns = dense_or_sparse(
        sparse,
        lambda: moe(
            config,
            router=lambda: grouped_router(config, **router),
            **shared_ffn(config, shared_experts(config), bias),
        ),
        lambda: gated(config, bias=bias),
        modules=num_modules(config),
    )
    layers = alternating(sparse, lambda kind: layer(mixer, ffns[kind]))
    return Body(layers, mtp=mtp(config, layer(mixer, ffns[True])))
