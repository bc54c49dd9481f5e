"""Models compared: rows of everything that may differ, layers aligned by kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archposter import units
from archposter.compare.lines import Class, Line, lines
from archposter.compare.names import FIELD_NAMES
from archposter.compare.patterns import patterns
from archposter.compare.properties import ECHOES, aspect_of, kind_of, properties, titles
from archposter.compare.values import ASPECTS, COUNTED, KINDS, Aspect, Kind, Row, Value, Varied, over_layers
from archposter.compare.whole import counted, parts_of_model, whole
from archposter.counts.facts import common_context
from archposter.spec.arch import Arch
from archposter.spec.parts import Part

_OF_PARTS: frozenset[Aspect] = frozenset({"attention", "recurrence", "ffn"})
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
    aligned = lines(archs)
    tokens = min(map(common_context, archs))
    own, counts = [whole(arch) for arch in archs], [counted(arch, tokens) for arch in archs]
    names = {**FIELD_NAMES, **_titles([part for arch in archs for part in parts_of_model(arch)])}
    found = [row for aspect in own[0] for row in rows(aspect, "", [each[aspect] for each in own], names)]
    for field, said in patterns(archs, aligned).items():
        found += rows("layers", "", [{field: order} for order in said], names, "scale")
    for line in aligned:
        found += _line(line)
    for aspect in counts[0]:
        found += rows(aspect, "", [each[aspect] for each in counts], names, "scale")
    found = _without_echoes(found)
    found.sort(key=lambda row: (KINDS.index(row.kind), row.aspect in COUNTED, ASPECTS.index(row.aspect)))
    differing = {row.aspect for row in found}
    missing = _OF_PARTS - {line.aspect for line in aligned}
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


def rows(
    aspect: Aspect,
    part: str,
    models: Sequence[Mapping[str, Value]],
    names: Mapping[str, str],
    kind: Kind | None = None,
    layers: tuple[int, ...] = (),
) -> list[Row]:
    """Return a row for every field whose values differ among the models that have it."""
    found = []
    for field in _ordered(models):
        having = [model[field] for model in models if field in model]
        # Where all have such a part, its own fields say how they differ.
        if len(set(map(_unit, having))) > 1 and not all(isinstance(value, Part) for value in having):
            typed = kind or _kind_of(field, [set(_each(value)) for value in having])
            values = tuple(model.get(field) for model in models)
            found.append(Row(aspect_of(field, aspect), part, field, names[field], typed, values, layers))
    return found


def _ordered(models: Sequence[Mapping[str, Value]]) -> list[str]:
    """Return all fields, in an order that does not depend on that of the models."""
    longest_first = sorted({tuple(model) for model in models}, key=lambda names: (-len(names), names))
    return list(dict.fromkeys(name for names in longest_first for name in names))


def _each(value: Value) -> tuple[object, ...]:
    return value.values if isinstance(value, Varied) else (value,)


def _unit(value: Value) -> object:
    """Return what layers repeat: the depth and the order of kinds say how often."""
    if not isinstance(value, Varied):
        return value
    length = len(value.values)
    units = (value.values[:end] for end in range(1, length + 1) if length % end == 0)
    return next(unit for unit in units if unit * (length // len(unit)) == value.values)


def _kind_of(field: str, values: Sequence[set[object]]) -> Kind:
    """Return the type of a difference; the same values in other layers are a matter of how many."""
    if all(each == values[0] for each in values):
        return "scale"
    return kind_of(field, [one for each in values for one in each])


def _line(line: Line) -> list[Row]:
    """Compare classes that correspond: first what they are, then what both have."""
    present = [found for found in line.classes if found]
    depths = tuple(found.depth if found else 0 for found in line.classes)
    kinds = [{"kind": found.what if found else None} for found in line.classes]
    if len({found.kind for found in present}) > 1 or len(present) < len(line.classes):
        parts = tuple(over_layers(found.parts, found.layers) if found else None for found in line.classes)
        heads = [Row(line.aspect, line.name, "kind", "", "mechanism", parts, depths)]
    else:
        heads = rows(line.aspect, line.name, kinds, {"kind": ""}, "mechanism", depths)
    if len(present) < 2:
        return heads
    models = [_over_occurrences(found) if found else {} for found in line.classes]
    shared = [field for field in _ordered(models) if sum(field in model for model in models) > 1]
    models = [{field: model[field] for field in shared if field in model} for model in models]
    names = _titles([part for found in present for part in found.parts])
    return heads + rows(line.aspect, line.name, models, names, None, depths)


def _titles(parts: Sequence[Part]) -> dict[str, str]:
    """Return what properties are called: "heads" where some parts say "query heads" and others "heads"."""
    found: dict[str, set[str]] = {}
    for part in {id(part): part for part in parts}.values():
        for name, title in titles(part).items():
            found.setdefault(name, set()).add(title)
    return {name: " or ".join(sorted(filter(_shortest(each), each))) for name, each in found.items()}


def _shortest(titles: Collection[str]) -> Callable[[str], bool]:
    return lambda title: not any(title.endswith(f" {other}") for other in titles)


def _over_occurrences(found: Class) -> dict[str, Value]:
    """Return the properties of a class: one value, or those of its layers."""
    known = {id(part): part for part in found.parts}  # the copies of a repeated layer are one object
    flat_of = {key: properties(part) for key, part in known.items()}
    if len(known) == 1:
        return dict(*flat_of.values())
    flat = [(flat_of[id(part)], layer) for part, layer in zip(found.parts, found.layers, strict=True)]
    fields = _ordered([part for part, _ in flat])
    having = {field: [(part[field], layer) for part, layer in flat if field in part] for field in fields}
    return {field: over_layers(*zip(*entries, strict=True)) for field, entries in having.items()}


def _without_echoes(found: Sequence[Row]) -> list[Row]:
    """Leave out rows that say the same as others."""
    said = {(row.part, row.field): row.values for row in found}
    return [row for row in found if said.get((row.part, ECHOES.get(row.field, ""))) != row.values]
