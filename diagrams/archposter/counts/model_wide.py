"""Weights that a model has once, or once a sublayer: norms, tables beside the token embedding, residuals."""

from __future__ import annotations

from collections.abc import Iterator

from archposter.counts.weight import Weight, elementwise, linear, product, scores, table
from archposter.spec.parts import (
    AltUp,
    BlockResidual,
    DepthScaledResidual,
    GatedResidual,
    HyperConnections,
    NgramEmbedding,
    Norm,
    PerLayerEmbedding,
    PlainResidual,
    Residual,
    ScaledResidual,
    ScaledStream,
)


def norm(name: str, part: Norm, width: int) -> Iterator[Weight]:
    """Yield a norm's weight and bias, and the matrices of its gate, if it has them."""
    if part.weight:
        yield elementwise(f"{name}.weight", width)
    if part.bias:
        yield elementwise(f"{name}.bias", width)
    if part.gated_norm_rank:
        yield from linear(f"{name}.mlp.fc1", width, part.gated_norm_rank)
        yield from linear(f"{name}.mlp.fc2", part.gated_norm_rank, width)


def ngram_tables(part: NgramEmbedding, vocab_size: int, hidden_size: int) -> Iterator[Weight]:
    """Yield the n-gram tables, (rows, width); no two have the same number of rows, against collisions."""
    width = hidden_size // part.num_tables
    for index in range(part.num_tables):
        rows = part.ngram_vocab_size_ratio * vocab_size + 2 * index + 1
        yield table(f"embedders.{index}.weight", rows, width)


def ngram_projections(part: NgramEmbedding, hidden_size: int) -> Iterator[Weight]:
    """Yield the projections from each n-gram table to the hidden size."""
    for index in range(part.num_tables):
        yield from linear(f"post_projs.{index}", hidden_size // part.num_tables, hidden_size)


def per_layer_table(part: PerLayerEmbedding, layers: int) -> Iterator[Weight]:
    """Yield the table of per-layer embeddings (`Gemma4TextModel`): a row holds those of all `layers`."""
    width = layers * part.hidden_size_per_layer_input
    yield table("weight", part.vocab_size_per_layer_input, width)


def per_layer_projection(part: PerLayerEmbedding, layers: int, hidden_size: int) -> Iterator[Weight]:
    """Yield what adds a projection of the token embedding to the per-layer embeddings, and its norm."""
    width = part.hidden_size_per_layer_input
    yield from linear("per_layer_model_projection", hidden_size, layers * width)
    yield elementwise("per_layer_projection_norm.weight", width)


def residual_step(part: Residual, hidden_size: int, mixes: int) -> Iterator[Weight]:
    """Yield a sublayer's weights for the residual stream, of which it reads so many mixes."""
    match part:
        case HyperConnections(hc_mult=streams, hc_lowrank=rank) if rank:
            yield from _gates(streams * hidden_size, rank)
            yield from linear("block_inject_weight", streams * hidden_size, streams)
        case HyperConnections(hc_mult=streams, independent=independent):
            mixed = 2 * streams + (0 if independent else streams**2)
            yield product("fn", mixed, streams * hidden_size)
            yield elementwise("base", mixed)
            yield elementwise("scale", 2 if independent else 3)
            if part.norm_weight:
                yield elementwise("norm.weight", streams * hidden_size)
        case ScaledResidual():
            for name in ("hidden_states", "residual"):
                yield elementwise(f"{name}_scale", hidden_size)
                yield elementwise(f"{name}_bias", hidden_size)
        case ScaledStream() | GatedResidual():
            yield elementwise("weight", hidden_size)
        case BlockResidual():
            yield from _mixes("", part, mixes or int(part.first_query), hidden_size)
        case PlainResidual() | DepthScaledResidual() | AltUp():
            return


def _gates(width: int, rank: int) -> Iterator[Weight]:
    """Yield what computes a gate for each channel of all streams (`Qwen4ExpTextGatedResidual`)."""
    yield from linear("input_mix_weight_down", width, rank)
    yield from linear("input_mix_weight_up", rank, width)


def normed_width(part: Residual, hidden_size: int) -> int:
    """Return how wide the norms before a step are: one stream, or all where each has its own."""
    if isinstance(part, HyperConnections) and part.hc_lowrank:
        return part.hc_mult * hidden_size
    return hidden_size


def _mixes(prefix: str, part: BlockResidual, mixes: int, hidden_size: int) -> Iterator[Weight]:
    """Yield the queries that weigh the blocks' sums, one for each mix, and their norms."""
    if mixes:
        yield scores(f"{prefix}query", mixes, hidden_size)
    if mixes and part.query_norm_weight:
        yield elementwise(f"{prefix}query_norm.weight", hidden_size, copies=mixes, active=mixes)


def residual_layer(part: Residual, hidden_size: int) -> Iterator[Weight]:
    """Yield a layer's weights for the residual stream (`Gemma3nTextAltUp`)."""
    if isinstance(part, AltUp):
        streams = part.altup_num_inputs
        if part.altup_correct_scale:
            yield elementwise("altup.correct_output_scale", hidden_size)
        yield from linear("altup.correction_coefs", streams, streams)
        yield from linear("altup.prediction_coefs", streams, streams**2)
        yield from linear("altup.modality_router", hidden_size, streams)
        yield elementwise("altup.router_norm.weight", hidden_size)


def residual_start(part: Residual, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights between the embedding and the first layer (`ZayaModel`)."""
    if isinstance(part, ScaledResidual):
        yield elementwise("input_hidden_states_scale", hidden_size)
        yield elementwise("input_hidden_states_bias", hidden_size)
    if isinstance(part, AltUp):
        for index in range(part.altup_num_inputs - 1):
            yield from linear(f"altup_projections.{index}", hidden_size, hidden_size)


def residual_end(part: Residual, hidden_size: int) -> Iterator[Weight]:
    """Yield what makes one stream of many before the final norm (`DeepseekV4HyperHead`, Gemma 3n)."""
    if isinstance(part, HyperConnections) and part.hc_lowrank:
        for weight in _gates(part.hc_mult * hidden_size, part.hc_lowrank):
            yield weight._replace(name=f"hyper_connection_mixer.{weight.name}")
    elif isinstance(part, HyperConnections) and part.hc_head and not part.ahead:
        yield product("hc_head.hc_fn", part.hc_mult, part.hc_mult * hidden_size)
        yield elementwise("hc_head.hc_base", part.hc_mult)
        yield elementwise("hc_head.hc_scale", 1)
    if isinstance(part, BlockResidual):
        yield from _mixes("final_input.", part, 1, hidden_size)
    if isinstance(part, AltUp):
        for index in range(part.altup_num_inputs - 1):
            yield from linear(f"altup_unembed_projections.{index}", hidden_size, hidden_size)
