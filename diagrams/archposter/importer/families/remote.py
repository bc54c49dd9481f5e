"""Decoders that the transformers library has no class for: their code comes with their files."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    biases,
    even_heads,
    gated,
    layer,
    moe,
    mtp,
    num_heads,
    num_layers,
    rope,
    sliding,
    windows,
)
from archposter.importer.config import Config
from archposter.importer.families.deepseek import sparse_decoder
from archposter.importer.families.sparse import normed_stream
from archposter.spec.model import LayerSpec, NormSpec
from archposter.spec.parts import Alibi, AnyMixer, Lightning, Position, Router


def baichuan(config: Config) -> Body:
    """`BaichuanForCausalLM`: the 7B turns its heads; the 13B, which names no positions, biases distances."""
    config.skip("model_max_length", "z_loss_weight")
    config.expect("tie_word_embeddings", False)
    position: Position = rope(config) if config.has("max_position_embeddings") else Alibi()
    heads = num_heads(config)
    mixer = attention(config, head_dim=even_heads(config, heads), position=position)
    return Body([layer(mixer, gated(config))] * num_layers(config))


def internlm(config: Config) -> Body:
    """`InternLMForCausalLM` and `InternLM2ForCausalLM`: Llama with biases, or one matrix for all inputs."""
    mixer = attention(config, position=rope(config), **biases(config, "bias"))
    return Body([layer(mixer, gated(config))] * num_layers(config))


def exaone(config: Config) -> Body:
    """`ExaoneForCausalLM`: EXAONE 3, Llama under other names."""
    mixer = attention(config, position=rope(config))
    return Body([layer(mixer, gated(config, key="activation_function"))] * num_layers(config))


def qwen(config: Config) -> Body:
    """`QWenLMHeadModel`: the first Qwen; the file's FFN is as wide as its gate and its input together."""
    config.expect("no_bias", True)
    config.expect("scale_attn_weights", True)
    config.expect("rotary_pct", 1.0)
    config.skip("bf16", "fp16", "fp32", "onnx_safe", "seq_length", "use_dynamic_ntk", "use_logn_attn")
    config.skip("emb_dropout_prob", "attn_dropout_prob", "use_cache_quantization", "use_cache_kernel")
    config.skip("softmax_in_fp32")
    config.expect("tie_word_embeddings", False)
    position = rope(config, theta=config.number("rotary_emb_base", default=10_000.0))
    mixer = attention(config, head_dim=config.whole("kv_channels"), position=position, qkv_bias=True)
    width, odd = divmod(config.whole("intermediate_size"), 2)
    if odd:
        raise config.refused("intermediate_size", "odd; gate and input share it out evenly")
    return Body([layer(mixer, gated(config, width))] * num_layers(config))


def chatglm(config: Config) -> Body:
    """`ChatGLMForConditionalGeneration` 2 and later, and GLM-4 9B: half of every head turns."""
    for key, value in {
        "add_bias_linear": False,
        "apply_residual_connection_post_layernorm": False,
        "multi_query_attention": True,
        "original_rope": True,
        "post_layer_norm": True,
        "rmsnorm": True,
        "tie_word_embeddings": False,
    }.items():
        config.expect(key, value)
    config.skip("apply_query_key_layer_scaling", "attention_softmax_in_fp32", "bias_dropout_fusion")
    config.skip("fp32_residual_connection", "quantization_bit", "pre_seq_len", "prefix_projection")
    mixer = attention(
        config,
        num_key_value_heads=config.whole("multi_query_group_num"),
        head_dim=config.whole("kv_channels"),
        position=rope(config, theta=10_000.0 * config.number("rope_ratio", default=1.0), partial=0.5),
        qkv_bias=config.flag("add_qkv_bias", default=False),
    )
    return Body([layer(mixer, gated(config, config.whole("ffn_hidden_size")))] * num_layers(config))


def orion(config: Config) -> Body:
    """`OrionForCausalLM`: Llama with LayerNorm."""
    block = layer(attention(config, position=rope(config), **biases(config)), gated(config))
    return Body([block] * num_layers(config), NormSpec(kind="layernorm"))


def mimo(config: Config) -> Body:
    """`MiMoForCausalLM`: the first MiMo, Qwen2 with modules that predict further tokens."""
    config.skip("max_window_layers", "sliding_window")
    config.expect("use_sliding_window", False)
    bias = config.flag("attention_bias", default=True)
    block = layer(attention(config, position=rope(config), qkv_bias=bias), gated(config))
    return Body([block] * num_layers(config), mtp=mtp(config, block))


def spark2_5(config: Config) -> Body:
    """`Spark2_5ForCausalLM`: windows in most layers, a gate on each head."""
    config.expect("headwise_attn_output_gate", True)
    config.expect("gate_attn_act_mode", "sigmoid")
    config.expect("mlp_bias", False)
    names = {True: "sliding_attention", False: "full_attention"}
    spans = {True: sliding(config), False: FULL}

    def built(local: bool) -> LayerSpec:
        mixer = attention(
            config,
            head_dim=config.whole("head_dim"),
            position=rope(config, names[local]),
            span=spans[local],
            gate="head",
            **biases(config),
        )
        return layer(mixer, gated(config))

    return Body(alternating(windows(config, num_layers(config), lambda _: False), built))


def deepseek(config: Config) -> Body:
    """`DeepseekForCausalLM`: DeepSeekMoE, the first (arXiv:2401.06066)."""
    config.expect("scoring_func", "softmax")
    mixer = attention(config, position=rope(config), **biases(config))
    return sparse_decoder(config, mixer, scoring="softmax")


def bailing_moe(config: Config) -> Body:
    """`BailingMoeForCausalLM`: Ling 1."""
    config.expect("use_bias", False)
    config.expect("norm_head", False)
    config.skip("norm_softmax", "max_window_layers", "multi_gate", "use_sliding_window", "sliding_window")
    bias = config.flag("use_qkv_bias", default=False)
    mixer = attention(config, position=rope(config), qkv_bias=bias)
    return sparse_decoder(config, mixer, scoring="softmax")


def minimax_m1(config: Config) -> Body:
    """`MiniMaxM1ForCausalLM`, MiniMax-Text-01: seven layers of Lightning attention, then one of softmax."""
    count = num_layers(config)
    for key, value in {"postnorm": True, "shared_intermediate_size": 0, "shared_moe_mode": "sigmoid"}.items():
        config.expect(key, value)
    config.expect("sliding_window", None)
    for part in ("full_attention", "linear_attention", "mlp"):
        config.skip(f"layernorm_{part}_alpha", f"layernorm_{part}_beta")
    heads, width = num_heads(config), config.whole("head_dim")
    turning = config.whole("rotary_dim", default=width)
    kinds = config.wholes("attn_type_list", length=count) or [1] * count
    if max(kinds) > 1:
        raise config.refused("attn_type_list", f"got {max(kinds)}; expected 0 (Lightning) or 1 (softmax)")
    mixers: dict[int, AnyMixer] = {
        0: config.build(Lightning, num_attention_heads=heads, head_dim=width),
        1: attention(config, head_dim=width, position=rope(config, partial=turning / width)),
    }
    experts = moe(config, moe_intermediate_size=config.whole("intermediate_size"), router=Router())
    return normed_stream(alternating(kinds, lambda kind: layer(mixers[kind], experts)))
