"""What a model has once: its norm, its residual stream and its tables beside the token embedding."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from archposter.spec.parts.base import Dimension, OptionalDimension, Part, Positive


class Norm(Part):
    """RMSNorm (arXiv:1910.07467) or LayerNorm; LayerNorm has a bias unless it says otherwise.

    `weight` false: it only normalises.  `gated_norm_rank` above 0: the output is gated, channel by
    channel, through two matrices of that rank (`AXK2GatedRMSNorm`).
    """

    kind: Literal["rmsnorm", "layernorm"] = "rmsnorm"
    weight: bool = True
    bias: bool = Field(
        default_factory=lambda data: data.get("kind") == "layernorm" and data.get("weight", False)
    )
    gated_norm_rank: OptionalDimension = 0

    @model_validator(mode="after")
    def _bias_belongs(self) -> Self:
        if self.kind == "rmsnorm" and self.bias:
            raise ValueError("an rmsnorm has no bias")
        if self.bias and not self.weight:
            raise ValueError("a norm without weight has no bias")
        return self


class PlainResidual(Part):
    """x + multiplier * f(x)."""

    kind: Literal["plain"] = "plain"
    residual_multiplier: Positive = 1.0


class ScaledResidual(Part):
    """Both summands have a learned scale and shift per channel, the embedding too (`ZayaResidualScaling`)."""

    kind: Literal["scaled"] = "scaled"


class ScaledStream(Part):
    """The stream alone has a learned scale per channel at each step (`DogeDecoderLayer`)."""

    kind: Literal["scaled_stream"] = "scaled_stream"


class DepthScaledResidual(Part):
    """The n-th sum is x * sqrt((n - 1) / n) + f(x) / sqrt(n); the first has n = 2 (`BeamDecoderLayer`)."""

    kind: Literal["depth_scaled"] = "depth_scaled"


class BlockResidual(Part):
    """Each step reads a learned mix of all blocks of layers so far, not their sum.

    The sum begins anew every `n_layers_per_attn_res_block` layers.  A learned query per step weighs the
    embedding, the earlier blocks' sums and this block's by softmax (`Inkling2BlockAttentionResidual`).
    `query_norm_weight`: the norms before the queries have weights; `first_query`: the first step of all has a
    query too, although it finds nothing but the embedding (`KimiK3AttentionResidual` has both).
    """

    kind: Literal["blocks"] = "blocks"
    n_layers_per_attn_res_block: Dimension
    query_norm_weight: bool = False
    first_query: bool = False


class AltUp(Part):
    """`altup_num_inputs` residual streams, of which each layer computes one and predicts the others.

    Alternating updates (arXiv:2301.13310; `Gemma3nTextAltUp`), projected to one stream before the final norm.
    `altup_correct_scale`: a learned scale on what is corrected.
    """

    kind: Literal["altup"] = "altup"
    altup_num_inputs: Annotated[int, Field(ge=2, le=64)]
    altup_correct_scale: bool = True


class HyperConnections(Part):
    """`hc_mult` residual streams, mixed anew around every sublayer (arXiv:2409.19606, arXiv:2512.24880).

    `DeepseekV4HyperConnection`, and `DeepseekV4HyperHead` before the final norm.
    """

    kind: Literal["hyper_connections"] = "hyper_connections"
    hc_mult: Annotated[int, Field(ge=2, le=64)]


Residual = Annotated[
    PlainResidual
    | ScaledResidual
    | ScaledStream
    | DepthScaledResidual
    | BlockResidual
    | HyperConnections
    | AltUp,
    Field(discriminator="kind"),
]


class NgramEmbedding(Part):
    """Tables for the last 2 to `emb_neighbor_num` tokens, by hash, `emb_split_num` for each length.

    LongCat-Flash-Lite (arXiv:2601.21204).  Table i has `ngram_vocab_size_ratio` * vocab_size + 2 i + 1
    rows, as wide as its share of the hidden size, and a projection to all of it.
    """

    ngram_vocab_size_ratio: Dimension
    emb_neighbor_num: Annotated[int, Field(ge=2, le=64)]
    emb_split_num: Annotated[int, Field(ge=1, le=64)]

    @property
    def num_tables(self) -> int:
        """One table for each length and split."""
        return (self.emb_neighbor_num - 1) * self.emb_split_num


class PerLayerEmbedding(Part):
    """A table with a row of `hidden_size_per_layer_input` for each token and each layer that takes one."""

    vocab_size_per_layer_input: Dimension
    hidden_size_per_layer_input: Dimension
