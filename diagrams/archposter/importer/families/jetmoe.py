"""JetMoE: experts in attention too."""

from __future__ import annotations

from archposter.importer.body import Body, activation, layer, moe, num_layers, rope
from archposter.importer.config import Config
from archposter.spec.parts import MixtureAttention, Router


def jetmoe(config: Config) -> Body:
    """`JetMoeForCausalLM`: experts in attention and in the FFN, with a bias on either mixture."""
    config.skip("aux_loss_coef", "num_attention_heads", "glu", "num_layers")
    many = config.whole("num_local_experts", "moe_num_experts")
    chosen = config.whole("num_experts_per_tok", "moe_top_k")
    mixer = config.build(
        MixtureAttention,
        num_experts=many,
        num_experts_per_tok=chosen,
        num_key_value_heads=config.whole("num_key_value_heads"),
        head_dim=config.whole("kv_channels"),
        position=rope(config),
    )
    experts = moe(
        config,
        num_experts=many,
        num_experts_per_tok=chosen,
        moe_intermediate_size=config.whole("intermediate_size", "ffn_hidden_size"),
        activation=activation(config, "activation_function"),
        output_bias=True,
        router=Router(order="top_k_first"),
    )
    return Body([layer(mixer, experts)] * num_layers(config))
