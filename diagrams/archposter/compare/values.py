"""What is compared: values, the different values that the layers of a model have, and rows of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, NamedTuple, get_args

from archposter.spec.dump import ranges
from archposter.spec.parts import Part

Kind = Literal["mechanism", "scale", "tuning"]
"""mechanism: it works in another way; scale: a count, width or span; tuning: a constant, no shape."""
KINDS: tuple[Kind, ...] = get_args(Kind)

Aspect = Literal[
    "layers",
    "width",
    "attention",
    "recurrence",
    "ffn",
    "position",
    "norm",
    "residual",
    "embedding",
    "head",
    "parameters",
    "cache",
    "compute",
]
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
COUNTED: tuple[Aspect, ...] = ("parameters", "cache", "compute")
"""Aspects that follow from the others."""


@dataclass(frozen=True, slots=True)
class Share:
    """The channels of a head that are turned, before they are rounded down."""

    turned: Fraction
    of: int

    def __str__(self) -> str:
        return f"{int(self.turned)} of {self.of}"


Scalar = int | float | Fraction | str | tuple[float, ...] | Share | None


@dataclass(frozen=True, slots=True)
class Varied:
    """What differs from layer to layer: the values in order, each with the index of its layer."""

    values: tuple[Scalar | Part, ...]
    layers: tuple[int, ...]


Value = Scalar | Part | Varied


class Property(NamedTuple):
    """What a model or a part has: its field and value, what is said of models that have no such thing.

    `optional`: to lack it is one of its values.  `telling`: models without such a property differ in it, for
    the value is neither a lack nor what every part of its kind has unless it says otherwise.
    """

    field: str
    value: Value
    optional: bool = True
    telling: bool = True


Properties = Mapping[str, Property]
"""By what people call them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One property of every model compared; None where a model has no such thing.

    `part` names the parts it is a property of, empty: the model; `layers` is how many layers have them.
    `field` is the transformers library's name, or that of `facts`, "a or b" where kinds of parts have two;
    `title` is what people call it.
    """

    aspect: Aspect
    part: str
    field: str
    title: str
    kind: Kind
    values: tuple[Value, ...]
    layers: tuple[int, ...]

    @property
    def ratio(self) -> Fraction | None:
        """The second value by the first, where there are two and both are numbers of one mechanism."""
        if len(self.values) != 2 or self.kind == "mechanism":
            return None
        first, second = (number(value) for value in self.values)
        return second / first if first and second else None

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; a ratio is a float."""
        plain: dict[str, Any] = {
            "aspect": self.aspect,
            "part": self.part or None,
            "field": self.field,
            "kind": self.kind,
            "values": [_plain(value) for value in self.values],
        }
        if len(self.values) == 2:
            plain["ratio"] = None if self.ratio is None else float(self.ratio)
        if self.part:
            plain["layers"] = list(self.layers)
        return plain


def number(value: Value) -> Fraction | None:
    """Return a number as such, exactly; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        return None
    return Fraction(value)


def over_layers(values: Sequence[Scalar | Part], layers: Sequence[int]) -> Value:
    """Return what layers have: the one value of all, or all of them."""
    return values[0] if len(set(values)) == 1 else Varied(tuple(values), tuple(layers))


def alike(values: Sequence[Value]) -> bool:
    """Tell whether all are the same, or one order of layers that deeper models continue."""
    if not any(isinstance(value, Varied) for value in values):
        return len(set(map(_key, values))) == 1
    orders = [tuple(map(_key, value.values)) for value in values if isinstance(value, Varied)]
    longest = max(orders, key=len)
    kinds = set(longest)
    return len(orders) == len(values) and all(
        order == longest[: len(order)] and set(order) == kinds for order in orders
    )


def _key(value: Value) -> object:
    """Return what is compared; of a part its kind, since its own fields are compared by themselves."""
    return type(value) if isinstance(value, Part) else (type(value) is bool, value)


def _plain(value: Value) -> Any:
    match value:
        case Part():
            return value.model_dump(mode="json")
        case Share():
            return str(value)
        case Fraction():
            return int(value) if value.denominator == 1 else float(value)
        case Varied(values, layers):
            places: dict[Scalar | Part, list[int]] = {}
            for entry, layer in zip(values, layers, strict=True):
                places.setdefault(entry, []).append(layer)
            return [
                {"value": _plain(entry), "layers": ranges(sorted(set(at)))} for entry, at in places.items()
            ]
        case _:
            return value
