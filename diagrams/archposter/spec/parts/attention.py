"""Mixers that compare a query with the keys of earlier tokens."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from archposter.spec.parts.base import (
    Dimension,
    OptionalDimension,
    OptionalPositive,
    Part,
    default,
    multiple,
)
from archposter.spec.parts.ffn import Activation
from archposter.spec.parts.position import FullSpan, HeadPosition, NoPosition, Position, Rope, Span

Gate = Literal["none", "head", "element"]


class BlockIndexer(Part):
    """Small heads that score blocks of `index_block_size` tokens; attention reads the best of them.

    MiniMax Sparse Attention (arXiv:2606.13392).  `pooling` "max": a block scores as its best key, each head
    chooses for its share of the query heads, and the last `index_local_blocks` are always among the
    `index_topk_blocks` (`MiniMaxM3VLIndexer`); "mean": a block scores by the mean of its keys, one choice for
    all heads, and the tokens after the last full block are read too (`Qwen4ExpTextQSAIndexer`).
    """

    index_n_heads: Dimension
    index_head_dim: Dimension
    index_block_size: Dimension
    index_topk_blocks: Dimension
    index_local_blocks: OptionalDimension = 0
    pooling: Literal["max", "mean"] = "max"

    @model_validator(mode="after")
    def _local_blocks_fit(self) -> Self:
        if self.index_local_blocks > self.index_topk_blocks:
            raise ValueError(
                f"index_local_blocks {self.index_local_blocks} is larger than "
                f"index_topk_blocks {self.index_topk_blocks}"
            )
        if self.index_local_blocks and self.pooling == "mean":
            raise ValueError("with pooling mean no full block is read unless it is chosen")
        return self


class Attention(Part):
    """Softmax attention with grouped heads: MHA, GQA or MQA by its counts (arXiv:2305.13245).

    `key_value`: "separate" projections; "unified": the values are the keys before their norm and position,
    with one projection and one cache; "shared": keys and values are read from the cache of the
    last earlier layer that has some of this shape and span (arXiv:2405.12981).
    `qk_norm`: a norm of each head, with one weight for all heads ("head") or one each ("each"), a norm of
    all heads at once ("full"), or the L2 norm, which has no weight; LayerNorms may have a bias.  "l2_clip"
    only shortens what is long, queries after a learned scale (`Inkling2ScaledL2Clip`).
    `qk_norm_after_position`: it follows the rotation (`HunYuanDenseV1Attention`).
    `inner_norm`: a norm before the output projection (`BitNetAttention`).
    `gate_activation`: what the gate passes (softplus: `LagunaAttention`).
    `gate_head_bias`: an element gate's bias is one number a head (`BeamAttention`).
    `token_sinks`: each token sets its own sinks (`Inkling2SlidingAttention`).
    `conv_kernel` above 0: to keys and values a convolution over the last tokens is added, channel by channel
    (`InklingShortConvolution`); `dynamic_conv`: with weights that also depend on the token.
    `separate_inputs`: queries, keys and values each read the stream through a norm of their own.
    `differential`: the difference of two softmax maps (arXiv:2410.05258; `DiffLlamaAttention`).
    `dynamic_mask`: a learned mask from the values (`DogeAttention`).
    `indexer`: only blocks of tokens that it chooses are read.
    """

    kind: Literal["attention"] = "attention"
    num_attention_heads: Dimension
    num_key_value_heads: Dimension = default("num_attention_heads")
    head_dim: Dimension
    v_head_dim: Dimension = default("head_dim")
    key_value: Literal["separate", "unified", "shared"] = "separate"
    separate_inputs: bool = False
    position: HeadPosition = Rope()
    span: Span = FullSpan()
    qk_norm: Literal["none", "head", "each", "full", "l2", "l2_clip"] = "none"
    qk_norm_bias: bool = False
    qk_norm_after_position: bool = False
    v_norm: bool = False
    conv_kernel: OptionalDimension = 0
    dynamic_conv: bool = False
    sinks: bool = False
    token_sinks: bool = False
    gate: Gate = "none"
    gate_bias: bool = False
    gate_head_bias: bool = False
    gate_activation: Literal["sigmoid", "softplus"] = "sigmoid"
    attn_logit_softcapping: OptionalPositive = 0.0
    qkv_bias: bool = False
    output_bias: bool = False
    inner_norm: bool = False
    differential: bool = False
    dynamic_mask: bool = False
    indexer: BlockIndexer | None = None

    @property
    def variant(self) -> Literal["mha", "gqa", "mqa"]:
        """MHA, GQA or MQA, by the number of key-value heads."""
        if self.num_key_value_heads == self.num_attention_heads:
            return "mha"
        return "mqa" if self.num_key_value_heads == 1 else "gqa"

    @model_validator(mode="after")
    def _heads_fit(self) -> Self:
        multiple(
            "num_attention_heads", self.num_attention_heads, "num_key_value_heads", self.num_key_value_heads
        )
        if self.gate_bias and self.gate == "none":
            raise ValueError("there is no gate that could have a bias")
        if self.gate_head_bias and (self.gate != "element" or self.gate_bias):
            raise ValueError("only an element gate without a bias of its own may have one a head")
        if self.gate_activation != "sigmoid" and self.gate == "none":
            raise ValueError("there is no gate that could have an activation")
        if self.qk_norm_bias and self.qk_norm in ("none", "l2", "l2_clip"):
            raise ValueError(f"a qk_norm {self.qk_norm} has no bias")
        if self.qk_norm_after_position and self.qk_norm == "none":
            raise ValueError("there is no qk_norm that could follow the position")
        if self.token_sinks and not self.sinks:
            raise ValueError("there are no sinks that a token could set")
        if self.key_value == "unified" and self.v_head_dim != self.head_dim:
            raise ValueError(f"unified keys and values have one width; v_head_dim is {self.v_head_dim}")
        return self

    @model_validator(mode="after")
    def _keys_are_made_here(self) -> Self:
        if self.dynamic_conv and not self.conv_kernel:
            raise ValueError("there is no convolution that could be dynamic; conv_kernel is 0")
        if self.conv_kernel and self.key_value != "separate":
            raise ValueError(f"keys and values that are {self.key_value} have no convolution")
        if self.separate_inputs and self.key_value != "separate":
            raise ValueError(f"keys and values that are {self.key_value} have no inputs of their own")
        return self

    @model_validator(mode="after")
    def _indexer_reaches(self) -> Self:
        if not self.indexer:
            return self
        if not isinstance(self.span, FullSpan):
            raise ValueError(f"an indexer chooses among all earlier tokens; the span is {self.span.kind}")
        if not isinstance(self.position, Rope | NoPosition):
            raise ValueError(f"an indexer's keys are turned or not; the position is {self.position.kind}")
        if self.indexer.pooling == "max":
            heads = self.indexer.index_n_heads
            multiple("num_attention_heads", self.num_attention_heads, "index_n_heads", heads)
        return self


class Indexer(Part):
    """DeepSeek sparse attention: small heads that score every earlier token; attention reads the best.

    DeepSeek-V3.2 technical report, section 2.1; `DeepseekV32Indexer`.  `indexer_type` "shared": the layer
    has no indexer and reads the tokens that the last earlier one chose (arXiv:2603.12201;
    `GlmMoeDsaAttention`).  `index_kpool` above 0: it scores pools of so many tokens, by a gated mean of
    their keys; the tokens after the last full pool are read too (`Glm5NextTextIndexer`).
    """

    indexer_type: Literal["full", "shared"] = "full"
    index_n_heads: Dimension
    index_head_dim: Dimension
    index_topk: Dimension
    index_kpool: OptionalDimension = 0

    @model_validator(mode="after")
    def _pools_share(self) -> Self:
        if self.index_kpool:
            multiple("index_topk", self.index_topk, "index_kpool", self.index_kpool)
        return self


class Mla(Part):
    """Multi-head latent attention (arXiv:2405.04434); `q_lora_rank` 0: queries are not compressed.

    `k_rope_norm`: the key that is turned and shared by all heads has a norm (`Dots3NoteTextAttention`).
    `qk_rope_head_dim` 0: there is no such key, and no position (`Glm5NextTextAttention`).
    `joint_query_gate`: one projection of the query latent, with and without its norm, makes the queries and
    the element gate (`AXK2Attention`).
    """

    kind: Literal["mla"] = "mla"
    num_attention_heads: Dimension
    q_lora_rank: OptionalDimension = 0
    kv_lora_rank: Dimension
    qk_nope_head_dim: Dimension
    qk_rope_head_dim: OptionalDimension
    v_head_dim: Dimension
    position: Position = Rope()
    span: Span = FullSpan()
    indexer: Indexer | None = None
    gate: Gate = "none"
    sinks: bool = False
    k_rope_norm: bool = False
    joint_query_gate: bool = False
    attention_bias: bool = False

    @model_validator(mode="after")
    def _indexer_has_queries(self) -> Self:
        if self.indexer and not self.q_lora_rank:
            raise ValueError("an indexer takes its queries from the query latent; q_lora_rank is 0")
        if not self.qk_rope_head_dim and (self.k_rope_norm or isinstance(self.position, Rope)):
            raise ValueError("there is no key that could be turned or normed; qk_rope_head_dim is 0")
        if self.joint_query_gate and not (self.q_lora_rank and self.gate == "element"):
            raise ValueError("only a query latent and an element gate can share a projection")
        return self


class Compressor(Part):
    """Every `compress_ratio` tokens become one entry, a gated mean over their channels.

    `overlap`: an entry also takes in the tokens of the entry before, from projections of their own.
    """

    compress_ratio: Dimension
    overlap: bool = False
    indexer: Indexer | None = None

    @model_validator(mode="after")
    def _indexer_is_own(self) -> Self:
        if self.indexer and (self.indexer.indexer_type == "shared" or self.indexer.index_kpool):
            raise ValueError("entries are chosen one by one, by an indexer of the layer's own")
        return self


class CompressedAttention(Part):
    """A window of keys that are also the values, in one head, and compressed entries of what came before.

    DeepSeek-V4's CSA (overlap and indexer), HCA (neither) and plain window (no compressor);
    `DeepseekV4Attention`.  The output projection has rank `o_lora_rank` in each of `o_groups`.
    """

    kind: Literal["compressed"] = "compressed"
    num_attention_heads: Dimension
    head_dim: Dimension
    q_lora_rank: Dimension
    o_groups: Dimension
    o_lora_rank: Dimension
    sliding_window: Dimension
    compressor: Compressor | None = None
    sinks: bool = True
    position: Position = Rope()

    @property
    def variant(self) -> Literal["csa", "hca", "window"]:
        """CSA, HCA or the window alone."""
        if self.compressor is None:
            return "window"
        return "csa" if self.compressor.indexer else "hca"

    @model_validator(mode="after")
    def _groups_divide(self) -> Self:
        multiple("num_attention_heads", self.num_attention_heads, "o_groups", self.o_groups)
        return self


class Cca(Part):
    """Compressed convolutional attention (arXiv:2510.04476; `ZayaAttention`).

    Queries and keys pass two convolutions over time, of `cca_time0` and `cca_time1` tokens; half of each
    value comes from the token before.  Queries and keys have an L2 norm, keys a temperature per head.
    """

    kind: Literal["cca"] = "cca"
    num_attention_heads: Dimension
    num_key_value_heads: Dimension
    head_dim: Dimension
    cca_time0: Dimension = 2
    cca_time1: Dimension = 2
    position: Position = Rope()
    span: Span = FullSpan()
    attention_bias: bool = False

    @model_validator(mode="after")
    def _heads_fit(self) -> Self:
        multiple(
            "num_attention_heads", self.num_attention_heads, "num_key_value_heads", self.num_key_value_heads
        )
        if self.num_key_value_heads * self.head_dim % 2:
            raise ValueError("half of each value comes from the token before; the width is odd")
        return self


class MixtureAttention(Part):
    """Each expert has queries and an output of its own for the key-value heads that all share.

    Mixture of attention heads (arXiv:2210.05144; `JetMoeAttention`): every chosen expert adds as many
    query heads as there are key-value heads.
    """

    kind: Literal["mixture_attention"] = "mixture_attention"
    num_experts: Dimension
    num_experts_per_tok: Dimension
    num_key_value_heads: Dimension
    head_dim: Dimension
    position: Position = Rope()

    @model_validator(mode="after")
    def _experts_exist(self) -> Self:
        if self.num_experts_per_tok > self.num_experts:
            raise ValueError(
                f"num_experts_per_tok {self.num_experts_per_tok} is larger than {self.num_experts}"
            )
        return self


class SharedBlock(Part):
    """Attention and a gated FFN whose weights several layers share (arXiv:2405.16712, arXiv:2411.15242).

    It reads the residual stream beside the embedding, twice the hidden size; a projection of the layer's own
    adds its output to the input of the layer's other mixer, not to the stream.  `weights` "earlier": those
    of the last such block that has its own.  `adapter_rank`: each of the `num_adapters` layers
    that use the block has an adapter on the FFN, and with `attention_adapters` on q, k and v
    (`ZambaAttentionDecoderLayer`, `Zamba2AttentionDecoderLayer`).
    """

    kind: Literal["shared_block"] = "shared_block"
    num_attention_heads: Dimension
    num_key_value_heads: Dimension = default("num_attention_heads")
    head_dim: Dimension
    intermediate_size: Dimension
    activation: Activation = "gelu"
    position: Position = NoPosition()
    weights: Literal["own", "earlier"] = "own"
    adapter_rank: OptionalDimension = 0
    num_adapters: OptionalDimension = 0
    attention_adapters: bool = False
    bias: bool = False

    @model_validator(mode="after")
    def _heads_fit(self) -> Self:
        multiple(
            "num_attention_heads", self.num_attention_heads, "num_key_value_heads", self.num_key_value_heads
        )
        return self
