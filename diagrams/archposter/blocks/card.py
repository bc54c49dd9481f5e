"""The card as a whole: title, tower, insets, layer map and facts, in words and blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from math import log2
from typing import Final

from archposter import units
from archposter.blocks.insets import candidates, told
from archposter.blocks.layer_map import layer_map
from archposter.blocks.layers import see
from archposter.blocks.naming import views
from archposter.blocks.news import marked, news, noted, ringed
from archposter.blocks.terms import short
from archposter.blocks.tower import tower
from archposter.blocks.tree import Card, Figure
from archposter.counts.cache import Cache
from archposter.counts.facts import Facts
from archposter.relate.nearest import Corpus, corpus
from archposter.spec.arch import Arch

KV_SCALE: Final = (2**11, 2**23)
"""Bytes per token at the ends of the cache bar, logarithmic.

The bundled models that cache tokens lie between them; a small state alone, spread over a long context, below.
"""

KV_ENDS: Final = units.size(KV_SCALE[0]), units.size(KV_SCALE[1])

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


def card(arch: Arch, facts: Facts, others: Corpus | None = None) -> Card:
    """Return the card's Block tree; every number comes from `facts` or the architecture.

    The model is compared with `others`, by default the bundled models.
    """
    of = others or corpus()
    names = views(arch)
    found = news(arch, names, of)
    names = {part: view._replace(new=view.kind in found.kinds) for part, view in names.items()}
    layers = see(arch, names)
    body, callouts = tower(arch, layers, facts.parameters.mtp)
    insets = candidates(arch, names, facts.parameters, of, found.new)
    body = told(marked(body, found), insets)
    strip = layer_map(layers)
    return Card(
        title=arch.name,
        size=arch.size,
        meta=meta(arch),
        # Of what equals another, one line says why it is here.
        highlights=arch.highlights[:1] if found.lead and not found.said else arch.highlights,
        notice=_notice(len(arch.warnings)),
        badge=BADGES[arch.decoder_type],
        family=arch.family,
        lead=found.lead,
        news=found.said,
        marks=ringed(body),
        tower=body,
        callouts=noted(callouts, found),
        insets=insets,
        layer_map=strip,
        figures=_figures(arch, facts),
        description=_description(arch, facts),
        links=arch.links,
    )


def meta(arch: Arch) -> tuple[str, ...]:
    """Return developer, date and licence as far as they are known, then with fewer of them."""
    day = arch.released
    before = "by " if arch.released_by else ""
    released = f"{before}{day.day} {MONTHS[day.month - 1]} {day.year}" if day else None
    known = [word for word in (arch.developer, released, arch.license) if word]
    return tuple(" · ".join(known[:few]) for few in range(len(known), 0, -1))


def _figures(arch: Arch, facts: Facts) -> tuple[Figure, ...]:
    """Return the facts that the drawing does not tell, each once."""
    parameters, cache = facts.parameters, facts.kv_cache
    weights = units.decimal_size(2 * parameters.total)
    # Where the name says another number, the strip says whose this one is.
    what = ("parameters",) if _as_named(arch.size, parameters.total) else ("parameters, counted", "counted")
    found = [Figure(units.count(parameters.total), (f"{weights} in bf16", weights), what)]
    if parameters.active_with_tables < parameters.total or arch.embedding.per_layer or arch.embedding.ngram:
        share = parameters.active / parameters.total
        found.append(Figure(units.count(parameters.active), ("active per token", "active"), level=share))
    found += _kept(cache, windowed=any(layer.window for layer in facts.layers))
    found.append(
        Figure(units.flops(facts.flops_per_token), (f"at {units.tokens(cache.context)}",), ("for a token",))
    )
    if arch.mtp:
        layers = units.counted(arch.mtp.depth, "MTP layer")
        found.append(
            Figure(units.count(parameters.mtp), ("not in the total", "extra"), (layers,), part=short("mtp"))
        )
    return tuple(found)


def _as_named(size: str, total: int) -> bool:
    """Tell whether the number of a published size, if it has one, is the total rounded as far as it is."""
    number = re.match(r"([0-9]+(?:\.([0-9]+))?)([BTM])", size, re.IGNORECASE)
    if not number:
        return True
    rounded = round(Fraction(total, units.PARAMETERS[number[3].upper()]), len(number[2] or ""))
    return rounded == Fraction(number[1])


def _kept(cache: Cache, *, windowed: bool) -> Iterator[Figure]:
    """Yield the cache on average, and how the next token and states differ from that."""
    average = cache.bytes_per_token_at_context
    kept = f"{units.size(cache.total_bytes_at_context)} at {units.tokens(cache.context)}"
    whole = bool(average) and cache.state_bytes == cache.total_bytes_at_context
    label = (f"{kept}, all of it fixed", f"{kept}, fixed") if whole else (kept,)
    yield Figure(
        units.size(average) if average else "none",
        label if average else ("at any length",),
        beside=("cache a token", "cache") if average else ("cached",),
        level=cache_level(float(average)),
        ends=KV_ENDS,
    )
    growing = cache.bytes_per_token + cache.indexer_bytes_per_token
    if windowed and growing != average:
        yield Figure(units.size(growing), ("below windows", "at the start"), ("the next token", "next token"))
    if cache.state_bytes and not whole:
        yield Figure(units.size(cache.state_bytes), ("state",), ("of that, fixed", "fixed"))


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
    if arch.extended_context:
        context += f", {units.exact(arch.extended_context)} with {arch.context_method}"
    author = f" by {arch.developer}" if arch.developer else ""
    return (
        f"{arch.title}{author}: {BADGES[arch.decoder_type].lower()} decoder, "
        f"{len(arch.layers)} layers ({facts.layer_mix}), hidden size {units.exact(arch.hidden_size)}, "
        f"{units.exact(parameters.total)} parameters, {units.exact(parameters.active)} active per token, "
        f"cache {units.size(facts.kv_cache.total_bytes_at_context)} for "
        f"{units.exact(facts.kv_cache.context)} tokens, "
        f"{context}."
    )
