"""The parts a layer is made of: what a spec may say of each, and what `Arch` holds.

Field names are those of the transformers library.  A validated part is complete: a field left out
has been replaced by the value it stands for, so that no reader needs to know a default.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from archposter.spec.parts.attention import (
    Attention,
    Cca,
    CompressedAttention,
    Compressor,
    Gate,
    Indexer,
    MixtureAttention,
    Mla,
    SharedBlock,
)
from archposter.spec.parts.base import (
    MAX_DIMENSION,
    MAX_LAYERS,
    Dimension,
    OptionalDimension,
    OptionalPositive,
    Part,
    Positive,
)
from archposter.spec.parts.ffn import (
    Activation,
    ChannelMix,
    GatedFfn,
    LowRankFfn,
    Moe,
    PerLayerInput,
    PlainFfn,
    Router,
)
from archposter.spec.parts.model_wide import (
    AltUp,
    BlockResidual,
    DepthScaledResidual,
    HyperConnections,
    NgramEmbedding,
    Norm,
    PerLayerEmbedding,
    PlainResidual,
    Residual,
    ScaledResidual,
    ScaledStream,
)
from archposter.spec.parts.position import (
    Alibi,
    ChunkedSpan,
    FullSpan,
    HeadPosition,
    Learned,
    NoPosition,
    Position,
    Relative,
    Rope,
    Sinusoidal,
    SlidingSpan,
    Span,
)
from archposter.spec.parts.recurrent import (
    GatedDeltaNet,
    Kda,
    Lightning,
    Mamba1,
    Mamba2,
    Mlstm,
    RgLru,
    ShortConv,
    TimeMix,
)

SoftmaxMixer = Attention | Mla | CompressedAttention | Cca | MixtureAttention | SharedBlock
RecurrentMixer = GatedDeltaNet | Kda | Mamba1 | Mamba2 | Lightning | Mlstm | ShortConv | RgLru | TimeMix
AnyMixer = SoftmaxMixer | RecurrentMixer
AnyFfn = GatedFfn | PlainFfn | Moe | PerLayerInput | ChannelMix | LowRankFfn
AnyPart = AnyMixer | AnyFfn

Mixer = Annotated[AnyMixer, Field(discriminator="kind")]
Ffn = Annotated[AnyFfn, Field(discriminator="kind")]
AnyKind = Annotated[AnyPart, Field(discriminator="kind")]

__all__ = [
    "MAX_DIMENSION",
    "MAX_LAYERS",
    "Activation",
    "Alibi",
    "AltUp",
    "AnyFfn",
    "AnyKind",
    "AnyMixer",
    "AnyPart",
    "Attention",
    "BlockResidual",
    "Cca",
    "ChannelMix",
    "ChunkedSpan",
    "CompressedAttention",
    "Compressor",
    "DepthScaledResidual",
    "Dimension",
    "Ffn",
    "FullSpan",
    "Gate",
    "GatedDeltaNet",
    "GatedFfn",
    "HeadPosition",
    "HyperConnections",
    "Indexer",
    "Kda",
    "Learned",
    "Lightning",
    "LowRankFfn",
    "Mamba1",
    "Mamba2",
    "Mixer",
    "MixtureAttention",
    "Mla",
    "Mlstm",
    "Moe",
    "NgramEmbedding",
    "NoPosition",
    "Norm",
    "OptionalDimension",
    "OptionalPositive",
    "Part",
    "PerLayerEmbedding",
    "PerLayerInput",
    "PlainFfn",
    "PlainResidual",
    "Position",
    "Positive",
    "RecurrentMixer",
    "Relative",
    "Residual",
    "RgLru",
    "Rope",
    "Router",
    "ScaledResidual",
    "ScaledStream",
    "SharedBlock",
    "ShortConv",
    "Sinusoidal",
    "SlidingSpan",
    "SoftmaxMixer",
    "Span",
    "TimeMix",
]
