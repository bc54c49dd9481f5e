"""Which part is drawn by what: one row a part type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from archposter.blocks import (
    attention,
    compressed,
    ffn,
    latent,
    linear,
    moe,
    ngram,
    recurrent,
    sharing,
    statespace,
)
from archposter.blocks.tree import Inset
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import (
    AnyPart,
    Attention,
    Cca,
    ChannelMix,
    CompressedAttention,
    GatedDeltaNet,
    GatedFfn,
    Kda,
    Lightning,
    LowRankFfn,
    Mamba1,
    Mamba2,
    MixtureAttention,
    Mla,
    Mlstm,
    Moe,
    NgramMemory,
    PerLayerInput,
    PlainFfn,
    RgLru,
    SharedBlock,
    ShortConv,
    TimeMix,
)


class Builder(NamedTuple):
    """How a part is named, drawn from inside, and how telling that drawing is among others."""

    view: Callable[[Any, Arch], View]
    inset: Callable[[Any, Arch], Inset]
    telling: int


BUILDERS: dict[type[AnyPart], Builder] = {
    Attention: Builder(attention.view, attention.inset, 50),
    Mla: Builder(latent.view, latent.inset, 80),
    CompressedAttention: Builder(compressed.view, compressed.inset, 85),
    Cca: Builder(compressed.cca_view, compressed.cca_inset, 80),
    MixtureAttention: Builder(sharing.mixture_view, sharing.mixture_inset, 80),
    SharedBlock: Builder(sharing.shared_view, sharing.shared_inset, 80),
    GatedDeltaNet: Builder(recurrent.deltanet_view, recurrent.deltanet_inset, 90),
    Kda: Builder(recurrent.kda_view, recurrent.kda_inset, 90),
    Mamba1: Builder(statespace.mamba1_view, statespace.mamba1_inset, 90),
    RgLru: Builder(statespace.rg_lru_view, statespace.rg_lru_inset, 90),
    TimeMix: Builder(statespace.time_mix_view, statespace.time_mix_inset, 90),
    Mamba2: Builder(recurrent.mamba2_view, recurrent.mamba2_inset, 90),
    Lightning: Builder(linear.lightning_view, linear.lightning_inset, 90),
    Mlstm: Builder(linear.mlstm_view, linear.mlstm_inset, 90),
    ShortConv: Builder(linear.short_conv_view, linear.short_conv_inset, 65),
    GatedFfn: Builder(ffn.gated_view, ffn.gated_inset, 30),
    PlainFfn: Builder(ffn.plain_view, ffn.plain_inset, 30),
    Moe: Builder(moe.view, moe.inset, 70),
    PerLayerInput: Builder(ffn.per_layer_view, ffn.per_layer_inset, 65),
    NgramMemory: Builder(ngram.view, ngram.inset, 88),
    ChannelMix: Builder(statespace.channel_mix_view, statespace.channel_mix_inset, 45),
    LowRankFfn: Builder(sharing.low_rank_view, sharing.low_rank_inset, 35),
}

TELLING: dict[str, int] = {
    "n-gram table": 84,
    "kept sums": 76,
    "streams": 74,
    "gated norm": 72,
    "shared caches": 58,
    "masks": 54,
    "FFN of a dense model": 45,
    "prediction ahead": 42,
    "shares of parameters": 40,
}
"""How telling insets of the model as a whole are, on the scale of `Builder.telling`."""
