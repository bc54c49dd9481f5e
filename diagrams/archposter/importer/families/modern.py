"""Dense decoders that differ from Llama in a detail or two."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    biases,
    dense_or_sparse,
    even_heads,
    every,
    gated,
    hidden_size,
    layer,
    moe,
    num_heads,
    num_layers,
    plain,
    rope,
    sliding,
    windows,
)
from archposter.importer.config import Config
from archposter.importer.families.deepseek import mla
from archposter.importer.families.llama import granite, llama
from archposter.spec.model import EmbeddingSpec, LayerSpec, NormSpec
from archposter.spec.parts import AnyMixer, Moe, NoPosition, PlainResidual, Router, ScaledStream

_POST = NormSpec(placement="post")


def apertus(config: Config) -> Body:
    """`ApertusForCausalLM`: xIELU in a plain FFN, a norm on each head's queries and keys."""
    mixer = attention(config, position=rope(config), qk_norm="head", **biases(config))
    config.expect("mlp_bias", False)
    ffn = plain(config, config.whole("intermediate_size"))
    return Body([layer(mixer, ffn)] * num_layers(config))


def arcee(config: Config) -> Body:
    """`ArceeForCausalLM`: Llama with a plain FFN of squared ReLUs."""
    mixer = attention(config, position=rope(config), **biases(config))
    ffn = plain(config, config.whole("intermediate_size"), bias=config.flag("mlp_bias", default=False))
    return Body([layer(mixer, ffn)] * num_layers(config))


def bitnet(config: Config) -> Body:
    """`BitNetForCausalLM`: norms before the output of attention and before the down projection."""
    heads = num_heads(config)
    width = even_heads(config, heads)
    mixer = attention(config, head_dim=width, position=rope(config), inner_norm=True, **biases(config))
    ffn = gated(config).model_copy(update={"inner_norm": True})
    return Body([layer(mixer, ffn)] * num_layers(config))


def cwm(config: Config) -> Body:
    """`CwmForCausalLM`: three of four layers have a window."""
    return windowed(config, every(4, 0), bias=False)


def windowed(config: Config, pattern: Any, *, bias: bool, **fields: Any) -> Body:
    """Return pre-norm layers with a window in some of them."""
    spans = {True: sliding(config), False: FULL}
    position, ffn = rope(config), gated(config, bias=config.flag("mlp_bias", default=False))
    if bias:
        fields |= biases(config)

    def built(local: bool) -> LayerSpec:
        return layer(attention(config, position=position, span=spans[local], **fields), ffn)

    return Body(alternating(windows(config, num_layers(config), pattern), built))


def diffllama(config: Config) -> Body:
    """`DiffLlamaForCausalLM`: attention as the difference of two maps."""
    config.skip("lambda_std_dev")
    heads = num_heads(config)
    mixer = attention(
        config, head_dim=config.whole("head_dim", default=hidden_size(config) // heads),
        position=rope(config), differential=True, **biases(config),
    )  # fmt: skip
    return Body([layer(mixer, gated(config))] * num_layers(config))


def doge(config: Config) -> Body:
    """`DogeForCausalLM`: a learned mask on attention, a learned scale on the residual stream."""
    config.skip("keep_window_size")
    mixer = attention(
        config,
        position=rope(config),
        qk_norm="head",
        dynamic_mask=True,
        span=sliding(config),
        **biases(config),
    )
    bias = config.flag("mlp_bias", default=False)
    routed = config.flag("is_moe", default=False)
    ffns = dense_or_sparse([routed], lambda: _doge_experts(config, bias), lambda: gated(config, bias=bias))
    return Body([layer(mixer, ffns[routed])] * num_layers(config), residual=ScaledStream())


def _doge_experts(config: Config, bias: bool) -> Moe:
    """Return experts of one neuron each, chosen by product keys, beside a gated FFN."""
    return moe(
        config,
        moe_intermediate_size=1,
        gated=False,
        num_shared_experts=1,
        shared_expert_intermediate_size=config.whole("intermediate_size"),
        shared_expert_gated=True,
        shared_expert_bias=bias,
        router=Router(choice="product_keys", order="top_k_first"),
    )


def ernie4_5(config: Config) -> Body:
    """`Ernie4_5ForCausalLM`: one flag for all biases."""
    bias = config.flag("use_bias", default=False)
    mixer = attention(config, position=rope(config), qkv_bias=bias, output_bias=bias)
    return Body([layer(mixer, gated(config, bias=bias))] * num_layers(config))


def exaone4(config: Config) -> Body:
    """`Exaone4ForCausalLM`: norms after attention and FFN; beside windows, global layers lack positions."""
    count = num_layers(config)
    has_window = config.has("sliding_window")
    spans = {True: sliding(config), False: FULL}
    positions = {True: rope(config), False: NoPosition() if has_window else rope(config)}
    local = windows(config, count, exaone_pattern(config, has_window))
    ffn = gated(config)

    def built(windowed: bool) -> LayerSpec:
        return layer(
            attention(config, position=positions[windowed], span=spans[windowed], qk_norm="head"), ffn
        )

    return Body(alternating(local, built), _POST)


def exaone_pattern(config: Config, has_window: bool) -> Any:
    """Return the pattern of windows: a number, or letters as "LLLG"."""
    config.skip("sliding_window_pattern")
    said = config.data.get("sliding_window_pattern", config.defaults.get("sliding_window_pattern"))
    if not has_window or not said:
        return lambda _: False
    if isinstance(said, str) and set(said) <= {"L", "G"}:
        return lambda index: said[index % len(said)] == "L"
    return every(config.whole("sliding_window_pattern"))


def helium(config: Config) -> Body:
    """`HeliumForCausalLM`: Llama without a bias on the output of attention."""
    mixer = attention(config, position=rope(config), qkv_bias=config.flag("attention_bias", default=False))
    ffn = gated(config, bias=config.flag("mlp_bias", default=False))
    return Body([layer(mixer, ffn)] * num_layers(config))


def hunyuan_dense(config: Config) -> Body:
    """`HunYuanDenseV1ForCausalLM`: a norm on each head's queries and keys, after they were turned."""
    config.skip("use_qk_norm", "use_cla", "cla_share_factor", "mlp_bias")
    normed = {"qk_norm": "head", "qk_norm_after_position": True}
    mixer = attention(config, position=rope(config), **normed, **biases(config))
    return Body([layer(mixer, gated(config))] * num_layers(config))


def hyperclovax(config: Config) -> Body:
    """`HyperCLOVAXForCausalLM`: Granite's multipliers, norms also after attention and FFN."""
    body = granite(config)
    sandwich = config.flag("use_post_norm", default=True)
    return replace(body, norm=NormSpec(placement="sandwich" if sandwich else "pre"))


def minicpm3(config: Config) -> Body:
    """`MiniCPM3ForCausalLM`: latent attention, scaled embedding, residual steps and logits."""
    return _minicpm(config, mla(config), bias=config.flag("mlp_bias", default=False))


def minicpm(config: Config) -> Body:
    """`MiniCPMForCausalLM`: Llama with scaled embedding, residual steps and logits."""
    config.expect("mlp_bias", False)
    return _minicpm(config, attention(config, position=rope(config), **biases(config)))


def _minicpm(config: Config, mixer: AnyMixer, *, bias: bool = False) -> Body:
    count = num_layers(config)
    ffn = gated(config, bias=bias)
    divisor = hidden_size(config) / config.whole("dim_model_base", default=hidden_size(config))
    step = config.number("scale_depth", default=1.0) / count**0.5
    return Body(
        [layer(mixer, ffn)] * count,
        residual=config.build(PlainResidual, residual_multiplier=round(step, 8)),
        embedding=config.build(EmbeddingSpec, multiplier=config.number("scale_emb", default=1)),
        output={"logit_scale": round(1 / divisor, 8)},
    )


def youtu(config: Config) -> Body:
    """`YoutuForCausalLM`: latent attention with a dense FFN."""
    config.expect("mlp_bias", False)
    return Body([layer(mla(config), gated(config))] * num_layers(config))


def nanochat(config: Config) -> Body:
    """`NanoChatForCausalLM`: norms without weight, a plain FFN of squared ReLUs."""
    normed = {"qk_norm": "l2", "qk_norm_after_position": True}
    mixer = attention(config, position=rope(config), **normed, **biases(config))
    ffn = plain(config, config.whole("intermediate_size"))
    return Body(
        [layer(mixer, ffn)] * num_layers(config),
        NormSpec(weight=False),
        embedding=EmbeddingSpec(norm=True),
        output={"final_logit_softcapping": config.number("final_logit_softcapping", default=0.0)},
    )


def seed_oss(config: Config) -> Body:
    """`SeedOssForCausalLM`: Llama with biases on queries, keys and values."""
    mixer = attention(
        config,
        position=rope(config),
        qkv_bias=config.flag("attention_bias", default=True),
        output_bias=config.flag("attention_out_bias", default=False),
    )
    ffn = gated(config, bias=config.flag("mlp_bias", default=False))
    return Body([layer(mixer, ffn)] * num_layers(config))


def internlm3(config: Config) -> Body:
    """InternLM 3, read with Llama's class."""
    config.skip("bias", "qkv_bias")
    return llama(config)
