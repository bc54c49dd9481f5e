"""BigCode's StarCoder."""

from __future__ import annotations

from archposter.importer.body import (
    Body,
    attention,
    even_heads,
    layer,
    num_heads,
    num_layers,
    plain,
    rope,
    sliding,
)
from archposter.importer.classic import GPT_ACTIVATION, LAYERNORM, even, four_times, learned, unscaled
from archposter.importer.config import Config
from archposter.spec.parts import Learned


def gpt_bigcode(config: Config) -> Body:
    """`GPTBigCodeForCausalLM`: GPT-2 with one head of keys and values."""
    config.expect("add_cross_attention", False)
    few = 1 if config.flag("multi_query", default=True) else num_heads(config)
    config.expect("num_key_value_heads", few)
    config.skip("attention_softmax_in_fp32", "scale_attention_softmax_in_fp32", "validate_runner_input")
    config.skip("inference_runner", "max_batch_size", "max_sequence_length")
    config.skip("pad_key_length", "pre_allocate_kv_cache", "n_ctx")
    mixer = even(
        config,
        num_key_value_heads=few,
        position=Learned(),
        qkv_bias=True,
        output_bias=True,
        **unscaled(config),
    )
    ffn = plain(config, four_times(config), bias=True, key=GPT_ACTIVATION)
    return Body([layer(mixer, ffn)] * num_layers(config), LAYERNORM, embedding=learned(config))


def starcoder2(config: Config) -> Body:
    """`Starcoder2ForCausalLM`: LayerNorms, a plain FFN, biases, sometimes a window."""
    bias = config.flag("use_bias", default=True)
    heads = num_heads(config)
    config.skip("norm_type", "mlp_type")
    mixer = attention(
        config, head_dim=even_heads(config, heads), position=rope(config), span=sliding(config),
        qkv_bias=bias, output_bias=bias,
    )  # fmt: skip
    ffn = plain(config, config.whole("intermediate_size"), bias=bias)
    return Body([layer(mixer, ffn)] * num_layers(config), LAYERNORM)
