"""Every weight of a model, by name and shape.  Totals are sums over this list and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Any, Literal

from archposter.counts.attention import attention, mla
from archposter.counts.ffn import gated_ffn, moe, plain_ffn
from archposter.counts.recurrent import gated_deltanet, kda, mamba2
from archposter.counts.weight import Weight, Weights, linear
from archposter.spec.arch import Arch, Layer
from archposter.spec.parts import (
    AnyPart,
    Attention,
    GatedDeltaNet,
    GatedFfn,
    Kda,
    Mamba2,
    Mla,
    Moe,
    Norm,
    Part,
    PlainFfn,
)

Group = Literal["embedding", "position", "layer", "final_norm", "head", "mtp"]

_WEIGHTS: dict[type[Part], Callable[[Any, int], Iterator[Weight]]] = {
    Attention: attention,
    Mla: mla,
    GatedDeltaNet: gated_deltanet,
    Kda: kda,
    Mamba2: mamba2,
    GatedFfn: gated_ffn,
    PlainFfn: plain_ffn,
    Moe: moe,
}


@dataclass(frozen=True, slots=True)
class Tensor:
    """A weight in its place: `copies` tensors of `shape`, of which one token uses `active`."""

    name: str
    shape: tuple[int, ...]
    copies: int
    active: int
    layer: int | None
    group: Group

    @property
    def size(self) -> int:
        """The numbers in all copies."""
        return prod(self.shape) * self.copies


@dataclass(frozen=True, slots=True)
class Block:
    """Weights in their place, under one name."""

    name: str
    weights: Weights
    layer: int | None
    group: Group


def tensors(arch: Arch) -> Iterator[Tensor]:
    """Yield every weight, in the order of the forward pass; a tied head is the embedding and not listed.

    Names follow the state dict of the transformers library, with packed experts named apart.  Norms
    have Gemma 3's names, the only ones that cover every placement.
    """
    for block in blocks(arch):
        for weight in block.weights.items:
            name = f"{block.name}.{weight.name}" if block.name else weight.name
            yield Tensor(name, weight.shape, weight.copies, weight.active, block.layer, block.group)


def blocks(arch: Arch) -> Iterator[Block]:
    """Yield the weights of `tensors` in blocks, each distinct layer computed once."""
    hidden = arch.hidden_size
    table = Weights((Weight("weight", (arch.embedding.vocab_size, hidden)),))
    yield Block("embed_tokens", table, None, "embedding")
    if arch.embedding.positions:
        rows = Weights((Weight("weight", (arch.embedding.positions, hidden)),))
        yield Block("embed_positions", rows, None, "position")
    distinct = {id(layer): layer for layer in arch.layers}
    weights = {key: Weights(tuple(_layer(layer, hidden))) for key, layer in distinct.items()}
    for index, layer in enumerate(arch.layers):
        yield Block(f"layers.{index}", weights[id(layer)], index, "layer")
    yield Block("", Weights(tuple(_norm("norm", arch.final_norm, hidden))), None, "final_norm")
    if not arch.tied:
        yield Block("lm_head", table, None, "head")
    if arch.mtp:
        module = Weights(tuple(_mtp_module(arch.mtp.layer, arch.final_norm, hidden)))
        for depth in range(arch.mtp.depth):
            yield Block(f"mtp.{depth}", module, None, "mtp")


@cache
def part_parameters(part: AnyPart, hidden_size: int) -> int:
    """Return how many numbers one part holds, its norm not included."""
    return Weights(tuple(_WEIGHTS[type(part)](part, hidden_size))).total


def _layer(layer: Layer, hidden: int) -> Iterator[Weight]:
    for sublayer in layer.sublayers:
        mixes = any(part in layer.mixers for part in sublayer.parts)
        if sublayer.pre_norm:
            name = "input_layernorm" if mixes else "pre_feedforward_layernorm"
            yield from _norm(name, sublayer.pre_norm, hidden)
        for part in sublayer.parts:
            yield from _WEIGHTS[type(part)](part, hidden)
        if sublayer.post_norm:
            name = "post_attention_layernorm" if mixes else "post_feedforward_layernorm"
            yield from _norm(name, sublayer.post_norm, hidden)


def _mtp_module(layer: Layer, norm: Norm, hidden: int) -> Iterator[Weight]:
    """Yield a module's own weights; embedding and head are the model's (arXiv:2412.19437, section 2.2)."""
    yield from _norm("enorm", norm, hidden)
    yield from _norm("hnorm", norm, hidden)
    yield from linear("eh_proj", 2 * hidden, hidden)
    yield from _layer(layer, hidden)
    yield from _norm("shared_head.norm", norm, hidden)


def _norm(name: str, norm: Norm, hidden: int) -> Iterator[Weight]:
    yield Weight(f"{name}.weight", (hidden,))
    if norm.bias:
        yield Weight(f"{name}.bias", (hidden,))
