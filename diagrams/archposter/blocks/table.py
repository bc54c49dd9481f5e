"""Which part is drawn by what: one row a part type."""

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
    """How a part is named, and drawn from inside."""

    view: Callable[[Any, Arch], View]
    inset: Callable[[Any, Arch], Inset]


BUILDERS: dict[type[AnyPart], Builder] = {
    Attention: Builder(attention.view, attention.inset),
    Mla: Builder(latent.view, latent.inset),
    CompressedAttention: Builder(compressed.view, compressed.inset),
    Cca: Builder(compressed.cca_view, compressed.cca_inset),
    MixtureAttention: Builder(sharing.mixture_view, sharing.mixture_inset),
    SharedBlock: Builder(sharing.shared_view, sharing.shared_inset),
    GatedDeltaNet: Builder(recurrent.deltanet_view, recurrent.deltanet_inset),
    Kda: Builder(recurrent.kda_view, recurrent.kda_inset),
    Mamba1: Builder(statespace.mamba1_view, statespace.mamba1_inset),
    RgLru: Builder(statespace.rg_lru_view, statespace.rg_lru_inset),
    TimeMix: Builder(statespace.time_mix_view, statespace.time_mix_inset),
    Mamba2: Builder(recurrent.mamba2_view, recurrent.mamba2_inset),
    Lightning: Builder(linear.lightning_view, linear.lightning_inset),
    Mlstm: Builder(linear.mlstm_view, linear.mlstm_inset),
    ShortConv: Builder(linear.short_conv_view, linear.short_conv_inset),
    GatedFfn: Builder(ffn.gated_view, ffn.gated_inset),
    PlainFfn: Builder(ffn.plain_view, ffn.plain_inset),
    Moe: Builder(moe.view, moe.inset),
    PerLayerInput: Builder(ffn.per_layer_view, ffn.per_layer_inset),
    NgramMemory: Builder(ngram.view, ngram.inset),
    ChannelMix: Builder(statespace.channel_mix_view, statespace.channel_mix_inset),
    LowRankFfn: Builder(sharing.low_rank_view, sharing.low_rank_inset),
}
