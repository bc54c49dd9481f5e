"""The card as a whole: title, tower, insets, layer map and facts, in words and blocks."""

from __future__ import annotations

from math import log2
from typing import Final

from archposter import units
from archposter.blocks.insets import candidates
from archposter.blocks.layer_map import layer_map
from archposter.blocks.layers import see
from archposter.blocks.naming import views
from archposter.blocks.tower import tower
from archposter.blocks.tree import Card, Figure
from archposter.counts.facts import Facts
from archposter.spec.arch import Arch

KV_SCALE: Final = (2**12, 2**20)
"""Bytes per token at the ends of the cache bar, logarithmic: the bundled models lie between them."""

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

BADGES: Final = {
    "dense": "Dense",
    "sparse-moe": "Sparse MoE",
    "dense-hybrid": "Dense hybrid",
    "sparse-hybrid": "Sparse hybrid",
    "recurrent": "Recurrent",
    "sparse-recurrent": "Sparse recurrent",
}


def card(arch: Arch, facts: Facts) -> Card:
    """Return the card's Block tree; every number comes from `facts` or the architecture."""
    names = views(arch)
    layers = see(arch, names)
    body, callouts = tower(arch, layers)
    strip = layer_map(layers)
    return Card(
        title=arch.name,
        size=arch.size,
        meta=meta(arch),
        highlights=tuple(" · ".join(arch.highlights[:few]) for few in range(len(arch.highlights), 0, -1)),
        notice=_notice(len(arch.warnings)),
        badge=BADGES[arch.decoder_type],
        family=arch.family,
        tower=body,
        callouts=callouts,
        insets=candidates(arch, names, facts.parameters),
        layer_map=strip,
        figures=_figures(arch, facts),
        description=_description(arch, facts),
        links=arch.links,
    )


def meta(arch: Arch) -> tuple[str, ...]:
    """Return developer, date and licence as far as they are known, then with fewer of them."""
    day = arch.released
    released = f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else None
    known = [word for word in (arch.developer, released, arch.license) if word]
    return tuple(" · ".join(known[:few]) for few in range(len(known), 0, -1))


def _figures(arch: Arch, facts: Facts) -> tuple[Figure, ...]:
    parameters = facts.parameters
    cache = facts.kv_cache.bytes_per_token
    return (
        Figure(units.count(parameters.total), "parameters"),
        Figure(units.count(parameters.active), "active per token", parameters.active / parameters.total),
        Figure(units.size(cache), "KV cache per token", cache_level(float(cache))),
        Figure(units.tokens(arch.context_length) if arch.context_length else "any length", "context"),
        Figure(str(len(arch.layers)), "layers"),
        Figure(units.exact(arch.hidden_size), "hidden size"),
        Figure(units.exact(arch.embedding.vocab_size), "vocabulary"),
    )


def cache_level(bytes_per_token: float) -> float:
    """Return where a cache stands on the logarithmic scale `KV_SCALE`, from 0 to 1."""
    if bytes_per_token <= 0:
        return 0.0
    low, high = map(log2, KV_SCALE)
    return min(1.0, max(0.02, (log2(bytes_per_token) - low) / (high - low)))


def _notice(warnings: int) -> str:
    """Return what stands on the card of a model whose config was not wholly understood."""
    if not warnings:
        return ""
    many = "1 warning" if warnings == 1 else f"{warnings} warnings"
    return f"Not all of its config was understood: {many}, listed by archposter facts"


def _description(arch: Arch, facts: Facts) -> str:
    parameters = facts.parameters
    limit = arch.context_length
    context = f"context {units.exact(limit)} tokens" if limit else "no limit to the context"
    author = f" by {arch.developer}" if arch.developer else ""
    return (
        f"{arch.title}{author}: {BADGES[arch.decoder_type].lower()} decoder, "
        f"{len(arch.layers)} layers ({facts.layer_mix}), hidden size {units.exact(arch.hidden_size)}, "
        f"{units.exact(parameters.total)} parameters, {units.exact(parameters.active)} active per token, "
        f"KV cache {units.size(facts.kv_cache.bytes_per_token)} per token, "
        f"{context}."
    )
