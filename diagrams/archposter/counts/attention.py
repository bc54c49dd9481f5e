"""Weights of softmax attention."""

from __future__ import annotations

from collections.abc import Iterator

from archposter.counts.weight import Weight, linear
from archposter.spec.parts import Attention, Cca, CompressedAttention, Compressor, Indexer, Mla


def attention(part: Attention, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of MHA, GQA or MQA (`LlamaAttention` and its kin).

    An element gate doubles the query projection, as `Qwen3NextAttention` has it; a head gate is one
    output a head.  QK-norm is as wide as a head (`Qwen3MoeAttention`) or as all of them (`Olmo2Attention`).
    Unified keys and values have one projection, shared ones none (`Gemma4TextAttention`).
    """
    queries = part.num_attention_heads * part.head_dim
    keys = part.num_key_value_heads * part.head_dim
    values = part.num_key_value_heads * part.v_head_dim
    mixed = part.num_attention_heads * part.v_head_dim
    gate = mixed if part.gate == "element" else 0
    whole = part.qk_norm == "full"
    weighted = part.qk_norm in ("head", "full")
    yield from linear("self_attn.q_proj", hidden_size, queries + gate, part.qkv_bias)
    if weighted:
        yield Weight("self_attn.q_norm.weight", (queries if whole else part.head_dim,))
    if part.key_value != "shared":
        yield from linear("self_attn.k_proj", hidden_size, keys, part.qkv_bias)
        if weighted:
            yield Weight("self_attn.k_norm.weight", (keys if whole else part.head_dim,))
    if part.key_value == "separate":
        yield from linear("self_attn.v_proj", hidden_size, values, part.qkv_bias)
    yield from linear("self_attn.o_proj", mixed, hidden_size, part.output_bias)
    if part.gate == "head":
        yield from linear("self_attn.g_proj", hidden_size, part.num_attention_heads)
    if part.sinks:
        yield Weight("self_attn.sinks", (part.num_attention_heads,))


def mla(part: Mla, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of multi-head latent attention (`DeepseekV3Attention`, `BailingHybridAttention`).

    Biases stand where the class has them: on the projections from and to the hidden size.
    """
    heads, bias = part.num_attention_heads, part.attention_bias
    queries = heads * (part.qk_nope_head_dim + part.qk_rope_head_dim)
    mixed = heads * part.v_head_dim
    if part.q_lora_rank:
        yield from linear("self_attn.q_a_proj", hidden_size, part.q_lora_rank, bias)
        yield Weight("self_attn.q_a_layernorm.weight", (part.q_lora_rank,))
        yield from linear("self_attn.q_b_proj", part.q_lora_rank, queries)
    else:
        yield from linear("self_attn.q_proj", hidden_size, queries)
    latent = part.kv_lora_rank
    yield from linear("self_attn.kv_a_proj_with_mqa", hidden_size, latent + part.qk_rope_head_dim, bias)
    yield Weight("self_attn.kv_a_layernorm.weight", (latent,))
    yield from linear("self_attn.kv_b_proj", latent, heads * (part.qk_nope_head_dim + part.v_head_dim))
    yield from linear("self_attn.o_proj", mixed, hidden_size, bias)
    if part.gate != "none":
        yield from linear("self_attn.g_proj", hidden_size, heads if part.gate == "head" else mixed)
    if part.indexer:
        yield from _indexer(part.indexer, part.q_lora_rank, hidden_size)


def _indexer(part: Indexer, q_lora_rank: int, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of a DSA indexer (`DeepseekV32Indexer`): one key head, normed with a bias."""
    yield from linear("self_attn.indexer.wq_b", q_lora_rank, part.index_n_heads * part.index_head_dim)
    yield from linear("self_attn.indexer.wk", hidden_size, part.index_head_dim)
    yield Weight("self_attn.indexer.k_norm.weight", (part.index_head_dim,))
    yield Weight("self_attn.indexer.k_norm.bias", (part.index_head_dim,))
    yield from linear("self_attn.indexer.weights_proj", hidden_size, part.index_n_heads)


def compressed_attention(part: CompressedAttention, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of CSA, HCA or the window alone (`DeepseekV4Attention`)."""
    heads, width = part.num_attention_heads, part.head_dim
    yield from linear("self_attn.q_a_proj", hidden_size, part.q_lora_rank)
    yield Weight("self_attn.q_a_norm.weight", (part.q_lora_rank,))
    yield from linear("self_attn.q_b_proj", part.q_lora_rank, heads * width)
    yield from linear("self_attn.kv_proj", hidden_size, width)
    yield Weight("self_attn.kv_norm.weight", (width,))
    yield from linear("self_attn.o_a_proj", heads * width // part.o_groups, part.o_groups * part.o_lora_rank)
    yield from linear("self_attn.o_b_proj", part.o_groups * part.o_lora_rank, hidden_size)
    if part.sinks:
        yield Weight("self_attn.sinks", (heads,))
    if part.compressor:
        yield from _compressor("self_attn.compressor", part.compressor, width, hidden_size)
        if part.compressor.indexer:
            yield from _compressed_indexer(part, part.compressor, part.compressor.indexer, hidden_size)


def _compressed_indexer(
    part: CompressedAttention, compressor: Compressor, indexer: Indexer, hidden_size: int
) -> Iterator[Weight]:
    """Yield the weights of an indexer over compressed keys of its own (`DeepseekV4Indexer`)."""
    prefix = "self_attn.compressor.indexer"
    yield from _compressor(prefix, compressor, indexer.index_head_dim, hidden_size)
    queries = indexer.index_n_heads * indexer.index_head_dim
    yield from linear(f"{prefix}.q_b_proj", part.q_lora_rank, queries)
    yield from linear(f"{prefix}.scorer.weights_proj", hidden_size, indexer.index_n_heads)


def _compressor(prefix: str, part: Compressor, width: int, hidden_size: int) -> Iterator[Weight]:
    """Yield what turns `compress_ratio` tokens into an entry; an overlap doubles all but the norm."""
    series = width * 2 if part.overlap else width
    yield from linear(f"{prefix}.kv_proj", hidden_size, series)
    yield from linear(f"{prefix}.gate_proj", hidden_size, series)
    yield Weight(f"{prefix}.position_bias", (part.compress_ratio, series))
    yield Weight(f"{prefix}.kv_norm.weight", (width,))


def cca(part: Cca, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of compressed convolutional attention (`ZayaAttention`)."""
    queries = part.num_attention_heads * part.head_dim
    keys = part.num_key_value_heads * part.head_dim
    channels = queries + keys
    yield from linear("self_attn.qkv_proj.q_proj", hidden_size, queries)
    yield from linear("self_attn.qkv_proj.k_proj", hidden_size, keys)
    yield from linear("self_attn.qkv_proj.v_proj_current", hidden_size, keys // 2)
    yield from linear("self_attn.qkv_proj.v_proj_delayed", hidden_size, keys // 2)
    yield Weight("self_attn.qkv_proj.conv_qk_depthwise.weight", (channels, 1, part.cca_time0))
    yield Weight("self_attn.qkv_proj.conv_qk_depthwise.bias", (channels,))
    yield Weight("self_attn.qkv_proj.conv_qk_grouped.weight", (channels, part.head_dim, part.cca_time1))
    yield Weight("self_attn.qkv_proj.conv_qk_grouped.bias", (channels,))
    yield Weight("self_attn.qk_norm.temp", (part.num_key_value_heads,))
    yield from linear("self_attn.o_proj", queries, hidden_size)
