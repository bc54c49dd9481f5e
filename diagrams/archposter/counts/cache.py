"""Bytes that generation keeps for the tokens it has seen, for one sequence.

Keys, values and latents are bfloat16.  Recurrent states are float32 and convolution states bfloat16 with
as many columns as the kernel has, as the transformers library's cache holds them; those of CCA and the
half value that waits for its next token are bfloat16 and as wide as the class keeps them; those of keys,
values and steps of a layer are float32.  A model whose layers run several times keeps all of this for
each pass.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, assert_never

from archposter.spec.arch import Arch
from archposter.spec.parts import (
    AnyMixer,
    Attention,
    Cca,
    CompressedAttention,
    FullSpan,
    GatedDeltaNet,
    Kda,
    Lightning,
    Mamba1,
    Mamba2,
    MixtureAttention,
    Mla,
    Mlstm,
    NgramMemory,
    NoPosition,
    RecurrentMixer,
    RgLru,
    SharedBlock,
    ShortConv,
    TimeMix,
)

_BF16 = 2
_F32 = 4


@dataclass(frozen=True, slots=True)
class Cache:
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
        plain = asdict(self) | {
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
    return arch.loops * sum((times * _token(mixer) for mixer, times in arch.mixer_counts), Fraction())


def indexer_bytes_per_token(arch: Arch) -> Fraction:
    """Return what one more token adds to the keys of the indexers."""
    return arch.loops * sum((times * _indexed(mixer) for mixer, times in arch.mixer_counts), Fraction())


def state_bytes(arch: Arch) -> int:
    """Return the size of all recurrent and convolution states, whatever the context."""
    mixers = sum(times * _state(mixer, arch.hidden_size) for mixer, times in arch.mixer_counts)
    memories = sum(
        times * _remembered(part, arch.hidden_size)
        for part, times in arch.part_counts.items()
        if isinstance(part, NgramMemory)
    )
    steps = sum(step.conv_kernel for layer in arch.layers for step in layer.sublayers)
    return arch.loops * (mixers + memories + steps * arch.hidden_size * _F32)


def bytes_at_context(arch: Arch, tokens: int) -> int:
    """Return the keys and values of a context of `tokens`, states and indexers not included.

    A sliding window keeps its last tokens.  A chunk keeps what the reference cache keeps: as many of
    the last tokens as a chunk is long.  Compression keeps an entry for every full stretch of tokens.
    """
    return arch.loops * sum(times * _kept(mixer, tokens) for mixer, times in arch.mixer_counts)


def indexer_bytes_at_context(arch: Arch, tokens: int) -> int:
    """Return the keys of the indexers for a context of `tokens`; of compressed entries, for the full ones."""
    return arch.loops * sum(times * int(_indexed(mixer) * tokens) for mixer, times in arch.mixer_counts)


def window(mixer: AnyMixer) -> int | None:
    """Return how many of the last tokens a mixer reads at most; None where it has no window or chunk."""
    if isinstance(mixer, RecurrentMixer):
        return None
    match mixer:
        case Attention() | Mla() | Cca():
            return None if isinstance(mixer.span, FullSpan) else mixer.span.size
        case CompressedAttention():
            return mixer.sliding_window
        case MixtureAttention() | SharedBlock():
            return None
    assert_never(mixer)


def _token(mixer: AnyMixer) -> Fraction:
    if isinstance(mixer, RecurrentMixer):
        return Fraction()
    match mixer:
        case Attention(key_value="shared") | Mla(key_value="shared"):
            return Fraction()
        case Attention(key_value="unified") if not _told_apart(mixer):
            width = mixer.num_key_value_heads * mixer.head_dim
        case Attention():
            width = mixer.num_key_value_heads * (mixer.head_dim + mixer.v_head_dim)
        case Cca() | MixtureAttention() | SharedBlock():
            width = mixer.num_key_value_heads * mixer.head_dim * 2
        case Mla():
            width = mixer.kv_lora_rank + mixer.qk_rope_head_dim
        case CompressedAttention():
            ratio = mixer.compressor.compress_ratio if mixer.compressor else None
            return Fraction(mixer.head_dim * _BF16, ratio) if ratio else Fraction()
        case _:
            assert_never(mixer)
    return Fraction(width * _BF16)


def _told_apart(mixer: Attention) -> bool:
    """Whether keys differ from the values that one projection makes of them: by a norm or a position."""
    positioned = not isinstance(mixer.position, NoPosition)
    return positioned or mixer.qk_norm is not None or mixer.v_norm


def _indexed(mixer: AnyMixer) -> Fraction:
    if isinstance(mixer, RecurrentMixer):
        return Fraction()
    match mixer:
        case Attention():
            return Fraction(mixer.indexer.index_head_dim * _BF16 if mixer.indexer else 0)
        case Mla():
            if not mixer.indexer or mixer.indexer.indexer_type == "shared":
                return Fraction()
            # with pools, each token's key waits with its gate for the rest of its pool
            return Fraction(mixer.indexer.index_head_dim * (2 if mixer.indexer.index_kpool else 1) * _BF16)
        case CompressedAttention():
            if not mixer.compressor or not mixer.compressor.indexer:
                return Fraction()
            return Fraction(mixer.compressor.indexer.index_head_dim * _BF16, mixer.compressor.compress_ratio)
        case Cca() | MixtureAttention() | SharedBlock():
            return Fraction()
    assert_never(mixer)


def _kept(mixer: AnyMixer, tokens: int) -> int:
    limit = window(mixer)
    near = tokens if limit is None else min(tokens, limit)
    if isinstance(mixer, CompressedAttention):
        entries = tokens // mixer.compressor.compress_ratio if mixer.compressor else 0
        return (entries + near) * mixer.head_dim * _BF16
    return int(_token(mixer)) * near


def _remembered(memory: NgramMemory, hidden_size: int) -> int:
    """Return what a memory's convolution keeps: the columns that it may still read, of all streams."""
    columns = (memory.ple_conv_kernel_size - 1) * memory.ngram_size
    return memory.hc_mult * hidden_size * columns * _BF16


def _state(mixer: AnyMixer, hidden_size: int) -> int:
    state, convolved = 0, 0
    match mixer:
        case GatedDeltaNet():
            keys = mixer.linear_num_key_heads * mixer.linear_key_head_dim
            values = mixer.linear_num_value_heads * mixer.linear_value_head_dim
            state = values * mixer.linear_key_head_dim
            convolved = (2 * keys + values) * mixer.linear_conv_kernel_dim
        case Kda():
            width = mixer.linear_num_heads * mixer.linear_head_dim
            state = width * mixer.linear_head_dim
            convolved = 3 * width * mixer.linear_conv_kernel_dim
        case Mamba1():
            state = mixer.intermediate_size * mixer.state_size
            convolved = mixer.intermediate_size * mixer.conv_kernel
        case RgLru():
            state = mixer.lru_width
            convolved = mixer.lru_width * mixer.conv1d_width
        case TimeMix():
            # sum, weight and largest exponent of each channel; the last token here and in the channel mix
            state = 3 * mixer.attention_hidden_size + 2 * hidden_size
        case Mamba2():
            inner = mixer.mamba_num_heads * mixer.mamba_head_dim
            state = inner * mixer.ssm_state_size
            convolved = (inner + 2 * mixer.n_groups * mixer.ssm_state_size) * mixer.conv_kernel
        case Lightning():
            state = mixer.num_attention_heads * mixer.head_dim**2
        case Mlstm():
            # a matrix, a vector and a scalar a head: memory, normaliser and stabiliser
            state = mixer.num_heads * (mixer.qk_head_dim * (mixer.v_head_dim + 1) + 1)
        case ShortConv():
            convolved = hidden_size * mixer.conv_kernel
        case Cca():
            keys = mixer.num_key_value_heads * mixer.head_dim
            columns = mixer.cca_time0 + mixer.cca_time1 - 2
            convolved = (mixer.num_attention_heads * mixer.head_dim + keys) * columns + keys // 2
        case Attention(conv=conv):
            # the class convolves in float32, and keeps that
            width = mixer.num_key_value_heads * (mixer.head_dim + mixer.v_head_dim)
            return width * conv.kernel * _F32 if conv else 0
        case Mla() | CompressedAttention() | MixtureAttention() | SharedBlock():
            return 0
        case _:
            assert_never(mixer)
    return state * _F32 + convolved * _BF16
