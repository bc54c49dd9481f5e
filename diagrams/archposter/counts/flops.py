"""Operations of one token's forward pass; a multiplication and its addition are two.

What is counted: products with weights (embedding look-ups excluded, the head included, routed experts
as in the active parameters), attention scores and weighted values, and updates of recurrent states.  What
is not: norms, activations, softmax, positions, and everything else that works element by element.

The token is the last of its context, so that it sees all of it; windows and chunks limit that, an
indexer its choice.  Latent attention is counted as in a pass over a whole text, with keys and values
of full width; recurrent mixers as token by token, whatever chunks an implementation makes.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from archposter.counts.attending import attending_flops
from archposter.counts.attention import shared_weights
from archposter.counts.states import updating_flops
from archposter.counts.tensors import Block, blocks
from archposter.counts.weight import Weight, Weights
from archposter.spec.arch import Arch
from archposter.spec.parts import AnyMixer, AnyPart, BlockResidual, SharedBlock, SoftmaxMixer


def flops_per_token(arch: Arch, context: int, placed: Iterable[Block] | None = None) -> int:
    """Return the operations for the last token of a context of `context` tokens, itself at least.

    `placed` are the model's `blocks`, where they are known.
    """
    seen = max(context, 1)
    mixing = sum(times * _mixing(mixer, seen) for mixer, times in arch.mixer_counts)
    return matrix_flops(arch, placed) + arch.loops * (mixing + _mixing_blocks(arch))


def matrix_flops(arch: Arch, placed: Iterable[Block] | None = None) -> int:
    """Return the operations that do not depend on the context: the products with weights."""
    sums: dict[Weights, int] = {}
    total = 2 * arch.embedding.vocab_size * arch.embedding.width if arch.tied else 0
    for block in placed or blocks(arch):
        if block.group != "mtp":
            if block.weights not in sums:
                sums[block.weights] = sum(map(_product, block.weights.items))
            total += sums[block.weights] * (arch.loops if block.group in ("layer", "exit_gate") else 1)
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
        return attending_flops(mixer, context)
    return updating_flops(mixer)
