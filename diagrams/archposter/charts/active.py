"""Which share of its parameters a model uses for one token, over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from archposter.charts import scale
from archposter.charts.axes import logarithmic, time
from archposter.charts.plot import Drawing, Entry, Named, Plot, Sheet, merged
from archposter.charts.subject import Subject, descendants, names, two_years
from archposter.charts.words import included, month, percent

_RADIUS = 6.0


@dataclass(frozen=True)
class Active(scale.Scale):
    """A model's parameters, and the share that one token uses."""

    share: float


def rows(subjects: Sequence[Subject]) -> list[Active]:
    """Return the models with a day, oldest first."""
    return [Active(**asdict(one), share=one.active / one.total) for one in scale.rows(subjects)]


def draw(subjects: Sequence[Subject], sheet: Sheet) -> Drawing:
    """Draw a mark a model at its share."""
    found = rows(subjects)
    sparse = sum(one.ffn == "moe" for one in found)
    plot = Plot(
        sheet,
        _title(subjects, found),
        f"{included(len(found), subjects, 'without a day left out')} {sparse} of them have experts. "
        "Of an input embedding that is not the output layer a token uses one row.",
        time([one.released for one in found]),
        logarithmic([one.share for one in found], percent, "used for a token, of all parameters"),
        [Entry("dense", "dense"), Entry("moe", "mixture of experts")],
    )
    called, below = names(subjects), descendants(subjects)
    records = _records(found)
    marks = []
    for one in found:
        weight = 1000 * (one.name in records) + 100 * (one.ffn == "moe") + below[one.name]
        at = plot.point(one.released.toordinal(), one.share)
        marks.append((one.ffn, Named(at, _RADIUS, called[one.name], [one.name], weight)))
    for ffn, mark in marks:
        plot.mark(mark.at, _RADIUS, ffn)
    plot.names = merged([mark for _, mark in marks])
    return plot.finish(found)


def _records(found: Sequence[Active]) -> set[str]:
    """Return the models with experts that used a smaller share than all before them."""
    least, records = 1.0, set()
    for one in found:
        if one.ffn == "moe" and one.share < least:
            least = one.share
            records.add(one.name)
    return records


def _title(subjects: Sequence[Subject], found: Sequence[Active]) -> str:
    sparse = [one for one in found if one.ffn == "moe"]
    if not sparse:
        return "No model here has experts: each token uses all layers' weights"
    least = min(sparse, key=lambda one: one.share)
    smallest = (
        f"{least.title} ({month(least.released)}) uses {percent(least.share)} of its parameters for a token"
    )
    medians = two_years(
        [one for one in subjects if one.sparse],
        lambda one: one.facts.parameters.active / one.facts.parameters.total,
    )
    if not medians:
        return f"{smallest}, the smallest share" if len(found) > 1 else smallest
    (year, before), (last, now) = medians
    return (
        f"Half of the mixtures of experts of {last} use at most {percent(now)} of their parameters "
        f"for a token, of those of {year} {percent(before)}"
    )
