"""What other pages know of a model: a flat record, small enough to keep beside the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from archposter import units
from archposter.blocks.card import BADGES, card
from archposter.counts.attending import Term
from archposter.counts.cache import indexer_terms, kept_terms
from archposter.pipeline import Model
from archposter.site.strip import Strip, strip
from archposter.spec.model import ArchSpec
from archposter.theme import Theme

CacheTerm = tuple[int, int, int, int | None]
"""times, size, stretch and limit of a `counts.attending.Term`."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A model in the catalogue.  Sizes in bytes, dates as 2024-12-26 or ""; `concepts` by their pages' names.

    `accent` is the number of its family's colour; `lineage` are relations and the models they lead to, by
    name; `related` are the names of all models that its page speaks of.  `kept` is what keys and values are
    the sum of, `indexed` what those of indexers are.
    """

    slug: str
    name: str
    size: str
    developer: str
    family: str
    released: str
    released_by: bool
    license: str
    decoder_type: str
    total: int
    active: int
    layers: int
    layer_mix: str
    hidden_size: int
    vocab_size: int
    context_length: int | None
    longest_context: int | None
    cache_per_token: float
    cache_text: str
    cache_at_context: int
    cache_context: int
    state_bytes: int
    kept: tuple[CacheTerm, ...]
    indexed: tuple[CacheTerm, ...]
    mixers: tuple[str, ...]
    ffns: tuple[str, ...]
    windowed: bool
    concepts: tuple[str, ...]
    lineage: tuple[tuple[str, str], ...]
    related: tuple[str, ...]
    highlights: tuple[str, ...]
    lead: str
    news: str
    accent: int
    strip: Strip

    @property
    def title(self) -> str:
        """Name and published size."""
        return f"{self.name} {self.size}".strip()

    @property
    def badge(self) -> str:
        """The kind of decoder in words."""
        return BADGES[self.decoder_type]

    @property
    def day(self) -> date | None:
        """The day of its release."""
        return date.fromisoformat(self.released) if self.released else None

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {name: getattr(self, name) for name in self.__slots__} | {"strip": self.strip._asdict()}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Summary:
        """Return what `as_dict` gave, also after JSON."""
        tuples = {name: _tuple(value) for name, value in plain.items() if isinstance(value, list)}
        return cls(**{**plain, **tuples, "strip": Strip.from_dict(plain["strip"])})


def _tuple(value: list[Any]) -> tuple[Any, ...]:
    return tuple(_tuple(entry) if isinstance(entry, list) else entry for entry in value)


def _related(model: Model) -> Iterator[str]:
    related = model.relatives()
    yield from (one.model for one in model.arch.lineage)
    if related.found:
        yield related.found.model.name
    yield from (other.name for other, _ in related.nearest)


def merged(terms: Iterable[Term]) -> tuple[CacheTerm, ...]:
    """Return terms as plain data, of equal ones the sum."""
    found: dict[tuple[int, int, int | None], int] = {}
    for term in terms:
        key = term.size, term.stretch, term.limit
        found[key] = found.get(key, 0) + term.times
    return tuple((times, *key) for key, times in found.items())


def summarize(spec: ArchSpec, model: Model, concepts: Sequence[str], colors: Theme) -> Summary:
    """Return the record of a model that has these concepts."""
    arch, facts = model.arch, model.facts()
    cache = facts.kv_cache
    blocks = card(arch, facts)
    accent = colors.accents.index(colors.accent(arch.family))
    return Summary(
        slug=model.slug,
        name=arch.name,
        size=arch.size,
        developer=arch.developer or "",
        family=arch.family,
        released=arch.released.isoformat() if arch.released else "",
        released_by=arch.released_by,
        license=arch.license or "",
        decoder_type=facts.decoder_type,
        total=facts.parameters.total,
        active=facts.parameters.active,
        layers=len(facts.layers),
        layer_mix=facts.layer_mix,
        hidden_size=facts.hidden_size,
        vocab_size=facts.vocab_size,
        context_length=arch.context_length,
        longest_context=arch.longest_context,
        cache_per_token=float(cache.bytes_per_token_at_context),
        cache_text=units.size(cache.bytes_per_token_at_context) if cache.total_bytes_at_context else "none",
        cache_at_context=cache.total_bytes_at_context,
        cache_context=cache.context,
        state_bytes=cache.state_bytes,
        kept=merged(kept_terms(arch)),
        indexed=merged(indexer_terms(arch)),
        mixers=tuple(dict.fromkeys(layer.mixer for layer in facts.layers if layer.mixer)),
        ffns=tuple(dict.fromkeys(layer.ffn for layer in facts.layers if layer.ffn)),
        windowed=any(layer.window for layer in facts.layers),
        concepts=tuple(concepts),
        lineage=tuple((one.relation, one.model) for one in arch.lineage),
        related=tuple(_related(model)),
        highlights=arch.highlights,
        lead=blocks.lead,
        news=", ".join(blocks.news[0]) if blocks.news else "",
        accent=accent,
        strip=strip(blocks.layer_map),
    )
