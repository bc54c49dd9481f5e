"""What each number of a model is the sum of, as rows that add up to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from archposter.counts.attending import indexed
from archposter.counts.attending import kept as kept_of
from archposter.counts.listing import ListedWeight
from archposter.counts.tensors import TABLES
from archposter.site.living import Anatomy
from archposter.spec.parts import SoftmaxMixer


@dataclass(frozen=True, slots=True)
class Row:
    """One summand: what it is, how much, and where on the page it is shown in full ("" for nowhere)."""

    words: str
    value: int
    target: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The weights of one place, with the id of its rows on the page and their sum."""

    id: str
    words: str
    rows: tuple[ListedWeight, ...]
    size: int
    counted: bool


def places(rows: tuple[ListedWeight, ...]) -> tuple[Place, ...]:
    """Return the weights by place: what stands outside of layers, each alone, and layers that are alike."""
    groups: dict[tuple[str, str], list[ListedWeight]] = {}
    for row in rows:
        groups.setdefault((row.group, row.place or row.name.rpartition(".")[0]), []).append(row)
    return tuple(
        Place(f"weights-{number}", name, tuple(group), sum(row.size for row in group), kind != "mtp")
        for number, ((kind, name), group) in enumerate(groups.items(), 1)
    )


def total(found: tuple[Place, ...]) -> tuple[Row, ...]:
    """Return what all parameters are the sum of."""
    return tuple(Row(place.words, place.size, place.id) for place in found if place.counted)


def active(found: tuple[Place, ...], *, tied: bool) -> tuple[Row, ...]:
    """Return what a token's parameters are the sum of: of tables the rows that it reads."""
    return tuple(_active(found, tied))


def _active(found: tuple[Place, ...], tied: bool) -> Iterator[Row]:
    for place in found:
        if not place.counted:
            continue
        if place.rows[0].group in TABLES:
            whole = tied and place.rows[0].group == "embedding"
            if whole:
                used = prod(place.rows[0].shape)
                yield Row(f"{place.words}, as the output layer", used, place.id)
            else:
                used = sum(prod(row.shape[1:]) * row.active for row in place.rows)
                yield Row(f"{place.words}, the rows read", used, place.id)
            continue
        used = sum(prod(row.shape) * row.active for row in place.rows)
        if used:
            yield Row(place.words, used, place.id)


def cache(anatomy: Anatomy) -> tuple[Row, ...]:
    """Return what the cache at the common context is the sum of: kind by kind, then states."""
    kept = anatomy.facts.kv_cache
    sums: dict[str, int] = {}
    for part, times in anatomy.arch.mixer_counts:
        if isinstance(part, SoftmaxMixer):
            many = anatomy.arch.loops * times
            words = anatomy.views[part].kind
            terms = [(words, term) for term in kept_of(part)]
            if indexer := indexed(part):
                terms.append((f"indexer keys of {words}", indexer))
            for said, term in terms:
                sums[said] = sums.get(said, 0) + many * term.at(kept.context)
    rows = [Row(words, value) for words, value in sums.items() if value]
    return (*rows, *([Row("recurrent and convolution states", kept.state_bytes)] if kept.state_bytes else []))
