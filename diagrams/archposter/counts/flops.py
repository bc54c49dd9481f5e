"""Operations of one token's forward pass; a multiplication and its addition are two.

What is counted: products with weights (embedding look-ups excluded, the head included, routed experts
as in the active parameters), attention scores and weighted values, and updates of recurrent states.  What
is not: norms, activations, softmax, positions, and everything else that works element by element.

The token is the last of its context, so that it sees all of it; windows and chunks limit that, an
indexer its choice.  Latent attention is counted as in a pass over a whole text, with keys and values
of full width; recurrent mixers as token by token, whatever chunks an implementation makes.
"""

from __future__ import annotations

from math import prod
from typing import assert_never

from archposter.counts.attention import shared_weights
from archposter.counts.tensors import blocks
from archposter.counts.weight import Weight, Weights
from archposter.spec.arch import Arch
from archposter.spec.parts import (
    AnyMixer,
    AnyPart,
    Attention,
    BlockIndexer,
    BlockResidual,
    Cca,
    ChunkedSpan,
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
    RecurrentMixer,
    Relative,
    RgLru,
    SharedBlock,
    ShortConv,
    SlidingSpan,
    SoftmaxMixer,
    Span,
    TimeMix,
)

_LINEAR = 5
"""For each number of a state: one for the decay, two for the update, two to read it out."""
_DELTA = _LINEAR + 2
"""The delta rule also reads what the state holds for the key (arXiv:2412.06464)."""


def flops_per_token(arch: Arch, context: int) -> int:
    """Return the operations for the last token of a context of `context` tokens, itself at least."""
    seen = max(context, 1)
    mixing = sum(times * _mixing(mixer, seen) for mixer, times in arch.mixer_counts)
    return matrix_flops(arch) + arch.loops * (mixing + _mixing_blocks(arch))


def matrix_flops(arch: Arch) -> int:
    """Return the operations that do not depend on the context: the products with weights."""
    sums: dict[Weights, int] = {}
    total = 2 * arch.embedding.vocab_size * arch.embedding.width if arch.tied else 0
    for block in blocks(arch):
        if block.group != "mtp":
            if block.weights not in sums:
                sums[block.weights] = sum(map(_product, block.weights.items))
            total += sums[block.weights] * (arch.loops if block.group == "layer" else 1)
    return total + sum(times * _reused(part, arch.hidden_size) for part, times in arch.part_counts.items())


def _reused(part: AnyPart, hidden_size: int) -> int:
    """Return the products with weights that an earlier layer holds; its adapters are each met once."""
    if not isinstance(part, SharedBlock) or part.weights == "own":
        return 0
    bare = part.model_copy(update={"num_adapters": 0})
    return sum(map(_product, shared_weights(bare, hidden_size)))


def _product(weight: Weight) -> int:
    return 2 * prod(weight.shape) * weight.active if weight.use == "product" else 0


def _mixing_blocks(arch: Arch) -> int:
    """Return the scores and weighted sums of the blocks that steps read, and the output after them."""
    if not isinstance(arch.residual, BlockResidual):
        return 0
    read, sums = 0, 1
    for layer in arch.layers:
        for step in layer.sublayers:
            read += step.mixes * sums
            sums += step.restarts
    return 4 * arch.hidden_size * (read + sums)


def _mixing(mixer: AnyMixer, context: int) -> int:
    if isinstance(mixer, SoftmaxMixer):
        return _attending(mixer, context)
    return _updating(mixer)


def _attending(mixer: SoftmaxMixer, context: int) -> int:
    """Return the scores and weighted values of softmax attention."""
    match mixer:
        case Attention():
            width, seen = mixer.head_dim + mixer.v_head_dim, _seen(mixer.span, context)
            near, scored = 0, 0
            if isinstance(mixer.position, Relative):
                near = mixer.position.d_rel * min(seen, mixer.position.rel_extent)
            if mixer.indexer:
                seen, scored = _chosen(mixer.indexer, context)
            return 2 * mixer.num_attention_heads * (width * seen + near) + scored
        case MixtureAttention():
            heads = mixer.num_key_value_heads * mixer.num_experts_per_tok
            return 4 * heads * mixer.head_dim * context
        case SharedBlock():
            return 4 * mixer.num_attention_heads * mixer.head_dim * context
        case Cca():
            return 4 * mixer.num_attention_heads * mixer.head_dim * _seen(mixer.span, context)
        case Mla():
            return _latent(mixer, context)
        case CompressedAttention():
            return _compressed(mixer, context)
    assert_never(mixer)


def _updating(mixer: RecurrentMixer) -> int:
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


def _seen(span: Span, context: int) -> int:
    match span:
        case FullSpan():
            return context
        case SlidingSpan():
            return min(context, span.size)
        case ChunkedSpan():
            return (context - 1) % span.size + 1
    assert_never(span)


def _chosen(indexer: BlockIndexer, context: int) -> tuple[int, int]:
    """Return how many tokens are in the chosen blocks, and what the choice costs.

    With pooling "max" the block of the token itself, which need not be full, is among the chosen.
    """
    size, most = indexer.index_block_size, indexer.index_topk_blocks
    full, rest = divmod(context, size)
    compared = context
    if indexer.pooling == "mean":
        compared = full
    elif rest:
        most -= 1
    seen = min(full, most) * size + rest
    return seen, 2 * indexer.index_n_heads * indexer.index_head_dim * compared


def _latent(mixer: Mla, context: int) -> int:
    width = mixer.qk_nope_head_dim + mixer.qk_rope_head_dim + mixer.v_head_dim
    seen, scored = _seen(mixer.span, context), 0
    if mixer.indexer:
        pool = mixer.indexer.index_kpool or 1
        full, rest = divmod(seen, pool)
        if mixer.indexer.indexer_type == "full":
            scored = 2 * mixer.indexer.index_n_heads * mixer.indexer.index_head_dim * full
        seen = min(full * pool, mixer.indexer.index_topk) + rest
    return 2 * mixer.num_attention_heads * width * seen + scored


def _compressed(mixer: CompressedAttention, context: int) -> int:
    """Keys are also the values; the window and the compressed entries are seen at once."""
    entries, scored = 0, 0
    if mixer.compressor:
        entries = context // mixer.compressor.compress_ratio
        indexer = mixer.compressor.indexer
        if indexer:
            scored = 2 * indexer.index_n_heads * indexer.index_head_dim * entries
            entries = min(entries, indexer.index_topk)
    seen = entries + min(context, mixer.sliding_window)
    return 4 * mixer.num_attention_heads * mixer.head_dim * seen + scored
