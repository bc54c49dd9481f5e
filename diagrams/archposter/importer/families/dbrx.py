"""Databricks' DBRX."""

from __future__ import annotations

from archposter.importer.body import Body, attention, even_heads, layer, moe, num_heads, num_layers
from archposter.importer.config import Config
from archposter.spec.model import NormSpec
from archposter.spec.parts import Rope, Router


def dbrx(config: Config) -> Body:
    """`DbrxForCausalLM`: LayerNorms without bias, experts in all layers."""
    ffn, attn = config.section("ffn_config"), config.section("attn_config")
    if ffn is None or attn is None:
        raise config.refused(
            "ffn_config", "missing; the experts and heads stand in ffn_config and attn_config"
        )
    attn.skip("attn_pdrop")
    ffn.skip("moe_jitter_eps", "moe_loss_weight", "hidden_size")
    # the exponent of the norm by which weights are divided, if they are
    ffn.expect("moe_normalize_expert_weights", 1)
    normed = ffn.data.get("moe_normalize_expert_weights", 1) is not None
    ffn.skip("uniform_expert_assignment")
    config.skip("emb_pdrop", "num_key_value_heads", "rope_parameters", "resid_pdrop")
    heads = num_heads(config)
    theta = attn.number("rope_theta", default=10_000.0)
    mixer = attention(
        config,
        num_key_value_heads=attn.whole("kv_n_heads", default=1),
        head_dim=even_heads(config, heads),
        position=config.build(Rope, theta=theta),
        clip_qkv=attn.number("clip_qkv", default=0.0),
    )
    if isinstance(ffn.data.get("ffn_act_fn"), str):
        ffn.expect("ffn_act_fn", "silu")
    elif (act := ffn.section("ffn_act_fn")) is not None:
        act.expect("name", "silu")
    experts = moe(
        config,
        num_experts=ffn.whole("moe_num_experts", default=4),
        num_experts_per_tok=ffn.whole("moe_top_k", default=1),
        moe_intermediate_size=ffn.whole("ffn_hidden_size", default=3584),
        activation="silu",
        router=Router(norm_topk_prob=normed),
    )
    return Body([layer(mixer, experts)] * num_layers(config), NormSpec(kind="layernorm", bias=False))
