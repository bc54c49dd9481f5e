"""Parts aligned by kind: one line for what has the same place in several models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Literal, assert_never

from archposter.compare.properties import aspect_of, lacking, properties
from archposter.compare.values import Aspect, Properties, Property, Value, Varied, over_layers
from archposter.counts.attending import window
from archposter.spec.arch import Layer
from archposter.spec.parts import (
    AnyPart,
    Attention,
    ChannelMix,
    CompressedAttention,
    GatedFfn,
    LowRankFfn,
    Moe,
    NgramMemory,
    PerLayerInput,
    PlainFfn,
    RecurrentMixer,
    SoftmaxMixer,
)

Role = Literal["global", "local", "recurrent", "dense", "moe", "per_layer", "low_rank"]
_SLOTS: dict[Role, str] = {
    "global": "mixer",
    "local": "mixer",
    "recurrent": "mixer",
    "dense": "ffn",
    "moe": "ffn",
    "per_layer": "table",
    "low_rank": "side",
}
_ROLES = tuple(_SLOTS)

NAMES: dict[Role, str] = {
    "global": "global attention",
    "local": "local attention",
    "recurrent": "linear mixer",
    "dense": "dense FFN",
    "moe": "MoE",
    "per_layer": "layer embedding",
    "low_rank": "low-rank FFN",
}


@dataclass(frozen=True)
class Class:
    """The parts of one kind in one model: every occurrence in order, with the index of its layer."""

    role: Role
    kind: str
    parts: tuple[AnyPart, ...]
    layers: tuple[int, ...]

    @property
    def title(self) -> str:
        """What the kind is called; attention has one name for all head groupings."""
        part = self.parts[0]
        return "attention" if isinstance(part, Attention) else part.title

    @property
    def slot(self) -> str:
        """What such parts stand for in a layer."""
        return _SLOTS[self.role]

    @cached_property
    def depth(self) -> int:
        """In how many layers it is."""
        return len(set(self.layers))

    @cached_property
    def what(self) -> Value:
        """What the parts are: their type, of attention with heads MHA, GQA or MQA."""
        names = [part.variant if isinstance(part, Attention) else self.kind for part in self.parts]
        return over_layers(names, self.layers)

    @cached_property
    def properties(self) -> Properties:
        """What the parts have: one value of all, or those of their layers."""
        known = {id(part): properties(part) for part in self.distinct}
        if len(known) == 1:
            return next(iter(known.values()))
        entries: dict[str, list[tuple[Property, int]]] = {}
        for part, layer in zip(self.parts, self.layers, strict=True):
            for title, one in known[id(part)].items():
                entries.setdefault(title, []).append((one, layer))
        return {title: _of_layers(having) for title, having in entries.items()}

    @cached_property
    def features(self) -> frozenset[str]:
        """What some of the parts have and do not lack, by its title."""
        return frozenset(title for title, one in self.properties.items() if _has(one))

    @cached_property
    def distinct(self) -> tuple[AnyPart, ...]:
        """Its parts, each once."""
        return tuple({id(part): part for part in self.parts}.values())  # copies are one object


def _of_layers(having: Sequence[tuple[Property, int]]) -> Property:
    """Return a part's property over its layers."""
    found = [one for one, _ in having]
    said = [(value, layer) for one, layer in having if not isinstance(value := one.value, Varied)]
    over = over_layers(*zip(*said, strict=True))
    return Property(
        found[0].field, over, any(one.optional for one in found), any(one.telling for one in found)
    )


def _has(one: Property) -> bool:
    values = one.value.values if isinstance(one.value, Varied) else (one.value,)
    return not all(lacking(one.field, value) for value in values)


@dataclass(frozen=True, slots=True)
class Line:
    """Classes that correspond to one another: one a model, or None where it has no such part."""

    name: str
    classes: tuple[Class | None, ...]

    @property
    def mixed(self) -> bool:
        """Whether it is of several roles, or one of several lines of its role."""
        return len({found.role for found in self.classes if found}) > 1 or " or " in self.name

    @property
    def present(self) -> list[Class]:
        """The classes that there are."""
        return [found for found in self.classes if found]

    @property
    def full(self) -> bool:
        """Whether every model has such parts."""
        return None not in self.classes

    @property
    def aspects(self) -> set[Aspect]:
        """The aspects of the line and of its parts' properties."""
        own = self.aspect
        fields = {one.field for found in self.present for one in found.properties.values()}
        return {own, *(aspect_of(field, own) for field in fields)}

    @property
    def aspect(self) -> Aspect:
        """The aspect of what is said about the line as such."""
        roles = {found.role for found in self.classes if found}
        if roles <= {"recurrent"}:
            return "recurrence"
        if roles <= {"dense", "moe", "low_rank"}:
            return "ffn"
        return "embedding" if roles <= {"per_layer"} else "attention"


def role_of(part: AnyPart) -> Role:
    """Return what a part is for: seeing all tokens, the near ones, a state, or one of the FFNs."""
    if isinstance(part, RecurrentMixer):
        return "recurrent"
    if isinstance(part, SoftmaxMixer):
        far = isinstance(part, CompressedAttention) and part.compressor
        return "global" if far or window(part) is None else "local"
    match part:
        case Moe():
            return "moe"
        case GatedFfn() | PlainFfn() | ChannelMix():
            return "dense"
        case LowRankFfn():
            return "low_rank"
        case PerLayerInput() | NgramMemory():
            return "per_layer"
    assert_never(part)


def kind_name(part: AnyPart) -> str:
    """Return the part's type; compressed attention has three."""
    return part.variant if isinstance(part, CompressedAttention) else part.kind


def classes(layers: Sequence[Layer]) -> tuple[Class, ...]:
    """Return the parts of a stack of layers by role and kind."""
    found: dict[tuple[Role, str], list[tuple[AnyPart, int]]] = {}
    for index, layer in enumerate(layers):
        for part in layer.parts:
            found.setdefault((role_of(part), kind_name(part)), []).append((part, index))
    return tuple(
        Class(role, kind, tuple(part for part, _ in entries), tuple(index for _, index in entries))
        for (role, kind), entries in found.items()
    )


Aligned = list[Class | None]


def lines(models: Sequence[Sequence[Class]]) -> tuple[Line, ...]:
    """Return every class of every model, aligned.

    Classes of one kind and role go together, then those of one role, the most alike first, then those that
    are left of mixers or of FFNs.  The order of the models changes nothing else.
    """
    rows: dict[tuple[Role, str], Aligned] = {}
    for place, model in enumerate(models):
        for found in model:
            row = rows.setdefault((found.role, found.kind), [None] * len(models))
            row[place] = found
    merged = _merged(list(rows.values()), lambda found: found.role)
    merged = _merged(merged, lambda found: found.slot)
    merged.sort(key=_place)
    return tuple(Line(_name(row, merged), tuple(row)) for row in merged)


def _merged(rows: list[Aligned], group: Callable[[Class], str]) -> list[Aligned]:
    """Put rows of one group together where no model is in both, the most alike first."""
    pairs = [pair for pair in combinations(rows, 2) if _fit(*pair, group)]
    while pairs:
        first, second = min(pairs, key=_unlike)
        joined = [a or b for a, b in zip(first, second, strict=True)]
        rows = [row for row in rows if row is not first and row is not second]
        pairs = [pair for pair in pairs if not any(row is first or row is second for row in pair)]
        pairs += [(row, joined) for row in rows if _fit(row, joined, group)]
        rows.append(joined)
    return rows


def _fit(first: Aligned, second: Aligned, group: Callable[[Class], str]) -> bool:
    apart = not any(a and b for a, b in zip(first, second, strict=True))
    return apart and len({group(one) for row in (first, second) for one in row if one}) == 1


def _unlike(pair: tuple[Aligned, Aligned]) -> tuple[float, int, list[tuple[Role, str]]]:
    """Return what orders pairs: the share of features that one has alone, then the commonest, then names."""
    first, second = ([one for one in row if one] for row in pair)
    a, b = (frozenset[str]().union(*(one.features for one in row)) for row in (first, second))
    both = [*first, *second]
    alone = len(a ^ b) / max(1, len(a | b))
    return alone, -sum(one.depth for one in both), sorted({(one.role, one.kind) for one in both})


def _weight(row: Aligned) -> tuple[int, list[str]]:
    present = [one for one in row if one]
    return -max(one.depth for one in present), sorted({one.kind for one in present})


def _place(row: Aligned) -> tuple[int, int, list[str]]:
    return min(_ROLES.index(one.role) for one in row if one), *_weight(row)


def _name(row: Aligned, rows: Sequence[Aligned]) -> str:
    """Return the name of the role, or of the kind where several rows have the role."""
    all_roles = [{one.role for one in other if one} for other in rows]
    roles = {one.role for one in row if one}
    if all_roles.count(roles) > 1:
        return " or ".join(title for _, title in sorted({(one.kind, one.title) for one in row if one}))
    if len(roles) > 1:
        return "FFN" if roles <= {"dense", "moe"} else "mixer"
    role = roles.pop()
    if role == "global" and not any("local" in other for other in all_roles):
        return "attention"
    return "FFN" if role == "dense" and not any("moe" in other for other in all_roles) else NAMES[role]
