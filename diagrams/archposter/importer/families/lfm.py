"""Liquid's LFM: short convolutions with some layers of attention."""

from __future__ import annotations

from typing import Any

from archposter.importer.body import (
    FULL,
    HEAD_NORM,
    Body,
    alternating,
    attention,
    biases,
    correction,
    layer,
    moe,
    num_layers,
    rope,
    router_of,
    sliding,
)
from archposter.importer.config import Config
from archposter.spec.model import NormSpec
from archposter.spec.parts import AnyFfn, AnyMixer, Attention, Gate, GatedFfn, Rope, ShortConv


def _conv_kinds(config: Config, count: int) -> list[str]:
    words = ("conv", "full_attention", "sliding_attention")
    said = config.words("layer_types", length=count, among=words)
    if said is not None:
        config.skip("full_attn_idxs")
        return said
    chosen = config.wholes("full_attn_idxs")
    if chosen is None:
        return ["full_attention"] * count
    return ["full_attention" if index in chosen else "conv" for index in range(count)]


def _short_conv(config: Config) -> ShortConv:
    config.skip("conv_dim", "conv_dim_out", "conv_use_xavier_init", "use_pos_enc", "block_use_swiglu")
    config.skip("block_norm_eps", "block_use_xavier_init", "block_dim", "block_mlp_init_scale")
    config.skip("block_out_init_scale", "num_heads")
    return config.build(
        ShortConv,
        conv_kernel=config.whole("conv_L_cache"),
        bias=config.flag("conv_bias", default=False),
    )


def _lfm_attention(config: Config, position: Rope, **fields: Any) -> Attention:
    return attention(config, position=position, qk_norm=HEAD_NORM, **fields)


def _tied(config: Config) -> dict[str, Any]:
    """Return whether the output layer is the embedding, where the file has the class's old key for it."""
    return {"tied": config.flag("tie_embedding")} if config.has("tie_embedding") else {}


def lfm2(config: Config) -> Body:
    """`Lfm2ForCausalLM`: short convolutions with a few layers of attention."""
    count = num_layers(config)
    kinds = _conv_kinds(config, count)
    width = config.whole("block_ff_dim", "intermediate_size")
    if config.flag("block_auto_adjust_ff_dim", default=True):
        factor = config.number("block_ffn_dim_multiplier", default=1.0)
        unit = config.whole("block_multiple_of", default=256)
        width = -(-int(factor * int(2 * width / 3)) // unit) * unit
    config.skip("block_auto_adjust_ff_dim", "block_ffn_dim_multiplier", "block_multiple_of")
    ffn = config.build(GatedFfn, intermediate_size=max(width, 1))
    softmax, conv = _lfm_attention(config, rope(config, theta=1_000_000.0)), _short_conv(config)
    return Body(
        alternating(kinds, lambda kind: layer(conv if kind == "conv" else softmax, ffn)),
        output=_tied(config),
    )


def lfm2_moe(config: Config) -> Body:
    """`Lfm2MoeForCausalLM`: LFM2 with experts after the first layers."""
    count = num_layers(config)
    kinds = _conv_kinds(config, count)
    corrected = correction(config, "use_expert_bias")
    experts = moe(
        config,
        activation="silu",
        router=router_of(config, scoring="sigmoid", correction_bias=corrected),
    )
    dense = config.whole("num_dense_layers", default=2, least=0)
    ffns: dict[bool, AnyFfn] = {True: experts, False: config.build(
        GatedFfn, intermediate_size=config.whole("intermediate_size"))}  # fmt: skip
    softmax, conv = _lfm_attention(config, rope(config, theta=1_000_000.0)), _short_conv(config)
    pairs = [(kind == "conv", index >= dense) for index, kind in enumerate(kinds)]
    return Body(
        alternating(pairs, lambda pair: layer(conv if pair[0] else softmax, ffns[pair[1]])),
        output=_tied(config),
    )


def lfm3(config: Config) -> Body:
    """`Lfm3ForCausalLM`: LFM2 with windows, a gate on each head and norms before and after."""
    count = num_layers(config)
    kinds = _conv_kinds(config, count)
    gate = Gate(per="head") if config.flag("use_attention_gate", default=True) else None
    sandwich = config.flag("use_sandwich_norm", default=True)
    ffn = config.build(GatedFfn, intermediate_size=config.whole("intermediate_size"))
    bias = biases(config)
    mixers: dict[str, AnyMixer] = {"conv": _short_conv(config)}
    spans = {"sliding_attention": sliding(config), "full_attention": FULL}
    for kind, span in spans.items():
        mixers[kind] = _lfm_attention(config, rope(config, kind), span=span, gate=gate, **bias)
    return Body(
        alternating(kinds, lambda kind: layer(mixers[kind], ffn)),
        NormSpec(placement="sandwich" if sandwich else "pre"),
        output=_tied(config),
    )
