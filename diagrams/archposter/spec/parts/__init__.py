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
    Mla,
)
from archposter.spec.parts.base import MAX_DIMENSION, MAX_LAYERS, Dimension, OptionalPositive, Part, Positive
from archposter.spec.parts.ffn import Activation, GatedFfn, Moe, PerLayerInput, PlainFfn, Router
from archposter.spec.parts.model_wide import (
    HyperConnections,
    NgramEmbedding,
    Norm,
    PerLayerEmbedding,
    PlainResidual,
    Residual,
    ScaledResidual,
)
from archposter.spec.parts.position import (
    Alibi,
    ChunkedSpan,
    FullSpan,
    Learned,
    NoPosition,
    Position,
    Rope,
    SlidingSpan,
    Span,
)
from archposter.spec.parts.recurrent import GatedDeltaNet, Kda, Lightning, Mamba2, Mlstm, ShortConv

SoftmaxMixer = Attention | Mla | CompressedAttention | Cca
RecurrentMixer = GatedDeltaNet | Kda | Mamba2 | Lightning | Mlstm | ShortConv
AnyMixer = SoftmaxMixer | RecurrentMixer
AnyFfn = GatedFfn | PlainFfn | Moe | PerLayerInput
AnyPart = AnyMixer | AnyFfn

Mixer = Annotated[AnyMixer, Field(discriminator="kind")]
Ffn = Annotated[AnyFfn, Field(discriminator="kind")]
AnyKind = Annotated[AnyPart, Field(discriminator="kind")]

__all__ = [
    "MAX_DIMENSION",
    "MAX_LAYERS",
    "Activation",
    "Alibi",
    "AnyFfn",
    "AnyKind",
    "AnyMixer",
    "AnyPart",
    "Attention",
    "Cca",
    "ChunkedSpan",
    "CompressedAttention",
    "Compressor",
    "Dimension",
    "Ffn",
    "FullSpan",
    "Gate",
    "GatedDeltaNet",
    "GatedFfn",
    "HyperConnections",
    "Indexer",
    "Kda",
    "Learned",
    "Lightning",
    "Mamba2",
    "Mixer",
    "Mla",
    "Mlstm",
    "Moe",
    "NgramEmbedding",
    "NoPosition",
    "Norm",
    "OptionalPositive",
    "Part",
    "PerLayerEmbedding",
    "PerLayerInput",
    "PlainFfn",
    "PlainResidual",
    "Position",
    "Positive",
    "RecurrentMixer",
    "Residual",
    "Rope",
    "Router",
    "ScaledResidual",
    "ShortConv",
    "SlidingSpan",
    "SoftmaxMixer",
    "Span",
]
