"""What can be said of a model in numbers, in the form that `facts --json` prints."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from archposter import units
from archposter.counts.attending import window
from archposter.counts.cache import Cache, cache
from archposter.counts.flops import flops_per_token
from archposter.counts.parameters import Parameters, parameters
from archposter.counts.tensors import blocks
from archposter.counts.weight_bytes import WeightBytes, weight_bytes
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


@dataclass(frozen=True)
class LayerFacts:
    """One layer in words: None where it has no such part or the part no such limit."""

    index: int
    mixer: str | None
    ffn: str | None
    window: int | None
    position: str | None


class Facts(NamedTuple):
    """A model's numbers; `flops_per_token` and caches at a context are those of `kv_cache.context` tokens.

    `layers` says each once, whatever the number of `loops` through them.
    """

    name: str
    decoder_type: str
    context_length: int | None
    extended_context: int | None
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
        """Return plain data for JSON."""
        return self._asdict() | {
            "parameters": self.parameters._asdict(),
            "kv_cache": self.kv_cache.as_dict(),
            "weight_bytes": self.weight_bytes._asdict(),
            "layers": tuple(map(asdict, self.layers)),
        }


COMMON_CONTEXT = 2**17
"""Tokens at which models are ranked: long enough that windows show, and documented for many."""


def common_context(arch: Arch) -> int:
    """Return the tokens at which a model's cache is stated: its longest context, at most `COMMON_CONTEXT`.

    Where no context is documented it is `COMMON_CONTEXT`, too.
    """
    return min(arch.longest_context or COMMON_CONTEXT, COMMON_CONTEXT)


def facts(arch: Arch, context: int | None = None) -> Facts:
    """Return a model's facts, at its `common_context` unless a `context`, in tokens, is given."""
    tokens = context or common_context(arch)
    placed = tuple(blocks(arch))
    counted = parameters(arch, placed)
    said = {id(layer): _said(layer) for layer, _ in arch.layer_counts}
    return Facts(
        name=arch.title,
        decoder_type=arch.decoder_type,
        context_length=arch.context_length,
        extended_context=arch.extended_context,
        vocab_size=arch.embedding.vocab_size,
        hidden_size=arch.hidden_size,
        parameters=counted,
        kv_cache=cache(arch, tokens),
        flops_per_token=flops_per_token(arch, tokens, placed),
        weight_bytes=weight_bytes(counted.total),
        loops=arch.loops,
        layers=tuple(LayerFacts(index, *said[id(layer)]) for index, layer in enumerate(arch.layers)),
        layer_mix=layer_mix(arch),
        warnings=arch.warnings,
    )


def layer_mix(arch: Arch) -> str:
    """Return the kinds of layers, most frequent first: "52 sliding-window GQA + 10 global GQA"."""
    spans = {type(part.span) for part in arch.part_counts if isinstance(part, Attention)}
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


def _said(layer: Layer) -> tuple[str | None, str | None, int | None, str | None]:
    """Return what `LayerFacts` say of a layer, wherever it stands."""
    mixer = layer.mixers[0] if layer.mixers else None
    return (
        _name(mixer) if mixer else None,
        next((ffn.kind for ffn in layer.ffns if not isinstance(ffn, NgramMemory)), None),
        window(mixer) if isinstance(mixer, SoftmaxMixer) else None,
        mixer.position.kind if isinstance(mixer, SoftmaxMixer | Lightning) else None,
    )


def _name(mixer: AnyMixer) -> str:
    return mixer.variant if isinstance(mixer, Attention | CompressedAttention) else mixer.kind
