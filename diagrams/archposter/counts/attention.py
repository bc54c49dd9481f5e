"""Weights of softmax attention."""

from __future__ import annotations

from collections.abc import Iterator

from archposter.counts.weight import Weight, linear
from archposter.spec.parts import Attention, Mla


def attention(part: Attention, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of MHA, GQA or MQA (`LlamaAttention` and its kin).

    An element gate doubles the query projection, as `Qwen3NextAttention` has it; a head gate is one
    output a head.  QK-norm is as wide as a head (`Qwen3MoeAttention`) or as all of them (`Olmo2Attention`).
    """
    queries = part.num_attention_heads * part.head_dim
    keys = part.num_key_value_heads * part.head_dim
    values = part.num_key_value_heads * part.v_head_dim
    mixed = part.num_attention_heads * part.v_head_dim
    gate = mixed if part.gate == "element" else 0
    yield from linear("self_attn.q_proj", hidden_size, queries + gate, part.qkv_bias)
    yield from linear("self_attn.k_proj", hidden_size, keys, part.qkv_bias)
    yield from linear("self_attn.v_proj", hidden_size, values, part.qkv_bias)
    yield from linear("self_attn.o_proj", mixed, hidden_size, part.output_bias)
    if part.gate == "head":
        yield from linear("self_attn.g_proj", hidden_size, part.num_attention_heads)
    if part.qk_norm != "none":
        whole = part.qk_norm == "full"
        yield Weight("self_attn.q_norm.weight", (queries if whole else part.head_dim,))
        yield Weight("self_attn.k_norm.weight", (keys if whole else part.head_dim,))
    if part.sinks:
        yield Weight("self_attn.sinks", (part.num_attention_heads,))


def mla(part: Mla, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of multi-head latent attention (`DeepseekV3Attention`, `KimiLinearAttention`)."""
    heads = part.num_attention_heads
    queries = heads * (part.qk_nope_head_dim + part.qk_rope_head_dim)
    if part.q_lora_rank:
        yield from linear("self_attn.q_a_proj", hidden_size, part.q_lora_rank)
        yield Weight("self_attn.q_a_layernorm.weight", (part.q_lora_rank,))
        yield from linear("self_attn.q_b_proj", part.q_lora_rank, queries)
    else:
        yield from linear("self_attn.q_proj", hidden_size, queries)
    latent = part.kv_lora_rank
    yield from linear("self_attn.kv_a_proj_with_mqa", hidden_size, latent + part.qk_rope_head_dim)
    yield Weight("self_attn.kv_a_layernorm.weight", (latent,))
    yield from linear("self_attn.kv_b_proj", latent, heads * (part.qk_nope_head_dim + part.v_head_dim))
    yield from linear("self_attn.o_proj", heads * part.v_head_dim, hidden_size)
