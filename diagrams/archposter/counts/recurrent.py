"""Weights of mixers that carry a state from token to token."""

from __future__ import annotations

from collections.abc import Iterator

from archposter.counts.weight import Weigh, Weight, elementwise, linear, product
from archposter.spec.parts import (
    AnyPart,
    GatedDeltaNet,
    Kda,
    Lightning,
    Mamba1,
    Mamba2,
    Mlstm,
    RgLru,
    ShortConv,
    TimeMix,
)


def gated_deltanet(part: GatedDeltaNet, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of Gated DeltaNet (`Qwen3NextGatedDeltaNet`)."""
    heads = part.linear_num_value_heads
    keys = part.linear_num_key_heads * part.linear_key_head_dim
    values = heads * part.linear_value_head_dim
    yield from linear("linear_attn.in_proj_qkvz", hidden_size, 2 * keys + 2 * values)
    yield from linear("linear_attn.in_proj_ba", hidden_size, 2 * heads)
    yield product("linear_attn.conv1d.weight", 2 * keys + values, 1, part.linear_conv_kernel_dim)
    yield elementwise("linear_attn.dt_bias", heads)
    yield elementwise("linear_attn.A_log", heads)
    yield elementwise("linear_attn.norm.weight", part.linear_value_head_dim)
    yield from linear("linear_attn.out_proj", values, hidden_size)


def kda(part: Kda, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of KDA (`KimiLinearDeltaAttention`); its gates are low-rank or full."""
    heads, head_dim = part.linear_num_heads, part.linear_head_dim
    width = heads * head_dim
    for name in ("q_proj", "k_proj", "v_proj"):
        yield from linear(f"linear_attn.{name}", hidden_size, width)
    yield product("linear_attn.conv1d.weight", 3 * width, 1, part.linear_conv_kernel_dim)
    yield from _gate("linear_attn.forget_gate.f", part, hidden_size, part.low_rank_decay)
    yield elementwise("linear_attn.forget_gate.dt_bias", width)
    yield elementwise("linear_attn.forget_gate.A_log", 1, 1, heads, 1)
    yield from linear("linear_attn.b_proj", hidden_size, heads)
    yield from _gate("linear_attn.g", part, hidden_size, part.low_rank_output_gate)
    yield elementwise("linear_attn.o_norm.weight", head_dim)
    yield from linear("linear_attn.o_proj", width, hidden_size)


def _gate(name: str, part: Kda, hidden_size: int, low_rank: bool) -> Iterator[Weight]:
    head_dim = part.linear_head_dim
    width = part.linear_num_heads * head_dim
    if low_rank:
        yield from linear(f"{name}_a_proj", hidden_size, head_dim)
        yield from linear(f"{name}_b_proj", head_dim, width)
    else:
        yield from linear(f"{name}_proj", hidden_size, width)


def mamba1(part: Mamba1, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of Mamba (`MambaMixer`, `JambaMambaMixer`)."""
    inner, rank, state = part.intermediate_size, part.time_step_rank, part.state_size
    yield from linear("mixer.in_proj", hidden_size, 2 * inner, part.bias)
    yield product("mixer.conv1d.weight", inner, 1, part.conv_kernel)
    if part.conv_bias:
        yield elementwise("mixer.conv1d.bias", inner)
    yield from linear("mixer.x_proj", inner, rank + 2 * state)
    if part.inner_norms and part.inner_norms.weight:
        yield elementwise("mixer.dt_layernorm.weight", rank)
        yield elementwise("mixer.b_layernorm.weight", state)
        yield elementwise("mixer.c_layernorm.weight", state)
    yield from linear("mixer.dt_proj", rank, inner, bias=True)
    yield elementwise("mixer.A_log", inner, state)
    yield elementwise("mixer.D", inner)
    yield from linear("mixer.out_proj", inner, hidden_size, part.bias)


def rg_lru(part: RgLru, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of a recurrent block (`RecurrentGemmaRecurrentBlock`)."""
    width, heads = part.lru_width, part.num_attention_heads
    yield from linear("temporal_block.linear_y", hidden_size, width, bias=True)
    yield from linear("temporal_block.linear_x", hidden_size, width, bias=True)
    yield product("temporal_block.conv_1d.weight", width, 1, part.conv1d_width)
    yield elementwise("temporal_block.conv_1d.bias", width)
    yield elementwise("temporal_block.rg_lru.recurrent_param", width)
    for name in ("input_gate", "recurrent_gate"):
        block = width // heads
        yield product(f"temporal_block.rg_lru.{name}_weight", heads, block, block)
        yield elementwise(f"temporal_block.rg_lru.{name}_bias", heads, block)
    yield from linear("temporal_block.linear_out", width, hidden_size, bias=True)


def time_mix(part: TimeMix, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of RWKV's time mixing (`RwkvSelfAttention`)."""
    width = part.attention_hidden_size
    yield elementwise("attention.time_decay", width)
    yield elementwise("attention.time_first", width)
    for name in ("key", "value", "receptance"):
        yield elementwise(f"attention.time_mix_{name}", 1, 1, hidden_size)
        yield from linear(f"attention.{name}", hidden_size, width)
    yield from linear("attention.output", width, hidden_size)


def mamba2(part: Mamba2, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of Mamba-2 (`NemotronHMamba2Mixer`)."""
    heads = part.mamba_num_heads
    inner = heads * part.mamba_head_dim
    convolved = inner + 2 * part.n_groups * part.ssm_state_size
    yield from linear("mixer.in_proj", hidden_size, inner + convolved + heads, part.bias)
    yield product("mixer.conv1d.weight", convolved, 1, part.conv_kernel)
    if part.conv_bias:
        yield elementwise("mixer.conv1d.bias", convolved)
    yield elementwise("mixer.dt_bias", heads)
    yield elementwise("mixer.A_log", heads)
    yield elementwise("mixer.D", heads)
    if part.norm:
        yield elementwise("mixer.norm.weight", inner)
    yield from linear("mixer.out_proj", inner, hidden_size, part.output_bias)


def lightning(part: Lightning, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of Lightning attention (`MiniMaxLightningAttention`); the output norm is as wide."""
    width = part.num_attention_heads * part.head_dim
    yield from linear("linear_attn.qkv_proj", hidden_size, 3 * width)
    if part.qk_norm:
        yield elementwise("linear_attn.q_norm.weight", part.head_dim)
        yield elementwise("linear_attn.k_norm.weight", part.head_dim)
    yield from linear("linear_attn.output_gate", hidden_size, width)
    yield elementwise("linear_attn.norm.weight", width)
    yield from linear("linear_attn.out_proj", width, hidden_size)


def mlstm(part: Mlstm, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of an mLSTM (`xLSTMLayer`); the two gates of a head always have a bias."""
    keys, values = part.num_heads * part.qk_head_dim, part.num_heads * part.v_head_dim
    yield from linear("mixer.q", hidden_size, keys, part.bias)
    yield from linear("mixer.k", hidden_size, keys, part.bias)
    yield from linear("mixer.v", hidden_size, values, part.bias)
    yield from linear("mixer.ogate_preact", hidden_size, values, part.bias)
    yield from linear("mixer.igate_preact", hidden_size, part.num_heads, bias=True)
    yield from linear("mixer.fgate_preact", hidden_size, part.num_heads, bias=True)
    yield elementwise("mixer.multihead_norm.weight", values)
    if part.bias:
        yield elementwise("mixer.multihead_norm.bias", values)
    yield from linear("mixer.out_proj", values, hidden_size, part.bias)


def short_conv(part: ShortConv, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of a gated short convolution (`Lfm2ShortConv`)."""
    yield from linear("conv.in_proj", hidden_size, 3 * hidden_size, part.bias)
    yield product("conv.conv.weight", hidden_size, 1, part.conv_kernel)
    if part.bias:
        yield elementwise("conv.conv.bias", hidden_size)
    yield from linear("conv.out_proj", hidden_size, hidden_size, part.bias)


WEIGHTS: dict[type[AnyPart], Weigh] = {
    GatedDeltaNet: gated_deltanet,
    Kda: kda,
    Mamba1: mamba1,
    Mamba2: mamba2,
    Lightning: lightning,
    Mlstm: mlstm,
    ShortConv: short_conv,
    RgLru: rg_lru,
    TimeMix: time_mix,
}
