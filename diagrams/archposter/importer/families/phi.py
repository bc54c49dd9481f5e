"""Microsoft's Phi."""

from __future__ import annotations

from archposter.importer.body import (
    Body,
    attention,
    biases,
    even_heads,
    layer,
    moe,
    num_heads,
    num_layers,
    plain,
    rope,
    sliding,
)
from archposter.importer.classic import GPT_ACTIVATION, LAYERNORM, even, four_times
from archposter.importer.config import Config
from archposter.importer.families.mistral import mistral
from archposter.spec.parts import LongRopeScaling, QkNorm, Rope, Router


def phi(config: Config) -> Body:
    """`PhiForCausalLM`: attention and FFN side by side on one LayerNorm, biases throughout."""
    normed = config.flag("qk_layernorm", default=False)
    mixer = even(
        config,
        num_key_value_heads=config.whole("num_key_value_heads", default=num_heads(config)),
        position=rope(config, partial=0.5),
        qkv_bias=True,
        output_bias=True,
        qk_norm=QkNorm(kind="head", bias=True) if normed else None,
    )
    ffn = plain(config, config.whole("intermediate_size"), bias=True)
    block = layer(mixer, ffn, parallel=True)
    return Body([block] * num_layers(config), LAYERNORM, output={"bias": True})


def phi_msft(config: Config) -> Body:
    """`PhiForCausalLM` of Phi-1 to Phi-2's own files, GPT-J's names for the same."""
    heads = num_heads(config)
    config.skip("flash_attn", "flash_rotary", "fused_dense", "img_processor")
    width = even_heads(config, heads)
    turned = config.whole("rotary_dim", default=width, most=width)
    mixer = even(
        config,
        num_key_value_heads=config.whole("n_head_kv", default=heads),
        position=rope(config, partial=turned / width),
        qkv_bias=True,
        output_bias=True,
    )
    ffn = plain(config, four_times(config), bias=True, key=GPT_ACTIVATION)
    return Body([layer(mixer, ffn, parallel=True)] * num_layers(config), LAYERNORM, output={"bias": True})


def phi3(config: Config) -> Body:
    """`Phi3ForCausalLM`: Mistral with partial rotary positions."""
    return mistral(config)


def phimoe(config: Config) -> Body:
    """`PhimoeForCausalLM`: LayerNorms, two of sixteen experts, sometimes biases."""
    mixer = attention(config, position=_two_factors(config), span=sliding(config), **biases(config))
    config.skip("input_jitter_noise", "router_jitter_noise")
    experts = moe(
        config, moe_intermediate_size=config.whole("intermediate_size"), router=Router(norm_topk_prob=False)
    )
    biased = config.flag("lm_head_bias", default=False)
    return Body([layer(mixer, experts)] * num_layers(config), LAYERNORM, output={"bias": biased})


def _two_factors(config: Config) -> Rope:
    """Return rotary positions whose LongRoPE has a factor of scores for short texts and one for long ones."""
    turned = rope(config)
    said = config.section("rope_parameters") or config.section("rope_scaling")
    if said is None or not isinstance(turned.scaling, LongRopeScaling):
        return turned
    factors = {name: said.number(name) for name in ("short_mscale", "long_mscale")}
    scaling = said.build(LongRopeScaling, **dict(turned.scaling) | factors | {"attention_factor": None})
    return turned.model_copy(update={"scaling": scaling})
