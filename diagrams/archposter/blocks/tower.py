"""The tower: the model from input to output, equal layers framed, and its callouts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from archposter.blocks import model_wide
from archposter.blocks.layers import Seen, classes, segments
from archposter.blocks.tree import Callout, Cell, Choice, Lane, Repeat, Slot, Step, Tower
from archposter.blocks.view import View
from archposter.spec.arch import Arch, Sublayer
from archposter.spec.parts import Norm, PerLayerInput, SharedBlock

_MOST_OPTIONS = 3
_MOST_TERSE = 4
_MOST_FRAMES = 5


def tower(arch: Arch, layers: Sequence[Seen]) -> tuple[Tower, tuple[Callout, ...]]:
    """Return the tower and the callouts of everything it may show."""
    parts = segments(layers)
    full = [group for part in parts for group in classes(part)]
    merged = list(classes(layers))
    kinds = {kind for layer in layers for kind in layer.kinds}
    owners = {kind: max(full, key=lambda group: _times(group, kind)) for kind in sorted(kinds)}
    framings: list[tuple[Repeat | Cell, ...]] = []
    if len(full) <= _MOST_FRAMES:
        framings.append(tuple(_frame(group, owners) for group in full))
        if len(full) == len(parts):
            # Segments follow one another: the short ones may shrink to a line without hiding the order.
            longest = max(full, key=len)
            framings.append(tuple(_frame(g, owners) if g is longest else _line(g, owners) for g in full))
    if len(merged) < len(full) and len(merged) <= _MOST_FRAMES:
        framings.append(tuple(_frame(group, None) for group in merged))
    if len(merged) == 1:
        framings.append((_frame(merged[0], None, terse=True),))
    framings += _condensed(merged if len(merged) < len(full) else full)
    views = {part.kind: part for layer in reversed(layers) for step in layer.views for part in step}
    # Parts of one size, such as local and global attention, need its callout once.
    sized = {part.callout: part for part in reversed(views.values())}
    times = {_key(group): group for group in (*full, *merged)}
    callouts = [
        *(_times_callout(group, len(layers)) for group in times.values()),
        *(Callout(part.key, part.callout) for part in sized.values() if part.callout),
        *model_wide.callouts(arch),
    ]
    return model_wide.tower(arch, tuple(framings)), tuple(callouts)


def _times(group: Sequence[Seen], kind: str) -> int:
    return sum(layer.kinds.count(kind) for layer in group)


def _key(group: Sequence[Seen]) -> str:
    return f"layers {group[0].place}-{group[-1].place} of {len(group)}"


def _times_callout(group: Sequence[Seen], depth: int) -> Callout:
    first, last = group[0].place + 1, group[-1].place + 1
    if len(group) == depth:
        words = "layers" if depth > 1 else "layer"
    elif last - first + 1 == len(group):
        words = f"layers {first} to {last}" if last > first else f"layer {first}"
    else:
        words = f"of {depth} layers"
    return Callout(_key(group), words, headline=f"{len(group)} ×")


def _frame(
    group: Sequence[Seen], owners: Mapping[str, Sequence[Seen]] | None, *, terse: bool = False
) -> Repeat:
    """Draw a class of layers: slots where they differ become choices; if `terse`, by name alone."""
    steps = []
    for number, step in enumerate(group[0].layer.sublayers):
        lanes: list[Lane] = []
        common = _common_factor(step)
        for place, branch in enumerate(step.branches):
            column = [layer.views[number][place] for layer in group]
            slot = _slot(column, group, owners, _MOST_TERSE if terse else _MOST_OPTIONS)
            slot = _named(slot) if terse else slot
            fed = isinstance(branch.part, PerLayerInput)
            before = model_wide.norm_and_factor(branch.pre_norm, branch.input_multiplier)
            after = model_wide.norm_and_factor(branch.post_norm, 1.0 if common else branch.multiplier)
            lanes.append(Lane(before, slot, after, branch.joins_after, fed))
        # Parallel parts: the mixer stands at the right, where the insets are, the others at the left;
        # a line that joins later climbs at the left, and must not cross another lane.
        lanes.reverse()
        lanes.sort(key=lambda lane: -lane.joins_after)
        alike = [layer.layer.sublayers[number] for layer in group]
        steps.append(_step(alike, tuple(lanes)))
    if group[0].layer.layer_scalar:
        names = "× learned scalar", "× learned"
        last = steps[-1].sum
        joined = last._replace(names=(f"{last.names[0]}, {names[0]}", names[1])) if last else Cell(names)
        steps[-1] = steps[-1]._replace(sum=joined)
    return Repeat(len(group), tuple(steps), _key(group), group[0].layer.source)


def _common_factor(step: Sublayer) -> float | None:
    """Return what all that joins at a step's end is multiplied by, if that is one number."""
    factors = {branch.multiplier for branch in step.branches if not branch.joins_after}
    later = any(branch.joins_after and branch.multiplier != 1 for branch in step.branches)
    return factors.pop() if len(factors) == 1 and not later else None


def _step(alike: Sequence[Sublayer], lanes: tuple[Lane, ...]) -> Step:
    """Return the step that equal layers have; only in a stream of blocks do their sums begin differently."""
    step, mixes = alike[0], max(step.mixes for step in alike)
    anew = sum(step.restarts for step in alike)
    over = f"+ convolution over {step.conv_kernel} tokens", f"+ conv over {step.conv_kernel}"
    return Step(
        model_wide.reading(step.pre_norm, mixes, step.separate_inputs),
        lanes,
        model_wide.norm_and_factor(step.post_norm, _common_factor(step) or 1.0, first=True),
        within=any(isinstance(part, SharedBlock) for part in step.parts),
        conv=Cell(over) if step.conv_kernel else None,
        sum=_norm(step.sum_norm),
        mixed=mixes > 0,
        anew="all" if anew == len(alike) else "some" if anew else "none",
        whole=step.whole,
        scaled=step.stream_multiplier != 1,
    )


def _norm(norm: Norm | None) -> Cell | None:
    return model_wide.norm_cell(norm) if norm else None


def _named(slot: Slot) -> Slot:
    """Leave out what stands below the names."""
    if isinstance(slot, Choice):
        return Choice(tuple((times, cell._replace(details=())) for times, cell in slot.options))
    return slot._replace(details=())


def _slot(
    column: Sequence[View],
    group: Sequence[Seen],
    owners: Mapping[str, Sequence[Seen]] | None,
    most: int = _MOST_OPTIONS,
) -> Slot:
    def cell(part: View) -> Cell:
        owned = owners is None or owners[part.kind] is group
        return part.cell(group[0].layer.source, part.key if owned else "")

    kinds = Counter(part.kind for part in column)
    first = {part.kind: part for part in reversed(column)}
    if len(kinds) == 1:
        return cell(column[0])
    if len(kinds) <= most:
        return Choice(
            tuple((kinds[kind], cell(first[kind])) for kind in dict.fromkeys(p.kind for p in column))
        )
    common = [kind for kind, _ in kinds.most_common(most - 1)]
    rest = [kind for kind in kinds if kind not in common]
    other = Cell((f"{len(rest)} other kinds",), look="empty")
    return Choice(
        (*((kinds[kind], cell(first[kind])) for kind in common), (sum(kinds[kind] for kind in rest), other))
    )


def _condensed(groups: Sequence[Sequence[Seen]]) -> list[tuple[Repeat | Cell, ...]]:
    """Return ever shorter framings: rare classes in one line each, then all but the commonest in one."""
    order = sorted(groups, key=len)
    found: list[tuple[Repeat | Cell, ...]] = []
    for few in range(1, len(order)):
        lines = order[:few]
        if len(groups) <= _MOST_FRAMES:
            found.append(tuple(_line(group) if group in lines else _frame(group, None) for group in groups))
    if len(order) > 1:
        rest = sum(map(len, order[:-1]))
        others = Cell(
            (f"{rest} × {len(order) - 1} other kinds of layer", f"{rest} other layers"), look="group"
        )
        found += [(_frame(order[-1], None), others), (_line(order[-1]), others)]
    else:
        found.append((_line(order[0]),))
    return found


def _line(group: Sequence[Seen], owners: Mapping[str, Sequence[Seen]] | None = None) -> Cell:
    """Condense a class of layers to its parts' names, and the sizes that no other frame shows."""
    kinds = list(dict.fromkeys(kind for layer in group for kind in layer.kinds))
    names = tuple(
        " + ".join(kinds[:few]) + (" ..." if few < len(kinds) else "") for few in range(len(kinds), 0, -1)
    )
    own = [
        part.callout
        for step in group[0].views
        for part in step
        if part.callout and owners and owners[part.kind] is group
    ]
    sizes = (own[0], own[0].split(", ")[0], own[0].split(" ", 1)[-1]) if own else ()
    return Cell(names, sizes, "group", _key(group), group[0].layer.source)
