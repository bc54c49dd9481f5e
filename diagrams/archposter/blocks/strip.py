"""A model's layers in the shortest form: the looks of their mixers and of their FFNs, in order."""

from __future__ import annotations

from archposter.blocks.table import BUILDERS
from archposter.spec.arch import Arch

Looks = tuple[tuple[str, ...], tuple[str, ...]]


def strip(arch: Arch) -> tuple[Looks, ...]:
    """Return of each layer the looks of its mixers and those of its FFNs."""
    looks = {part: BUILDERS[type(part)].view(part, arch).look for part in arch.part_counts}
    known = {
        id(layer): (tuple(looks[part] for part in layer.mixers), tuple(looks[part] for part in layer.ffns))
        for layer, _ in arch.layer_counts
    }
    return tuple(known[id(layer)] for layer in arch.layers)
