"""How the cache grows with the context, of a few models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice, pairwise, zip_longest

from archposter import units
from archposter.charts.axes import logarithmic
from archposter.charts.plot import Drawing, Plot, Sheet, kinds
from archposter.charts.subject import MIXERS, Subject, descendants, names
from archposter.charts.words import COLORS, KEPT
from archposter.counts.cache import cache
from archposter.layout.callouts import GAP, spread
from archposter.scene import Point, Rect
from archposter.text.metrics import advance
from archposter.text.wrap import fit
from archposter.theme import SMALL

MOST = 12
"""More lines cannot be told apart."""
_TOKENS = tuple(2**power for power in range(10, 21))
_NAME = 230.0
_LINE = 22.0
_ARM = 26.0


@dataclass(frozen=True)
class Grown:
    """What a model's cache takes at a number of tokens; `beyond`: it documents no context so long."""

    name: str
    title: str
    mixer: str
    tokens: int
    cache_bytes: int
    beyond: bool


def rows(subjects: Sequence[Subject]) -> list[Grown]:
    """Return the chosen models' caches at powers of two and at the end of their contexts."""
    found = []
    for one in chosen(subjects):
        own = one.arch.longest_context
        ends = {own} if own and _TOKENS[0] < own < _TOKENS[-1] else set()
        found += [
            Grown(
                *(one.name, one.arch.title, one.mixer, tokens),
                cache(one.arch, tokens).total_bytes_at_context,
                beyond=own is not None and tokens > own,
            )
            for tokens in sorted({*_TOKENS, *ends})
        ]
    return found


def chosen(subjects: Sequence[Subject]) -> list[Subject]:
    """Return the models, if they are few; else as many as can be told apart.

    Of each kind of mixers in turn that is the one from which most others stem, of equals the newest.
    """
    kept = [one for one in subjects if cache(one.arch, _TOKENS[-1]).total_bytes_at_context]
    if len(kept) <= MOST:
        return kept
    below = descendants(subjects)
    kept.sort(key=lambda one: (below[one.name], one.day or date.min, one.name), reverse=True)
    kinds = [[one for one in kept if one.mixer == kind] for kind in MIXERS]
    turns = filter(None, chain.from_iterable(zip_longest(*kinds)))
    lines: dict[tuple[int, ...], Subject] = {}
    for one in turns:
        lines.setdefault(_line(one), one)
    return list(islice(lines.values(), MOST))


def _line(one: Subject) -> tuple[int, ...]:
    """Return what tells lines apart: of those that lie on one another the first is drawn."""
    return tuple(cache(one.arch, tokens).total_bytes_at_context for tokens in _TOKENS[::5])


def draw(subjects: Sequence[Subject], sheet: Sheet) -> Drawing:
    """Draw a line a model, dashed beyond its own context, its name at the right end."""
    found = rows(subjects)
    shown = list(dict.fromkeys(one.name for one in found))
    called = names(subjects)
    words = {name: fit(called[name], "regular", SMALL, _NAME) for name in shown}
    wide = max(advance(name, "regular", SMALL) for name in words.values())
    few = f" of {len(subjects)}: of each kind of mixers those from which most others stem"
    few = "" if len(shown) == len(subjects) else few
    plot = Plot(
        sheet,
        _title(found),
        f"{units.counted(len(shown), 'model')}{few}. {KEPT}; dashed beyond the longest context that is "
        f"documented. {COLORS}",
        logarithmic(_TOKENS, lambda n: units.tokens(round(n)), "tokens", 2),
        logarithmic([one.cache_bytes for one in found], lambda n: units.size(round(n)), "cache", 2),
        kinds(one.mixer for one in found),
        right=wide + _ARM + 8,
    )
    lines = {name: [one for one in found if one.name == name] for name in shown}
    ends = []
    for name, line in lines.items():
        color = plot.look(line[0].mixer).stroke
        points = [(plot.point(one.tokens, one.cache_bytes), one.beyond) for one in line]
        for (start, _), (end, beyond) in pairwise(points):
            plot.stem((start, end), color, (5.0, 4.0) if beyond else (), 2.4)
        within = [point for point, beyond in points if not beyond]
        own = within[-1] if within else points[0][0]
        plot.mark(own, 4.5, line[0].mixer)
        ends.append((points[-1][0], name))
    _name(plot, ends, words)
    return plot.finish(found)


def _name(plot: Plot, ends: Sequence[tuple[Point, str]], words: dict[str, str]) -> None:
    """Write the names at the right in the order of their lines, moved apart where they would overlap."""
    ordered = sorted(ends, key=lambda entry: (entry[0].y, entry[1]))
    high = _LINE - GAP
    wanted = [end.y - high / 2 for end, _ in ordered]
    tops = spread(wanted, [high] * len(wanted), plot.area.y, plot.area.bottom)
    for (end, name), top in zip(ordered, tops, strict=True):
        y = top + high / 2
        start, stop = Point(end.x + 3, end.y), Point(plot.area.right + _ARM - 6, y)
        plot.stem((start, stop), width=1.0)
        baseline = y + 0.36 * SMALL
        plot.canvas.text(plot.area.right + _ARM, baseline, words[name], role="name")
        width = advance(words[name], "regular", SMALL)
        plot.link(Rect(plot.area.right + _ARM, y - _LINE / 2, width, _LINE), [name], words[name])


def _title(found: Sequence[Grown]) -> str:
    last = [one for one in found if one.tokens == _TOKENS[-1]]
    least, most = (end(last, key=lambda one: one.cache_bytes) for end in (min, max))
    tokens = units.tokens(_TOKENS[-1])
    if least.name == most.name:
        first = next(one for one in found if one.tokens == _TOKENS[0])
        return (
            f"The cache of {least.title} grows from {units.size(first.cache_bytes)} at "
            f"{units.tokens(_TOKENS[0])} tokens to {units.size(least.cache_bytes)} at {tokens}"
        )
    return (
        f"{tokens} tokens would take {units.size(least.cache_bytes)} in the cache of {least.title} and "
        f"{units.size(most.cache_bytes)} in that of {most.title}"
    )
