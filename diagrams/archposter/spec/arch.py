"""`Arch`: a resolved architecture.  Every layer explicit, nothing left to a default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from archposter.spec.parts import AnyMixer, AnyPart, Attention, GatedFfn, Mla, Moe, Norm, PlainFfn

FFN_TYPES = (GatedFfn, PlainFfn, Moe)
SOFTMAX_TYPES = (Attention, Mla)


@dataclass(frozen=True)
class Sublayer:
    """x + post_norm(sum of parts(pre_norm(x))): one residual step; several parts run in parallel."""

    parts: tuple[AnyPart, ...]
    pre_norm: Norm | None
    post_norm: Norm | None


@dataclass(frozen=True)
class Layer:
    """One decoder layer: its residual steps in order.  `source` is its place in the spec."""

    sublayers: tuple[Sublayer, ...]
    source: str

    @cached_property
    def parts(self) -> tuple[AnyPart, ...]:
        """All parts in the order they run."""
        return tuple(part for sublayer in self.sublayers for part in sublayer.parts)

    @cached_property
    def mixers(self) -> tuple[AnyMixer, ...]:
        """The parts that mix tokens."""
        return tuple(part for part in self.parts if not isinstance(part, FFN_TYPES))

    @cached_property
    def ffns(self) -> tuple[GatedFfn | PlainFfn | Moe, ...]:
        """The parts that work on each token alone."""
        return tuple(part for part in self.parts if isinstance(part, FFN_TYPES))


@dataclass(frozen=True)
class Embedding:
    """The token table, and the learned position table's rows (0: none)."""

    vocab_size: int
    positions: int


@dataclass(frozen=True)
class Mtp:
    """Multi-token prediction: `depth` modules of one layer each after the decoder (arXiv:2412.19437)."""

    depth: int
    layer: Layer


@dataclass(frozen=True)
class Arch:
    """A model's architecture, and the facts about it that are not architecture: None where not known."""

    name: str
    size: str
    family: str
    developer: str | None
    released: date | None
    license: str | None
    links: tuple[tuple[str, str], ...]
    highlights: tuple[str, ...]
    context_length: int
    hidden_size: int
    embedding: Embedding
    layers: tuple[Layer, ...]
    final_norm: Norm
    tied: bool
    mtp: Mtp | None

    @property
    def title(self) -> str:
        """Name and published size."""
        return f"{self.name} {self.size}".strip()

    @property
    def parts(self) -> tuple[AnyPart, ...]:
        """Every layer's parts, in order."""
        return tuple(part for layer in self.layers for part in layer.parts)

    @cached_property
    def decoder_type(self) -> str:
        """dense, sparse-moe, recurrent, hybrid (dense) or sparse-hybrid: from the parts, never stated."""
        mixers = [part for part in self.parts if not isinstance(part, FFN_TYPES)]
        recurrent = [part for part in mixers if not isinstance(part, SOFTMAX_TYPES)]
        sparse = any(isinstance(part, Moe) for part in self.parts)
        if recurrent and len(recurrent) == len(mixers):
            return "sparse-recurrent" if sparse else "recurrent"
        if recurrent:
            return "sparse-hybrid" if sparse else "dense-hybrid"
        return "sparse-moe" if sparse else "dense"
