"""The catalogue: all models as cards and as a table, with facets; and their records for scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from archposter.blocks.card import BADGES
from archposter.blocks.legend import KINDS as LOOKS
from archposter.site.documents import concepts
from archposter.site.having import KINDS
from archposter.site.page import Page, Site
from archposter.site.render import data, html
from archposter.site.summary import Summary
from archposter.units import count

_MOST = 12
"""Choices of a facet."""
_FEW = 6
_SIZES = (4 * 10**9, 10 * 10**9, 40 * 10**9, 100 * 10**9, 400 * 10**9)
"""Limits of the facet of parameters."""
_EXAMPLES = (
    ("kind:moe cache<4gb active<10b", "experts, a small cache at 128k and few active parameters"),
    ("has:sliding-window has:qk-norm", "both mechanisms"),
    ("new:mla", "latent attention, which the model before had not"),
    ("of:deepseek-v3", "what descends from it by its maker's word"),
    ("dev:qwen,google since:2026", "of either maker, from a year on"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: the words of a search that it stands for, and how many models have it."""

    query: str
    words: str
    many: int


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet of the catalogue; of `many` several choices may be taken, and are alternatives."""

    title: str
    choices: tuple[Choice, ...]
    many: bool = True


def facets(models: Sequence[Summary]) -> tuple[Facet, ...]:
    """Return the facets that tell some models from others."""
    kinds = Counter(model.decoder_type for model in models)
    mixers = Counter(mixer for model in models for mixer in model.mixers)
    makers = Counter(model.developer for model in models if model.developer)
    licences = Counter(model.license for model in models if model.license)
    years = Counter(model.released[:4] for model in models if model.released)
    sizes = [(limit, sum(model.total < limit for model in models)) for limit in _SIZES]
    found = (
        Facet("Decoder", tuple(Choice(f"decoder_type:{k}", BADGES[k], kinds[k]) for k in BADGES if kinds[k])),
        Facet(
            "Parameters",
            tuple(Choice(f"parameters<{count(n)}", f"under {count(n)}", many) for n, many in sizes if many),
            many=False,
        ),
        Facet("Mixer", tuple(Choice(f"mixer:{m}", _spelled(m), n) for m, n in _most(mixers, _MOST))),
        Facet("Developer", tuple(Choice(f"developer:{_quoted(m)}", m, n) for m, n in _most(makers, _MOST))),
        Facet("Licence", tuple(Choice(f"license:{_quoted(m)}", m, n) for m, n in _most(licences, _FEW))),
        Facet(
            "Year",
            tuple(Choice(f"released:{y}", y, years[y]) for y in sorted(years, reverse=True)),
            many=False,
        ),
    )
    return tuple(facet for facet in found if len(facet.choices) > 1)


def _most(counts: Counter[str], many: int) -> Iterable[tuple[str, int]]:
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:many]


def _spelled(mixer: str) -> str:
    """Return what a kind of mixer is called."""
    part = KINDS["mixer"].get(mixer)
    return str(part.model_config.get("title")) if part else mixer.upper()


def _quoted(words: str) -> str:
    return f'"{words}"' if " " in words else words


def record(model: Summary) -> dict[str, Any]:
    """Return what scripts search, sort and show of a model."""
    return {
        "slug": model.slug,
        "title": model.title,
        "developer": model.developer,
        "family": model.family,
        "released": model.released,
        "license": model.license,
        "decoder_type": model.decoder_type,
        "parameters": model.total,
        "active": model.active,
        "layers": model.layers,
        "hidden_size": model.hidden_size,
        "vocab_size": model.vocab_size,
        "context": model.longest_context,
        "kv": model.cache_per_token,
        "kv_context": model.cache_context,
        "mixer": model.mixers,
        "ffn": model.ffns,
        "concepts": model.concepts,
    }


def newest_first(models: Iterable[Summary]) -> list[Summary]:
    """Return the models as the catalogue has them."""
    return sorted(
        sorted(models, key=lambda model: model.slug), key=lambda model: model.released, reverse=True
    )


def names(models: Iterable[Summary]) -> dict[str, Any]:
    """Return what the search box suggests: models with their makers, concepts with their short names."""
    return {
        "models": [(model.slug, model.title, model.developer) for model in models],
        "concepts": [(concept.name, concept.title, concept.short) for concept in concepts()],
    }


def pages(site: Site, models: Sequence[Summary]) -> list[Page]:
    """Return the catalogue and its data."""
    listed = newest_first(models)
    drawn = {kind.look for model in listed for kind in model.strip.kinds}
    looks = [(look, words[0]) for look, words in LOOKS.items() if look in drawn]
    shown = {"models": listed, "facets": facets(listed), "examples": _EXAMPLES, "looks": looks}
    return [
        html(site, "index", "index.html", **shown),
        *data("data/models", "models", [record(model) for model in listed]),
        *data("data/names", "names", names(listed)),
    ]
