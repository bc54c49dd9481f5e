"""OpenAI's decoders."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    biases,
    clamp,
    even_heads,
    every,
    hidden_size,
    layer,
    moe,
    num_layers,
    plain,
    rope,
    sliding,
    windows,
)
from archposter.importer.classic import unscaled
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec, NormSpec
from archposter.spec.parts import Activation, Learned, PlainFfn, Router

_AFN: dict[str, Activation] = {"gelu": "gelu_tanh", "relu": "relu", "silu": "silu", "swish": "silu"}


def gpt2(config: Config) -> Body:
    """`GPT2LMHeadModel`: learned positions, biases throughout, a plain FFN four times as wide."""
    config.expect("add_cross_attention", False)
    heads = config.whole("n_head", "num_attention_heads")
    mixer = attention(
        config,
        num_attention_heads=heads,
        position=Learned(),
        qkv_bias=True,
        output_bias=True,
        scale_attn_by_inverse_layer_idx=config.flag("scale_attn_by_inverse_layer_idx", default=False),
        **unscaled(config),
    )
    width = config.whole("n_inner", default=4 * hidden_size(config))
    ffn = plain(config, width, bias=True, key="activation_function")
    rows = config.whole("n_positions", "max_position_embeddings")
    config.expect("n_ctx", rows)
    return Body(
        [layer(mixer, ffn)] * num_layers(config),
        NormSpec(kind="layernorm"),
        embedding=config.build(EmbeddingSpec, max_position_embeddings=rows),
    )


def openai_gpt(config: Config) -> Body:
    """`OpenAIGPTLMHeadModel`: the first GPT, whose norms stand on the stream, after each sum."""
    config.skip("n_ctx", "predict_special_tokens")
    heads = config.whole("n_head", "num_attention_heads")
    mixer = attention(
        config,
        num_attention_heads=heads,
        head_dim=even_heads(config, heads),
        position=Learned(),
        qkv_bias=True,
        output_bias=True,
    )
    ffn = config.build(
        PlainFfn,
        intermediate_size=4 * hidden_size(config),
        activation=config.word("afn", among=_AFN, default="gelu"),
        bias=True,
    )
    rows = config.whole("n_positions", "max_position_embeddings")
    return Body(
        [layer(mixer, ffn)] * num_layers(config),
        NormSpec(kind="layernorm", placement="sum", final=False),
        embedding=config.build(EmbeddingSpec, max_position_embeddings=rows),
    )


def gpt_oss(config: Config) -> Body:
    """`GptOssForCausalLM`: sinks, a window in every second layer, experts with biases."""
    config.expect("hidden_act", "silu")
    experts = moe(
        config,
        moe_intermediate_size=config.whole("intermediate_size"),
        num_experts_per_tok=config.whole("num_experts_per_tok", "experts_per_token"),
        activation="swiglu_clamped",
        swiglu_alpha=config.number("swiglu_alpha", default=1.702),
        clamp=clamp(config, 7.0),
        bias=True,
        router=Router(order="top_k_first", bias=True),
    )
    position, bias = rope(config), biases(config)
    spans = {True: sliding(config), False: FULL}
    kinds = windows(config, num_layers(config), every(2))
    return Body(
        alternating(
            kinds,
            lambda local: layer(
                attention(config, position=position, span=spans[local], sinks="head", **bias), experts
            ),
        )
    )
