"""Rows of what differs between models: what they have once, their layers, their parts, and the counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from archposter.compare.lines import Class, Line, lines
from archposter.compare.names import FIELD_NAMES
from archposter.compare.patterns import patterns
from archposter.compare.profile import Profile, Stack
from archposter.compare.properties import ECHOES, aspect_of, kind_of
from archposter.compare.values import (
    KINDS,
    Aspect,
    Kind,
    Properties,
    Property,
    Row,
    Value,
    Varied,
    alike,
)
from archposter.compare.whole import Whole

AHEAD = "MTP"
"""What the names of parts begin with that are of multi-token prediction."""


def differences(models: Sequence[Profile], aligned: Sequence[Line], tokens: int) -> list[Row]:
    """Return a row for all that differs; `aligned` are the models' parts, counts are at so many `tokens`."""
    found = [
        *_whole([model.whole for model in models]),
        *_stacks([model.decoder for model in models], aligned),
    ]
    ahead = [model.ahead for model in models if model.ahead]
    if len(ahead) == len(models) and not all(model.repeats_last for model in models):
        found += _ahead(ahead, found)
    found += _whole([model.counted(tokens) for model in models], "scale")
    said = {(row.part, row.field): row.values for row in found}
    return [row for row in found if said.get((row.part, ECHOES.get(row.field, ""))) != row.values]


def rows(
    aspect: Aspect,
    part: str,
    models: Sequence[Properties],
    *,
    kind: Kind | None = None,
    layers: tuple[int, ...] = (),
) -> Iterator[Row]:
    """Yield a row for every property in which models differ, be it that some have no such thing."""
    for title in _ordered(models):
        found = [model.get(title) for model in models]
        having = [one for one in found if one]
        absent = len(having) < len(found)
        if alike([one.value for one in having]) and not (absent and any(one.telling for one in having)):
            continue
        typed = kind or _kind(having, absent)
        field = " or ".join(sorted({one.field for one in having}))
        values = tuple(one.value if one else None for one in found)
        yield Row(aspect_of(field, aspect), part, field, title, typed, values, layers)


def _ordered(models: Sequence[Properties]) -> list[str]:
    """Return all titles, in an order that does not depend on that of the models."""
    longest_first = sorted({tuple(model) for model in models}, key=lambda titles: (-len(titles), titles))
    return list(dict.fromkeys(title for titles in longest_first for title in titles))


def _kind(having: Sequence[Property], absent: bool) -> Kind:
    """Return the type of a difference; the same values in other layers are a matter of how many."""
    values = [set(_each(one.value)) for one in having]
    if not absent and all(each == values[0] for each in values):
        return "scale"
    lack = [None] if absent and any(one.optional for one in having) else []
    every = [*(one for each in values for one in each), *lack]
    return min((kind_of(one.field, every) for one in having), key=KINDS.index)


def _each(value: Value) -> tuple[object, ...]:
    return value.values if isinstance(value, Varied) else (value,)


def _whole(models: Sequence[Whole], kind: Kind | None = None) -> Iterator[Row]:
    for aspect in models[0]:
        yield from rows(aspect, "", [model[aspect] for model in models], kind=kind)


def _stacks(stacks: Sequence[Stack], aligned: Sequence[Line], *, shared: bool = False) -> Iterator[Row]:
    """Compare layers: what they have besides their parts, the order of kinds, and the parts, line by line.

    `shared`: of parts what all models have.
    """
    yield from _whole([stack.whole for stack in stacks])
    for field, orders in patterns([stack.layers for stack in stacks], aligned).items():
        yield from rows(
            "layers", "", [{FIELD_NAMES[field]: Property(field, order)} for order in orders], kind="scale"
        )
    for place, line in enumerate(aligned):
        others = [*aligned[:place], *(other for other in aligned[place + 1 :] if other.full)]
        yield from _line(line, others, shared=shared)


def _line(line: Line, others: Sequence[Line], *, shared: bool) -> Iterator[Row]:
    """Compare classes that correspond: what they are, then their properties.

    Where some models have no such parts, what `others` in the same place have too tells nothing new, and
    what they have otherwise tells.
    """
    depths = tuple(found.depth if found else 0 for found in line.classes)
    what = [{"": Property("kind", found.what if found else None)} for found in line.classes]
    yield from rows(line.aspect, line.name, what, kind="mechanism", layers=depths)
    models = [found.properties if found else {} for found in line.classes]
    if shared:
        models = [
            {title: one for title, one in model.items() if all(title in m for m in models)}
            for model in models
        ]
    elif not line.full:
        siblings = [_siblings(line, place, others) for place in range(len(models))]
        models = [
            _beside(found, near) if found else {} for found, near in zip(line.classes, siblings, strict=True)
        ]
    yield from rows(line.aspect, line.name, models, layers=depths)


def _siblings(line: Line, place: int, others: Sequence[Line]) -> list[Class]:
    """Return the classes of `others` that have the place of a model's class in its layers."""
    own = line.classes[place]
    return [found for other in others if own and (found := other.classes[place]) and found.slot == own.slot]


def _beside(own: Class, siblings: Sequence[Class]) -> Properties:
    """Return what a class has and its siblings have not, or otherwise."""
    found = {}
    for title, one in own.properties.items():
        others = [sibling.properties[title].value for sibling in siblings if title in sibling.properties]
        if not any(alike([one.value, other]) for other in others):
            found[title] = one._replace(telling=title in own.features) if others else one
    return found


def _ahead(stacks: Sequence[Stack], said: Sequence[Row]) -> Iterator[Row]:
    """Compare the layers of multi-token prediction, in what all of them have.

    What the rows of the decoders say is not said again.
    """
    known = {(row.title, row.values) for row in said}
    for row in _stacks(stacks, lines([stack.classes for stack in stacks]), shared=True):
        if (row.title, row.values) in known:
            continue
        if row.part:
            yield replace(row, aspect="head", part=f"{AHEAD} {row.part}")
        else:
            yield replace(row, aspect="head", field=f"mtp_{row.field}", title=f"{AHEAD} {row.title}")
