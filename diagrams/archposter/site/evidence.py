"""What each number of a model is the sum of, as rows that add up to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from archposter.counts.attending import attending_flops, convolved_bytes, indexed, indexer_bytes, token_bytes
from archposter.counts.attending import kept as kept_of
from archposter.counts.flops import matrix_flops
from archposter.counts.listing import ListedWeight
from archposter.counts.states import recurrent_bytes, updating_flops
from archposter.counts.tensors import TABLES
from archposter.site.living import Anatomy
from archposter.spec.parts import SoftmaxMixer


@dataclass(frozen=True, slots=True)
class Row:
    """One summand: what it is, how much, and where on the page it is shown in full ("" for nowhere)."""

    words: str
    value: int | Fraction
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


def holding(found: tuple[Place, ...], layer: int) -> str:
    """Return the id of the weights of a layer, from 0, or "" for one that has none."""
    for place in found:
        kind, _, layers = place.words.partition(".")
        spans = [span.split("-") for span in layers.split(",")] if kind == "layers" else []
        if any(int(span[0]) <= layer <= int(span[-1]) for span in spans):
            return place.id
    return ""


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


def weighed(found: tuple[Place, ...], width: int) -> tuple[Row, ...]:
    """Return what the bytes of all parameters are the sum of, `width` bytes each."""
    return tuple(Row(row.words, width * row.value, row.target) for row in total(found))


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


def growing(anatomy: Anatomy) -> tuple[Row, ...]:
    """Return what a further token adds to the cache, below all windows: kind by kind."""
    sums: dict[str, Fraction] = {}
    for part, times in anatomy.arch.mixer_counts:
        if isinstance(part, SoftmaxMixer):
            words, many = anatomy.views[part].kind, anatomy.arch.loops * times
            for said, size in ((words, token_bytes(part)), (f"indexer keys of {words}", indexer_bytes(part))):
                sums[said] = sums.get(said, Fraction()) + many * size
    return tuple(Row(words, size) for words, size in sums.items() if size)


def states(anatomy: Anatomy) -> tuple[Row, ...]:
    """Return what the states are the sum of: kind by kind, then what stands beside mixers."""
    sums: dict[str, int] = {}
    arch = anatomy.arch
    for part, times in arch.mixer_counts:
        each = (
            convolved_bytes(part)
            if isinstance(part, SoftmaxMixer)
            else recurrent_bytes(part, arch.hidden_size)
        )
        words = anatomy.views[part].kind
        sums[words] = sums.get(words, 0) + arch.loops * times * each
    return _with_rest(sums, anatomy.facts.kv_cache.state_bytes, "convolutions beside mixers")


def operations(anatomy: Anatomy) -> tuple[Row, ...]:
    """Return what a token's operations are the sum of: products with weights, then mixers, kind by kind."""
    arch, facts = anatomy.arch, anatomy.facts
    sums = {"products with weights": matrix_flops(arch)}
    for part, times in arch.mixer_counts:
        if isinstance(part, SoftmaxMixer):
            said, each = "scores and values", attending_flops(part, facts.kv_cache.context)
        else:
            said, each = "states", updating_flops(part)
        words = f"{said} of {anatomy.views[part].kind}"
        sums[words] = sums.get(words, 0) + arch.loops * times * each
    return _with_rest(sums, facts.flops_per_token, "earlier blocks read again")


def _with_rest(sums: dict[str, int], whole: int, rest: str) -> tuple[Row, ...]:
    rows = {**sums, rest: whole - sum(sums.values())}
    return tuple(Row(words, value) for words, value in rows.items() if value)
