"""The field's published names, each with one fixed abbreviation: the one list of what may be shortened.

A name that has none is as short as the field says it.  What a drawing calls by either is the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from archposter.blocks.tree import Wordings

TERMS: Final[Mapping[str, Wordings]] = {
    "mha": ("Multi-head attention", "MHA"),
    "gqa": ("Grouped-query attention", "GQA"),
    "mqa": ("Multi-query attention", "MQA"),
    "mla": ("Multi-head latent attention", "MLA"),
    "dsa": ("DeepSeek Sparse Attention", "DSA"),  # DeepSeek-V3.2 technical report, 2025
    "csa": ("Compressed sparse attention", "CSA"),  # DeepSeek-V4 technical report, 2026
    "hca": ("Heavily compressed attention", "HCA"),
    "window": ("Window-only attention", "Window only"),
    "cca": ("Compressed convolutional attention", "CCA"),  # arXiv:2510.04476
    "moa": ("Mixture of attention heads", "MoA"),  # arXiv:2210.05144
    "gated_deltanet": ("Gated DeltaNet",),  # arXiv:2412.06464
    "kda": ("Kimi Delta Attention", "KDA"),  # arXiv:2510.26692
    "lightning": ("Lightning attention", "Lightning"),  # arXiv:2401.04658
    "mlstm": ("mLSTM",),
    "mamba": ("Mamba",),
    "mamba2": ("Mamba-2",),
    "rg_lru": ("RG-LRU",),
    "time_mix": ("RWKV time mixing", "Time mixing"),
    "channel_mix": ("RWKV channel mixing", "Channel mixing"),
    "short_conv": ("Short convolution", "Short conv"),
    "shared_block": ("Shared transformer block", "Shared block"),
    "moe": ("Mixture of experts", "MoE"),
    "latent_moe": ("LatentMoE",),  # NVIDIA Nemotron 3 technical report, 2025
    "hash_moe": ("Hash-routed MoE",),  # arXiv:2106.04426
    "hash_latent_moe": ("Hash-routed LatentMoE",),
    "ple": ("Per-layer embedding", "PLE"),
    "engram": ("N-gram memory", "Engram"),  # arXiv:2601.07372
    "ngram": ("N-gram embedding", "N-grams"),  # arXiv:2601.21204
    "laurel": ("Learned residual", "LAuReL"),  # arXiv:2411.07501
    "mhc": ("Manifold-constrained hyper-connections", "mHC"),  # arXiv:2512.24880
    "hc": ("Hyper-connections", "HC"),  # arXiv:2409.19606
    "altup": ("Alternating updates", "AltUp"),  # arXiv:2301.13310
    "mtp": ("Multi-token prediction", "MTP"),
    "linear": ("linear attention", "linear"),
    "state": ("state space",),
    "qk_norm": ("QK-norm",),
    "qk_l2": ("QK L2 norm", "QK L2"),
    "qk_clip": ("QK L2 clip", "QK clip"),
    "shared_kv": ("K, V of a layer below", "shared K, V"),
}
"""Names by what they are of, longest first."""


def short(term: str) -> str:
    """Return the abbreviation of a term, or its name where it has none."""
    return TERMS[term][-1]


def prefixed(word: str, term: str) -> Wordings:
    """Return a term behind a word that tells it from others of its model: "Sliding GQA"."""
    return (f"{word} {short(term)}",)
