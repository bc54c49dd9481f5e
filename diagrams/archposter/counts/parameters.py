"""Parameter counts: sums over the tensors."""

from collections.abc import Iterable
from fractions import Fraction
from math import prod
from typing import NamedTuple, get_args

from archposter.counts.ffn import moe
from archposter.counts.tensors import TABLES, Block, Group, blocks
from archposter.spec.arch import Arch
from archposter.spec.parts import Moe


class Parameters(NamedTuple):
    """How many numbers a model holds.  Multi-token prediction counts in `mtp` only, a tied head once.

    `active` is what one token's forward pass uses, each weight once: all but the experts that are not chosen,
    of look-up tables (input embedding, learned positions, per-layer and n-gram tables) the rows that are
    read, and the output layer, which may be the embedding.  `active_with_tables` counts tables whole,
    `active_without_embeddings` neither tables nor output layer.  `active_mean` is `active` where some of the
    choices compute nothing, if all are equally likely; None where all compute.
    """

    total: int
    active: int
    active_mean: int | None
    active_with_tables: int
    active_without_embeddings: int
    embedding: int
    mtp: int
    per_layer: tuple[int, ...]


def parameters(arch: Arch, placed: Iterable[Block] | None = None) -> Parameters:
    """Return the counts of a model; `placed` are its `blocks`, where they are known."""
    sums = dict.fromkeys(get_args(Group), 0)
    per_layer = []
    with_tables = tables = rows = 0
    for block in placed or blocks(arch):
        sums[block.group] += block.weights.total
        if block.layer is not None:
            per_layer.append(block.weights.total)
        if block.group != "mtp":
            with_tables += block.weights.active
        if block.group in TABLES:
            tables += block.weights.active
            rows += block.weights.rows
    if arch.tied:
        # the table is multiplied by, as the output layer
        rows += sums["embedding"] - arch.embedding.width
    active = with_tables - tables + rows
    idle = _idle(arch)
    return Parameters(
        total=sum(sums.values()) - sums["mtp"],
        active=active,
        active_mean=round(active - idle) if idle else None,
        active_with_tables=with_tables,
        active_without_embeddings=with_tables - tables - sums["head"],
        embedding=sums["embedding"],
        mtp=sums["mtp"],
        per_layer=tuple(per_layer),
    )


def _idle(arch: Arch) -> Fraction:
    """Return how many weights fewer a token uses if each of its choices is as likely to compute nothing."""
    idle = Fraction()
    for part, times in arch.part_counts.items():
        if isinstance(part, Moe) and part.zero_experts:
            routed = [w for w in moe(part, arch.hidden_size) if w.name.startswith("mlp.experts.")]
            chosen = sum(prod(weight.shape) * weight.active for weight in routed)
            share = Fraction(part.zero_experts.num, part.num_choices)
            idle += times * chosen * share
    return idle
