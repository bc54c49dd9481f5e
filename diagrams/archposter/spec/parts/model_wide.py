"""What a model has once: its norm, its residual stream and its tables beside the token embedding."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from archposter.spec.parts.base import Dimension, OneOf, OptionalDimension, Part, Positive
from archposter.spec.parts.ffn import Activation


class Norm(Part, title="norm"):
    """RMSNorm (arXiv:1910.07467) or LayerNorm; LayerNorm has a bias unless it says otherwise.

    `weight` false: it only normalises.  `gated_norm_rank` above 0: the output is gated, channel by
    channel, through two matrices of that rank (`AXK2GatedRMSNorm`).
    """

    kind: Literal["rmsnorm", "layernorm"] = "rmsnorm"
    weight: bool = Field(True, title="norm weight")
    bias: bool = Field(
        default_factory=lambda data: data.get("kind") == "layernorm" and data.get("weight", False),
        title="norm bias",
    )
    gated_norm_rank: OptionalDimension = Field(0, title="rank of norm gates")

    def without_weight(self) -> "Norm":
        """Return the norm that only normalises."""
        return Norm.model_construct(kind=self.kind, weight=False, bias=False)

    @model_validator(mode="after")
    def _bias_belongs(self) -> Self:
        if self.kind == "rmsnorm" and self.bias:
            raise ValueError("an rmsnorm has no bias")
        if self.bias and not self.weight:
            raise ValueError("a norm without weight has no bias")
        return self


class DenseHead(Part, title="dense head"):
    """A matrix as wide as the stream, an activation and a norm (`ModernBertDecoderPredictionHead`)."""

    activation: Activation = Field("gelu", title="dense head activation")
    bias: bool = Field(False, title="dense head bias")


class PlainResidual(Part, title="plain"):
    """x + multiplier * f(x)."""

    kind: Literal["plain"] = "plain"
    residual_multiplier: Positive = Field(1.0, title="residual scale")


class ScaledResidual(Part, title="scaled"):
    """Both summands have a learned scale and shift per channel, the embedding too (`ZayaResidualScaling`)."""

    kind: Literal["scaled"] = "scaled"


class ScaledStream(Part, title="scaled stream"):
    """The stream alone has a learned scale per channel at each step (`DogeDecoderLayer`)."""

    kind: Literal["scaled_stream"] = "scaled_stream"


class DepthScaledResidual(Part, title="scaled by depth"):
    """The n-th sum is x * sqrt((n - 1) / n) + f(x) / sqrt(n); the first has n = 2 (`BeamDecoderLayer`)."""

    kind: Literal["depth_scaled"] = "depth_scaled"


class BlockResidual(Part, title="attention residuals"):
    """Each step reads a learned mix of all blocks of layers so far, not their sum.

    The sum begins anew every `n_layers_per_attn_res_block` layers.  A learned query per step weighs the
    embedding, the earlier blocks' sums and this block's by softmax (`Inkling2BlockAttentionResidual`).
    `query_norm_weight`: the norms before the queries have weights; `first_query`: the first step of all has a
    query too, although it finds nothing but the embedding (`KimiK3AttentionResidual` has both).
    """

    kind: Literal["blocks"] = "blocks"
    n_layers_per_attn_res_block: Dimension = Field(title="layers per block")
    query_norm_weight: bool = Field(False, title="norm weights before queries")
    first_query: bool = Field(False, title="query of the first step")


class GatedResidual(Part, title="gated"):
    """x and f(x) are weighed, channel by channel, by one learned number each (`MuseSparkResidualGate`).

    With g = sigmoid(w / residual_gate_temperature): sqrt(1 - g^2) * x + g * f(x).
    """

    kind: Literal["gated"] = "gated"
    residual_gate_temperature: Positive = Field(1.0, title="temperature of residual gates")


class AltUp(Part, title="alternating updates"):
    """`altup_num_inputs` residual streams, of which each layer computes one and predicts the others.

    Alternating updates (arXiv:2301.13310; `Gemma3nTextAltUp`), projected to one stream before the final norm.
    `altup_correct_scale`: a learned scale on what is corrected.
    """

    kind: Literal["altup"] = "altup"
    altup_num_inputs: Annotated[int, Field(ge=2, le=64)] = Field(title="residual streams")
    altup_correct_scale: bool = Field(True, title="correction scale")


class HyperConnections(Part, title="hyper-connections"):
    """`hc_mult` residual streams, mixed anew around every sublayer (arXiv:2409.19606, arXiv:2512.24880).

    `DeepseekV4HyperConnection`, and `DeepseekV4HyperHead` before the final norm.  `independent`: the streams
    are read and written, but not mixed with one another (`HYV4HyperConnection`).  `hc_lowrank` above 0: each
    stream has a norm, and is read through a gate for each channel, of that rank; this also
    replaces the head (`Qwen4ExpTextGatedResidual`).  `hc_head` false: the head is their mean
    (`Glm5NextTextHyperHead`).  `ahead`: each step weighs the streams for the one after it, and the last for
    the head, which has no weights (DeepSeek V4.1).  `norm_weight`: what the streams are weighed by is read
    through a norm with weights (Motif 3).
    """

    kind: Literal["hyper_connections"] = "hyper_connections"
    hc_mult: Annotated[int, Field(ge=2, le=64)] = Field(title="residual streams")
    independent: bool = Field(False, title="independent streams")
    hc_lowrank: OptionalDimension = Field(0, title="rank of stream gates")
    hc_head: bool = Field(True, title="weighed streams at the end")
    ahead: bool = Field(False, title="streams weighed a step ahead")
    norm_weight: bool = Field(False, title="stream norm weight")

    @model_validator(mode="after")
    def _gated_streams_stay(self) -> Self:
        if self.hc_lowrank and not self.independent:
            raise ValueError("streams that are read through hc_lowrank are independent")
        if self.hc_lowrank and not self.hc_head:
            raise ValueError("streams that are read through hc_lowrank have a head")
        if self.hc_lowrank and self.norm_weight:
            raise ValueError("streams that are read through hc_lowrank have norms of their own")
        if self.ahead and (self.independent or not self.hc_head):
            raise ValueError("streams that are weighed a step ahead are mixed, and weighed at the end")
        return self


Residual = Annotated[
    PlainResidual
    | ScaledResidual
    | ScaledStream
    | DepthScaledResidual
    | BlockResidual
    | GatedResidual
    | HyperConnections
    | AltUp,
    OneOf(),
]


class NgramEmbedding(Part, title="n-gram embedding"):
    """Tables for the last 2 to `emb_neighbor_num` tokens, by hash, `emb_split_num` for each length.

    LongCat-Flash-Lite (arXiv:2601.21204).  Table i has `ngram_vocab_size_ratio` * vocab_size + 2 i + 1
    rows, as wide as its share of the hidden size, and a projection to all of it.
    """

    ngram_vocab_size_ratio: Dimension = Field(title="n-gram table size")
    emb_neighbor_num: Annotated[int, Field(ge=2, le=64)] = Field(title="longest n-gram")
    emb_split_num: Annotated[int, Field(ge=1, le=64)] = Field(title="tables per length")

    @property
    def num_tables(self) -> int:
        """One table for each length and split."""
        return (self.emb_neighbor_num - 1) * self.emb_split_num


class PerLayerEmbedding(Part, title="per-layer embedding"):
    """A table with a row of `hidden_size_per_layer_input` for each token and each layer that takes one."""

    vocab_size_per_layer_input: Dimension = Field(title="layer vocabulary")
    hidden_size_per_layer_input: Dimension = Field(title="width")
