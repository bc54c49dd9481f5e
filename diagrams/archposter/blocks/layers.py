"""Layers seen as a whole: kinds, segments, and the pattern in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import ne

from archposter.blocks.model_wide import norm_name
from archposter.blocks.naming import Views
from archposter.blocks.view import View
from archposter.spec.arch import Arch, Layer, Sublayer
from archposter.spec.parts import Norm

_Look = tuple[int, tuple[str, ...]]

_LONGEST_PERIOD = 12
_MOST_PLACES = 16  # that are said one by one


@dataclass(eq=False)
class Seen:
    """A layer with its parts' views, by step; `kinds` are those of its parts, in order.

    Layers of one `shape`, a number, look the same in a drawing whatever their parts are.  Among `steps`, as
    they are drawn, those are None that only others of the shape have.
    """

    layer: Layer
    views: tuple[tuple[View, ...], ...]
    kinds: tuple[str, ...]
    shape: int
    steps: tuple[Sublayer | None, ...]


@dataclass(eq=False)
class Group:
    """Layers at these places of the stack, in order; copies of a layer are one object."""

    places: tuple[int, ...]
    layers: tuple[Seen, ...]

    def __len__(self) -> int:
        return len(self.layers)

    @cached_property
    def distinct(self) -> Counter[Seen]:
        """How often each layer occurs, in the order of the first."""
        return Counter(self.layers)

    @cached_property
    def kinds(self) -> Counter[str]:
        """How often each kind of part occurs."""
        kinds: Counter[str] = Counter()
        for layer, times in self.distinct.items():
            for kind in layer.kinds:
                kinds[kind] += times
        return kinds

    @cached_property
    def views(self) -> dict[str, View]:
        """The first view of each kind, in the order of the layers' parts."""
        found: dict[str, View] = {}
        for view in self._every_view():
            found.setdefault(view.kind, view)
        return found

    @cached_property
    def sizes(self) -> dict[str, set[str]]:
        """The different sizes of each kind, as they stand beside a tower."""
        found: dict[str, set[str]] = {}
        for view in self._every_view():
            found.setdefault(view.kind, set()).add(view.callout)
        return found

    def _every_view(self) -> Iterator[View]:
        return (view for layer in self.distinct for step in layer.views for view in step)

    def first(self, layer: Seen) -> int:
        """Return the first place of a layer."""
        return self.places[self.layers.index(layer)]

    def part(self, indices: Sequence[int]) -> Group:
        """Return some of the layers: all of them are this group."""
        if len(indices) == len(self):
            return self
        return Group(tuple(self.places[i] for i in indices), tuple(self.layers[i] for i in indices))


def see(arch: Arch, views: Views) -> Group:
    """Return every layer with its views."""
    shapes: dict[object, int] = {}
    known: dict[int, Seen] = {}
    for layer, _ in arch.layer_counts:
        parts = tuple(tuple(views[part] for part in step.parts) for step in layer.sublayers)
        kinds = tuple(part.kind for step in parts for part in step)
        shape = shapes.setdefault(_shape(layer), len(shapes))
        known[id(layer)] = Seen(layer, parts, kinds, shape, layer.sublayers)
    return Group(tuple(range(len(arch.layers))), tuple(known[id(layer)] for layer in arch.layers))


def _shape(layer: Layer) -> tuple[object, ...]:
    return tuple(
        (
            tuple(
                (
                    _name(lane.pre_norm),
                    _name(lane.post_norm),
                    lane.joins_after,
                    lane.input_multiplier,
                    lane.multiplier,
                )
                for lane in step.branches
            ),
            _name(step.pre_norm),
            _name(step.post_norm),
            _name(step.sum_norm),
            step.conv_kernel,
            step.separate_inputs,
            step.stream_multiplier,
            layer.layer_scalar,
        )
        for step in layer.sublayers
    )


def _name(norm: Norm | None) -> str:
    return norm_name(norm) if norm else ""


def norm_names(step: Sublayer) -> tuple[str, ...]:
    """Return what norms a step has, place by place."""
    lanes = (norm for lane in step.branches for norm in (lane.pre_norm, lane.post_norm))
    return tuple(map(_name, (*lanes, step.pre_norm, step.post_norm, step.sum_norm)))


def placement(steps: Sequence[Sublayer]) -> str:
    """Return where norms stand: "pre-norm", "post-norm", "sandwich norm", "norm of the sum", "no norm"."""
    branches = [branch for step in steps for branch in step.branches]
    before = any(step.pre_norm for step in steps) or any(branch.pre_norm for branch in branches)
    after = any(step.post_norm for step in steps) or any(branch.post_norm for branch in branches)
    if any(step.sum_norm for step in steps):
        return "norm of the sum"
    return (
        "sandwich norm" if before and after else "pre-norm" if before else "post-norm" if after else "no norm"
    )


def segments(group: Group) -> tuple[Group, ...]:
    """Cut where one slot's kinds before and after have nothing in common: "3 dense, then 58 MoE"."""
    looks = [(layer.shape, layer.kinds) for layer in group.layers]
    if len(set(looks)) == 1:
        return (group,)
    following = [{look} for look in looks]
    for index in range(len(looks) - 2, -1, -1):
        following[index] |= following[index + 1]
    cuts, before = [0], {looks[0]}
    for cut in range(1, len(looks)):
        # Only where neighbours differ can what is before and after have nothing in common.
        if looks[cut - 1] != looks[cut] and _parted(before, following[cut]):
            cuts.append(cut)
            before = set()
        before.add(looks[cut])
    return tuple(group.part(range(a, b)) for a, b in zip(cuts, [*cuts[1:], len(group)], strict=True))


def _parted(before: Collection[_Look], after: Collection[_Look]) -> bool:
    shapes, later = {shape for shape, _ in before}, {shape for shape, _ in after}
    if shapes.isdisjoint(later):
        return True
    if len(shapes | later) > 1:
        return False
    columns, following = (zip(*(kinds for _, kinds in side), strict=True) for side in (before, after))
    return any(set(a).isdisjoint(b) for a, b in zip(columns, following, strict=True))


def classes(group: Group) -> tuple[Group, ...]:
    """Sort a segment's layers into those one frame can draw: of one shape."""
    by_shape: dict[int, list[int]] = {}
    for index, layer in enumerate(group.layers):
        by_shape.setdefault(layer.shape, []).append(index)
    return tuple(map(group.part, by_shape.values()))


def pattern(group: Group) -> tuple[str, ...]:
    """Return what varies from layer to layer in words, the best first, then ever shorter ones."""
    layers = group.layers
    if len({layer.shape for layer in group.distinct}) > 1:
        columns = [[" + ".join(layer.kinds) for layer in layers]]
    else:
        columns = _columns(group)
    varied = [column for column in columns if len(set(column)) > 1 and "" not in column]
    where = [_where(column) for column in columns if "" in column]
    if not varied and not where:
        ways = len({_shape(layer.layer) for layer in group.distinct})
        same = f"{len(layers)} layers of one kind, {ways} arrangements" if ways > 1 else ""
        return (same or f"{len(layers)} × the same layer",)
    said = [*(_say(column) for column in varied), *where]
    shortened = _shortened(varied)
    short = [*(_say(column) for column in shortened), *where]
    whole, rare = " · ".join(said), () if where else _rare(varied)
    best = min((whole, *rare[:1]), key=len)
    others = (*rare, *(() if where else _rare(shortened)), said[0], short[0], "")
    found = (best, whole, " · ".join(short), *others)
    return tuple(dict.fromkeys(found))


def _columns(group: Group) -> list[list[str]]:
    """Return the kinds at each place of a layer, "" in layers that have none there."""
    columns = []
    for steps in zip(*(layer.views for layer in group.layers), strict=True):
        lanes = max(map(len, steps))
        columns += [[step[lane].kind if step else "" for step in steps] for lane in range(lanes)]
    return columns


def _where(column: Sequence[str]) -> str:
    """Say in which layers the kinds of a column are that not all layers have."""
    said = []
    for kind in dict.fromkeys(filter(None, column)):
        places = [str(place) for place, other in enumerate(column, 1) if other == kind]
        listed = f"layer{'s' * (len(places) > 1)} {', '.join(places)}"
        said.append(f"{kind} in {listed if len(places) <= _MOST_PLACES else f'{len(places)} layers'}")
    return ", ".join(said)


def _shortened(columns: Sequence[Sequence[str]]) -> list[list[str]]:
    found = []
    for column in columns:
        kinds = set(column)
        short = {kind: distinct(kind, kinds) for kind in kinds}
        found.append([short[kind] for kind in column])
    return found


def _rare(columns: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Say where the rare kind of an irregular column stands, and how the others follow one another."""
    if len(columns) > 1:
        return ()
    column = columns[0]
    kind, times = Counter(column).most_common()[-1]
    if times > _MOST_PLACES:
        return ()
    places = [str(place) for place, other in enumerate(column, 1) if other == kind]
    where = f"{kind} in {'layers' if times > 1 else 'layer'} {', '.join(places)}"
    others = [other for other in column if other != kind]
    return f"{_say(others)} · {where}", f"{', '.join(dict.fromkeys(others))} · {where}", where


def distinct(kind: str, kinds: Collection[str]) -> str:
    """Return a kind without the words that every other kind has too."""
    others = [set(other.split(" ")) for other in kinds if other != kind]
    words = kind.split(" ")
    own = [word for word in words if any(word not in other for other in others)]
    return " ".join(own) or kind


def _say(column: Sequence[str]) -> str:
    """Say a column as runs and repeats: "1 A, then 5 B : 1 A, × 4, + 2 B"."""
    runs = [(kind, len(list(group))) for kind, group in groupby(column)]
    found = _period(column) if len(runs) > 3 else None
    if not found:
        return ", then ".join(f"{times} {kind}" for kind, times in runs)
    start, period, times = found
    words = [f"{' : '.join(_spell(column[start : start + period]))}, × {times}"]
    words = ([" + ".join(_spell(column[:start]))] if start else []) + words
    rest = column[start + period * times :]
    if _period(rest) and _runs(rest) > 3:
        return ", then ".join((*words, _say(rest)))
    return ", then ".join(words) + (f", + {' + '.join(_spell(rest))}" if rest else "")


def _period(column: Sequence[str]) -> tuple[int, int, int] | None:
    """Return start, length and times of the repeat that leaves the fewest runs to be said."""
    best: tuple[int, int, int, int] | None = None
    for start in range(min(len(column), _LONGEST_PERIOD)):
        for period in range(2, _LONGEST_PERIOD + 1):
            times = 1
            unit = column[start : start + period]
            if unit[0] == unit[-1]:
                continue
            while column[start + times * period : start + (times + 1) * period] == unit:
                times += 1
            if times < 2:
                continue
            rest = column[start + times * period :]
            cost = 2 * _runs(column[:start]) + _runs(unit) + 2 * _runs(rest)
            if best is None or (cost, start, period) < best[:3]:
                best = (cost, start, period, times)
    return best[1:] if best else None


def _runs(column: Sequence[str]) -> int:
    changes: int = sum(map(ne, column, column[1:]))
    return changes + 1 if column else 0


def _spell(column: Sequence[str]) -> list[str]:
    return [f"{len(list(group))} {kind}" for kind, group in groupby(column)]
