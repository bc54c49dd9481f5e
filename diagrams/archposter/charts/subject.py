"""What charts are drawn of: models with their counts, and what several charts ask of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from statistics import median
from typing import Final

from archposter.blocks.naming import views
from archposter.counts.facts import Facts
from archposter.relate.nearest import PARENTS
from archposter.relate.signature import Signature, signature
from archposter.spec.arch import Arch
from archposter.spec.parts import AnyFfn, AnyMixer, Moe

MIXERS: Final = ("full", "sliding", "chunked", "latent", "linear", "ssm")
FFNS: Final = ("dense", "moe")
"""Kinds as cards colour them."""


@dataclass(frozen=True)
class Subject:
    """A model: `name` is its spec's, by which links and data know it."""

    name: str
    arch: Arch
    facts: Facts

    @property
    def day(self) -> date | None:
        """The day its weights were public."""
        return self.arch.released

    @property
    def sparse(self) -> bool:
        """Whether it has experts."""
        return any(isinstance(part, Moe) for part in self.arch.part_counts)

    @cached_property
    def signature(self) -> tuple[Signature, Mapping[str, str]]:
        """What it is made of, and what each of it is called."""
        return signature(self.arch)

    @cached_property
    def shares(self) -> Mapping[str, float]:
        """The share of each kind among its mixers, and among its FFNs."""
        seen = views(self.arch)
        found: dict[str, float] = {}
        for kinds, parts in ((MIXERS, AnyMixer), (FFNS, AnyFfn)):
            times: Counter[str] = Counter()
            for part, many in self.arch.part_counts.items():
                if isinstance(part, parts) and seen[part].look in kinds:
                    times[seen[part].look] += many
            found |= {kind: times[kind] / times.total() for kind in kinds if times[kind]}
        return found

    @property
    def mixer(self) -> str:
        """The kind of most of its mixers; of equally many the first of `MIXERS`."""
        return max(MIXERS, key=lambda kind: self.shares.get(kind, 0.0))

    @property
    def ffn(self) -> str:
        """The kind of its FFNs: "moe" as soon as there is one."""
        return "moe" if self.sparse else "dense"


def names(subjects: Sequence[Subject]) -> dict[str, str]:
    """Return what each is called beside the others: without its size, where that is not needed."""
    called = Counter(subject.arch.name for subject in subjects)
    return {one.name: one.arch.name if called[one.arch.name] == 1 else one.arch.title for one in subjects}


def descendants(subjects: Iterable[Subject]) -> dict[str, int]:
    """Return how many of the models stem from each, by what their makers say."""
    parents = {
        one.name: [ancestor.model for ancestor in one.arch.lineage if ancestor.relation in PARENTS]
        for one in subjects
    }
    found = dict.fromkeys(parents, 0)
    for name in parents:
        above, climbing = {name}, [name]
        while climbing:
            for parent in parents[climbing.pop()]:
                if parent in parents and parent not in above:
                    above.add(parent)
                    climbing.append(parent)
        for ancestor in above - {name}:
            found[ancestor] += 1
    return found


def by_year(subjects: Iterable[Subject]) -> dict[int, list[Subject]]:
    """Return the models with a day by their year, in order."""
    found: dict[int, list[Subject]] = {}
    for one in sorted((one for one in subjects if one.day), key=lambda one: (one.day, one.name)):
        assert one.day
        found.setdefault(one.day.year, []).append(one)
    return found


FEWEST: Final = 3
"""A year with fewer models says nothing about its models."""


def two_years(
    subjects: Iterable[Subject], value: Callable[[Subject], float]
) -> tuple[tuple[int, float], tuple[int, float]] | None:
    """Return the first and the last year of enough models, each with its median; None without two."""
    years = {
        year: median(map(value, models))
        for year, models in by_year(subjects).items()
        if len(models) >= FEWEST
    }
    if len(years) < 2:
        return None
    return min(years.items()), max(years.items())
