"""Two models side by side: marked towers, the differences grouped by what they are about, and counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from archposter import units
from archposter.blocks.card import BADGES, meta
from archposter.blocks.layer_map import layer_map
from archposter.blocks.layers import Group, see
from archposter.blocks.naming import Views, views
from archposter.blocks.tower import tower
from archposter.blocks.tree import Callout, Cell, Choice, LayerMap, Repeat, Slot, Step, Tower, Wordings
from archposter.compare.comparison import Comparison
from archposter.compare.differences import AHEAD
from archposter.compare.names import NOTE_NAMES
from archposter.compare.values import COUNTED, Kind, Row
from archposter.compare.words import every, label, times, wordings
from archposter.counts.facts import Facts
from archposter.spec.arch import Arch

_Change = Callable[[Cell, Sequence[str]], Cell]

_MOST_PAIRS = 5


class Side(NamedTuple):
    """One of the models: its title, its tower with marks where it differs, and its layers."""

    title: str
    size: str
    badge: str
    meta: Wordings
    tower: Tower
    callouts: tuple[Callout, ...]
    layer_map: LayerMap


class Difference(NamedTuple):
    """One difference: a value for each side, and the second by the first."""

    label: str
    values: tuple[Wordings, Wordings]
    ratio: str
    kind: Kind


class Topic(NamedTuple):
    """Differences about one thing, and the key of its box in each tower, empty where there is none."""

    name: str
    keys: tuple[str, str]
    entries: tuple[Difference, ...]


class Pair(NamedTuple):
    """One count of both models; `levels` are its bars, the larger one 1."""

    label: str
    values: tuple[str, str]
    ratio: str
    levels: tuple[float, float]


class Diff(NamedTuple):
    """Everything that the picture of two models says."""

    sides: tuple[Side, Side]
    topics: tuple[Topic, ...]
    pairs: tuple[Pair, ...]
    summary: str
    description: str


_NORM = "norm between"
_TOPICS: Mapping[str, tuple[str, str]] = {
    "layers": ("Layers", ""),
    "width": ("Embedding", "embedding"),
    "embedding": ("Embedding", "embedding"),
    "norm": ("Norms", _NORM),
    "residual": ("Residual stream", "residual"),
    "head": ("Output", "output"),
}
"""What a difference without a part is about, by aspect, and the key of its box."""
_FINAL = ("norm", "final_norm", "norm_weight", "norm_bias", "norm_gated_norm_rank")
"""What the final norm differs in, too."""
_AHEAD = ("Multi-token prediction", "ahead")

_NOUNS: Mapping[Kind, str] = {"mechanism": "mechanism", "scale": "size", "tuning": "constant"}


def diff(archs: tuple[Arch, Arch], facts: tuple[Facts, Facts], comparison: Comparison) -> Diff:
    """Return the blocks of a comparison of two models; the facts are those at its context."""
    bodies = body(archs[0]), body(archs[1])
    keys = tuple(_keys(own, place, comparison) for place, own in enumerate(bodies))
    return Diff(
        sides=(_side(archs[0], bodies[0], 0, comparison), _side(archs[1], bodies[1], 1, comparison)),
        topics=_topics(_own(comparison), comparison, (keys[0], keys[1])),
        pairs=_pairs(facts, comparison.tokens),
        summary=_summary(comparison),
        description=_description(comparison),
    )


class Body(NamedTuple):
    """What comparisons show of a model, whatever it is compared with; `counts` are its repeats."""

    views: Views
    layers: Group
    tower: Tower
    counts: tuple[Callout, ...]


def body(arch: Arch) -> Body:
    """Return a model's layers and its tower without rings."""
    names = views(arch)
    layers = see(arch, names)
    found, _ = tower(arch, layers)
    repeats = {
        frame.key: frame.times for plan in found.plans for frame in plan.frames if isinstance(frame, Repeat)
    }
    counts = tuple(Callout(key, _among(times, len(layers)), f"{times} ×") for key, times in repeats.items())
    return Body(names, layers, found, counts)


def _side(arch: Arch, own: Body, place: int, comparison: Comparison) -> Side:
    return Side(
        title=arch.name,
        size=arch.size,
        badge=BADGES[arch.decoder_type],
        meta=meta(arch),
        tower=ringed(own.tower, differing(own, place, comparison)),
        callouts=own.counts,
        layer_map=layer_map(own.layers),
    )


def _own(comparison: Comparison) -> list[Row]:
    """Return the differences that do not only follow from others."""
    return [row for row in comparison.rows if row.aspect not in COUNTED]


def _keys(own: Body, place: int, comparison: Comparison) -> dict[str, str]:
    """Return for the parts of each line the key of their box."""
    lines = [(line.name, line.classes[place]) for line in comparison.lines]
    return {name: own.views[found.parts[0]].key for name, found in lines if found}


def differing(own: Body, place: int, comparison: Comparison) -> dict[str, str]:
    """Return what of a tower differs, with its topic: kinds as "part NAME", and keys of `_TOPICS`."""
    rows = _own(comparison)
    about = {key: name for name, key in map(_topic, filter(_of_model, rows)) if key}
    if final := [row for row in rows if row.field in _FINAL and not row.part]:
        about["final"] = topic(final[0])
    parts = {row.part for row in rows}
    for line in comparison.lines:
        if line.name in parts and (found := line.classes[place]):
            about |= {f"part {own.views[part].kind}": line.name for part in found.distinct}
    return about


def ringed(found: Tower, targets: Collection[str]) -> Tower:
    """Return a tower with rings around what differs."""
    return each_cell(found, lambda cell, names: cell._replace(marked=any(name in targets for name in names)))


def each_cell(found: Tower, change: _Change) -> Tower:
    """Return a tower with its boxes changed, each by what `differing` calls what it draws.

    A frame condensed to a line draws several parts.  The norms between the largest frame's parts get a key.
    """

    def changed(cell: Cell | None, name: str) -> Cell | None:
        return cell and change(cell, (name,))

    plans = tuple(plan._replace(frames=_frames(plan.frames, change)) for plan in found.plans)
    return found._replace(
        plans=plans,
        embedding=change(found.embedding, ("embedding",)),
        added=tuple(change(cell, ("embedding",)) for cell in found.added),
        ahead=changed(found.ahead, "ahead"),
        output=changed(found.output, "output"),
        final=changed(found.final, "final"),
    )


def _topic(row: Row) -> tuple[str, str]:
    return _AHEAD if _is_ahead(row) else _TOPICS[row.aspect]


def topic(row: Row) -> str:
    """Return what a difference is about: a part of the layers, or something of the model."""
    return _topic(row)[0] if _of_model(row) else row.part


def subject(row: Row) -> str:
    """Return what differs, below its topic."""
    return label(row) if _is_ahead(row) else row.title


def _of_model(row: Row) -> bool:
    """Whether it is about the model or its multi-token prediction, not about a part of its layers."""
    return not row.part or _is_ahead(row)


def _is_ahead(row: Row) -> bool:
    return label(row).startswith(AHEAD)


def _among(times: int, depth: int) -> str:
    if times < depth:
        return f"of {depth} layers"
    return "layers" if depth > 1 else "layer"


def _frames(framing: tuple[Repeat | Cell, ...], change: _Change) -> tuple[Repeat | Cell, ...]:
    """Change the boxes in frames of layers; the norm between the largest frame's parts gets a key."""
    largest = max((f for f in framing if isinstance(f, Repeat)), key=lambda f: f.times, default=None)

    def norm(cell: Cell | None, key: str = "") -> Cell | None:
        return cell and change(cell._replace(key=key or cell.key), (_NORM,))

    def part(cell: Cell) -> Cell:
        return change(cell, (f"part {cell.part}",) if cell.part else ())

    def slot(found: Slot) -> Slot:
        if isinstance(found, Choice):
            return found._replace(options=tuple((times, part(cell)) for times, cell in found.options))
        return part(found)

    def step(found: Step, place: int, key: str) -> Step:
        lanes = tuple(
            lane._replace(pre=norm(lane.pre), slot=slot(lane.slot), post=norm(lane.post))
            for lane in found.lanes
        )
        above = key if place == 0 else ""
        below = key if place == 1 else ""
        return found._replace(
            pre=norm(found.pre, below), lanes=lanes, post=norm(found.post, above), sum=norm(found.sum, above)
        )

    def frame(found: Repeat | Cell) -> Repeat | Cell:
        if isinstance(found, Cell):
            return change(found, found.holds)
        key = _NORM if found is largest else ""
        steps = tuple(step(one, place, key) for place, one in enumerate(found.steps))
        return found._replace(steps=steps)

    return tuple(map(frame, framing))


def _topics(
    rows: list[Row], comparison: Comparison, keys: tuple[Mapping[str, str], Mapping[str, str]]
) -> tuple[Topic, ...]:
    """Group rows by what they are about."""
    grouped: dict[str, list[Row]] = {}
    held: dict[str, tuple[str, str]] = {}
    for row in rows:
        name = topic(row)
        if _of_model(row):
            held[name] = (_topic(row)[1],) * 2
        else:
            held[name] = keys[0].get(name, ""), keys[1].get(name, "")
        grouped.setdefault(name, []).append(row)
    found = [
        Topic(name[0].upper() + name[1:], held[name], tuple(_entry(row) for row in about))
        for name, about in grouped.items()
    ]
    if comparison.identical and comparison.notes:
        notes = tuple(
            Difference(NOTE_NAMES[name], (_note(values[0]), _note(values[1])), "", "tuning")
            for name, values in comparison.notes
        )
        found.append(Topic("Not architecture", ("", ""), notes))
    return tuple(found)


def _note(value: str | int | None) -> Wordings:
    return (units.exact(value) if isinstance(value, int) else value or "not known",)


def _entry(row: Row) -> Difference:
    first, second = every(row)
    return Difference(subject(row), (first, second), times(row.ratio), row.kind)


def _pairs(facts: tuple[Facts, Facts], tokens: int) -> tuple[Pair, ...]:
    """Return the counts that matter most, whether they differ or not."""
    caches = facts[0].kv_cache, facts[1].kv_cache
    sums = facts[0].parameters, facts[1].parameters
    at = f"at {units.tokens(tokens)}"
    found = [
        _pair("parameters", units.count, [each.total for each in sums]),
        _pair("active per token", units.count, [each.active for each in sums]),
        _pair(f"cache per token {at}", units.size, [c.bytes_per_token_at_context for c in caches]),
        _pair(f"cache {at}", units.size, [each.total_bytes_at_context for each in caches]),
    ]
    for name, sizes in (
        ("indexer keys", [each.indexer_bytes_at_context for each in caches]),
        ("recurrent state", [each.state_bytes for each in caches]),
    ):
        if any(sizes):
            found.append(_pair(f"of that, {name}", units.size, sizes))
    if len(found) < _MOST_PAIRS:
        found.append(
            _pair(f"operations per token {at}", units.count, [each.flops_per_token for each in facts])
        )
    return tuple(found)


def _pair(name: str, said: Callable[[Any], str], values: Sequence[int | Fraction]) -> Pair:
    first, second = map(Fraction, values)
    most = max(first, second) or Fraction(1)
    ratio = times(second / first) if first and second else ""
    return Pair(name, (said(values[0]), said(values[1])), ratio, (float(first / most), float(second / most)))


def _summary(comparison: Comparison) -> str:
    if comparison.identical:
        return "The same architecture"
    counts = [(len(comparison.of_kind(kind)), noun) for kind, noun in _NOUNS.items()]
    said = [f"{count} {noun}{'s' * (count > 1)}" for count, noun in counts if count]
    one = len(said) == 1 and said[0].startswith("1 ")
    return f"{', '.join(said) or 'counts'} differ{'s' * one}"


def _description(comparison: Comparison) -> str:
    """Return the comparison in sentences, for readers who do not see the picture."""
    first, second = comparison.names
    if comparison.identical:
        return f"{first} and {second} have the same architecture."
    said = [
        f"{label(row, comparison.tokens)}: {wordings(row, 0)[-1]} and {wordings(row, 1)[-1]}"
        for row in (*comparison.of_kind("mechanism"), *comparison.counts)
    ]
    return f"{first} beside {second}. {'; '.join(said)}."
