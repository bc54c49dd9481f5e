"""Weights of feed-forward parts."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt

from archposter.counts.weight import Weigh, Weight, elementwise, linear, product, table
from archposter.spec.parts import (
    Activation,
    AnyPart,
    ChannelMix,
    GatedFfn,
    LowRankFfn,
    Moe,
    NgramMemory,
    PerLayerInput,
    PlainFfn,
    SharedExperts,
)


def gated_ffn(part: GatedFfn, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of a gated FFN (`LlamaMLP`)."""
    yield from _projections("mlp", hidden_size, part.intermediate_size, True, part.bias)
    if part.inner_norm:
        yield elementwise("mlp.ffn_sub_norm.weight", part.intermediate_size)
    if part.global_scale:
        yield elementwise("mlp.global_scale", 1)
    yield from _polynomial("mlp", part.activation)


def plain_ffn(part: PlainFfn, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of a plain FFN (`GPT2MLP`, `NemotronHMLP`)."""
    yield from _projections("mlp", hidden_size, part.intermediate_size, False, part.bias)
    if part.activation == "xielu":
        yield elementwise("mlp.act_fn.alpha_p", 1)
        yield elementwise("mlp.act_fn.alpha_n", 1)
    yield from _polynomial("mlp", part.activation)


def _polynomial(name: str, activation: Activation) -> Iterator[Weight]:
    """Yield the numbers of PolyNorm (arXiv:2411.03884): of x, its square and its cube, and a bias."""
    if activation == "poly_norm":
        yield elementwise(f"{name}.act_fn.weight", 3)
        yield elementwise(f"{name}.act_fn.bias", 1)


def moe(part: Moe, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of router, routed and shared experts (`DeepseekV3MoE`, `NemotronHMoE`).

    A token that chooses experts that compute nothing uses fewer of the routed ones than are counted.
    """
    yield from _router(part, hidden_size)
    latent = part.latent.size if part.latent else 0
    if latent:
        yield from linear("mlp.fc1_latent_proj", hidden_size, latent, part.bias)
        yield from linear("mlp.fc2_latent_proj", latent, hidden_size, part.bias)
    if part.latent and part.latent.norm:
        yield elementwise("mlp.latent_norm.weight", latent)
    width = part.moe_intermediate_size
    for weight in (
        *_projections("mlp.experts", latent or hidden_size, width, part.gated, part.bias),
        *_polynomial("mlp.experts", part.activation),
    ):
        yield weight._replace(copies=part.num_experts, active=part.num_experts_per_tok)
    if part.latent and part.latent.expert_norms:
        for name in ("pre_expert_norm", "experts.post_expert_norm"):
            yield elementwise(f"mlp.{name}.weight", latent)
    if part.output_bias:
        yield elementwise("mlp.bias", hidden_size)
    if part.global_scale:
        yield elementwise("mlp.gate.global_scale", 1)
    if part.shared_experts:
        yield from _shared(part.shared_experts, hidden_size, part.activation)


def _shared(part: SharedExperts, hidden_size: int, activation: Activation) -> Iterator[Weight]:
    """Yield the weights of the shared experts, and of the gate on their output (`Qwen2MoeSparseMoeBlock`)."""
    width = part.intermediate_size
    for weight in (
        *_projections("mlp.shared_experts", hidden_size, width, part.gated, part.bias),
        *_polynomial("mlp.shared_experts", activation),
    ):
        yield weight._replace(copies=part.num, active=part.num)
    if part.gate:
        yield from linear("mlp.shared_expert_gate", hidden_size, 1)


def _router(part: Moe, hidden_size: int) -> Iterator[Weight]:
    """Yield a router's matrix, or its MLP (`ZayaRouter`); its scales are those of `Gemma4TextRouter`."""
    router, choices = part.router, part.num_choices
    if router.mlp:
        inner = router.mlp.hidden_size
        yield from linear("mlp.gate.down_proj", hidden_size, inner, bias=True)
        if router.mlp.state:
            yield elementwise("mlp.gate.router_states_scale", inner)
        yield elementwise("mlp.gate.router_mlp.norm.weight", inner)
        yield from linear("mlp.gate.router_mlp.fc1", inner, inner, bias=True)
        yield from linear("mlp.gate.router_mlp.fc2", inner, inner, bias=True)
        yield from linear("mlp.gate.router_mlp.out_proj", inner, choices, router.bias)
    else:
        rows = 2 * isqrt(choices) if router.choice == "product_keys" else choices
        if part.shared_experts and part.shared_experts.scored:
            rows += part.shared_experts.num
        yield from linear("mlp.gate", hidden_size, rows, router.bias)
    if router.correction_bias == "parameter":
        yield elementwise("mlp.gate.e_score_correction_bias", choices)
    if router.input_scale:
        yield elementwise("mlp.gate.scale", hidden_size)
    if router.expert_scale:
        yield elementwise("mlp.gate.per_expert_scale", choices)


def per_layer_input(part: PerLayerInput, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights that take a per-layer embedding in (`Gemma4TextDecoderLayer`)."""
    width = part.hidden_size_per_layer_input
    yield from linear("per_layer_input_gate", hidden_size, width)
    yield from linear("per_layer_projection", width, hidden_size)


def ngram_memory(part: NgramMemory, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of an n-gram memory (`Qwen4ExpTextPLELayer`); a token reads a row a table."""
    streams, rows = part.hc_mult * hidden_size, part.ngram_vocab_size
    width = part.ple_embed_dim // part.num_tables
    yield table("ple.ple_embedding.ngram_embedding.weight", width, copies=rows, active=part.num_tables)
    yield from linear("ple.key_proj", part.ple_embed_dim, streams)
    yield from linear("ple.value_proj", part.ple_embed_dim, hidden_size)
    for name in ("norm_key", "norm_query"):
        yield elementwise(f"ple.{name}.weight", streams)
    if part.ple_conv_kernel_size:
        yield elementwise("ple.norm_conv.weight", streams)
        yield product("ple.conv1d.weight", streams, 1, part.ple_conv_kernel_size)


def channel_mix(part: ChannelMix, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of RWKV's channel mixing (`RwkvFeedForward`)."""
    for name in ("key", "receptance"):
        yield elementwise(f"feed_forward.time_mix_{name}", 1, 1, hidden_size)
    yield from linear("feed_forward.key", hidden_size, part.intermediate_size)
    yield from linear("feed_forward.receptance", hidden_size, hidden_size)
    yield from linear("feed_forward.value", part.intermediate_size, hidden_size)


def low_rank(part: LowRankFfn, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of a learned residual (`Gemma3nTextLaurelBlock`)."""
    yield from linear("laurel.linear_left", hidden_size, part.laurel_rank)
    yield from linear("laurel.linear_right", part.laurel_rank, hidden_size)
    yield elementwise("laurel.post_laurel_norm.weight", hidden_size)


def _projections(prefix: str, hidden_size: int, width: int, gated: bool, bias: bool) -> Iterator[Weight]:
    if gated:
        yield from linear(f"{prefix}.gate_proj", hidden_size, width, bias)
    yield from linear(f"{prefix}.up_proj", hidden_size, width, bias)
    yield from linear(f"{prefix}.down_proj", width, hidden_size, bias)


WEIGHTS: dict[type[AnyPart], Weigh] = {
    GatedFfn: gated_ffn,
    PlainFfn: plain_ffn,
    Moe: moe,
    PerLayerInput: per_layer_input,
    NgramMemory: ngram_memory,
    ChannelMix: channel_mix,
    LowRankFfn: low_rank,
}
