"""Parameter counts: sums over the tensors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from archposter.counts.tensors import TABLES, Group, blocks
from archposter.spec.arch import Arch


@dataclass(frozen=True, slots=True)
class Parameters:
    """How many numbers a model holds.  Multi-token prediction counts in `mtp` only, a tied head once.

    `active` is what one token's forward pass touches: all but the experts that are not chosen.  The input
    embedding includes learned positions and the tables of per-layer and n-gram embeddings; with a tied
    head, both `active_without` counts leave the table out.
    """

    total: int
    active: int
    active_without_input_embedding: int
    active_without_embeddings: int
    embedding: int
    mtp: int
    per_layer: tuple[int, ...]


def parameters(arch: Arch) -> Parameters:
    """Return the counts of a model."""
    sums = dict.fromkeys(get_args(Group), 0)
    per_layer = []
    active = 0
    for block in blocks(arch):
        sums[block.group] += block.weights.total
        if block.layer is not None:
            per_layer.append(block.weights.total)
        if block.group != "mtp":
            active += block.weights.active
    inputs = sum(sums[group] for group in TABLES)
    return Parameters(
        total=sum(sums.values()) - sums["mtp"],
        active=active,
        active_without_input_embedding=active - inputs,
        active_without_embeddings=active - inputs - sums["head"],
        embedding=sums["embedding"],
        mtp=sums["mtp"],
        per_layer=tuple(per_layer),
    )
