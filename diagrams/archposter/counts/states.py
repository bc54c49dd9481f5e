"""What recurrent mixers keep, and what a step of theirs costs, kind by kind."""

from __future__ import annotations

from typing import assert_never

from archposter.counts.weight import BF16, F32
from archposter.spec.parts import (
    GatedDeltaNet,
    Kda,
    Lightning,
    Mamba1,
    Mamba2,
    Mlstm,
    RecurrentMixer,
    RgLru,
    ShortConv,
    TimeMix,
)

_LINEAR = 5
"""For each number of a state: one for the decay, two for the update, two to read it out."""
_DELTA = _LINEAR + 2
"""The delta rule also reads what the state holds for the key (arXiv:2412.06464)."""


def recurrent_bytes(mixer: RecurrentMixer, hidden_size: int) -> int:
    """Return the size of a recurrent state and of the columns that its convolution keeps."""
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
        case _:
            assert_never(mixer)
    return state * F32 + convolved * BF16


def updating_flops(mixer: RecurrentMixer) -> int:
    """Return what a recurrent state costs for one token."""
    match mixer:
        case GatedDeltaNet():
            keys, values = mixer.linear_key_head_dim, mixer.linear_value_head_dim
            return _DELTA * mixer.linear_num_value_heads * keys * values
        case Kda():
            return _DELTA * mixer.linear_num_heads * mixer.linear_head_dim**2
        case Mamba1():
            return _LINEAR * mixer.intermediate_size * mixer.state_size
        case RgLru():
            return _LINEAR * mixer.lru_width
        case TimeMix():
            return _LINEAR * mixer.attention_hidden_size
        case Mamba2():
            return _LINEAR * mixer.mamba_num_heads * mixer.mamba_head_dim * mixer.ssm_state_size
        case Lightning():
            return _LINEAR * mixer.num_attention_heads * mixer.head_dim**2
        case Mlstm():
            # the normaliser is one more column of the memory
            return _LINEAR * mixer.num_heads * mixer.qk_head_dim * (mixer.v_head_dim + 1)
        case ShortConv():
            return 0
    assert_never(mixer)
