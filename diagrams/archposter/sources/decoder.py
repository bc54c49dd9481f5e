"""Which of a checkpoint's tensors are the text decoder's, and what the others are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archposter.counts.tensors import tensors
from archposter.importer.wrappers import SECTIONS, WRAPPERS
from archposter.sources.checkpoint import Checkpoint, Stored
from archposter.sources.packing import SCALE, unpacked
from archposter.spec.arch import Arch

_LAYER = re.compile(r"(?:^|\.)(?:layers|h|blocks?|blk)\.(\d+)\.")
_TOWER = re.compile(
    r"(?:^|\.)(?:vision\w*|visual|vit\w*|audio\w*|speech\w*|multi_modal_projector|mm_projector|embed_vision|"
    r"embed_audio|image_newline|patch_merger|pre_mm_projector_norm|connector|talker|token2wav|code2wav)(?:\.|\Z)"
)
_MTP = re.compile(r"(?:^|\.)(?:mtp\w*|nextn\w*)\.|\.(?:eh_proj|enorm|hnorm|nextn)\.")
_BUFFER = re.compile(
    r"rotary_emb\.|inv_freq\Z|rope_freqs|rope_factors|position_ids\Z|masked_bias\Z|tid2eid\Z|"
    r"layer_scalar\Z|slope_rate\Z|(?:query|key|diagonal)_decay\Z|act_fn\.(?:beta|eps)\Z"
)
_ROUTER_BIAS = re.compile(
    r"(?:e_score_correction_bias|expert_bias|balancing_biases|exp_probs_b(?:\.bias)?|router_bias)\Z"
)
_MASK = re.compile(r"\bh\.\d+\.attn\.bias\Z|attention\.bias\Z")
_HEAD = re.compile(r"(?:^|\.)(?:lm_head|embed_out|output_projection)\.weight\Z|^output\.weight\Z")
_TABLE = re.compile(
    r"(?:^|\.)(?:embed_tokens|wte|word_embeddings|tok_embeddings|token_embd|embed_in)\.weight\Z"
)
_CLASSIFIER = re.compile(r"^cls\.")
"""A reranker's head in GGUF files; a config of such a model says itself that it has one."""
_BEFORE_THE_LAYERS = re.compile(r"\.pre_ln\.(?:weight|bias)\Z")
"""RWKV's norm of the embedding, which checkpoints keep in the first layer."""

_ELSEWHERE = ("other towers", "MTP", "a copy of the embedding", "classifier head")
"""What is left out although a tensor of the decoder has the same name within its layer."""


@dataclass
class LeftOut:
    """Tensors that are no parameters of the decoder: how many numbers, and what they are called."""

    size: int = 0
    names: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True)
class Decoder:
    """The text decoder's tensors, unpacked; what was left out; and tensors that could not be unpacked.

    `schemes` says how tensors of the checkpoint were packed, and how many.
    """

    tensors: tuple[Stored, ...]
    sealed: tuple[Stored, ...]
    left_out: Mapping[str, LeftOut]
    schemes: Mapping[str, int]


def decoder(arch: Arch, checkpoint: Checkpoint) -> Decoder:
    """Return the tensors of the text decoder, and what the others are."""
    found = unpacked(checkpoint)
    everything = (*found.weights, *found.sealed)
    root = _root(everything, arch) if _is_wrapper(checkpoint.config) else None
    what_is = _rules(arch, everything, root)
    left_out: dict[str, LeftOut] = defaultdict(LeftOut)
    for scale in found.scales:
        _leave_out(left_out["scales"], scale, scale.name.rpartition(".")[2])
    own: tuple[list[Stored], list[Stored]] = [], []
    for side, group in zip(own, (found.weights, found.sealed), strict=True):
        for tensor in group:
            what = what_is(tensor)
            if what:
                _leave_out(left_out[what], tensor, _called(what, tensor, root or ""))
            else:
                side.append(tensor)
    return Decoder(tuple(own[0]), tuple(own[1]), dict(sorted(left_out.items())), found.schemes)


def layer_of(name: str) -> int | None:
    """Return the index of the layer that a tensor's name states; None outside of the layers."""
    found = _LAYER.search(name)
    return int(found[1]) if found and not _BEFORE_THE_LAYERS.search(name) else None


def name_within(name: str) -> str:
    """Return a tensor's name within its layer, or within the model; experts have one name."""
    layer = _LAYER.search(name)
    inner = (
        name[layer.end() :]
        if layer
        else re.sub(r"\A(?:(?:\w+\.)*)(?=(?:embed_tokens|norm|lm_head)\.)", "", name)
    )
    return re.sub(r"(?<=experts\.)\d+\.", "", inner)


def _rules(arch: Arch, found: Sequence[Stored], root: str | None) -> Callable[[Stored], str]:
    """Return who tells what a tensor is; nothing for one of the decoder's."""
    counted = {name_within(tensor.name) for tensor in tensors(arch)}
    outside = tuple(f".{tensor.name}" for tensor in tensors(arch) if tensor.layer is None)
    counts_router_bias = any(_ROUTER_BIAS.search(name) for name in counted)
    depth = len(arch.layers)
    beyond = {layer_of(t.name) for t in found if _MTP.search(t.name) and (layer_of(t.name) or 0) >= depth}
    tables = {tensor.shape for tensor in found if _TABLE.search(tensor.name)}

    def is_tower(tensor: Stored) -> bool:
        outside = root is not None and not (tensor.name.startswith(root) or _is_head(tensor.name, root))
        return outside or bool(_TOWER.search(tensor.name))

    rules: tuple[tuple[str, Callable[[Stored], object]], ...] = (
        ("MTP", lambda t: _MTP.search(t.name) or layer_of(t.name) in beyond),
        ("other towers", is_tower),
        ("scales", lambda t: SCALE.search(t.name)),
        ("buffers", lambda t: _BUFFER.search(t.name) or (_MASK.search(t.name) and len(t.shape) == 4)),
        ("router biases", lambda t: not counts_router_bias and _ROUTER_BIAS.search(t.name)),
        ("classifier head", lambda t: _CLASSIFIER.search(t.name)),
        (
            "a copy of the embedding",
            lambda t: arch.output.tied and _HEAD.search(t.name) and (not tables or t.shape in tables),
        ),
    )

    def told(tensor: Stored) -> str:
        place = layer_of(tensor.name)
        is_counted = place not in beyond and name_within(tensor.name) in counted
        is_counted |= place is None and f".{tensor.name}".endswith(outside)
        for what, holds in rules:
            if holds(tensor):
                return what if what in _ELSEWHERE or not is_counted else ""
        return ""

    return told


def _leave_out(group: LeftOut, tensor: Stored, name: str) -> None:
    group.size += tensor.size
    group.names[name] = None


def _called(what: str, tensor: Stored, root: str) -> str:
    """Return what a message calls a tensor that is left out: a tower by its place, others by their end."""
    parts = tensor.name.split(".")
    if what == "classifier head":
        return tensor.name
    if what != "other towers":
        return parts[-1]
    named = (n for n, part in enumerate(parts) if _TOWER.search(part))
    apart = (n for n, pair in enumerate(zip(parts, root.split("."), strict=False)) if pair[0] != pair[1])
    return ".".join(parts[: next(named, next(apart, 0)) + 1])


def _is_wrapper(config: Mapping[str, Any]) -> bool:
    """Tell whether a config describes more than a text decoder."""
    return config.get("model_type") in WRAPPERS or any(
        isinstance(config.get(key), Mapping) for key in (*SECTIONS, "thinker_config", "vision_config")
    )


def _root(found: Iterable[Stored], arch: Arch) -> str | None:
    """Return what the names of the text decoder's tensors begin with, up to its layers; None without any.

    Of several stacks of layers it is the one that is most like the architecture in depth and size.
    """
    sizes: dict[str, int] = defaultdict(int)
    depths: dict[str, set[str]] = defaultdict(set)
    for tensor in found:
        if layer := _LAYER.search(tensor.name):
            sizes[layer.string[: layer.start(1)]] += tensor.size
            depths[layer.string[: layer.start(1)]].add(layer[1])
    expected = sum(tensor.size for tensor in tensors(arch) if tensor.layer is not None)
    depth = len(arch.layers)
    stacks = sorted(
        sizes, key=lambda s: (bool(_TOWER.search(s)), len(depths[s]) < depth, abs(sizes[s] - expected), s)
    )
    return f".{stacks[0][:-1]}".rpartition(".")[0].removeprefix(".") + "." if stacks else None


def _is_head(name: str, root: str) -> bool:
    """Tell whether an output layer stands beside the decoder, or further out."""
    found = _HEAD.search(name)
    return found is not None and root.startswith(name[: found.start() + found[0].startswith(".")])
