"""The order of layers in words: "3 dense, then 58 MoE"; "5 local : 1 global, × 10, then 2 local"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import groupby
from typing import TypeVar, assert_never

from archposter.compare.lines import NAMES, Class, Line, Role, kind_name, role_of
from archposter.compare.values import Varied
from archposter.spec.arch import Layer
from archposter.spec.fold import Run, fold
from archposter.spec.parts import (
    AnyMixer,
    AnyPart,
    Attention,
    ChannelMix,
    GatedFfn,
    LowRankFfn,
    Moe,
    NgramMemory,
    PerLayerInput,
    PlainFfn,
)

T = TypeVar("T")
Names = Mapping[tuple[Role, str], str]

_GENERIC = (" attention", " FFN", " mixer")
_BESIDE = " + "


def patterns(models: Sequence[Sequence[Layer]], aligned: Sequence[Line]) -> dict[str, list[Varied]]:
    """Return the order of kinds in each model, by field; what kinds there are is not among it."""
    columns: dict[str, list[list[str]]] = {}
    together = any(len(set(of_layers(layers, arrangement))) > 1 for layers in models)
    for place, layers in enumerate(models):
        names = _names([(line, found) for line in aligned if (found := line.classes[place])])
        for field, column in _columns(layers, names, together).items():
            columns.setdefault(field, []).append(column)
    return {
        field: [Varied(tuple(column), tuple(range(len(column)))) for column in each]
        for field, each in columns.items()
        if any(len(set(column)) > 1 or _BESIDE in column[0] for column in each)
    }


def _columns(layers: Sequence[Layer], names: Names, together: bool) -> dict[str, list[str]]:
    """Return the kinds of every layer: mixers and FFNs apart, unless layers have other shapes."""
    if together:
        return {"layer_types": of_layers(layers, lambda layer: _token(layer.parts, names))}
    return {
        "layer_types": of_layers(layers, lambda layer: _token(layer.mixers, names)),
        "mlp_layer_types": of_layers(layers, lambda layer: _token(layer.ffns, names)),
    }


def of_layers(layers: Sequence[Layer], read: Callable[[Layer], T]) -> list[T]:
    """Return what is read of each layer; the copies of a repeated layer are one object, read once."""
    distinct = {id(layer): layer for layer in layers}
    said = {key: read(layer) for key, layer in distinct.items()}
    return [said[id(layer)] for layer in layers]


def arrangement(layer: Layer) -> str:
    """Return a layer's residual steps in words: "mixer, then FFN", "mixer beside FFN"."""
    steps = []
    for step in layer.sublayers:
        words = [
            _slot(branch.part) + (f" (joins {branch.joins_after} steps later)" if branch.joins_after else "")
            for branch in step.branches
        ]
        steps.append(" beside ".join(words))
    return ", then ".join(steps)


def _slot(part: AnyPart) -> str:
    if isinstance(part, AnyMixer):
        return "mixer"
    match part:
        case NgramMemory():
            return "n-gram memory"
        case PerLayerInput():
            return "layer embedding"
        case GatedFfn() | PlainFfn() | Moe() | ChannelMix() | LowRankFfn():
            return "FFN"
    assert_never(part)


def _names(held: Sequence[tuple[Line, Class]]) -> Names:
    """Return a short name for each class of a model, its role and kind where two would have the same."""
    short = {(found.role, found.kind): _short(line, found) for line, found in held}
    times = Counter(short.values())
    full = {(found.role, found.kind): f"{NAMES[found.role]}, {found.title}" for _, found in held}
    return {key: name if times[name] == 1 else full[key] for key, name in short.items()}


def _short(line: Line, found: Class) -> str:
    """Return a line's name without the word that all of its slot have, or the kind where it is of several."""
    if line.mixed and isinstance(found.parts[0], AnyMixer) and not isinstance(found.parts[0], Attention):
        return found.title
    name = NAMES[found.role] if line.mixed else line.name
    for word in _GENERIC:
        name = name.removesuffix(word)
    return name


def _token(parts: Sequence[AnyPart], names: Names) -> str:
    runs = [
        (name, len(list(run)))
        for name, run in groupby(names[role_of(part), kind_name(part)] for part in parts)
    ]
    return _BESIDE.join(f"{times} {name}" if times > 1 else name for name, times in runs) or "none"


def in_words(column: Sequence[Hashable]) -> str:
    """Return a sequence as runs and repeats in words."""
    return ", then ".join(_run(run) for run in fold(column))


def _run(run: Run[Hashable]) -> str:
    if not isinstance(run.body, tuple):
        said = str(run.body)
        return f"{run.repeat} {'× ' * said[0].isdigit()}{said}"
    inner = " : ".join(f"({_run(one)})" if isinstance(one.body, tuple) else _run(one) for one in run.body)
    return f"{inner}, × {run.repeat}"
