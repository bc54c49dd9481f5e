"""Models compared: rows of everything that may differ, layers aligned by kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from archposter import units
from archposter.compare.differences import differences
from archposter.compare.lines import Line, lines
from archposter.compare.profile import Profile
from archposter.compare.values import ASPECTS, COUNTED, KINDS, Aspect, Kind, Row
from archposter.counts.facts import common_context
from archposter.spec.arch import Arch

_OF_PARTS: frozenset[Aspect] = frozenset({"attention", "recurrence", "ffn", "position"})
"""Aspects that a model need not have."""


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """Two models or more; `rows` are the properties that differ, `same` the aspects in which none does.

    `notes` are what is not architecture: date, licence and the context length that is documented.
    `tokens` is the context at which caches and operations are compared: the shortest `common_context`.
    """

    names: tuple[str, ...]
    rows: tuple[Row, ...]
    same: tuple[Aspect, ...]
    notes: tuple[tuple[str, tuple[str | int | None, ...]], ...]
    tokens: int
    lines: tuple[Line, ...]

    def __repr__(self) -> str:
        return f"<Comparison {' and '.join(self.names)}: {units.counted(len(self.rows), 'difference')}>"

    @property
    def identical(self) -> bool:
        """Whether the architectures are the same."""
        return not self.rows

    def of_kind(self, kind: Kind) -> tuple[Row, ...]:
        """Return the differences of a kind; counts that only follow from others are not among them."""
        return tuple(row for row in self.rows if row.kind == kind and row.aspect not in COUNTED)

    @property
    def counts(self) -> tuple[Row, ...]:
        """The counts that differ: what follows from the other differences."""
        return tuple(row for row in self.rows if row.aspect in COUNTED)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "models": list(self.names),
            "identical": self.identical,
            "context": self.tokens,
            "differences": [row.as_dict() for row in self.rows],
            "same": list(self.same),
            "not_architecture": {name: list(values) for name, values in self.notes},
        }


def compare(archs: Sequence[Arch]) -> Comparison:
    """Return what differs between the models; swapping two of them swaps their values and nothing else."""
    return compare_profiles([Profile(arch) for arch in archs])


def compare_profiles(models: Sequence[Profile]) -> Comparison:
    """Return what differs between models that may be compared with others, too."""
    archs = [model.arch for model in models]
    tokens = min(map(common_context, archs))
    aligned = lines([model.decoder.classes for model in models])
    found = differences(models, aligned, tokens)
    found.sort(key=lambda row: (KINDS.index(row.kind), row.aspect in COUNTED, ASPECTS.index(row.aspect)))
    differing = {row.aspect for row in found}
    missing = _OF_PARTS.difference(*(line.aspects for line in aligned))
    return Comparison(
        names=tuple(arch.title for arch in archs),
        rows=tuple(found),
        same=tuple(aspect for aspect in ASPECTS if aspect not in differing | missing),
        notes=_notes(archs),
        tokens=tokens,
        lines=aligned,
    )


def _notes(archs: Sequence[Arch]) -> tuple[tuple[str, tuple[str | int | None, ...]], ...]:
    """Return what differs and is not architecture."""
    said: dict[str, list[str | int | None]] = {
        "developer": [arch.developer for arch in archs],
        "released": [arch.released.isoformat() if arch.released else None for arch in archs],
        "license": [arch.license for arch in archs],
        "context_length": [arch.context_length for arch in archs],
    }
    if any(arch.extended_context for arch in archs):
        said["extended_context"] = [arch.longest_context for arch in archs]
    return tuple((name, tuple(values)) for name, values in said.items() if len(set(values)) > 1)
