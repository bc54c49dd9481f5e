"""How large models are over time: the total and what a token uses, joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archposter import units
from archposter.charts.axes import logarithmic, time
from archposter.charts.plot import Drawing, Entry, Named, Plot, Sheet
from archposter.charts.subject import Subject, descendants, names, two_years
from archposter.charts.words import dated, month
from archposter.scene import Rect

_RADIUS = 5.0


@dataclass(frozen=True)
class Scale:
    """A model's parameters, in all and used for one token."""

    name: str
    title: str
    released: date
    ffn: str
    total: int
    active: int


def rows(subjects: Sequence[Subject]) -> list[Scale]:
    """Return the models with a day, oldest first."""
    return [
        Scale(one.name, one.arch.title, one.day, one.ffn, parameters.total, parameters.active)
        for one in subjects
        if one.day
        for parameters in (one.facts.parameters,)
    ]


def draw(subjects: Sequence[Subject], sheet: Sheet) -> Drawing:
    """Draw a stem a model from what a token uses to the total."""
    found = rows(subjects)
    words = lambda value: units.count(round(value))  # noqa: E731
    plot = Plot(
        sheet,
        _title(found, subjects),
        f"{dated(subjects)} Parameters are counted from tensor shapes; a year is the wider, the more models "
        "it has.",
        time([one.released for one in found]),
        logarithmic([size for one in found for size in (one.total, one.active)], words, "parameters"),
        [
            Entry("dense", "total, dense", "hollow"),
            Entry("dense", "used for a token, dense"),
            Entry("moe", "total, mixture of experts", "hollow"),
            Entry("moe", "used for a token, mixture of experts"),
        ],
    )
    called, below = names(subjects), descendants(subjects)
    records = _records(found)
    for one in found:
        total, active = (plot.point(one.released.toordinal(), size) for size in (one.total, one.active))
        plot.stem((total, active), plot.look(one.ffn).stroke)
    for one in found:
        total, active = (plot.point(one.released.toordinal(), size) for size in (one.total, one.active))
        plot.mark(total, _RADIUS, one.ffn, "hollow")
        if active.y - total.y > 1.2 * _RADIUS:
            plot.mark(active, _RADIUS, one.ffn)
            plot.solid.append(Rect(active.x - _RADIUS, active.y - _RADIUS, 2 * _RADIUS, 2 * _RADIUS))
        weight = 1000 * (one.name in records) + below[one.name]
        plot.names.append(Named(total, _RADIUS, called[one.name], [one.name], weight))
    return plot.finish(found)


def _records(found: Sequence[Scale]) -> set[str]:
    """Return the models that were larger than all before them."""
    largest, names = 0, set()
    for one in found:
        if one.total > largest:
            largest = one.total
            names.add(one.name)
    return names


def _title(found: Sequence[Scale], subjects: Sequence[Subject]) -> str:
    largest = max(found, key=lambda one: one.total)
    first = found[0]
    said = f"{largest.title} has {units.count(largest.total)} parameters"
    if largest.total == largest.active or len(found) == 1:
        return f"{said} and uses {units.count(largest.active)} of them for a token"
    if largest.name != first.name:
        before, now = (f"{units.count(one.total)} ({month(one.released)})" for one in (first, largest))
        ratio = largest.total / first.total
        times = f", {units.exact(round(ratio))} times as many" if ratio >= 10 else ""
        said = f"From {before.replace(' (', ' parameters (')} to {now}{times}"
    medians = two_years(subjects, lambda one: one.facts.parameters.active)
    if not medians:
        return said
    (year, before), (last, now) = ((year, units.count(round(value))) for year, value in medians)
    return f"{said}; the median model used {before} for a token in {year} and {now} in {last}"
