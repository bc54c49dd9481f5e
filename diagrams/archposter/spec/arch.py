"""`Arch`: a resolved architecture.  Every layer explicit, nothing left to a default."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from archposter.spec.parts import (
    AnyFfn,
    AnyMixer,
    AnyPart,
    Attention,
    DenseHead,
    Moe,
    NgramEmbedding,
    NgramMemory,
    Norm,
    PerLayerEmbedding,
    RecurrentMixer,
    Residual,
)
from archposter.spec.said import Ancestor


class Branch(NamedTuple):
    """post_norm(part(input_multiplier * pre_norm(x))): one of the parts that run side by side in a sublayer.

    Its output, times `multiplier`, joins the residual stream at the end of its own sublayer, or `joins_after`
    sublayers later.
    """

    part: AnyPart
    pre_norm: Norm | None
    post_norm: Norm | None
    joins_after: int
    multiplier: float
    input_multiplier: float = 1.0


class Sublayer(NamedTuple):
    """sum_norm(stream_multiplier * x + post_norm(sum of branches(pre_norm(x)))): one residual step.

    Several branches run in parallel.  `conv_kernel`: a convolution over so many tokens is added to what the
    step adds (0: none).  With a residual stream in blocks, `mixes` is how many mixes of the blocks' sums the
    step reads in the place of x, and `restarts` says that its output is the first summand of a new sum.
    """

    branches: tuple[Branch, ...]
    pre_norm: Norm | None
    post_norm: Norm | None
    sum_norm: Norm | None = None
    conv_kernel: int = 0
    stream_multiplier: float = 1.0
    mixes: int = 0
    restarts: bool = False

    @property
    def whole(self) -> bool:
        """Whether all residual streams are read and written as they are, not one line for all."""
        return any(isinstance(part, NgramMemory) for part in self.parts)

    @property
    def parts(self) -> tuple[AnyPart, ...]:
        """The branches' parts, in order."""
        return tuple(branch.part for branch in self.branches)

    @property
    def separate_inputs(self) -> bool:
        """Whether queries, keys and values read the stream each in a way of its own."""
        return any(isinstance(part, Attention) and part.separate_inputs for part in self.parts)


@dataclass(frozen=True)
class Layer:
    """One decoder layer: its residual steps in order.  `source` is its place in the spec.

    `layer_scalar`: after them the stream is multiplied by a number of the layer's own.
    """

    sublayers: tuple[Sublayer, ...]
    layer_scalar: bool
    source: str

    @cached_property
    def parts(self) -> tuple[AnyPart, ...]:
        """All parts in the order they run."""
        return tuple(part for sublayer in self.sublayers for part in sublayer.parts)

    @cached_property
    def mixers(self) -> tuple[AnyMixer, ...]:
        """The parts that mix tokens."""
        return tuple(part for part in self.parts if isinstance(part, AnyMixer))

    @cached_property
    def ffns(self) -> tuple[AnyFfn, ...]:
        """The parts that work on each token alone."""
        return tuple(part for part in self.parts if isinstance(part, AnyFfn))


class Embedding(NamedTuple):
    """The token table, scaled by `multiplier`; the learned position table's rows (0: none); other tables.

    `more` rows are of tokens that the output layer does not have.  `width` is the token table's; where
    it is not the hidden size, projections lead there and back.
    """

    vocab_size: int
    more: int
    width: int
    positions: int
    multiplier: float
    norm: Norm | None
    ngram: NgramEmbedding | None
    per_layer: PerLayerEmbedding | None


class Output(NamedTuple):
    """The output layer: its logits are multiplied by `logit_scale` and capped (0: not capped).

    `head`: what it scores: "lm" tokens, a classifier `num_labels` labels; "none": there is no output layer.
    `dense` stands between the final norm and the output layer.  `weight_norm`: "rows" or "columns" of its
    matrix are divided by their lengths, or "none".
    """

    head: str
    num_labels: int
    tied: bool
    bias: bool
    logit_scale: float
    final_logit_softcapping: float
    weight_norm: str
    dense: DenseHead | None


class Mtp(NamedTuple):
    """Multi-token prediction: `depth` modules of one layer each after the decoder (arXiv:2412.19437)."""

    depth: int
    layer: Layer


@dataclass(frozen=True)
class Arch:
    """A model's architecture, and the facts about it that are not architecture: None where not known.

    A token passes the layers `loops` times, of which an `exit_gate` may tell the last.  `norm` is the
    model's norm; there may be no final one.

    `released_by`: no day was announced, and `released` is the one of the first package that had the model.
    Texts longer than `context_length` and up to `extended_context` take `context_method`; a recurrent model
    may have no limit.  `sources` are the pages that state those facts, by the facts' names.

    `warnings` say what was not understood where the architecture was read.
    """

    name: str
    size: str
    family: str
    developer: str | None
    released: date | None
    released_by: bool
    license: str | None
    links: tuple[tuple[str, str], ...]
    highlights: tuple[str, ...]
    lineage: tuple[Ancestor, ...]
    context_length: int | None
    extended_context: int | None
    context_method: str | None
    sources: tuple[tuple[str, str], ...]
    hidden_size: int
    embedding: Embedding
    layers: tuple[Layer, ...]
    loops: int
    exit_gate: bool
    norm: Norm
    final_norm: Norm | None
    residual: Residual
    output: Output
    mtp: Mtp | None
    warnings: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Name and published size."""
        return f"{self.name} {self.size}".strip()

    @property
    def longest_context(self) -> int | None:
        """The longest context that is documented, in tokens."""
        return self.extended_context or self.context_length

    @property
    def tied(self) -> bool:
        """Whether the output layer is the embedding table."""
        return self.output.tied

    @cached_property
    def parts(self) -> tuple[AnyPart, ...]:
        """Every layer's parts, in order."""
        return tuple(part for layer in self.layers for part in layer.parts)

    @cached_property
    def layer_counts(self) -> tuple[tuple[Layer, int], ...]:
        """The layers and how often each occurs, in the order of the first; copies of one are one object."""
        times = Counter(map(id, self.layers))
        return tuple(
            (layer, times[key]) for key, layer in {id(layer): layer for layer in self.layers}.items()
        )

    @cached_property
    def part_counts(self) -> Counter[AnyPart]:
        """How often each part occurs, in the order of the first."""
        counts: Counter[AnyPart] = Counter()
        for layer, times in self.layer_counts:
            for part in layer.parts:
                counts[part] += times
        return counts

    @cached_property
    def mixer_counts(self) -> tuple[tuple[AnyMixer, int], ...]:
        """How often each mixer occurs, in the order of the first."""
        counts = self.part_counts.items()
        return tuple((part, times) for part, times in counts if isinstance(part, AnyMixer))

    @cached_property
    def decoder_type(self) -> str:
        """dense, sparse-moe, recurrent, hybrid (dense) or sparse-hybrid: from the parts, never stated."""
        mixers = [part for part, _ in self.mixer_counts]
        recurrent = [part for part in mixers if isinstance(part, RecurrentMixer)]
        sparse = any(isinstance(part, Moe) for part in self.part_counts)
        if recurrent and len(recurrent) == len(mixers):
            return "sparse-recurrent" if sparse else "recurrent"
        if recurrent:
            return "sparse-hybrid" if sparse else "dense-hybrid"
        return "sparse-moe" if sparse else "dense"
