"""Mixers that compare a query with the keys of earlier tokens."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from archposter.spec.parts.base import (
    Dimension,
    OptionalDimension,
    OptionalPositive,
    Part,
    Positive,
    default,
    multiple,
)
from archposter.spec.parts.ffn import Activation
from archposter.spec.parts.position import FullSpan, HeadPosition, NoPosition, Position, Rope, Span


class QkNorm(Part):
    """A norm of queries and keys.

    `kind`: of each head, with one weight for all heads ("head") or one each ("each"); of all heads at once
    ("full"); or the L2 norm, which has no weight.  "l2_clip" only shortens what is longer than
    `l2_clip_threshold`, queries after a learned scale (`Inkling2ScaledL2Clip`).  `bias`: they are LayerNorms
    with a bias.  `after_position`: it follows the rotation (`HunYuanDenseV1Attention`).
    """

    kind: Literal["head", "each", "full", "l2", "l2_clip"] = Field(title="QK-norm")
    l2_clip_threshold: Positive | None = Field(
        default_factory=lambda data: 22.627416997969522 if data.get("kind") == "l2_clip" else None,
        title="longest query and key",
    )
    bias: bool = Field(False, title="QK-norm bias")
    after_position: bool = Field(False, title="QK-norm after position")

    @model_validator(mode="after")
    def _bias_belongs(self) -> Self:
        if self.bias and self.kind in ("l2", "l2_clip"):
            raise ValueError(f"a qk_norm of kind {self.kind} has no bias")
        if (self.kind == "l2_clip") != (self.l2_clip_threshold is not None):
            raise ValueError("l2_clip_threshold belongs to the kind l2_clip, and only to it")
        return self


class Gate(Part):
    """What the heads' output is multiplied by: a number `per` head, or one for each of their channels.

    `bias`: of the gate's projection, also one number a head for all its channels (`BeamAttention`).
    `activation`: what it passes (softplus: `LagunaAttention`).
    """

    per: Literal["head", "element"] = Field(title="output gate")
    bias: Literal["head", "element"] | None = Field(None, title="gate bias")
    activation: Literal["sigmoid", "softplus"] = Field("sigmoid", title="gate activation")

    @model_validator(mode="after")
    def _bias_fits(self) -> Self:
        if self.per == "head" and self.bias == "element":
            raise ValueError("a gate per head has at most a bias per head")
        return self


class LatentGate(Part):
    """A sigmoid gate on the heads' output of latent attention.

    `source` "query_latent": one projection of the query latent, with and without its norm, makes the queries
    and the element gate (`AXK2Attention`).  "normed_query_latent": its normed form makes it (Motif 3).
    """

    per: Literal["head", "element"] = Field(title="output gate")
    source: Literal["stream", "query_latent", "normed_query_latent"] = Field("stream", title="gate made from")

    @model_validator(mode="after")
    def _source_fits(self) -> Self:
        if self.per == "head" and self.source != "stream":
            raise ValueError("a gate per head is made from the stream")
        return self


class Conv(Part):
    """A convolution over the last `kernel` tokens that is added, channel by channel.

    `dynamic`: its weights also depend on the token (`InklingShortConvolution`).
    """

    kernel: Dimension = Field(title="convolution of K, V")
    dynamic: bool = Field(False, title="dynamic convolution")


class Temperature(Part):
    """Scores, with their biases and caps, are multiplied by a number that grows with the query's position n.

    arXiv:2501.19399.  With a = `attn_scale`, r = n / `floor_scale`: 1 + a ln(1 + floor(r)) in "steps"
    (`Llama4TextAttention`, `Ministral3Attention`), 1 + a ln(max(r, 1)) for "log" (`InklingAttention`),
    (1 + r) ** a for "power" (`BeamAttention`).  The first token is `first_position`.
    """

    growth: Literal["steps", "log", "power"] = Field("steps", title="attention temperature")
    attn_scale: Positive = Field(title="temperature slope")
    floor_scale: Dimension = Field(title="temperature from token")
    first_position: Annotated[int, Field(ge=0, le=1)] = Field(1, title="first position")


class BlockIndexer(Part, title="sparse indexer"):
    """Small heads that score blocks of `index_block_size` tokens; attention reads the best of them.

    MiniMax Sparse Attention (arXiv:2606.13392).  `pooling` "max": a block scores as its best key, each head
    chooses for its share of the query heads, and the last `index_local_blocks` are always among the
    `index_topk_blocks` (`MiniMaxM3VLIndexer`); "mean": a block scores by the mean of its keys, one choice for
    all heads, and the tokens after the last full block are read too (`Qwen4ExpTextQSAIndexer`).
    """

    index_n_heads: Dimension = Field(title="indexer heads")
    index_head_dim: Dimension = Field(title="indexer head size")
    index_block_size: Dimension = Field(title="tokens per block")
    index_topk_blocks: Dimension = Field(title="indexed blocks")
    index_local_blocks: OptionalDimension = Field(0, title="local blocks")
    pooling: Literal["max", "mean"] = Field("max", title="block scores")

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


class Attention(Part, title="attention"):
    """Softmax attention with grouped heads: MHA, GQA or MQA by its counts (arXiv:2305.13245).

    `key_value`: "separate" projections; "unified": the values are the keys before their norm and position,
    with one projection and one cache; "shared": keys and values are read from the cache of the
    last earlier layer that has some of this shape and span (arXiv:2405.12981).
    `query_pre_attn_scalar`: scores are divided by its root, by that of the head size where nothing is said;
    `scale_attn_by_inverse_layer_idx`: also by the number of the layer, from 1 (`GPT2Attention`).
    `attention_value_scale`: values are multiplied by it (`MiMoV2FlashAttention`).
    `clip_qkv` above 0: queries, keys and values are kept within it, before positions enter (`OlmoAttention`).
    `inner_norm`: a norm before the output projection (`BitNetAttention`).
    `head_output_norm`: a norm of what each head returns, without weight (`MuseSparkTextAttention`).
    `sinks`: a learned one per head, or one that each token sets itself (`Inkling2SlidingAttention`).
    `conv`: it is added to keys and values.
    `separate_inputs`: queries, keys and values each read the stream through a norm of their own.
    `differential`: the difference of two softmax maps (arXiv:2410.05258; `DiffLlamaAttention`).
    `dynamic_mask`: a learned mask from the values (`DogeAttention`).
    `indexer`: only blocks of tokens that it chooses are read.
    """

    kind: Literal["attention"] = "attention"
    num_attention_heads: Dimension = Field(title="query heads")
    num_key_value_heads: Dimension = default("num_attention_heads", title="KV heads")
    head_dim: Dimension = Field(title="head size")
    v_head_dim: Dimension = default("head_dim", title="value head size")
    query_pre_attn_scalar: Positive = default("head_dim", title="scores divided by root of")
    scale_attn_by_inverse_layer_idx: bool = Field(False, title="scores divided by layer")
    temperature: Temperature | None = Field(None, title="attention temperature")
    attention_value_scale: Positive = Field(1.0, title="value scale")
    clip_qkv: OptionalPositive = Field(0.0, title="QKV limit")
    key_value: Literal["separate", "unified", "shared"] = Field("separate", title="keys and values")
    separate_inputs: bool = Field(False, title="Q, K, V read apart")
    position: HeadPosition = Rope.model_construct()
    span: Span = FullSpan.model_construct()
    qk_norm: QkNorm | None = Field(None, title="QK-norm")
    v_norm: bool = Field(False, title="V-norm")
    conv: Conv | None = Field(None, title="convolution of K, V")
    sinks: Literal["head", "token"] | None = None
    gate: Gate | None = Field(None, title="output gate")
    attn_logit_softcapping: OptionalPositive = Field(0.0, title="attention soft cap")
    qkv_bias: bool = Field(False, title="QKV bias")
    output_bias: bool = False
    inner_norm: bool = False
    head_output_norm: bool = False
    differential: bool = False
    dynamic_mask: bool = False
    indexer: BlockIndexer | None = Field(None, title="sparse indexer")

    @property
    def title(self) -> str:
        """MHA, GQA or MQA."""
        return self.variant.upper()

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
        if self.key_value == "unified" and self.v_head_dim != self.head_dim:
            raise ValueError(f"unified keys and values have one width; v_head_dim is {self.v_head_dim}")
        return self

    @model_validator(mode="after")
    def _keys_are_made_here(self) -> Self:
        if self.conv and self.key_value != "separate":
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


class Indexer(Part, title="sparse indexer"):
    """DeepSeek sparse attention: small heads that score every earlier token; attention reads the best.

    DeepSeek-V3.2 technical report, section 2.1; `DeepseekV32Indexer`.  `indexer_type` "shared": the layer
    has no indexer and reads the tokens that the last earlier one chose (arXiv:2603.12201;
    `GlmMoeDsaAttention`).  `index_kpool` above 0: it scores pools of so many tokens, by a gated mean of
    their keys; the tokens after the last full pool are read too (`Glm5NextTextIndexer`).  `stream_queries`:
    its queries are made from the stream, through a LayerNorm, and scaled as with `log_scale` of `Mla`
    (`MistralLarge4TextIndexer`).  `from_entries`: its keys are projections of compressed entries, and
    `index_candidates` above 0: it scores only so many, in the blocks that an earlier one found best
    (DeepSeek V4.1).
    """

    indexer_type: Literal["full", "shared"] = Field("full", title="indexer")
    index_n_heads: Dimension = Field(title="indexer heads")
    index_head_dim: Dimension = Field(title="indexer head size")
    index_topk: Dimension = Field(title="indexed tokens")
    index_kpool: OptionalDimension = Field(0, title="tokens per pool")
    stream_queries: bool = Field(False, title="indexer reads stream")
    from_entries: bool = Field(False, title="indexer keys from entries")
    index_candidates: OptionalDimension = Field(0, title="indexer candidates")

    @model_validator(mode="after")
    def _pools_share(self) -> Self:
        if self.index_kpool:
            multiple("index_topk", self.index_topk, "index_kpool", self.index_kpool)
        return self


class Mla(Part, title="MLA"):
    """Multi-head latent attention (arXiv:2405.04434); `q_lora_rank` 0: queries are not compressed.

    `k_rope_norm`: the key that is turned and shared by all heads has a norm (`Dots3NoteTextAttention`).
    `qk_rope_head_dim` 0: there is no such key, and no position (`Glm5NextTextAttention`).
    `key_value` "shared": latent and turned key are read from the cache of the last earlier layer that has
    some of these widths.  `mla_scale_q_lora`, `mla_scale_kv_lora`: what comes of a
    latent is multiplied by the root of the hidden size over its rank (`LongcatFlashMLA`).
    `log_scale`: each head's queries are multiplied by a log(n) + b at the n-th token,
    with numbers a and b of its own (`MistralLarge4TextAttention`).  `num_key_value_heads`: so many heads of
    keys and values are made of the latent.  `noise_heads`: of each group of query heads one gives noise, of
    which the others subtract a share that the token tells (Motif 3; arXiv:2410.05258).
    """

    kind: Literal["mla"] = "mla"
    num_attention_heads: Dimension = Field(title="query heads")
    q_lora_rank: OptionalDimension = Field(0, title="query latent")
    kv_lora_rank: Dimension = Field(title="KV latent")
    qk_nope_head_dim: Dimension = Field(title="NoPE head size")
    qk_rope_head_dim: OptionalDimension = Field(title="RoPE head size")
    v_head_dim: Dimension = Field(title="value head size")
    num_key_value_heads: Dimension = default("num_attention_heads", title="KV heads")
    noise_heads: OptionalDimension = Field(0, title="noise heads")
    key_value: Literal["separate", "shared"] = Field("separate", title="keys and values")
    position: Position = Rope.model_construct()
    span: Span = FullSpan.model_construct()
    log_scale: bool = Field(False, title="log-position scale")
    temperature: Temperature | None = Field(None, title="attention temperature")
    indexer: Indexer | None = Field(None, title="sparse indexer")
    gate: LatentGate | None = Field(None, title="output gate")
    sinks: Literal["head"] | None = None
    k_rope_norm: bool = Field(False, title="RoPE key norm")
    mla_scale_q_lora: bool = Field(False, title="query latent scaled")
    mla_scale_kv_lora: bool = Field(False, title="KV latent scaled")
    attention_bias: bool = False

    @model_validator(mode="after")
    def _indexer_has_queries(self) -> Self:
        if self.indexer and not (self.q_lora_rank or self.indexer.stream_queries):
            raise ValueError("an indexer takes its queries from the query latent; q_lora_rank is 0")
        if self.indexer and (self.indexer.from_entries or self.indexer.index_candidates):
            raise ValueError("latent attention has no entries for an indexer")
        if self.log_scale and self.temperature:
            raise ValueError(
                "scores grow with the position in one way; log_scale is one, temperature another"
            )
        if not self.qk_rope_head_dim and (self.k_rope_norm or isinstance(self.position, Rope)):
            raise ValueError("there is no key that could be turned or normed; qk_rope_head_dim is 0")
        if self.gate and self.gate.source != "stream" and not self.q_lora_rank:
            raise ValueError("the gate is made from the query latent; q_lora_rank is 0")
        return self

    @model_validator(mode="after")
    def _heads_share_out(self) -> Self:
        heads, keys = self.num_attention_heads, self.num_key_value_heads
        multiple("num_attention_heads", heads, "num_key_value_heads", keys)
        if self.noise_heads:
            multiple("num_attention_heads", heads, "noise_heads", self.noise_heads)
        if self.noise_heads == heads:
            raise ValueError("of each group of heads one gives noise; there is none besides")
        return self

    @property
    def heard_heads(self) -> int:
        """How many heads reach the output."""
        return self.num_attention_heads - self.noise_heads


class Compressor(Part, title="compressor"):
    """Every `compress_ratio` tokens become one entry, a gated mean over their channels.

    `overlap`: an entry also takes in the tokens of the entry before, from projections of their own.
    `position_bias`: the gates know each token's place in the entry.  `key_value` "shared": the entries are
    those of the last earlier layer that makes some of so many tokens (DeepSeek V4.1); one of a single token
    has no gate.
    """

    compress_ratio: Dimension = Field(title="tokens per entry")
    overlap: bool = Field(False, title="overlapping entries")
    position_bias: bool = Field(True, title="position bias of entries")
    key_value: Literal["separate", "shared"] = Field("separate", title="keys and values")
    indexer: Indexer | None = Field(None, title="sparse indexer")

    @model_validator(mode="after")
    def _indexer_is_own(self) -> Self:
        if self.indexer and self.indexer.stream_queries:
            raise ValueError("an indexer of entries takes its queries from the query latent")
        if self.indexer and self.indexer.index_kpool:
            raise ValueError("entries are chosen one by one")
        if self.overlap and self.key_value == "shared":
            raise ValueError("the entries are made in an earlier layer, which says what overlaps")
        return self


class CompressedAttention(Part, title="compressed attention"):
    """A window of keys that are also the values, in one head, and compressed entries of what came before.

    DeepSeek-V4's CSA (overlap and indexer), HCA (neither) and plain window (no compressor);
    `DeepseekV4Attention`.  The output projection has rank `o_lora_rank` in each of `o_groups`.
    """

    kind: Literal["compressed"] = "compressed"
    num_attention_heads: Dimension = Field(title="query heads")
    head_dim: Dimension = Field(title="head size")
    q_lora_rank: Dimension = Field(title="query latent")
    o_groups: Dimension = Field(title="output groups")
    o_lora_rank: Dimension = Field(title="output rank")
    sliding_window: Dimension = Field(title="window")
    compressor: Compressor | None = None
    sinks: Literal["head"] | None = "head"
    position: Position = Rope.model_construct()

    @property
    def title(self) -> str:
        """CSA, HCA or window-only."""
        return self.variant.upper() if self.compressor else "window-only"

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


class Cca(Part, title="CCA"):
    """Compressed convolutional attention (arXiv:2510.04476; `ZayaAttention`).

    Queries and keys pass two convolutions over time, of `cca_time0` and `cca_time1` tokens; half of each
    value comes from the token before.  Queries and keys have an L2 norm, keys a temperature per head.
    """

    kind: Literal["cca"] = "cca"
    num_attention_heads: Dimension = Field(title="query heads")
    num_key_value_heads: Dimension = Field(title="KV heads")
    head_dim: Dimension = Field(title="head size")
    cca_time0: Dimension = Field(2, title="first convolution")
    cca_time1: Dimension = Field(2, title="second convolution")
    position: Position = Rope.model_construct()
    span: Span = FullSpan.model_construct()
    attention_bias: bool = False

    @model_validator(mode="after")
    def _heads_fit(self) -> Self:
        multiple(
            "num_attention_heads", self.num_attention_heads, "num_key_value_heads", self.num_key_value_heads
        )
        if self.num_key_value_heads * self.head_dim % 2:
            raise ValueError("half of each value comes from the token before; the width is odd")
        return self


class MixtureAttention(Part, title="MoA"):
    """Each expert has queries and an output of its own for the key-value heads that all share.

    Mixture of attention heads (arXiv:2210.05144; `JetMoeAttention`): every chosen expert adds as many
    query heads as there are key-value heads.
    """

    kind: Literal["mixture_attention"] = "mixture_attention"
    num_experts: Dimension = Field(title="experts")
    num_experts_per_tok: Dimension = Field(title="experts per token")
    num_key_value_heads: Dimension = Field(title="KV heads")
    head_dim: Dimension = Field(title="head size")
    position: Position = Rope.model_construct()

    @model_validator(mode="after")
    def _experts_exist(self) -> Self:
        if self.num_experts_per_tok > self.num_experts:
            raise ValueError(
                f"num_experts_per_tok {self.num_experts_per_tok} is larger than {self.num_experts}"
            )
        return self


class SharedBlock(Part, title="shared block"):
    """Attention and a gated FFN whose weights several layers share (arXiv:2405.16712, arXiv:2411.15242).

    It reads the residual stream beside the embedding, twice the hidden size; a projection of the layer's own
    adds its output to the input of the layer's other mixer, not to the stream.  `weights` "earlier": those
    of the last such block that has its own.  `adapter_rank`: each of the `num_adapters` layers
    that use the block has an adapter on the FFN, and with `attention_adapters` on q, k and v
    (`ZambaAttentionDecoderLayer`, `Zamba2AttentionDecoderLayer`).  Scores are divided by the root of
    `query_pre_attn_scalar`.
    """

    kind: Literal["shared_block"] = "shared_block"
    num_attention_heads: Dimension = Field(title="query heads")
    num_key_value_heads: Dimension = default("num_attention_heads", title="KV heads")
    head_dim: Dimension = Field(title="head size")
    query_pre_attn_scalar: Positive = default("head_dim", title="scores divided by root of")
    intermediate_size: Dimension = Field(title="FFN width")
    activation: Activation = "gelu"
    position: Position = NoPosition.model_construct()
    weights: Literal["own", "earlier"] = "own"
    adapter_rank: OptionalDimension = 0
    num_adapters: OptionalDimension = Field(0, title="adapters")
    attention_adapters: bool = False
    bias: bool = False

    @model_validator(mode="after")
    def _heads_fit(self) -> Self:
        multiple(
            "num_attention_heads", self.num_attention_heads, "num_key_value_heads", self.num_key_value_heads
        )
        return self
