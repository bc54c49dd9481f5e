"""Tensors as people check them: layers whose weights have the same names and shapes stand once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import prod
from typing import Any

from archposter.counts.tensors import Group, blocks
from archposter.counts.weight import Weight
from archposter.spec.arch import Arch
from archposter.spec.dump import ranges


@dataclass(frozen=True, slots=True)
class ListedWeight:
    """Equal tensors: `copies` in all layers and experts, of which one token uses `active`; `size` numbers.

    `place` is "layers.3-60", or empty for what stands outside of layers.
    """

    place: str
    name: str
    shape: tuple[int, ...]
    copies: int
    active: int
    size: int
    group: Group

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)


def listing(arch: Arch) -> tuple[ListedWeight, ...]:
    """Return every weight of a model; the sizes add up to its total.

    Rows of the group "mtp" are not in the total.
    """
    alike: dict[tuple[str, Group, tuple[Weight, ...]], list[int]] = {}
    for block in blocks(arch):
        series, _, index = block.name.rpartition(".")
        name, place = (series, [int(index)]) if index.isdigit() else (block.name, [])
        alike.setdefault((name, block.group, block.weights.items), []).extend(place)
    return tuple(
        _row(name, places, group, weight)
        for (name, group, weights), places in alike.items()
        for weight in weights
    )


def _row(name: str, places: list[int], group: Group, weight: Weight) -> ListedWeight:
    times = len(places) or 1
    return ListedWeight(
        place=f"{name}.{ranges(places)}" if places else "",
        name=f"{name}.{weight.name}" if name and not places else weight.name,
        shape=weight.shape,
        copies=weight.copies * times,
        active=weight.active * times,
        size=prod(weight.shape) * weight.copies * times,
        group=group,
    )
