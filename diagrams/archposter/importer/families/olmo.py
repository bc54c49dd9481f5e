"""Ai2's OLMo: dense, with experts, and a hybrid."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    biases,
    every,
    gated,
    head_dim,
    layer,
    moe,
    num_heads,
    num_layers,
    rope,
    router_of,
    sliding,
    windows,
)
from archposter.importer.config import Config
from archposter.importer.recurrent import LINEAR
from archposter.spec.model import NormSpec
from archposter.spec.parts import GatedDeltaNet, NoPosition, QkNorm


def olmo(config: Config) -> Body:
    """`OlmoForCausalLM`: Llama with LayerNorms that have no weight."""
    heads = num_heads(config)
    mixer = attention(
        config,
        head_dim=head_dim(config, heads),
        position=rope(config),
        clip_qkv=config.number("clip_qkv", default=0.0),
        **biases(config),
    )
    norm = NormSpec(kind="layernorm", weight=False)
    return Body([layer(mixer, gated(config))] * num_layers(config), norm)


def olmo2(config: Config) -> Body:
    """`Olmo2ForCausalLM`: norms after attention and FFN, one norm over all heads' queries and keys."""
    mixer = attention(config, position=rope(config), qk_norm=QkNorm(kind="full"), **biases(config))
    return Body([layer(mixer, gated(config))] * num_layers(config), NormSpec(placement="post"))


def olmo3(config: Config) -> Body:
    """`Olmo3ForCausalLM`: OLMo 2 with windows in three of four layers."""
    positions = {True: rope(config, "sliding_attention"), False: rope(config, "full_attention")}
    spans = {True: sliding(config), False: FULL}
    bias, ffn = biases(config), gated(config)
    kinds = windows(config, num_layers(config), every(4))
    layers = alternating(
        kinds,
        lambda local: layer(
            attention(
                config, position=positions[local], span=spans[local], qk_norm=QkNorm(kind="full"), **bias
            ),
            ffn,
        ),
    )
    return Body(layers, NormSpec(placement="post"))


def olmoe(config: Config) -> Body:
    """`OlmoeForCausalLM`: one norm over all heads' queries and keys, experts in all layers."""
    mixer = attention(
        config,
        position=rope(config),
        qk_norm=QkNorm(kind="full"),
        clip_qkv=config.number("clip_qkv", default=0.0),
        **biases(config),
    )
    experts = moe(
        config,
        moe_intermediate_size=config.whole("intermediate_size"),
        router=router_of(
            config,
        ),
    )
    return Body([layer(mixer, experts)] * num_layers(config))


def flex_olmo(config: Config) -> Body:
    """`FlexOlmoForCausalLM`: OLMo 2 with experts."""
    return olmoe(config)._replace(norm=NormSpec(placement="post"))


def olmo_hybrid(config: Config) -> Body:
    """`OlmoHybridForCausalLM`: Gated DeltaNet behind pre-norms, and OLMo 2's layers of attention."""
    count = num_layers(config)
    config.skip("linear_a_log_max", "linear_a_log_min", "linear_dt_init_floor", "linear_dt_max")
    config.skip("linear_dt_min")
    said = config.words("layer_types", length=count, among=LINEAR)
    linear = [LINEAR[word] for word in said] if said else [every(4)(index) for index in range(count)]
    heads = num_heads(config)
    delta = config.build(
        GatedDeltaNet,
        linear_num_key_heads=config.whole("linear_num_key_heads", default=heads),
        linear_num_value_heads=config.whole("linear_num_value_heads", default=heads),
        linear_key_head_dim=config.whole("linear_key_head_dim", default=96),
        linear_value_head_dim=config.whole("linear_value_head_dim", default=192),
        linear_conv_kernel_dim=config.whole("linear_conv_kernel_dim", default=4),
        linear_allow_neg_eigval=config.flag("linear_allow_neg_eigval", default=True),
    )
    # The class turns nothing where the base is null, and has a base of its own where none is given.
    turned = (config.section("rope_parameters") or config).data.get("rope_theta", True) is not None
    position = rope(config) if turned else NoPosition()
    config.skip("rope_parameters", "rope_theta")
    softmax = attention(config, position=position, qk_norm=QkNorm(kind="full"), **biases(config))
    ffn = gated(config)
    blocks = {True: layer(delta, ffn), False: layer(softmax, ffn, placement="post")}
    return Body(alternating(linear, blocks.__getitem__))
