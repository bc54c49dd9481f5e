"""Bytes that generation keeps for the tokens it has seen, for one sequence.

Keys, values and latents are bfloat16.  Recurrent states are float32 and convolution states bfloat16 with
as many columns as the kernel has, as the transformers library's cache holds them; those of CCA and the
half value that waits for its next token are bfloat16 and as wide as the class keeps them; those of keys,
values and steps of a layer are float32.  A model whose layers run several times keeps all of this for
each pass.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from archposter.counts.attending import Term, convolved_bytes, indexed, indexer_bytes, kept, token_bytes
from archposter.counts.states import recurrent_bytes
from archposter.counts.weight import BF16, F32
from archposter.spec.arch import Arch
from archposter.spec.parts import AnyMixer, NgramMemory, SoftmaxMixer


class Cache(NamedTuple):
    """Bytes kept while generating, for one sequence of `context` tokens.

    `bytes_per_token` is what one more token adds below all windows; `bytes_at_context`, of keys and values,
    and `indexer_bytes_at_context` are what the whole sequence keeps.
    """

    dtype: str
    bytes_per_token: Fraction
    indexer_bytes_per_token: Fraction
    state_bytes: int
    context: int
    bytes_at_context: int
    indexer_bytes_at_context: int

    @property
    def total_bytes_at_context(self) -> int:
        """Keys and values, keys of indexers, and states."""
        return self.bytes_at_context + self.indexer_bytes_at_context + self.state_bytes

    @property
    def bytes_per_token_at_context(self) -> Fraction:
        """The average over the context: the number by which models are ranked."""
        return Fraction(self.total_bytes_at_context, self.context)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; bytes per token are a float only where they are no whole number."""
        average = self.bytes_per_token_at_context
        plain = self._asdict() | {
            "total_bytes_at_context": self.total_bytes_at_context,
            "bytes_per_token_at_context": average,
        }
        for name, value in plain.items():
            if isinstance(value, Fraction):
                plain[name] = int(value) if value.denominator == 1 else float(value)
        return plain


def cache(arch: Arch, tokens: int) -> Cache:
    """Return what a model keeps for a sequence of `tokens`."""
    return Cache(
        dtype="bf16",
        bytes_per_token=bytes_per_token(arch),
        indexer_bytes_per_token=indexer_bytes_per_token(arch),
        state_bytes=state_bytes(arch),
        context=tokens,
        bytes_at_context=bytes_at_context(arch, tokens),
        indexer_bytes_at_context=indexer_bytes_at_context(arch, tokens),
    )


def bytes_per_token(arch: Arch) -> Fraction:
    """Return what one more token adds while the context is shorter than every window and chunk.

    Of compressed attention only the compressed entries grow so; its window, and every indexer, counts apart.
    """
    return arch.loops * sum((times * token_bytes(mixer) for mixer, times in _attentions(arch)), Fraction())


def indexer_bytes_per_token(arch: Arch) -> Fraction:
    """Return what one more token adds to the keys of the indexers."""
    return arch.loops * sum((times * indexer_bytes(mixer) for mixer, times in _attentions(arch)), Fraction())


def state_bytes(arch: Arch) -> int:
    """Return the size of all recurrent and convolution states, whatever the context."""
    mixers = sum(times * _state(mixer, arch.hidden_size) for mixer, times in arch.mixer_counts)
    memories = sum(
        times * _remembered(part, arch.hidden_size)
        for part, times in arch.part_counts.items()
        if isinstance(part, NgramMemory)
    )
    steps = sum(step.conv_kernel for layer in arch.layers for step in layer.sublayers)
    return arch.loops * (mixers + memories + steps * arch.hidden_size * F32)


def bytes_at_context(arch: Arch, tokens: int) -> int:
    """Return the keys and values of a context of `tokens`, states and indexers not included.

    A sliding window keeps its last tokens.  A chunk keeps what the reference cache keeps: as many of
    the last tokens as a chunk is long.  Compression keeps an entry for every full stretch of tokens.
    """
    return sum(term.at(tokens) for term in kept_terms(arch))


def indexer_bytes_at_context(arch: Arch, tokens: int) -> int:
    """Return the keys of the indexers for a context of `tokens`; of compressed entries, for the full ones."""
    return sum(term.at(tokens) for term in indexer_terms(arch))


def kept_terms(arch: Arch) -> Iterator[Term]:
    """Yield what keys and values are the sum of, at every context."""
    for mixer, times in _attentions(arch):
        yield from (term.repeated(times * arch.loops) for term in kept(mixer))


def indexer_terms(arch: Arch) -> Iterator[Term]:
    """Yield what the keys of indexers are the sum of, at every context."""
    for mixer, times in _attentions(arch):
        if term := indexed(mixer):
            yield term.repeated(times * arch.loops)


def _attentions(arch: Arch) -> Iterator[tuple[SoftmaxMixer, int]]:
    """Yield the mixers that keep something of every token or entry, and how often each occurs."""
    for mixer, times in arch.mixer_counts:
        if isinstance(mixer, SoftmaxMixer):
            yield mixer, times


def _state(mixer: AnyMixer, hidden_size: int) -> int:
    if isinstance(mixer, SoftmaxMixer):
        return convolved_bytes(mixer)
    return recurrent_bytes(mixer, hidden_size)


def _remembered(memory: NgramMemory, hidden_size: int) -> int:
    """Return what a memory's convolution keeps: the columns that it may still read, of all streams."""
    columns = max(memory.ple_conv_kernel_size - 1, 0) * memory.ngram_size
    return memory.hc_mult * hidden_size * columns * BF16
