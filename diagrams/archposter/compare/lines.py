"""Parts aligned by kind: one line for what has the same place in several models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from archposter.compare.values import Aspect, Value, over_layers
from archposter.counts.attending import window
from archposter.spec.arch import Arch
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


@dataclass(frozen=True, slots=True)
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
    def depth(self) -> int:
        """In how many layers it is."""
        return len(set(self.layers))

    @property
    def what(self) -> Value:
        """What the parts are: their type, of attention with heads MHA, GQA or MQA."""
        names = [part.variant if isinstance(part, Attention) else self.kind for part in self.parts]
        return over_layers(names, self.layers)


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


def lines(archs: Sequence[Arch]) -> tuple[Line, ...]:
    """Return every class of every model, aligned.

    Classes of one kind go together, then those of one role, the commonest first, then those that are the
    only ones left of mixers or of FFNs.  The order of the models changes nothing else.
    """
    rows: dict[tuple[Role, str], list[Class | None]] = {}
    for place, arch in enumerate(archs):
        for found in _classes(arch):
            row = rows.setdefault((found.role, found.kind), [None] * len(archs))
            row[place] = found
    merged = _merged(list(rows.values()), lambda found: found.role)
    merged = _merged(merged, lambda found: _SLOTS[found.role])
    merged.sort(key=_place)
    return tuple(Line(_name(row, merged), tuple(row)) for row in merged)


def _classes(arch: Arch) -> list[Class]:
    found: dict[tuple[Role, str], list[tuple[AnyPart, int]]] = {}
    for index, layer in enumerate(arch.layers):
        for part in layer.parts:
            found.setdefault((role_of(part), kind_name(part)), []).append((part, index))
    return [
        Class(role, kind, tuple(part for part, _ in entries), tuple(index for _, index in entries))
        for (role, kind), entries in found.items()
    ]


Aligned = list[Class | None]


def _merged(rows: Sequence[Aligned], group: Callable[[Class], str]) -> list[Aligned]:
    """Put rows of one group together where no model is in both, those of most layers first."""
    found: list[Aligned] = []
    for row in sorted(rows, key=_weight):
        own = {group(one) for one in row if one}
        for other in found:
            apart = not any(a and b for a, b in zip(row, other, strict=True))
            if apart and own == {group(one) for one in other if one}:
                other[:] = [a or b for a, b in zip(row, other, strict=True)]
                break
        else:
            found.append(list(row))
    return found


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
