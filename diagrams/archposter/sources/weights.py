"""A checkpoint's tensors against an `Arch`: the same numbers in all, in every layer, or what differs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from math import prod
from typing import Any

from archposter.counts.parameters import parameters
from archposter.counts.tensors import tensors
from archposter.diagnostics import Diagnostic, Position, SpecError
from archposter.sources.checkpoint import Checkpoint, Source, Stored
from archposter.spec.arch import Arch
from archposter.spec.dump import ranges

_LAYER = re.compile(r"(?:^|\.)(?:layers|h|blocks?|blk)\.(\d+)\.")
_TOWER = re.compile(
    r"(?:^|\.)(?:vision\w*|visual|vit\w*|audio\w*|speech\w*|multi_modal_projector|mm_projector|embed_vision|"
    r"embed_audio|image_newline|patch_merger|pre_mm_projector_norm)(?:\.|\Z)"
)
_MTP = re.compile(r"(?:^|\.)(?:mtp\w*|nextn\w*)\.|\.(?:eh_proj|enorm|hnorm|nextn)\.")
_SCALE = re.compile(
    r"(?:weight_scale(?:_inv|_2)?|input_scale|output_scale|activation_scale|[qkv]_scale|_scales|\.scales|"
    r"qzeros|g_idx|weight_shape|weight_zero_point|\.absmax|quant_map|quant_state\.\w+)\Z"
)
_BUFFER = re.compile(
    r"rotary_emb\.|inv_freq\Z|rope_freqs|rope_factors|position_ids\Z|masked_bias\Z|tid2eid\Z|"
    r"layer_scalar\Z|slope_rate\Z|(?:query|key|diagonal)_decay\Z|act_fn\.(?:beta|eps)\Z"
)
_ROUTER_BIAS = re.compile(
    r"(?:e_score_correction_bias|expert_bias|balancing_biases|exp_probs_b(?:\.bias)?|router_bias)\Z"
)
_MASK = re.compile(r"\bh\.\d+\.attn\.bias\Z|attention\.bias\Z")
_HEAD = re.compile(r"(?:^|\.)(?:lm_head|embed_out|output_projection)\.weight\Z|^output\.weight\Z")
_BEFORE_THE_LAYERS = re.compile(r"\.pre_ln\.(?:weight|bias)\Z")
"""RWKV's norm of the embedding, which checkpoints keep in the first layer."""

_ELSEWHERE = ("other towers", "MTP", "a copy of the embedding")
"""What is left out although a tensor of the decoder has the same name within its layer."""

_INTEGERS = frozenset({"U8", "I8", "U16", "I16", "U32", "I32", "U64", "I64", "BOOL"})
_MAX_LINES = 40


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many numbers of the text decoder a checkpoint holds (`stored`) and the spec counts (`counted`).

    `left_out` are the sizes of what is no parameter of the decoder, by what it is; `packed` tensors hold
    several weights in one integer, so that their shapes do not tell.  `differences` are lines of text.
    """

    where: str
    stored: int
    counted: int
    left_out: dict[str, int]
    packed: int
    differences: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether all and every layer's numbers are equal and none is packed."""
        return not self.differences and not self.packed

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {**asdict(self), "differences": list(self.differences), "equal": self.equal}

    def __str__(self) -> str:
        verdict = "equal"
        if self.packed:
            verdict = f"not compared: {self.packed:,} tensors pack several weights into one number"
        elif self.stored != self.counted:
            more = "more" if self.stored > self.counted else "less"
            verdict = f"{abs(self.stored - self.counted):,} {more} than the {self.counted:,} counted"
        elif self.differences:
            verdict = "equal in all, not in every layer"
        beside = ", ".join(f"{what} {size:,}" for what, size in self.left_out.items())
        return f"{self.stored:,} parameters, {verdict}" + (f" (not counted: {beside})" if beside else "")


def agreement(arch: Arch, checkpoint: Checkpoint) -> Agreement:
    """Compare a checkpoint with an architecture, tensor by tensor where names are alike."""
    decoder, left_out = _decoder(arch, checkpoint.tensors)
    stored: dict[int | None, list[Stored]] = defaultdict(list)
    for tensor in decoder:
        stored[_layer(tensor.name)].append(tensor)
    packed = [tensor for tensor in decoder if _is_packed(tensor)]
    unknown = {_layer(tensor.name) for tensor in packed}
    expected = _expected(arch)
    places: list[int | None] = [None, *range(len(arch.layers))]
    places += sorted(place for place in stored if place is not None and place >= len(arch.layers))
    alike: dict[tuple[str, ...], list[int | None]] = defaultdict(list)
    for place in places:
        if place not in unknown and (lines := _difference(stored[place], expected.get(place, {}))):
            alike[lines].append(place)
    differences = [f"{_named(places)}: {line}" for lines, places in alike.items() for line in lines]
    return Agreement(
        checkpoint.where,
        sum(map(_numbers, decoder)),
        parameters(arch).total,
        dict(sorted(left_out.items())),
        len(packed),
        tuple(differences[:_MAX_LINES]),
    )


def doubts(arch: Arch, source: Source, *, lenient: bool) -> tuple[Diagnostic, ...]:
    """Return what the weights of a derived config do not confirm; unless `lenient`, raise it as SpecError."""
    checkpoint = source.weights.checkpoint()
    if checkpoint is None:
        return ()
    found = agreement(arch, checkpoint)
    lines = () if found.equal else (f"the tensors do not confirm the metadata: {found}", *found.differences)
    said = tuple(Diagnostic(Position(source.file), "", line) for line in lines)
    if said and not lenient:
        raise SpecError(said)
    return said


def _decoder(arch: Arch, found: Iterable[Stored]) -> tuple[list[Stored], dict[str, int]]:
    """Return the tensors of the text decoder, and the sizes of the others by what they are."""
    found = tuple(found)
    names = {tensor.name for tensor in found}
    beyond = {
        _layer(t.name) for t in found if _MTP.search(t.name) and (_layer(t.name) or 0) >= len(arch.layers)
    }
    counted = {_short(tensor.name) for tensor in tensors(arch)}
    counts_router_bias = any(_ROUTER_BIAS.search(name) for name in counted)

    def is_counted(tensor: Stored) -> bool:
        return _layer(tensor.name) not in beyond and _short(tensor.name) in counted

    rules: tuple[tuple[str, Callable[[Stored], object]], ...] = (
        ("other towers", lambda t: _TOWER.search(t.name)),
        ("scales", lambda t: _SCALE.search(t.name) or _scales_a_weight(t, names)),
        ("MTP", lambda t: _MTP.search(t.name) or _layer(t.name) in beyond),
        ("buffers", lambda t: _BUFFER.search(t.name) or (_MASK.search(t.name) and len(t.shape) == 4)),
        ("router biases", lambda t: not counts_router_bias and _ROUTER_BIAS.search(t.name)),
        ("a copy of the embedding", lambda t: arch.output.tied and _HEAD.search(t.name)),
    )
    decoder, left_out = [], Counter[str]()
    for tensor in found:
        for what, holds in rules:
            if holds(tensor) and (what in _ELSEWHERE or not is_counted(tensor)):
                left_out[what] += tensor.size
                break
        else:
            decoder.append(tensor)
    return decoder, left_out


def _scales_a_weight(tensor: Stored, names: set[str]) -> bool:
    """Tell whether a tensor is the `scale` beside a `weight` that is quantised in blocks."""
    base, _, last = tensor.name.rpartition(".")
    return last == "scale" and f"{base}.weight" in names and tensor.dtype in ("F8_E8M0", "F32")


def _layer(name: str) -> int | None:
    found = _LAYER.search(name)
    return int(found[1]) if found and not _BEFORE_THE_LAYERS.search(name) else None


def _is_packed(tensor: Stored) -> bool:
    return tensor.dtype in _INTEGERS and not tensor.name.endswith("_blocks")


def _numbers(tensor: Stored) -> int:
    # MXFP4 as gpt-oss stores it: a byte holds two numbers (OCP Microscaling Formats, section 5.3.3)
    return tensor.size * (2 if tensor.dtype == "U8" and tensor.name.endswith("_blocks") else 1)


_Shapes = dict[str, tuple[int, tuple[int, ...]]]
"""Numbers and shape by name; of several experts' tensors, all numbers and one's shape."""


def _expected(arch: Arch) -> dict[int | None, _Shapes]:
    found: dict[int | None, _Shapes] = defaultdict(dict)
    for tensor in tensors(arch):
        if tensor.group != "mtp":
            place = tensor.layer
            name = tensor.name.removeprefix(f"layers.{place}.")
            found[place][name] = (tensor.size, tensor.shape)
    return found


def _difference(stored: list[Stored], expected: _Shapes) -> tuple[str, ...]:
    """Return what differs in a layer, or outside of all; nothing where the numbers are equal.

    Where both sides have the same names, each name's numbers must be equal, too.
    """
    shapes: _Shapes = {}
    for tensor in stored:
        name = _short(tensor.name)
        shapes[name] = (shapes.get(name, (0,))[0] + _numbers(tensor), tensor.shape)
    here, there = (sum(size for size, _ in side.values()) for side in (shapes, expected))
    if here == there and shapes.keys() != expected.keys():
        return ()
    unlike = [
        f"{name} is {_times(*shapes[name])} in the weights, {_times(*expected[name])} in the spec"
        for name in expected
        if name in shapes and shapes[name][0] != expected[name][0]
    ]
    if here == there:
        return tuple(unlike)
    lines = [f"{here:,} numbers in the weights, {there:,} in the spec", *unlike]
    if shapes and expected:
        lines += _only("weights", [name for name in shapes if name not in expected])
        lines += _only("spec", [name for name in expected if name not in shapes])
    return tuple(lines)


def _only(side: str, names: list[str]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - 6} more" if len(names) > 6 else ""
        yield f"only in the {side}: {', '.join(name[:80] for name in names[:6])}{more}"


def _short(name: str) -> str:
    """Return a tensor's name within its layer, or within the model; experts have one name."""
    layer = _LAYER.search(name)
    inner = (
        name[layer.end() :]
        if layer
        else re.sub(r"\A(?:(?:\w+\.)*)(?=(?:embed_tokens|norm|lm_head)\.)", "", name)
    )
    return re.sub(r"(?<=experts\.)\d+\.", "", inner)


def _times(size: int, shape: tuple[int, ...]) -> str:
    text = " x ".join(map(str, shape))
    return text if size == prod(shape) else f"{size // max(prod(shape), 1):,} times {text}"


def _named(places: list[int | None]) -> str:
    if places == [None]:
        return "outside of the layers"
    layers = [place for place in places if place is not None]
    name = f"layer{'s' if len(layers) > 1 else ''} {ranges(layers)}"
    return f"outside of the layers and {name}" if None in places else name
