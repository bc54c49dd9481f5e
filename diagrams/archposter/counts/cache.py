"""Bytes that generation keeps for the tokens it has seen, for one sequence.

Keys, values and latents are bfloat16.  Recurrent states are float32 and convolution states bfloat16 with
as many columns as the kernel has, as the transformers library's cache holds them.
"""

from __future__ import annotations

from fractions import Fraction

from archposter.spec.arch import Arch
from archposter.spec.parts import AnyMixer, Attention, FullSpan, GatedDeltaNet, Kda, Mamba2, Mla

_BF16 = 2
_F32 = 4


def bytes_per_token(arch: Arch) -> Fraction:
    """Return what one more token adds while the context is shorter than every window and chunk."""
    return Fraction(sum(_token(mixer) for mixer in _mixers(arch)))


def state_bytes(arch: Arch) -> int:
    """Return the size of all recurrent and convolution states, whatever the context."""
    return sum(_state(mixer) for mixer in _mixers(arch))


def bytes_at_context(arch: Arch, tokens: int) -> int:
    """Return the keys and values of a context of `tokens`, states not included.

    A sliding window keeps its last tokens.  A chunk keeps what the reference cache keeps: as many of
    the last tokens as a chunk is long.
    """
    return sum(_token(mixer) * _kept(mixer, tokens) for mixer in _mixers(arch))


def _mixers(arch: Arch) -> list[AnyMixer]:
    return [mixer for layer in arch.layers for mixer in layer.mixers]


def _token(mixer: AnyMixer) -> int:
    match mixer:
        case Attention():
            return mixer.num_key_value_heads * (mixer.head_dim + mixer.v_head_dim) * _BF16
        case Mla():
            return (mixer.kv_lora_rank + mixer.qk_rope_head_dim) * _BF16
        case GatedDeltaNet() | Kda() | Mamba2():
            return 0


def _kept(mixer: AnyMixer, tokens: int) -> int:
    if isinstance(mixer, Attention) and not isinstance(mixer.span, FullSpan):
        return min(tokens, mixer.span.size)
    return tokens


def _state(mixer: AnyMixer) -> int:
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
        case Mamba2():
            inner = mixer.mamba_num_heads * mixer.mamba_head_dim
            state = inner * mixer.ssm_state_size
            convolved = (inner + 2 * mixer.n_groups * mixer.ssm_state_size) * mixer.conv_kernel
        case Attention() | Mla():
            return 0
    return state * _F32 + convolved * _BF16
