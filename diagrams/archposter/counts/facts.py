"""What can be said of a model in numbers, in the form that `facts --json` prints."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from archposter import units
from archposter.counts.cache import (
    bytes_at_context,
    bytes_per_token,
    indexer_bytes_per_token,
    state_bytes,
    window,
)
from archposter.counts.flops import flops_per_token
from archposter.counts.memory import WeightBytes, weight_bytes
from archposter.counts.parameters import Parameters, parameters
from archposter.spec.arch import Arch, Layer
from archposter.spec.parts import (
    AnyMixer,
    Attention,
    ChunkedSpan,
    CompressedAttention,
    FullSpan,
    Lightning,
    NgramMemory,
    SlidingSpan,
    SoftmaxMixer,
)


@dataclass(frozen=True, slots=True)
class Cache:
    """Bytes kept while generating; `archposter.counts.cache` says how they are counted."""

    dtype: str
    bytes_per_token: Fraction
    indexer_bytes_per_token: Fraction
    state_bytes: int
    bytes_at_context: int


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """One layer in words: None where it has no such part or the part no such limit."""

    index: int
    mixer: str | None
    ffn: str | None
    window: int | None
    position: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Facts:
    """A model's numbers; `flops_per_token` and `bytes_at_context` are those of one context length.

    `layers` says each once, whatever the number of `loops` through them.
    """

    name: str
    decoder_type: str
    context_length: int | None
    vocab_size: int
    hidden_size: int
    parameters: Parameters
    kv_cache: Cache
    flops_per_token: int
    weight_bytes: WeightBytes
    loops: int
    layers: tuple[LayerFacts, ...]
    layer_mix: str
    warnings: tuple[str, ...]

    def __repr__(self) -> str:
        total, active = units.count(self.parameters.total), units.count(self.parameters.active)
        return f"<Facts {self.name}: {total} parameters, {active} active, {self.layer_mix}>"

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; bytes per token are a float only where they are no whole number."""
        plain = asdict(self)
        for name in ("bytes_per_token", "indexer_bytes_per_token"):
            size: Fraction = plain["kv_cache"][name]
            plain["kv_cache"][name] = int(size) if size.denominator == 1 else float(size)
        return plain


def facts(arch: Arch, context: int | None = None) -> Facts:
    """Return a model's facts, at its full context length unless a `context` is given."""
    tokens = context or arch.context_length or 0
    counted = parameters(arch)
    cache = Cache(
        dtype="bf16",
        bytes_per_token=bytes_per_token(arch),
        indexer_bytes_per_token=indexer_bytes_per_token(arch),
        state_bytes=state_bytes(arch),
        bytes_at_context=bytes_at_context(arch, tokens),
    )
    return Facts(
        name=arch.title,
        decoder_type=arch.decoder_type,
        context_length=arch.context_length,
        vocab_size=arch.embedding.vocab_size,
        hidden_size=arch.hidden_size,
        parameters=counted,
        kv_cache=cache,
        flops_per_token=flops_per_token(arch, tokens),
        weight_bytes=weight_bytes(counted.total),
        loops=arch.loops,
        layers=tuple(_layer(index, layer) for index, layer in enumerate(arch.layers)),
        layer_mix=layer_mix(arch),
        warnings=arch.warnings,
    )


def layer_mix(arch: Arch) -> str:
    """Return the kinds of layers, most frequent first: "52 sliding-window GQA + 10 global GQA"."""
    spans = {type(part.span) for part in arch.parts if isinstance(part, Attention)}
    counted: Counter[str] = Counter()
    for layer, times in arch.layer_counts:
        counted[_kind(layer, spans)] += times
    return " + ".join(f"{count} {kind}" for kind, count in counted.most_common())


def _kind(layer: Layer, spans: set[type]) -> str:
    if not layer.mixers:
        return layer.ffns[0].title
    names = Counter(_mixer_words(mixer, spans) for mixer in layer.mixers)
    words = " and ".join(name if times == 1 else f"{times} {name}" for name, times in names.items())
    return f"× {words}" if words[0].isdigit() else words


def _mixer_words(mixer: AnyMixer, spans: set[type]) -> str:
    if not isinstance(mixer, Attention):
        return mixer.title
    gated = "gated " if mixer.gate else ""
    return f"{_reach(mixer, spans)}{gated}{mixer.title}"


def _reach(mixer: Attention, spans: set[type]) -> str:
    match mixer.span:
        case SlidingSpan():
            return "sliding-window "
        case ChunkedSpan():
            return "chunked "
        case FullSpan() if mixer.indexer:
            return "block-sparse "
        case FullSpan():
            return "global " if SlidingSpan in spans else "full " if ChunkedSpan in spans else ""


def _layer(index: int, layer: Layer) -> LayerFacts:
    mixer = layer.mixers[0] if layer.mixers else None
    return LayerFacts(
        index=index,
        mixer=_name(mixer) if mixer else None,
        ffn=next((ffn.kind for ffn in layer.ffns if not isinstance(ffn, NgramMemory)), None),
        window=window(mixer) if mixer else None,
        position=mixer.position.kind if isinstance(mixer, SoftmaxMixer | Lightning) else None,
    )


def _name(mixer: AnyMixer) -> str:
    return mixer.variant if isinstance(mixer, Attention | CompressedAttention) else mixer.kind
