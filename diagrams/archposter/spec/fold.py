"""Repeats found in a sequence: the shortest way to write it as nested repeats.

Fewest lines win.  A repeat costs two ("repeat: 5", "stack:") and what it repeats; one of a single item
costs two in all.  Cutting a run of equal items counts as two lines more, as it hides how people say it:
"2 x A, B, 5 x (3 x A, B)", not "6 x (2 x A, B, A)".  Among equals, patterns that begin with their longest
run win, then those that begin with the item that comes first in the sequence, then long ones.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Generic, NamedTuple, TypeVar

MAX_PERIOD = 32
"""The longest pattern that is looked for; real models repeat after 16 layers at most."""

_LINE = 1000
_CUT = 2 * _LINE

_remembered = lru_cache(maxsize=2**12)

T = TypeVar("T", bound=Hashable)


class Run(NamedTuple, Generic[T]):
    """An item, or a sequence of runs, `repeat` times."""

    repeat: int
    body: T | tuple[Run[T], ...]


class _Plan(NamedTuple):
    """The best way to write the rest of a text: its first entry covers `repeat` times `period` characters."""

    cost: int
    period: int
    repeat: int


def fold(items: Sequence[T]) -> tuple[Run[T], ...]:
    """Return the runs that unfold to `items`, in as few lines as possible."""
    kinds: dict[T, str] = {}
    text = "".join(kinds.setdefault(item, chr(len(kinds))) for item in items)
    names = {character: item for item, character in kinds.items()}

    def runs(text: str) -> tuple[Run[T], ...]:
        found: list[Run[T]] = []
        start = 0
        for plan in _chosen(_plans(text)):
            body = text[start : start + plan.period]
            found.append(Run(plan.repeat, names[body] if plan.period == 1 else runs(body)))
            start += plan.period * plan.repeat
        return tuple(found)

    return runs(text)


def _chosen(plans: tuple[_Plan, ...]) -> list[_Plan]:
    chosen = []
    start = 0
    while start < len(plans) - 1:
        chosen.append(plans[start])
        start += plans[start].period * plans[start].repeat
    return chosen


@_remembered
def _plans(text: str) -> tuple[_Plan, ...]:
    """Return the best plan for the rest of `text` from each place on, the empty rest included."""
    length = len(text)
    plans = [_Plan(0, 0, 0)] * (length + 1)
    ends: dict[tuple[int, int], int] = {}
    for start in range(length - 1, -1, -1):
        best = _Plan(_LINE + _rest(text, plans, start + 1), 1, 1)
        for period in range(1, min(MAX_PERIOD, (length - start) // 2) + 1):
            if not text.startswith(text[start : start + period], start + period):
                continue
            body = text[start : start + period]
            if not _primitive(body):
                continue
            # where to stop repeating: after two times, or where the repeats from the second one on stop
            end = start + 2 * period
            later = ends.get((start + period, period), end)
            if _rest(text, plans, later) <= _rest(text, plans, end):
                end = later
            ends[start, period] = end
            cost = _repeated(body) + _rest(text, plans, end)
            if cost <= best.cost:
                best = _Plan(cost, period, (end - start) // period)
        plans[start] = best
    return tuple(plans)


def _rest(text: str, plans: list[_Plan], start: int) -> int:
    """Return the cost of the text from `start` on, and of cutting it from what stands before."""
    cut = start < len(text) and text[start - 1] == text[start]
    return plans[start].cost + _CUT * cut


@_remembered
def _repeated(body: str) -> int:
    if len(body) == 1:
        return 2 * _LINE
    runs = [len(list(run)) for _, run in groupby(body)]
    # kinds are numbered as they come, so the least of a pattern is what people name first
    rotated = 2 * (runs[0] < max(runs)) + (body[0] > min(body))
    return 2 * _LINE + _plans(body)[0].cost + _CUT * (body[0] == body[-1]) + rotated


@_remembered
def _primitive(body: str) -> bool:
    """Tell whether a text is no repetition of a shorter one."""
    return (body + body).find(body, 1) == len(body)
