"""A part in a few words: its type and its main sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archposter.spec.parts import (
    Attention,
    BlockIndexer,
    Cca,
    CompressedAttention,
    DenseHead,
    GatedDeltaNet,
    GatedFfn,
    Indexer,
    MixtureAttention,
    Mla,
    Moe,
    NgramEmbedding,
    NgramMemory,
    Part,
    PlainFfn,
    ShortConv,
    field_title,
)
from archposter.units import exact


def _attention(part: Attention) -> str:
    heads = f"{part.variant.upper()}, {exact(part.num_attention_heads)} heads"
    return heads if part.variant == "mha" else f"{heads} on {exact(part.num_key_value_heads)}"


def _compressed(part: CompressedAttention) -> str:
    if part.compressor:
        return f"{part.variant.upper()}, {exact(part.compressor.compress_ratio)} : 1"
    return f"window of {exact(part.sliding_window)}"


def _indexer(part: Indexer) -> str:
    heads = f"{exact(part.index_n_heads)} heads of {exact(part.index_head_dim)}"
    return f"{heads}, best {exact(part.index_topk)}"


def _block_indexer(part: BlockIndexer) -> str:
    heads = f"{exact(part.index_n_heads)} heads of {exact(part.index_head_dim)}"
    return f"{heads}, best {exact(part.index_topk_blocks)} blocks"


SUMMARIES: dict[type[Part], Callable[[Any], str]] = {
    Attention: _attention,
    Mla: lambda p: f"MLA, {exact(p.num_attention_heads)} heads, latent {exact(p.kv_lora_rank)}",
    CompressedAttention: _compressed,
    MixtureAttention: lambda p: f"MoA, {exact(p.num_experts_per_tok)} of {exact(p.num_experts)}",
    Cca: lambda p: f"CCA, {exact(p.num_attention_heads)} heads on {exact(p.num_key_value_heads)}",
    Indexer: _indexer,
    BlockIndexer: _block_indexer,
    GatedDeltaNet: lambda p: f"Gated DeltaNet, {exact(p.linear_num_value_heads)} heads",
    ShortConv: lambda p: f"convolution over {exact(p.conv_kernel)}",
    GatedFfn: lambda p: f"gated, {exact(p.intermediate_size)} wide",
    PlainFfn: lambda p: f"plain, {exact(p.intermediate_size)} wide",
    Moe: lambda p: f"MoE, {exact(p.num_experts_per_tok)} of {exact(p.num_experts)}",
    DenseHead: lambda p: f"dense, {p.activation}",
    NgramMemory: lambda p: f"n-gram memory, {exact(p.num_tables)} tables",
    NgramEmbedding: lambda p: f"{exact(p.num_tables)} tables",
}


def summary(part: Part) -> str:
    """Return a part's type and main sizes; where no row says more: "KDA, 32 heads", from its first field."""
    if type(part) in SUMMARIES:
        return SUMMARIES[type(part)](part)
    first = next(name for name in type(part).model_fields if name != "kind")
    title, size = field_title(type(part), first), exact(getattr(part, first))
    return f"{part.title}, {size} {title}" if title.endswith("s") else f"{part.title}, {title} {size}"
