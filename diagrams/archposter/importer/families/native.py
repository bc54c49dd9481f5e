"""`params.json`, as Meta and Mistral publish their weights beside the library's files."""

from __future__ import annotations

from archposter.importer.body import (
    Body,
    attention,
    gated,
    hidden_size,
    layer,
    moe,
    num_layers,
    rope,
    sliding,
)
from archposter.importer.config import Config
from archposter.spec.parts import AnyFfn, Llama3Scaling, Router

_MISTRAL_CONTEXT, _META_CONTEXT, _META_VOCABULARY = 128_000, 2048, 32_000


def mistral_native(config: Config) -> Body:
    """`mistral_inference.transformer.Transformer`, dense or with Mixtral's experts.

    Without a context in the file, there are positions for 128,000 tokens (`precompute_freqs_cis`).
    """
    config.skip("max_batch_size", "vision_encoder")
    config.expect("use_biases", False)
    width, heads = config.whole("hidden_dim"), config.whole("n_heads")
    span = sliding(config)
    theta = 1_000_000.0 if not config.has("sliding_window") else 10_000.0
    mixer = attention(
        config,
        num_attention_heads=heads,
        num_key_value_heads=config.whole("n_kv_heads", default=heads),
        position=rope(config, theta=theta),
        span=span,
    )
    ffn: AnyFfn = gated(config, width)
    if sparse := config.section("moe"):
        counts = {key: sparse.whole(key) for key in ("num_experts", "num_experts_per_tok")}
        ffn = moe(config, router=Router(), moe_intermediate_size=width, **counts)
    _say_context(config, _MISTRAL_CONTEXT)
    return Body([layer(mixer, ffn)] * num_layers(config), context=_MISTRAL_CONTEXT)


def meta_native(config: Config) -> Body:
    """`llama.model.Transformer`: the FFN's width is 8/3 of the hidden size, scaled, and rounded up.

    Without a context in the file, the class takes 2,048 (`ModelArgs.max_seq_len`), and its scaled positions
    begin at 8,192 times 8 (`apply_scaling`).  Vocabularies of -1 are the tokenizer's, of 32,000 tokens.
    """
    config.skip("max_batch_size")
    heads, unit = config.whole("n_heads"), config.whole("multiple_of")
    width = int(8 * hidden_size(config) / 3)
    width = int(config.number("ffn_dim_multiplier", default=1.0) * width)
    position, context = rope(config), _META_CONTEXT
    if config.flag("use_scaled_rope", default=False):
        scaling = Llama3Scaling(
            factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192
        )
        position, context = position.model_copy(update={"scaling": scaling}), 8 * 8192
    mixer = attention(
        config,
        num_attention_heads=heads,
        num_key_value_heads=config.whole("n_kv_heads", default=heads),
        position=position,
    )
    if config.data.get("vocab_size") == -1:
        config.journal.warn("vocab_size", f"got -1; read as {_META_VOCABULARY:,}, the tokenizer's")
        config.restate("vocab_size", _META_VOCABULARY)
    _say_context(config, context)
    return Body([layer(mixer, gated(config, -(-width // unit) * unit))] * num_layers(config), context=context)


def _say_context(config: Config, usual: int) -> None:
    if not config.has("max_position_embeddings", "max_seq_len"):
        message = f"missing; the context is read as {usual:,} tokens, which the reference code takes"
        config.journal.warn("max_seq_len", message)
