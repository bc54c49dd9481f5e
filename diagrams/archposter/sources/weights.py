"""A checkpoint's tensors against an `Arch`: the same numbers in all, in every layer, or what differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from math import prod
from typing import Any

from archposter.counts.parameters import parameters
from archposter.counts.tensors import tensors
from archposter.diagnostics import Diagnostic, Position, SpecError
from archposter.sources.checkpoint import Checkpoint, Source, Stored
from archposter.sources.decoder import decoder, layer_of, name_within
from archposter.spec.arch import Arch
from archposter.spec.dump import ranges

_MAX_LINES = 40
_MAX_NAMES = 6


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many numbers of the text decoder a checkpoint holds (`stored`) and the spec counts (`counted`).

    `left_out` are the sizes of what is no parameter of the decoder, by what it is, `names` what those are
    called in the files.  `schemes` says how tensors are packed and how many; their numbers are those that
    they unpack to.  `packed` tensors could not be unpacked: `stored` are then numbers as the file has them.
    `differences` are lines of text.
    """

    where: str
    stored: int
    counted: int
    left_out: dict[str, int]
    packed: int
    differences: tuple[str, ...]
    schemes: dict[str, int] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def equal(self) -> bool:
        """Whether all and every layer's numbers are equal and all could be unpacked."""
        return not self.differences and not self.packed

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        plain = {**asdict(self), "differences": list(self.differences), "equal": self.equal}
        plain["names"] = {what: list(names) for what, names in self.names.items()}
        return plain

    def __str__(self) -> str:
        if self.packed:
            said = f"packed: {self.stored:,} stored numbers, {self.packed:,} tensors in an unknown way"
        elif self.stored != self.counted:
            more = "more" if self.stored > self.counted else "less"
            said = f"{abs(self.stored - self.counted):,} {more} than the {self.counted:,} counted"
        else:
            said = "equal in all, not in every layer" if self.differences else "equal"
        if not self.packed:
            said = f"{self.stored:,} parameters, {said}"
        beside = [f"{number:,} tensors in {scheme}" for scheme, number in self.schemes.items()]
        beside += [f"not counted: {', '.join(map(self._left, self.left_out))}"] if self.left_out else []
        return said + (f" ({'; '.join(beside)})" if beside else "")

    def _left(self, what: str) -> str:
        return f"{what} {self.left_out[what]:,} ({_some(self.names.get(what, ()))})"


def agreement(arch: Arch, checkpoint: Checkpoint) -> Agreement:
    """Compare a checkpoint with an architecture, tensor by tensor where names are alike."""
    found = decoder(arch, checkpoint)
    stored: dict[int | None, list[Stored]] = defaultdict(list)
    for tensor in found.tensors:
        stored[layer_of(tensor.name)].append(tensor)
    unknown = {layer_of(tensor.name) for tensor in found.sealed}
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
        sum(tensor.size for tensor in (*found.tensors, *found.sealed)),
        parameters(arch).total,
        {what: group.size for what, group in found.left_out.items()},
        len(found.sealed),
        tuple(differences[:_MAX_LINES]),
        dict(found.schemes),
        {what: tuple(group.names) for what, group in found.left_out.items()},
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


_Sizes = dict[str, tuple[int, tuple[int, ...]]]
"""Numbers and shape by name; of several experts' tensors, all numbers and one's shape."""


def _expected(arch: Arch) -> dict[int | None, _Sizes]:
    found: dict[int | None, _Sizes] = defaultdict(dict)
    for tensor in tensors(arch):
        if tensor.group != "mtp":
            place = tensor.layer
            name = tensor.name.removeprefix(f"layers.{place}.")
            found[place][name] = (tensor.size, tensor.shape)
    return found


def _difference(stored: list[Stored], expected: _Sizes) -> tuple[str, ...]:
    """Return what differs in a layer, or outside of all; nothing where the numbers are equal.

    Where both sides have the same names, each name's numbers must be equal, too.  Other names are paired
    where they are known to mean the same, or have the same size; what is left is told.
    """
    sizes: _Sizes = {}
    for tensor in stored:
        name = name_within(tensor.name)
        sizes[name] = (sizes.get(name, (0,))[0] + tensor.size, tensor.shape)
    here, there = (sum(size for size, _ in side.values()) for side in (sizes, expected))
    if here == there and sizes.keys() != expected.keys():
        return ()
    meant = {_canonical(name, expected): name for name in sizes}
    both = [(meant[name], name) for name in expected if name in meant]
    unlike = [
        f"{theirs} is {_times(*sizes[theirs])} in the weights, {_times(*expected[ours])} in the spec"
        for theirs, ours in both
        if sizes[theirs][0] != expected[ours][0]
    ]
    if here == there:
        return tuple(unlike)
    lines = [f"{here:,} numbers in the weights, {there:,} in the spec", *unlike]
    if sizes and expected:
        paired = {theirs for theirs, _ in both}
        theirs = {name: sizes[name] for name in sizes if name not in paired}
        ours = {name: expected[name] for name in expected if name not in meant}
        lines += _only("weights", _unpaired(theirs, ours))
        lines += _only("spec", _unpaired(ours, theirs))
    return tuple(lines)


_SAME = {
    "q_proj": "wq attn_q",
    "k_proj": "wk attn_k",
    "v_proj": "wv attn_v",
    "o_proj": "wo attn_output out_proj dense",
    "gate_proj": "w1 ffn_gate",
    "up_proj": "w3 ffn_up",
    "down_proj": "w2 ffn_down",
    "embed_tokens": "tok_embeddings token_embd wte",
    "lm_head": "output",
    "norm": "output_norm",
}
_MEANS = {theirs: ours for ours, names in _SAME.items() for theirs in names.split()}
"""Words of original checkpoints and of GGUF files for what the transformers library calls otherwise."""


def _canonical(name: str, expected: Mapping[str, object]) -> str:
    """Return the name by which a spec's tensors hold what a file calls `name`; `name` where none does."""
    if name in expected:
        return name
    *_, module, last = ("", *name.split("."))
    means = _MEANS.get(module)
    found = [each for each in expected if means and f".{each}".endswith(f".{means}.{last}")]
    return found[0] if len(found) == 1 else name


def _unpaired(names: _Sizes, others: _Sizes) -> list[str]:
    """Return the names for which the other side has no other name of the same size."""
    left = [size for size, _ in others.values()]
    found = []
    for name, (size, _) in names.items():
        if size in left:
            left.remove(size)
        else:
            found.append(name)
    return found


def _only(side: str, names: list[str]) -> Iterator[str]:
    if names:
        yield f"only in the {side}: {_some(names)}"


def _some(names: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    return ", ".join(name[:80] for name in names[:_MAX_NAMES]) + more


def _times(size: int, shape: tuple[int, ...]) -> str:
    text = " x ".join(map(str, shape))
    return text if size == prod(shape) else f"{size // max(prod(shape), 1):,} times {text}"


def _named(places: list[int | None]) -> str:
    if places == [None]:
        return "outside of the layers"
    layers = [place for place in places if place is not None]
    name = f"layer{'s' if len(layers) > 1 else ''} {ranges(layers)}"
    return f"outside of the layers and {name}" if None in places else name
