"""How many experts there are, how wide each is, and how many a token uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from archposter import units
from archposter.charts.axes import logarithmic
from archposter.charts.plot import Drawing, Named, Plot, Sheet, merged
from archposter.charts.subject import Subject, by_year, descendants, names
from archposter.charts.words import included
from archposter.diagnostics import UsageError
from archposter.spec.parts import Moe

_SMALLEST = 4.0


@dataclass(frozen=True)
class Experts:
    """A model's routed experts: how many a layer has, a token uses, and shares; width is that of one."""

    name: str
    title: str
    experts: int
    per_token: int
    shared: int
    width: int


def rows(subjects: Sequence[Subject]) -> list[Experts]:
    """Return the models with experts, by the most common of their layers with such."""
    found = []
    for one in subjects:
        parts = [(times, part) for part, times in one.arch.part_counts.items() if isinstance(part, Moe)]
        if parts:
            _, part = max(parts, key=lambda entry: entry[0])
            shared = part.shared_experts.num if part.shared_experts else 0
            found.append(
                Experts(
                    *(one.name, one.arch.title, part.num_experts, part.num_experts_per_tok),
                    *(shared, part.moe_intermediate_size),
                )
            )
    return found


def draw(subjects: Sequence[Subject], sheet: Sheet) -> Drawing:
    """Draw a disc a model, its area by the experts that a token uses."""
    found = rows(subjects)
    if not found:
        many = units.counted(len(subjects), "model")
        raise UsageError(f"chart experts: {many} without experts, expected at least one with")
    whole = lambda value: units.exact(round(value))  # noqa: E731
    plot = Plot(
        sheet,
        _title(subjects, found),
        f"{included(len(found), subjects, 'without experts left out')} A disc is the larger, the more routed "
        "experts a token uses, which its name ends with; shared experts are not counted.",
        logarithmic([one.experts for one in found], whole, "routed experts a layer", 2),
        logarithmic([one.width for one in found], whole, "width of an expert", 2),
    )
    called, below = names(subjects), descendants(subjects)
    marks = []
    for one in sorted(found, key=lambda one: -one.per_token):
        at = plot.point(one.experts, one.width)
        radius = _SMALLEST * sqrt(one.per_token)
        plot.mark(at, radius, "moe")
        words = f"{called[one.name]} · {one.per_token}"
        marks.append(Named(at, radius, words, [one.name], below[one.name] + one.per_token))
    plot.names = merged(marks)
    return plot.finish(found)


def _title(subjects: Sequence[Subject], found: Sequence[Experts]) -> str:
    most = max(found, key=lambda one: one.experts)
    if len(found) == 1:
        return (
            f"{most.title}: {most.per_token} of {units.exact(most.experts)} experts, "
            f"each {units.exact(most.width)} wide"
        )
    own = {one.name: one.experts for one in found}
    years = {
        year: median(own[one.name] for one in models)
        for year, models in by_year(one for one in subjects if one.name in own).items()
        if len(models) >= 3
    }
    said = f"{most.title} has {units.exact(most.experts)} experts in a layer, the most"
    if len(years) < 2:
        return said
    (first, before), (last, now) = min(years.items()), max(years.items())
    return (
        f"The median layer of experts had {units.exact(round(before))} of them in {first} and has "
        f"{units.exact(round(now))} in {last}; {said}"
    )
