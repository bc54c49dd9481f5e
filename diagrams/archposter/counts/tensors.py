"""Every weight of a model, by name and shape.  Totals are sums over this list and nothing else."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from math import prod
from typing import Literal, NamedTuple

from archposter.counts import attention, ffn, recurrent
from archposter.counts.model_wide import (
    ngram_projections,
    ngram_tables,
    norm,
    normed_width,
    per_layer_projection,
    per_layer_table,
    residual_end,
    residual_layer,
    residual_start,
    residual_step,
)
from archposter.counts.weight import Weigh, Weight, Weights, elementwise, linear, product, table
from archposter.spec.arch import Arch, Layer, Sublayer
from archposter.spec.parts import (
    AnyMixer,
    AnyPart,
    Mla,
    PerLayerInput,
    Rope,
)

Group = Literal[
    "embedding",
    "position",
    "extra_embedding",
    "input",
    "layer",
    "residual",
    "final_norm",
    "exit_gate",
    "output",
    "head",
    "mtp",
]
TABLES: tuple[Group, ...] = ("embedding", "position", "extra_embedding")
"""Groups of which a token reads rows: the input embedding in the wide sense."""

WEIGHTS: dict[type[AnyPart], Weigh] = {**attention.WEIGHTS, **recurrent.WEIGHTS, **ffn.WEIGHTS}


class Tensor(NamedTuple):
    """A weight in its place: `copies` tensors of `shape`, of which one token uses `active`."""

    name: str
    shape: tuple[int, ...]
    copies: int
    active: int
    layer: int | None
    group: Group

    @property
    def size(self) -> int:
        """The numbers in all copies."""
        return prod(self.shape) * self.copies


class Block(NamedTuple):
    """Weights in their place, under one name."""

    name: str
    weights: Weights
    layer: int | None
    group: Group


def tensors(arch: Arch) -> Iterator[Tensor]:
    """Yield every weight, in the order of the forward pass; a tied head is the embedding and not listed.

    Names follow the state dict of the transformers library, with packed experts named apart.  Norms
    have Gemma 3's names, the only ones that cover every placement.
    """
    for block in blocks(arch):
        for weight in block.weights.items:
            name = f"{block.name}.{weight.name}" if block.name else weight.name
            yield Tensor(name, weight.shape, weight.copies, weight.active, block.layer, block.group)


def blocks(arch: Arch) -> Iterator[Block]:
    """Yield the weights of `tensors` in blocks, each distinct layer computed once."""
    hidden = arch.hidden_size
    width = arch.embedding.width
    tokens = Weights((table("weight", arch.embedding.vocab_size + arch.embedding.more, width),))
    yield Block("embed_tokens", tokens, None, "embedding")
    yield from _beside_the_table(arch)
    distinct = {id(layer): layer for layer in arch.layers}
    weights = {key: Weights(tuple(_layer(layer, arch))) for key, layer in distinct.items()}
    for index, layer in enumerate(arch.layers):
        yield Block(f"layers.{index}", weights[id(layer)], index, "layer")
    yield Block("", Weights(tuple(residual_end(arch.residual, hidden))), None, "residual")
    if arch.final_norm:
        final = norm("norm", arch.final_norm, normed_width(arch.residual, hidden))
        yield Block("", Weights(tuple(final)), None, "final_norm")
    if arch.exit_gate:
        yield Block("", Weights(tuple(linear("early_exit_gate", hidden, 1, True))), None, "exit_gate")
    if arch.output.dense:
        dense = linear("dense", hidden, hidden, arch.output.dense.bias)
        yield Block("prediction_head", Weights((*dense, *norm("norm", arch.norm, hidden))), None, "output")
    if width != hidden:
        yield Block("", Weights(tuple(linear("project_out", hidden, width))), None, "output")
    if arch.output.head != "none":
        yield from _head(arch)
    if arch.mtp:
        module = Weights(tuple(_mtp_module(arch.mtp.layer, arch)))
        for depth in range(arch.mtp.depth):
            yield Block(f"mtp.{depth}", module, None, "mtp")


def _head(arch: Arch) -> Iterator[Block]:
    """Yield the output layer: scores of tokens, or of labels."""
    is_lm = arch.output.head == "lm"
    name, rows = ("lm_head", arch.embedding.vocab_size) if is_lm else ("score", arch.output.num_labels)
    if not arch.output.tied:
        yield Block(name, Weights((product("weight", rows, arch.embedding.width),)), None, "head")
    if arch.output.bias:
        yield Block(name, Weights((elementwise("bias", rows),)), None, "head")


def _beside_the_table(arch: Arch) -> Iterator[Block]:
    """Yield what stands between the token table and the first layer."""
    embedding, hidden = arch.embedding, arch.hidden_size
    if embedding.positions:
        rows = Weights((table("weight", embedding.positions, hidden),))
        yield Block("embed_positions", rows, None, "position")
    inputs: list[Weight] = []
    if embedding.width != hidden:
        inputs += linear("project_in", embedding.width, hidden)
    if embedding.ngram:
        tables = Weights(tuple(ngram_tables(embedding.ngram, embedding.vocab_size, hidden)))
        yield Block("ngram_embeddings", tables, None, "extra_embedding")
        inputs += ngram_projections(embedding.ngram, hidden)
    if embedding.per_layer:
        takers = sum(isinstance(part, PerLayerInput) for part in arch.parts)
        rows = Weights(tuple(per_layer_table(embedding.per_layer, takers)))
        yield Block("embed_tokens_per_layer", rows, None, "extra_embedding")
        inputs += per_layer_projection(embedding.per_layer, takers, hidden)
    if embedding.norm:
        inputs += norm("embed_norm", embedding.norm, hidden)
    inputs += residual_start(arch.residual, hidden)
    inputs += _frequencies(arch)
    yield Block("", Weights(tuple(inputs)), None, "input")


def _frequencies(arch: Arch) -> Iterator[Weight]:
    """Yield the learned factors of rotary frequencies: one for each pair of channels that turn."""
    for part in arch.part_counts:
        position = getattr(part, "position", None)
        if isinstance(position, Rope) and position.learned:
            wide = part.qk_rope_head_dim if isinstance(part, Mla) else getattr(part, "head_dim", 0)
            yield elementwise("rotary_emb.alpha", int(wide * position.partial_rotary_factor) // 2)
            return


@cache
def part_parameters(part: AnyPart, hidden_size: int) -> int:
    """Return how many numbers one part holds, its norm not included."""
    return Weights(tuple(WEIGHTS[type(part)](part, hidden_size))).total


def _layer(layer: Layer, arch: Arch) -> Iterator[Weight]:
    """Yield a layer's weights; the second module of a name is numbered: `self_attn.1.q_proj.weight`."""
    used: Counter[str] = Counter()
    for sublayer in layer.sublayers:
        for module in _modules(sublayer, arch):
            names = {weight.name.partition(".")[0] for weight in module}
            for weight in module:
                name, _, rest = weight.name.partition(".")
                yield weight._replace(name=f"{name}.{used[name]}.{rest}") if used[name] else weight
            used.update(names)
    yield from residual_layer(arch.residual, arch.hidden_size)


def _modules(sublayer: Sublayer, arch: Arch) -> Iterator[tuple[Weight, ...]]:
    """Yield the weights of a sublayer, module by module."""
    hidden = arch.hidden_size
    mixes = any(isinstance(part, AnyMixer) for part in sublayer.parts)
    before = "input_layernorm" if mixes else "pre_feedforward_layernorm"
    after = "post_attention_layernorm" if mixes else "post_feedforward_layernorm"
    befores = [f"{each}_{before}" for each in "qkv"] if sublayer.separate_inputs else [before]
    for name in befores:
        if sublayer.pre_norm:
            yield tuple(norm(name, sublayer.pre_norm, normed_width(arch.residual, hidden)))
    for branch in sublayer.branches:
        if branch.pre_norm:
            yield tuple(norm(before, branch.pre_norm, hidden))
        yield tuple(WEIGHTS[type(branch.part)](branch.part, hidden))
        if branch.post_norm:
            yield tuple(norm(after, branch.post_norm, hidden))
    if sublayer.post_norm:
        yield tuple(norm(after, sublayer.post_norm, hidden))
    if sublayer.conv_kernel:
        name = "attn_sconv" if mixes else "mlp_sconv"
        yield (product(f"{name}.conv1d.weight", hidden, 1, sublayer.conv_kernel),)
    if sublayer.sum_norm:
        yield tuple(norm(after, sublayer.sum_norm, hidden))
    if sublayer.whole:
        return
    residual = residual_step(arch.residual, hidden, sublayer.mixes)
    yield tuple(weight._replace(name=f"residual.{weight.name}") for weight in residual)


def _mtp_module(layer: Layer, arch: Arch) -> Iterator[Weight]:
    """Yield a module's own weights; embedding and head are the model's (arXiv:2412.19437, section 2.2)."""
    hidden = arch.hidden_size
    yield from norm("enorm", arch.norm, hidden)
    yield from norm("hnorm", arch.norm, normed_width(arch.residual, hidden))
    yield from linear("eh_proj", 2 * hidden, hidden)
    yield from _layer(layer, arch)
    yield from residual_end(arch.residual, hidden)
    yield from norm("shared_head.norm", arch.norm, normed_width(arch.residual, hidden))
