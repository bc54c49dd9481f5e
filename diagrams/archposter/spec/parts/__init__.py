"""The parts a layer is made of: what a spec may say of each, and what `Arch` holds.

Field names are those of the transformers library.  A validated part is complete: a field left out
has been replaced by the value it stands for, so that no reader needs to know a default.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from archposter.spec.parts.attention import (
    Attention,
    BlockIndexer,
    Cca,
    CompressedAttention,
    Compressor,
    Conv,
    Gate,
    Indexer,
    LatentGate,
    MixtureAttention,
    Mla,
    QkNorm,
    SharedBlock,
)
from archposter.spec.parts.base import (
    MAX_DIMENSION,
    MAX_LAYERS,
    Dimension,
    InnerNorm,
    OptionalDimension,
    OptionalPositive,
    Part,
    Positive,
    field_title,
)
from archposter.spec.parts.ffn import (
    Activation,
    ChannelMix,
    ExpertLatent,
    GatedFfn,
    LowRankFfn,
    Moe,
    NgramMemory,
    PerLayerInput,
    PlainFfn,
    Router,
    RouterMlp,
    SharedExperts,
    ZeroExperts,
)
from archposter.spec.parts.model_wide import (
    AltUp,
    BlockResidual,
    DenseHead,
    DepthScaledResidual,
    GatedResidual,
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
    HeadNorm,
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
AnyFfn = GatedFfn | PlainFfn | Moe | PerLayerInput | NgramMemory | ChannelMix | LowRankFfn
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
    "BlockIndexer",
    "BlockResidual",
    "Cca",
    "ChannelMix",
    "ChunkedSpan",
    "CompressedAttention",
    "Compressor",
    "Conv",
    "DenseHead",
    "DepthScaledResidual",
    "Dimension",
    "ExpertLatent",
    "Ffn",
    "FullSpan",
    "Gate",
    "GatedDeltaNet",
    "GatedFfn",
    "GatedResidual",
    "HeadNorm",
    "HeadPosition",
    "HyperConnections",
    "Indexer",
    "InnerNorm",
    "Kda",
    "LatentGate",
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
    "NgramMemory",
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
    "QkNorm",
    "RecurrentMixer",
    "Relative",
    "Residual",
    "RgLru",
    "Rope",
    "Router",
    "RouterMlp",
    "ScaledResidual",
    "ScaledStream",
    "SharedBlock",
    "SharedExperts",
    "ShortConv",
    "Sinusoidal",
    "SlidingSpan",
    "SoftmaxMixer",
    "Span",
    "TimeMix",
    "ZeroExperts",
    "field_title",
]
