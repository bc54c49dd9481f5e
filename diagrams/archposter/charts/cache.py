"""What the cache of a long context takes, against what a token computes with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archposter import units
from archposter.charts.axes import logarithmic
from archposter.charts.plot import Drawing, Entry, Named, Plot, Sheet, kinds, merged
from archposter.charts.subject import Subject, descendants, names
from archposter.charts.words import COLORS, KEPT, included
from archposter.counts.cache import cache
from archposter.counts.facts import COMMON_CONTEXT

_RADIUS = 6.0


@dataclass(frozen=True)
class Cached:
    """A model's cache at `COMMON_CONTEXT` tokens, in bytes; `beyond`: it documents no context so long."""

    name: str
    title: str
    mixer: str
    active: int
    cache_bytes: int
    beyond: bool


def rows(subjects: Sequence[Subject]) -> list[Cached]:
    """Return the models that keep anything."""
    found = [
        Cached(
            *(one.name, one.arch.title, one.mixer, one.facts.parameters.active),
            cache(one.arch, COMMON_CONTEXT).total_bytes_at_context,
            beyond=one.arch.longest_context is not None and one.arch.longest_context < COMMON_CONTEXT,
        )
        for one in subjects
    ]
    return [one for one in found if one.cache_bytes]


def draw(subjects: Sequence[Subject], sheet: Sheet) -> Drawing:
    """Draw a mark a model, hollow beyond its own context."""
    found = rows(subjects)
    tokens = units.exact(COMMON_CONTEXT)
    beyond = sum(one.beyond for one in found)
    key = kinds(one.mixer for one in found)
    key += [Entry(key[0].look, "hollow: beyond the model's own context", "hollow")] * bool(beyond)
    said = included(len(found), subjects, "that keep nothing left out")
    plot = Plot(
        sheet,
        _title(found),
        f"{said} {KEPT}, of {tokens} tokens; {beyond} document a shorter context. {COLORS}",
        logarithmic(
            [one.active for one in found], lambda n: units.count(round(n)), "parameters used for a token"
        ),
        logarithmic(
            [one.cache_bytes for one in found], lambda n: units.size(round(n)), f"cache at {tokens} tokens", 2
        ),
        key,
    )
    called, below = names(subjects), descendants(subjects)
    extremes = _front(found)
    marks = []
    for one in found:
        weight = 1000 * (one.name in extremes) + below[one.name] - 20 * one.beyond
        at = plot.point(one.active, one.cache_bytes)
        marks.append(Named(at, _RADIUS, called[one.name], [one.name], weight))
        plot.mark(at, _RADIUS, one.mixer, "hollow" if one.beyond else "solid")
    plot.names = merged(marks)
    return plot.finish(found)


def _front(found: Sequence[Cached]) -> set[str]:
    """Return the models of which none as large keeps less, and those of which none as small keeps more."""
    least: list[str] = []
    fewest = float("inf")
    for one in sorted(found, key=lambda one: (-one.active, one.cache_bytes)):
        if one.cache_bytes < fewest:
            fewest = one.cache_bytes
            least.append(one.name)
    most, largest = [], 0
    for one in sorted(found, key=lambda one: (one.active, -one.cache_bytes)):
        if one.cache_bytes > largest:
            largest = one.cache_bytes
            most.append(one.name)
    return {*least, *most}


def _title(found: Sequence[Cached]) -> str:
    tokens = units.exact(COMMON_CONTEXT)
    least, most = (end(found, key=lambda one: one.cache_bytes) for end in (min, max))
    if least.cache_bytes == most.cache_bytes:
        return f"{tokens} tokens take {units.size(least.cache_bytes)} in the cache of {least.title}"
    own = [one for one in found if not one.beyond]
    alike = [
        (a, b)
        for a in own
        for b in own
        if a.active <= 1.1 * b.active and b.active <= 1.1 * a.active and a.cache_bytes > b.cache_bytes
    ]
    if not alike:
        return (
            f"{tokens} tokens take {units.size(least.cache_bytes)} in the cache of {least.title} "
            f"and {units.size(most.cache_bytes)} in that of {most.title}"
        )
    large, small = max(alike, key=lambda pair: pair[0].cache_bytes / pair[1].cache_bytes)
    ratio = round(large.cache_bytes / small.cache_bytes)
    return (
        f"Of two models that compute alike one may keep {units.exact(ratio)} times as much: {small.title} "
        f"{units.size(small.cache_bytes)} for {tokens} tokens, {large.title} {units.size(large.cache_bytes)}"
    )
