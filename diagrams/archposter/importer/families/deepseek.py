"""Latent attention and fine-grained experts: DeepSeek V2 to V3.2, Kimi K2, GLM-5, Mistral 4, Sarvam."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
    return sparse_decoder(config, mla(config), bias=True, scoring="softmax")


def deepseek_v3(config: Config) -> Body:
    """`DeepseekV3ForCausalLM`."""
    return corrected(config, mla(config))


def deepseek_v32(config: Config) -> Body:
    """`DeepseekV32ForCausalLM`: an indexer chooses the tokens that attention reads."""
    config.words("layer_types", length=num_layers(config), among=("indexed_attention",))
    return corrected(config, mla(config, indexer=indexer(config)))


def glm_moe_dsa(config: Config) -> Body:
    """`GlmMoeDsaForCausalLM`: GLM-5, built like DeepSeek V3.2; layers may share an indexer's choice."""
    count = num_layers(config)
    config.skip("index_share_for_mtp_iteration")
    config.words("layer_types", length=count, among=("indexed_attention",))
    full = mla(config, indexer=indexer(config))
    body = corrected(config, full)
    return replace(body, layers=shared_choice(indexer_types(config, count), body.layers))


def shared_choice(types: Sequence[str], layers: Sequence[LayerSpec]) -> list[LayerSpec]:
    """Return the layers, those of type "shared" with the choice of tokens of the last "full" one."""

    def built(kind: tuple[str, LayerSpec]) -> LayerSpec:
        word, own = kind
        if word == "full" or not isinstance(own.mixer, Mla) or own.mixer.indexer is None:
            return own
        reads = own.mixer.indexer.model_copy(update={"indexer_type": "shared"})
        return own.model_copy(update={"mixer": own.mixer.model_copy(update={"indexer": reads})})

    return alternating(list(zip(types, layers, strict=True)), built)


def indexer_types(config: Config, count: int) -> list[str]:
    """Return "full" or "shared" for each layer: listed, as a pattern of letters, or every so many layers."""
    period = max(config.whole("index_topk_freq", default=1, least=0), 1)
    offset = config.whole("index_skip_topk_offset", default=2, least=0)
    listed = config.words("indexer_types", length=count, among=("full", "shared"))
    config.skip("index_topk_pattern")
    if listed:
        return listed
    if config.has("index_topk_pattern"):
        letters = {"F": "full", "S": "shared"}
        pattern = config.text("index_topk_pattern")
        if len(pattern) != count or not set(pattern) <= set(letters):
            raise config.refused("index_topk_pattern", f"expected F or S for each of {count} layers")
        return [letters[letter] for letter in pattern]
    return ["shared" if max(index - offset + 1, 0) % period else "full" for index in range(count)]


def mistral4(config: Config) -> Body:
    """`Mistral4ForCausalLM`: softmax scores, no dense layers."""
    config.skip("intermediate_size")
    return sparse_decoder(config, mla(config), scoring="softmax")


def mistral_large_3(config: Config) -> Body:
    """Mistral Large 3, built like DeepSeek V3 with a router of softmax scores and no groups."""
    return sparse_decoder(config, mla(config), scoring="softmax")


def sarvam_mla(config: Config) -> Body:
    """`SarvamMLAForCausalLM`: queries are not compressed but normed, each head apart."""
    config.expect("use_qk_norm", True)
    corrected = config.flag("moe_router_enable_expert_bias", default=True)
    return sparse_decoder(config, mla(config), correction_bias=corrected)


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


def indexer(config: Config, **fields: object) -> Indexer:
    """Return the indexer of DeepSeek sparse attention."""
    return config.build(
        Indexer,
        index_n_heads=config.whole("index_n_heads"),
        index_head_dim=config.whole("index_head_dim"),
        index_topk=config.whole("index_topk"),
        **fields,
    )


def mla(config: Config, *, position: Position | None = None, **fields: object) -> Mla:
    """Return latent attention; every head has its own keys and values, whatever the config counts."""
    heads = config.whole("num_attention_heads")
    config.expect("num_key_value_heads", heads)
    nope, turning = config.whole("qk_nope_head_dim"), config.whole("qk_rope_head_dim", least=0)
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


def corrected(config: Config, mixer: AnyMixer, *, dense: int = 0) -> Body:
    """Return layers with DeepSeek V3's router: sigmoid scores and a balance bias."""
    config.expect("scoring_func", "sigmoid")
    config.expect("topk_method", "noaux_tc")
    return sparse_decoder(config, mixer, dense=dense, correction_bias=True)


def sparse_decoder(
    config: Config, mixer: AnyMixer, *, bias: bool = False, dense: int = 0, **router: Any
) -> Body:
    """Return equal attention in all layers, and experts in all but the first; `bias`: FFNs may have one."""
    config.expect("moe_layer_freq", 1)
    if not bias:
        config.expect("mlp_bias", False)
    bias = bias and config.flag("mlp_bias", default=False)
    sparse = sparse_layers(config, num_layers(config), dense=dense)
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
