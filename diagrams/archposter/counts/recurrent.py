"""Weights of mixers that carry a state from token to token."""

from __future__ import annotations

from collections.abc import Iterator

from archposter.counts.weight import Weight, linear
from archposter.spec.parts import GatedDeltaNet, Kda, Mamba2


def gated_deltanet(part: GatedDeltaNet, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of Gated DeltaNet (`Qwen3NextGatedDeltaNet`)."""
    heads = part.linear_num_value_heads
    keys = part.linear_num_key_heads * part.linear_key_head_dim
    values = heads * part.linear_value_head_dim
    yield from linear("linear_attn.in_proj_qkvz", hidden_size, 2 * keys + 2 * values)
    yield from linear("linear_attn.in_proj_ba", hidden_size, 2 * heads)
    yield Weight("linear_attn.conv1d.weight", (2 * keys + values, 1, part.linear_conv_kernel_dim))
    yield Weight("linear_attn.dt_bias", (heads,))
    yield Weight("linear_attn.A_log", (heads,))
    yield Weight("linear_attn.norm.weight", (part.linear_value_head_dim,))
    yield from linear("linear_attn.out_proj", values, hidden_size)


def kda(part: Kda, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of KDA (`KimiLinearDeltaAttention`); its two gates have rank head_dim."""
    heads, head_dim = part.linear_num_heads, part.linear_head_dim
    width = heads * head_dim
    for name in ("q_proj", "k_proj", "v_proj"):
        yield from linear(f"linear_attn.{name}", hidden_size, width)
    yield Weight("linear_attn.conv1d.weight", (3 * width, 1, part.linear_conv_kernel_dim))
    yield from linear("linear_attn.forget_gate.f_a_proj", hidden_size, head_dim)
    yield from linear("linear_attn.forget_gate.f_b_proj", head_dim, width)
    yield Weight("linear_attn.forget_gate.dt_bias", (width,))
    yield Weight("linear_attn.forget_gate.A_log", (1, 1, heads, 1))
    yield from linear("linear_attn.b_proj", hidden_size, heads)
    yield from linear("linear_attn.g_a_proj", hidden_size, head_dim)
    yield from linear("linear_attn.g_b_proj", head_dim, width)
    yield Weight("linear_attn.o_norm.weight", (head_dim,))
    yield from linear("linear_attn.o_proj", width, hidden_size)


def mamba2(part: Mamba2, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of Mamba-2 (`NemotronHMamba2Mixer`)."""
    heads = part.mamba_num_heads
    inner = heads * part.mamba_head_dim
    convolved = inner + 2 * part.n_groups * part.ssm_state_size
    yield from linear("mixer.in_proj", hidden_size, inner + convolved + heads, part.bias)
    yield Weight("mixer.conv1d.weight", (convolved, 1, part.conv_kernel))
    if part.conv_bias:
        yield Weight("mixer.conv1d.bias", (convolved,))
    yield Weight("mixer.dt_bias", (heads,))
    yield Weight("mixer.A_log", (heads,))
    yield Weight("mixer.D", (heads,))
    yield Weight("mixer.norm.weight", (inner,))
    yield from linear("mixer.out_proj", inner, hidden_size, part.bias)
