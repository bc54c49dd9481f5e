"""Moonshot's Kimi Linear and its kin: KDA with latent attention."""

from __future__ import annotations

from archposter.importer.body import Body, alternating, gated, layer, mtp, num_layers, softly, sparse_layers
from archposter.importer.config import Config
from archposter.importer.decoders import corrected_experts
from archposter.importer.latent import mla
from archposter.spec.parts import (
    AnyFfn,
    AnyMixer,
    BlockResidual,
    ExpertLatent,
    GatedFfn,
    Kda,
    LatentGate,
    NoPosition,
    PlainResidual,
    Residual,
)


def kimi_linear(config: Config) -> Body:
    """`KimiLinearForCausalLM`: three KDA layers, then one of latent attention without positions.

    Kimi K3's files add gates of full rank, a latent for the experts and steps that read blocks of layers.
    Its checkpoint pads every `A_log` with 32 zeros, which are not counted.
    """
    config.expect("moe_router_activation_func", "sigmoid")
    config.expect("use_grouped_topk", True)
    config.expect("topk_method", "noaux_tc")
    config.expect("moe_layer_freq", 1)
    config.skip("head_dim", "rope_theta", "rope_scaling", "rope_parameters")
    count = num_layers(config)
    section = config.section("linear_attn_config")
    linear = _kda_layers(config, section, count)
    source = section or config
    kda = config.build(
        Kda,
        linear_num_heads=source.whole("num_heads" if section else "linear_num_heads"),
        linear_head_dim=source.whole("head_dim" if section else "linear_head_dim"),
        linear_conv_kernel_dim=source.whole(
            "short_conv_kernel_size" if section else "linear_conv_kernel_dim"
        ),
        low_rank_output_gate=not source.flag("use_full_rank_gate", default=False),
        gate_lower_bound=source.number("gate_lower_bound") if source.has("gate_lower_bound") else None,
    )
    if section:
        config.skip("linear_num_heads", "linear_head_dim", "linear_conv_kernel_dim")
    config.expect("mla_use_nope", True)
    config.expect("tie_word_embeddings", False)
    gate = LatentGate(per="element") if config.flag("mla_use_output_gate", default=False) else None
    mixers: dict[bool, AnyMixer] = {True: kda, False: mla(config, position=NoPosition(), gate=gate)}
    capped = softly(config, "activation_situ_beta", "activation_situ_linear_beta")
    size, normed = (
        config.optional("routed_expert_hidden_size"),
        config.flag("latent_moe_use_norm", default=False),
    )
    latent = config.build(ExpertLatent, size=size, norm=normed) if size else None
    experts = corrected_experts(config, latent=latent, **capped)
    dense = gated(config)
    dense = config.build(GatedFfn, **dict(dense) | capped) if capped else dense
    ffns: dict[bool, AnyFfn] = {True: experts, False: dense}
    sparse = sparse_layers(config, count, dense=1)
    kinds = list(zip(linear, sparse, strict=True))
    return Body(
        alternating(kinds, lambda kind: layer(mixers[kind[0]], ffns[kind[1]])),
        residual=_residual(config),
        mtp=mtp(config, layer(mixers[False], experts)),
    )


def _residual(config: Config) -> Residual:
    size = config.optional("attn_res_block_size")
    if not size:
        return PlainResidual()
    weights = {"query_norm_weight": True, "first_query": True}
    return config.build(BlockResidual, n_layers_per_attn_res_block=size, **weights)


def _kda_layers(config: Config, section: Config | None, count: int) -> list[bool]:
    """Tell of every layer whether it is KDA; the lists of the released files count from one."""
    kinds = {"linear_attention": True, "full_attention": False}
    said = config.words("layer_types", length=count, among=kinds)
    if said:
        if section:
            section.skip("full_attn_layers", "kda_layers")
        return [kinds[word] for word in said]
    linear = section.wholes("kda_layers") if section else None
    full = section.wholes("full_attn_layers") if section else None
    if section is None or linear is None or full is None:
        return [not index or index % 4 != 0 for index in range(count)]
    if sorted((*linear, *full)) != list(range(1, count + 1)):
        message = f"kda_layers and full_attn_layers do not share out the layers 1 to {count}"
        raise section.refused("full_attn_layers", message)
    return [number in frozenset(linear) for number in range(1, count + 1)]
