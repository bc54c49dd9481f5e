"""Decoders from before Llama and those built like them: LayerNorms, plain FFNs, biases."""

from __future__ import annotations

from typing import Any

from archposter.importer.body import (
    FULL,
    Body,
    activation,
    alternating,
    attention,
    biases,
    even_heads,
    gated,
    head_dim,
    hidden_size,
    layer,
    num_heads,
    num_layers,
    plain,
    rope,
    side_by_side,
    sliding,
)
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec, NormSpec
from archposter.spec.parts import (
    Alibi,
    AnyFfn,
    Attention,
    Learned,
    PlainFfn,
    Position,
    Rope,
    Sinusoidal,
    SlidingSpan,
)

_LAYERNORM = NormSpec(kind="layernorm")
_GPT_ACTIVATION = "activation_function"


def learned(config: Config, *keys: str, more: int = 0, **fields: Any) -> EmbeddingSpec:
    """Return an embedding with a table of positions, `more` rows longer than the context."""
    rows = config.whole(*(keys or ("n_positions", "max_position_embeddings"))) + more
    return config.build(EmbeddingSpec, position="learned", max_position_embeddings=rows, **fields)


def _four_times(config: Config, *keys: str) -> int:
    return config.whole(*(keys or ("n_inner",)), default=4 * hidden_size(config))


def _even(config: Config, *, position: Position, **fields: Any) -> Attention:
    """Return attention whose query heads share out the hidden size."""
    heads = num_heads(config)
    return attention(
        config,
        num_attention_heads=heads,
        head_dim=even_heads(config, heads),
        position=position,
        **{"num_key_value_heads": heads, **fields},
    )


def _rotary_dim(config: Config) -> Rope:
    """Return rotary positions on the first `rotary_dim` channels of a head."""
    width = even_heads(config, num_heads(config))
    turning = config.whole("rotary_dim", default=width)
    return config.build(Rope, partial_rotary_factor=min(turning / width, 1.0))


def _factor(config: Config, key: str = "scale_embedding", **fields: Any) -> EmbeddingSpec:
    """Return an embedding that is multiplied by the root of its width where a flag says so."""
    scaled = config.flag(key, default=True)
    return config.build(
        EmbeddingSpec, multiplier=round(hidden_size(config) ** 0.5, 7) if scaled else 1.0, **fields
    )


def gptj(config: Config) -> Body:
    """`GPTJForCausalLM`: attention and FFN side by side on one norm."""
    mixer = _even(config, position=_rotary_dim(config))
    ffn = plain(config, _four_times(config), bias=True, key=_GPT_ACTIVATION)
    config.skip("n_ctx", "rotary")
    block = layer(mixer, ffn, parallel=True)
    return Body([block] * num_layers(config), _LAYERNORM, output={"bias": True})


def gpt_neo(config: Config) -> Body:
    """`GPTNeoForCausalLM`: a window in every second layer, unscaled scores, a bias on the output only."""
    count = num_layers(config)
    kinds = _neo_layers(config, count)
    window = config.build(SlidingSpan, size=config.whole("window_size"))
    ffn = plain(config, _four_times(config, "intermediate_size"), bias=True, key=_GPT_ACTIVATION)

    def built(local: bool) -> Any:
        span = window if local else FULL
        return layer(_even(config, position=Learned(), span=span, output_bias=True), ffn)

    return Body(alternating(kinds, built), _LAYERNORM, embedding=learned(config, "max_position_embeddings"))


def _neo_layers(config: Config, count: int) -> list[bool]:
    words = config.words("attention_layers", length=count, among=("global", "local"))
    said = config.data.get("attention_types", config.defaults.get("attention_types"))
    config.skip("attention_types")
    if words is None:
        words = _expanded(said) if said else ["global", "local"] * count
    if len(words) < count or not set(words) <= {"global", "local"}:
        raise config.refused("attention_types", f"expected global or local for each of {count} layers")
    return [word == "local" for word in words[:count]]


def _expanded(said: Any) -> list[str]:
    """Return [[["global", "local"], 12]] written out; nothing where it is anything else."""
    try:
        return [str(word) for words, times in said for _ in range(min(int(times), 1000)) for word in words]
    except (TypeError, ValueError, OverflowError):
        return []


def gpt_neox(config: Config) -> Body:
    """`GPTNeoXForCausalLM`: attention and FFN side by side, each on a norm of its own."""
    bias = config.flag("attention_bias", default=True)
    mixer = _even(config, position=rope(config, partial=0.25), qkv_bias=bias, output_bias=bias)
    ffn = plain(config, config.whole("intermediate_size"), bias=True)
    parallel = config.flag("use_parallel_residual", default=True)
    block = side_by_side(mixer, ffn) if parallel else layer(mixer, ffn)
    return Body([block] * num_layers(config), _LAYERNORM)


def gpt_neox_japanese(config: Config) -> Body:
    """`GPTNeoXJapaneseForCausalLM`: no biases, but for the output of the last layer's attention."""
    position = rope(config)
    width = hidden_size(config) * config.whole("intermediate_multiple_size", default=4)
    ffn = plain(config, width)
    blocks = [layer(_even(config, position=position, output_bias=last), ffn) for last in (False, True)]
    return Body([blocks[0]] * (num_layers(config) - 1) + [blocks[1]], _LAYERNORM)


def gpt_bigcode(config: Config) -> Body:
    """`GPTBigCodeForCausalLM`: GPT-2 with one head of keys and values."""
    config.expect("add_cross_attention", False)
    few = 1 if config.flag("multi_query", default=True) else num_heads(config)
    config.expect("num_key_value_heads", few)
    config.skip("attention_softmax_in_fp32", "scale_attention_softmax_in_fp32", "validate_runner_input")
    config.skip("attention_softmax_in_fp32", "inference_runner", "max_batch_size", "max_sequence_length")
    config.skip("pad_key_length", "pre_allocate_kv_cache", "n_ctx")
    mixer = _even(config, num_key_value_heads=few, position=Learned(), qkv_bias=True, output_bias=True)
    ffn = plain(config, _four_times(config), bias=True, key=_GPT_ACTIVATION)
    return Body([layer(mixer, ffn)] * num_layers(config), _LAYERNORM, embedding=learned(config))


def bloom(config: Config) -> Body:
    """`BloomForCausalLM`: ALiBi, biases, a norm on the embedding; trained on 2,048 tokens."""
    config.expect("apply_residual_connection_post_layernorm", False)
    config.skip("slow_but_exact", "offset_alibi", "unk_token_id", "attention_softmax_in_fp32")
    config.skip("masked_softmax_fusion", "bias_dropout_fusion", "skip_bias_add", "skip_bias_add_qkv")
    mixer = _even(config, position=Alibi(), qkv_bias=True, output_bias=True)
    ffn = config.build(PlainFfn, intermediate_size=_four_times(config), activation="gelu_tanh", bias=True)
    blocks = [layer(mixer, ffn)] * num_layers(config)
    return Body(blocks, _LAYERNORM, embedding=EmbeddingSpec(norm=True), context=2048)


def mpt(config: Config) -> Body:
    """`MptForCausalLM`: ALiBi and no bias anywhere, whatever the file says of either."""
    inner = config.section("attn_config")
    if inner:
        inner.expect("attn_type", "multihead_attention")
        inner.expect("prefix_lm", False)
        inner.expect("alibi", True)
        inner.expect("qk_ln", False)
        inner.skip("alibi_bias_max", "attn_impl", "attn_uses_sequence_id", "clip_qkv", "softmax_scale")
        inner.skip("attn_pdrop")
    config.skip(
        "no_bias", "learned_pos_emb", "norm_type", "expansion_ratio", "embedding_fraction", "init_device"
    )
    config.skip("logit_scale", "emb_pdrop", "init_config", "verbose", "emb_init_std")
    mixer = _even(config, position=Alibi())
    ffn = config.build(PlainFfn, intermediate_size=4 * hidden_size(config), activation="gelu")
    return Body([layer(mixer, ffn)] * num_layers(config), NormSpec(kind="layernorm", bias=False))


def opt(config: Config) -> Body:
    """`OPTForCausalLM`: biases, and a table of positions that begins with two empty rows.

    Norms stand before the parts or, as in OPT-350M, on the stream after them; then there is no final one.
    """
    before = config.flag("do_layer_norm_before", default=True)
    removed = config.flag("_remove_final_layer_norm", default=False)
    width = config.whole("word_embed_proj_dim", default=hidden_size(config))
    config.skip("dropout", "layerdrop", "init_std", "activation_dropout")
    bias = config.flag("enable_bias", default=True)
    affine = config.flag("layer_norm_elementwise_affine", default=True)
    mixer = _even(config, position=Learned(), qkv_bias=bias, output_bias=bias)
    ffn = plain(config, config.whole("ffn_dim"), bias=bias, key=_GPT_ACTIVATION)
    norm = NormSpec(
        kind="layernorm",
        weight=affine,
        placement="pre" if before else "sum",
        final=before and not removed,
    )
    embedding = learned(config, "max_position_embeddings", more=2)
    if width != hidden_size(config):
        embedding = embedding.model_copy(update={"word_embed_proj_dim": width})
    return Body([layer(mixer, ffn)] * num_layers(config), norm, embedding=embedding)


def xglm(config: Config) -> Body:
    """`XGLMForCausalLM`: fixed sines for positions, an embedding scaled by the root of its width."""
    config.expect("add_cross_attention", False)
    config.skip("dropout", "layerdrop", "init_std", "activation_dropout")
    mixer = _even(config, position=Sinusoidal(), qkv_bias=True, output_bias=True)
    ffn = plain(config, config.whole("ffn_dim"), bias=True, key=_GPT_ACTIVATION)
    return Body([layer(mixer, ffn)] * num_layers(config), _LAYERNORM, embedding=_factor(config))


def biogpt(config: Config) -> Body:
    """`BioGptForCausalLM`: OPT's layers with a scaled embedding."""
    config.skip("layerdrop", "activation_dropout", "hidden_dropout_prob", "attention_probs_dropout_prob")
    mixer = _even(config, position=Learned(), qkv_bias=True, output_bias=True)
    ffn = plain(config, config.whole("intermediate_size"), bias=True)
    rows = config.whole("max_position_embeddings") + 2
    embedding = _factor(config, position="learned", max_position_embeddings=rows)
    return Body([layer(mixer, ffn)] * num_layers(config), _LAYERNORM, embedding=embedding)


def ctrl(config: Config) -> Body:
    """`CTRLLMHeadModel`: fixed sines, biases throughout, the output layer's too."""
    config.skip("n_ctx", "from_tf", "control_codes")
    mixer = _even(config, position=Sinusoidal(), qkv_bias=True, output_bias=True)
    ffn = config.build(PlainFfn, intermediate_size=config.whole("dff"), activation="relu", bias=True)
    scaled = config.build(EmbeddingSpec, multiplier=round(hidden_size(config) ** 0.5, 7))
    blocks = [layer(mixer, ffn)] * num_layers(config)
    return Body(blocks, _LAYERNORM, embedding=scaled, output={"bias": True})


def phi(config: Config) -> Body:
    """`PhiForCausalLM`: attention and FFN side by side on one LayerNorm, biases throughout."""
    normed = config.flag("qk_layernorm", default=False)
    mixer = _even(
        config,
        num_key_value_heads=config.whole("num_key_value_heads", default=num_heads(config)),
        position=rope(config, partial=0.5),
        qkv_bias=True,
        output_bias=True,
        qk_norm="head" if normed else "none",
        qk_norm_bias=normed,
    )
    ffn = plain(config, config.whole("intermediate_size"), bias=True)
    block = layer(mixer, ffn, parallel=True)
    return Body([block] * num_layers(config), _LAYERNORM, output={"bias": True})


def persimmon(config: Config) -> Body:
    """`PersimmonForCausalLM`, the decoder of Fuyu: LayerNorms on queries and keys, biases throughout."""
    normed = config.flag("qk_layernorm", default=True)
    mixer = _even(
        config,
        position=rope(config, partial=0.5),
        qkv_bias=True,
        output_bias=True,
        qk_norm="head" if normed else "none",
        qk_norm_bias=normed,
    )
    ffn = plain(config, config.whole("intermediate_size"), bias=True)
    return Body([layer(mixer, ffn)] * num_layers(config), _LAYERNORM)


def stablelm(config: Config) -> Body:
    """`StableLmForCausalLM`: Llama with LayerNorms and partial rotary positions."""
    mixer = _even(
        config,
        num_key_value_heads=config.whole("num_key_value_heads"),
        position=rope(config, partial=0.25),
        qkv_bias=config.flag("use_qkv_bias", default=False),
        qk_norm="each" if config.flag("qk_layernorm", default=False) else "none",
    )
    parallel = config.flag("use_parallel_residual", default=False)
    return Body([layer(mixer, gated(config), parallel=parallel)] * num_layers(config), _LAYERNORM)


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
    return Body([layer(mixer, ffn)] * num_layers(config), _LAYERNORM)


def nemotron(config: Config) -> Body:
    """`NemotronForCausalLM`: LayerNorms, a plain FFN of squared ReLUs, half of each head turns."""
    mixer = attention(config, position=rope(config, partial=0.5), **biases(config))
    ffn = plain(config, config.whole("intermediate_size"), bias=config.flag("mlp_bias", default=False))
    return Body([layer(mixer, ffn)] * num_layers(config), _LAYERNORM)


def jais2(config: Config) -> Body:
    """`Jais2ForCausalLM`: LayerNorms, a plain FFN of squared ReLUs, biases."""
    bias = config.flag("attention_bias", default=True)
    mixer = attention(config, position=rope(config), qkv_bias=bias, output_bias=bias)
    ffn = plain(config, config.whole("intermediate_size"), bias=config.flag("mlp_bias", default=True))
    return Body([layer(mixer, ffn)] * num_layers(config), _LAYERNORM)


def falcon(config: Config) -> Body:
    """`FalconForCausalLM`: attention and FFN side by side; one head of keys and values, or groups."""
    new = config.flag("new_decoder_architecture", default=False)
    parallel = config.flag("parallel_attn", default=True)
    alibi = config.flag("alibi", default=False)
    bias = config.flag("bias", default=False)
    heads = num_heads(config)
    few = 1 if config.flag("multi_query", default=True) else heads
    groups = config.whole("num_kv_heads", "n_head_kv", default=heads)
    position: Position = Alibi() if alibi else rope(config)
    config.skip("rope_parameters", "rope_theta", "rope_scaling")
    mixer = _even(
        config, num_key_value_heads=groups if new else few, position=position, qkv_bias=bias, output_bias=bias
    )
    width = config.whole("ffn_hidden_size", default=4 * hidden_size(config))
    ffn: AnyFfn = config.build(
        PlainFfn, intermediate_size=width, activation=activation(config, "activation"), bias=bias
    )
    norms = config.whole("num_ln_in_parallel_attn", default=2 if new else 1, most=2)
    if norms == 2 and not (new and parallel):
        raise config.refused("num_ln_in_parallel_attn", "only the new decoder's layers have two")
    if new and not parallel:
        raise config.refused("parallel_attn", "the new decoder's layers are parallel")
    block = side_by_side(mixer, ffn) if norms == 2 else layer(mixer, ffn, parallel=parallel)
    return Body([block] * num_layers(config), _LAYERNORM, context=2048)


def olmo(config: Config) -> Body:
    """`OlmoForCausalLM`: Llama with LayerNorms that have no weight."""
    config.skip("clip_qkv")
    heads = num_heads(config)
    mixer = attention(config, head_dim=head_dim(config, heads), position=rope(config), **biases(config))
    norm = NormSpec(kind="layernorm", weight=False)
    return Body([layer(mixer, gated(config))] * num_layers(config), norm)
