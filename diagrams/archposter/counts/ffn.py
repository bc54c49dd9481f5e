"""Weights of feed-forward parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from archposter.counts.weight import Weight, linear
from archposter.spec.parts import GatedFfn, Moe, PlainFfn


def gated_ffn(part: GatedFfn, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of a gated FFN (`LlamaMLP`)."""
    yield from _projections("mlp", hidden_size, part.intermediate_size, True, part.bias)


def plain_ffn(part: PlainFfn, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of a plain FFN (`GPT2MLP`, `NemotronHMLP`)."""
    yield from _projections("mlp", hidden_size, part.intermediate_size, False, part.bias)


def moe(part: Moe, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of router, routed and shared experts (`DeepseekV3MoE`, `NemotronHMoE`)."""
    yield from linear("mlp.gate", hidden_size, part.num_experts, part.router.bias)
    routed = _projections("mlp.experts", hidden_size, part.moe_intermediate_size, part.gated, part.bias)
    for weight in routed:
        yield replace(weight, copies=part.num_experts, active=part.num_experts_per_tok)
    shared = part.num_shared_experts
    if not shared:
        return
    width = part.shared_expert_intermediate_size
    for weight in _projections("mlp.shared_experts", hidden_size, width, part.gated, part.bias):
        yield replace(weight, copies=shared, active=shared)
    if part.shared_expert_gate:
        yield from linear("mlp.shared_expert_gate", hidden_size, 1)


def _projections(prefix: str, hidden_size: int, width: int, gated: bool, bias: bool) -> Iterator[Weight]:
    if gated:
        yield from linear(f"{prefix}.gate_proj", hidden_size, width, bias)
    yield from linear(f"{prefix}.up_proj", hidden_size, width, bias)
    yield from linear(f"{prefix}.down_proj", width, hidden_size, bias)
