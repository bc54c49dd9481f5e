"""Axes: from values to places on a line, and the ticks that a reader counts by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from math import ceil, floor, log2, log10
from typing import Final, NamedTuple

from archposter.blocks.card import MONTHS

_MOST_TICKS: Final = 7
_EDGE: Final = 0.04
"""Of an axis' length: what stays free before its first and after its last value."""
_EVEN: Final = 0.3
"""How much of the time axis every year gets alike; the rest goes by its number of models."""

Words = Callable[[float], str]


class Tick(NamedTuple):
    """A value with a line, its place on the axis from 0 to 1, and its words."""

    at: float
    words: str


class Axis(NamedTuple):
    """An axis from 0 to 1: `at` places a value; `title` says what is measured."""

    at: Callable[[float], float]
    ticks: tuple[Tick, ...]
    title: str = ""


def logarithmic(values: Iterable[float], words: Words, title: str, base: int = 10) -> Axis:
    """Return a logarithmic axis of positive values, its ticks round numbers of base 10 or 2."""
    known = sorted(values)
    low, high = (log2(known[0]), log2(known[-1])) if known else (0.0, 1.0)
    if high - low < 1.0:
        low, high = (low + high) / 2 - 0.75, (low + high) / 2 + 0.75
    low, high = low - _EDGE * (high - low), high + _EDGE * (high - low)

    def at(value: float) -> float:
        return (log2(value) - low) / (high - low)

    steps = _decades(low, high) if base == 10 else _powers(low, high)
    return Axis(at, tuple(Tick(at(value), words(value)) for value in _chosen(steps)), title)


def _chosen(steps: Iterable[Sequence[float]]) -> Sequence[float]:
    """Return the finest of ever finer ticks that are not too many; the coarsest that are any if all are."""
    found = [ticks for ticks in steps if ticks]
    return max((ticks for ticks in found if len(ticks) <= _MOST_TICKS), key=len, default=found[0])


def _decades(low: float, high: float) -> Iterable[Sequence[float]]:
    for factors in ((1,), (1, 3), (1, 2, 5), tuple(range(1, 10))):
        yield [
            factor * 10.0**power
            for power in range(floor(low / log2(10)) - 1, ceil(high / log2(10)) + 1)
            for factor in factors
            if low <= log2(factor) + power * log2(10) <= high
        ]


def _powers(low: float, high: float) -> Iterable[Sequence[float]]:
    for step in (10, 5, 4, 3, 2, 1):
        yield [2.0**power for power in range(ceil(low), floor(high) + 1) if power % step == 0]


def linear(values: Iterable[float], words: Words, title: str, least: float | None = None) -> Axis:
    """Return a linear axis with round ticks; it begins at `least`, if that is given."""
    known = sorted(values)
    low, high = (known[0], known[-1]) if known else (0.0, 1.0)
    low = low if least is None else least
    if high - low < 1e-9:
        low, high = (low - 1 if least is None else low), high + 1
    room = _EDGE * (high - low)
    low, high = (low - room if least is None else low), high + room
    rough = (high - low) / 6
    ten = 10.0 ** floor(log10(rough))
    step = next(factor * ten for factor in (1, 2, 5, 10) if factor * ten >= rough)

    def at(value: float) -> float:
        return (value - low) / (high - low)

    marks = [number * step for number in range(ceil(low / step), floor(high / step) + 1)]
    return Axis(at, tuple(Tick(at(value), words(value)) for value in marks), title)


def time(days: Sequence[date]) -> Axis:
    """Return an axis of days by ordinal number; a year is the wider, the more of the days it has.

    Of less than two years the ticks are months, and the axis is even.
    """
    first, last = (min(days), max(days)) if days else (date.min, date.min)
    if (last - first).days < 600:
        return _months(first, last)
    years = range(first.year, last.year + 1)
    many = [sum(day.year == year for day in days) for year in years]
    # Of the first and the last year only the part with days is shown.
    spans = [_span(year, first, last) for year in years]
    parts = [(end - start) / 366 for start, end in spans]
    widths = [
        _EVEN * part / sum(parts) + (1 - _EVEN) * own / len(days)
        for part, own in zip(parts, many, strict=True)
    ]
    starts = [sum(widths[:place]) for place in range(len(widths) + 1)]

    def at(ordinal: float) -> float:
        place = date.fromordinal(int(ordinal)).year - years[0]
        start, end = spans[place]
        inside = starts[place] + widths[place] * (ordinal - start) / (end - start)
        return _EDGE / 2 + (1 - _EDGE) * inside

    ticks = (
        Tick(_EDGE / 2 + (1 - _EDGE) * start, str(year)) for year, start in zip(years, starts, strict=False)
    )
    return Axis(at, tuple(ticks))


def _span(year: int, first: date, last: date) -> tuple[int, int]:
    start = max(first, date(year, 1, 1)).toordinal()
    return start, max(start, min(last, date(year, 12, 31)).toordinal()) + 1


def _months(first: date, last: date) -> Axis:
    days = (last - first).days
    room = max(15.0, _EDGE * days)
    low, span = first.toordinal() - room, days + 2 * room

    def at(ordinal: float) -> float:
        return (ordinal - low) / span

    number = first.year * 12 + first.month - 2
    months = [date(n // 12, n % 12 + 1, 1) for n in range(number, number + 26)]
    step = next(step for step in (1, 2, 3, 6) if (last - first).days / 30.4 / step <= 8)
    inside = [day for day in months if 0 <= at(day.toordinal()) <= 1 and day.month % step == 1 % step]
    return Axis(
        at,
        tuple(Tick(at(day.toordinal()), f"{MONTHS[day.month - 1][:3]} {day.year}") for day in inside),
    )
