"""A part in a few words: its type and its main sizes, one row a type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archposter.spec.parts import (
    Attention,
    BlockIndexer,
    Cca,
    ChannelMix,
    CompressedAttention,
    DenseHead,
    GatedDeltaNet,
    GatedFfn,
    Indexer,
    Kda,
    Lightning,
    LowRankFfn,
    Mamba1,
    Mamba2,
    MixtureAttention,
    Mla,
    Mlstm,
    Moe,
    NgramEmbedding,
    NgramMemory,
    Part,
    PerLayerInput,
    PlainFfn,
    RgLru,
    SharedBlock,
    ShortConv,
    TimeMix,
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
    SharedBlock: lambda p: f"shared block, {exact(p.num_attention_heads)} heads",
    Mamba1: lambda p: f"Mamba, {exact(p.intermediate_size)} wide",
    RgLru: lambda p: f"RG-LRU, {exact(p.lru_width)} wide",
    TimeMix: lambda p: f"time mixing, {exact(p.attention_hidden_size)} wide",
    ChannelMix: lambda p: f"channel mixing, {exact(p.intermediate_size)} wide",
    LowRankFfn: lambda p: f"low rank, {exact(p.laurel_rank)}",
    Cca: lambda p: f"CCA, {exact(p.num_attention_heads)} heads on {exact(p.num_key_value_heads)}",
    Indexer: _indexer,
    BlockIndexer: _block_indexer,
    GatedDeltaNet: lambda p: f"Gated DeltaNet, {exact(p.linear_num_value_heads)} heads",
    Kda: lambda p: f"KDA, {exact(p.linear_num_heads)} heads",
    Mamba2: lambda p: f"Mamba-2, {exact(p.mamba_num_heads)} heads",
    Lightning: lambda p: f"Lightning, {exact(p.num_attention_heads)} heads",
    Mlstm: lambda p: f"mLSTM, {exact(p.num_heads)} heads",
    ShortConv: lambda p: f"convolution over {exact(p.conv_kernel)}",
    GatedFfn: lambda p: f"gated, {exact(p.intermediate_size)} wide",
    PlainFfn: lambda p: f"plain, {exact(p.intermediate_size)} wide",
    Moe: lambda p: f"MoE, {exact(p.num_experts_per_tok)} of {exact(p.num_experts)}",
    PerLayerInput: lambda p: f"{exact(p.hidden_size_per_layer_input)} wide",
    DenseHead: lambda p: f"dense, {p.activation}",
    NgramMemory: lambda p: f"n-gram memory, {exact(p.num_tables)} tables",
    NgramEmbedding: lambda p: f"{exact(p.num_tables)} tables",
}


def summary(part: Part) -> str:
    """Return a part's type and main sizes."""
    return SUMMARIES[type(part)](part)
