"""Bytes that generation keeps for the tokens it has seen, for one sequence.

Keys, values and latents are bfloat16.  Recurrent states are float32 and convolution states bfloat16 with
as many columns as the kernel has, as the transformers library's cache holds them; those of CCA and the
half value that waits for its next token are bfloat16 and as wide as the class keeps them; those of keys,
values and steps of a layer are float32.  A model whose layers run several times keeps all of this for
each pass.
"""

from __future__ import annotations

from fractions import Fraction

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
    RgLru,
    SharedBlock,
    ShortConv,
    TimeMix,
)

_BF16 = 2
_F32 = 4


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
    steps = sum(step.conv_kernel for layer in arch.layers for step in layer.sublayers)
    return arch.loops * (mixers + steps * arch.hidden_size * _F32)


def bytes_at_context(arch: Arch, tokens: int) -> int:
    """Return the keys and values of a context of `tokens`, states and indexers not included.

    A sliding window keeps its last tokens.  A chunk keeps what the reference cache keeps: as many of
    the last tokens as a chunk is long.  Compression keeps an entry for every full stretch of tokens.
    """
    return arch.loops * sum(times * _kept(mixer, tokens) for mixer, times in arch.mixer_counts)


def _token(mixer: AnyMixer) -> Fraction:
    match mixer:
        case Attention(key_value="shared"):
            width = 0
        case Attention(key_value="unified"):
            width = mixer.num_key_value_heads * mixer.head_dim
        case Attention():
            width = mixer.num_key_value_heads * (mixer.head_dim + mixer.v_head_dim)
        case Cca() | MixtureAttention() | SharedBlock():
            width = mixer.num_key_value_heads * mixer.head_dim * 2
        case Mla():
            width = mixer.kv_lora_rank + mixer.qk_rope_head_dim
        case CompressedAttention(compressor=compressor) if compressor:
            return Fraction(mixer.head_dim * _BF16, compressor.compress_ratio)
        case _:
            width = 0
    return Fraction(width * _BF16)


def _indexed(mixer: AnyMixer) -> Fraction:
    match mixer:
        case Mla(indexer=indexer) if indexer:
            return Fraction(indexer.index_head_dim * _BF16)
        case CompressedAttention(compressor=compressor) if compressor and compressor.indexer:
            return Fraction(compressor.indexer.index_head_dim * _BF16, compressor.compress_ratio)
        case _:
            return Fraction()


def _kept(mixer: AnyMixer, tokens: int) -> int:
    match mixer:
        case CompressedAttention(compressor=compressor):
            entries = tokens // compressor.compress_ratio if compressor else 0
            return (entries + min(tokens, mixer.sliding_window)) * mixer.head_dim * _BF16
        case Attention(span=span) | Mla(span=span) | Cca(span=span) if not isinstance(span, FullSpan):
            return int(_token(mixer)) * min(tokens, span.size)
        case _:
            return int(_token(mixer)) * tokens


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
        case Attention(conv_kernel=kernel):
            # the class convolves in float32, and keeps that
            return mixer.num_key_value_heads * (mixer.head_dim + mixer.v_head_dim) * kernel * _F32
        case Mla() | CompressedAttention() | MixtureAttention() | SharedBlock():
            pass
    return state * _F32 + convolved * _BF16
