"""The tower: the model from input to output, equal layers framed, and its callouts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, groupby, zip_longest

from archposter.blocks import model_wide
from archposter.blocks.joined import joined
from archposter.blocks.layers import Group, Seen, classes, placement, segments
from archposter.blocks.naming import ranged
from archposter.blocks.tree import Callout, Cell, Choice, Lane, Plan, Repeat, Slot, Step, Tower, Wordings
from archposter.blocks.view import View
from archposter.spec.arch import Arch, Branch, Sublayer
from archposter.spec.parts import AnyFfn, Moe, Norm, PerLayerInput, SharedBlock

_MOST_OPTIONS = 3
_MOST_FRAMES = 5
_FEW_LAYERS = 4  # whose kinds a line spells out one by one
_LEADING = 8  # layers that are so many times rarer than those they stand beside need no frame

Owners = Mapping[str, Group]
_Said = tuple[str, tuple[Wordings, ...]]  # kind and facts


def tower(arch: Arch, layers: Group, mtp: int = 0) -> tuple[Tower, tuple[Callout, ...]]:
    """Return the tower, and the callouts of what a model has once; `mtp`: parameters that predict ahead."""
    parts = segments(layers)
    full = [group for part in parts for group in classes(part)]
    together = [group for part in parts for group in joined(part)]
    merged = list(classes(layers))
    plans, drawn = _framed(together, follow=1 < len(together) == len(parts))
    if len(together) < len(full):
        plans += _framed(full, follow=False)[0]
    if len(merged) < len(full) and len(merged) <= _MOST_FRAMES:
        plans.append(_plan(merged))
    alone = len(together) == 1
    if alone and len(merged) > 1:
        # Layers in turns rather stand in one frame with few words than in frames of their own.
        plans += [*_with_words(together), _named(plans[0])]
    if len(merged) <= _MOST_FRAMES:
        plans += _with_words(merged)
    if alone and len(merged) == 1:
        plans.append(_named(plans[0]))
    plans += _condensed(merged if len(merged) < len(full) else full)
    plans.append(_named(plans[-1]))
    return model_wide.tower(arch, tuple(plans))._replace(drawn=drawn), tuple(model_wide.callouts(arch, mtp))


def _with_words(groups: Sequence[Group]) -> list[Plan]:
    """Return plans that draw the kinds of one name as one, rare classes perhaps in a line each."""
    found: list[Plan] = []
    for facts in (True, False):
        alike = [_alike(group, facts) for group in groups]
        boxes, said = [group for group, _ in alike], sum((own for _, own in alike), Counter[str]())
        notes = tuple(f"{times} {words}" for words, times in said.items())
        if not notes and len(boxes) > 1:
            continue
        order = sorted(boxes, key=len)
        plans = [_plan(boxes, order[:few]) for few in range(len(boxes))]
        plans = [plan._replace(notes=(*notes, *plan.notes)) for plan in plans]
        found += plans if notes else []
        apart = _unshared(plans[-1])
        found += [apart] if apart.notes != plans[-1].notes else []
    return found


def _framed(groups: Sequence[Group], *, follow: bool) -> tuple[list[Plan], int]:
    """Return plans with a frame a group, the longest alone at last, and which of them is drawn.

    Where groups `follow` one another the short ones may shrink to a line without hiding the order.
    """
    if len(groups) > _MOST_FRAMES:
        return [], 0
    longest = max(groups, key=len)
    short = [group for group in groups if follow and len(group) * _LEADING <= len(longest)]
    plans = [_plan(groups), *([_plan(groups, short)] if short else [])]
    drawn = len(plans) - 1
    if follow:
        plans.append(_plan(groups, [group for group in groups if group is not longest]))
    return plans, drawn


def _condensed(groups: Sequence[Group]) -> list[Plan]:
    """Return ever shorter plans: rare classes in one line each, then all but the commonest in one."""
    order = sorted(groups, key=len)
    found = []
    if len(groups) <= _MOST_FRAMES:
        found += [_plan(groups, order[:few]) for few in range(1, len(order))]
    if len(order) > 1:
        rest = order[:-1]
        return [*found, _plan(order[-1:], rest=rest), _plan(order[-1:], order[-1:], rest=rest)]
    return [*found, _plan(order, order)]


def _alike(group: Group, shared: bool) -> tuple[Group, Counter[str]]:
    """Take the kinds of one name for one, with the facts they share or none; say the rest, and how often."""
    # Of one kind are also parts with norms in other places, of which facts tell.
    times, first = Counter[_Said](), dict[_Said, View]()
    for layer, many in group.distinct.items():
        for view in chain.from_iterable(layer.views):
            first.setdefault((view.kind, view.facts), view)
            times[view.kind, view.facts] += many
    named: dict[str, list[View]] = {}
    for view in first.values():
        named.setdefault(view.names[-1], []).append(view)
    if shared and len(named) == len(first):
        return group, Counter()
    merged, notes = dict[_Said, View](), Counter[str]()
    for views in named.values():
        facts = [fact for fact in views[0].facts if shared and all(fact in view.facts for view in views)]
        inside = [fact for fact in views[0].inside if all(fact in view.inside for view in views)]
        for view in views:
            one = view._replace(kind=views[0].kind, facts=tuple(facts), inside=tuple(inside))
            merged[view.kind, view.facts] = one
            own = [words[0] for words in (*view.facts, *view.inside) if words not in (*facts, *inside)]
            if own:
                notes[f"{_called(view)}: {', '.join(own)}"] += times[view.kind, view.facts]
    kinds = {kind: one.kind for (kind, _), one in merged.items()}
    alike = {
        layer: replace(
            layer,
            views=tuple(
                tuple(merged[view.kind, view.facts]._replace(callout=view.callout) for view in step)
                for step in layer.views
            ),
            kinds=tuple(kinds[kind] for kind in layer.kinds),
        )
        for layer in group.distinct
    }
    return Group(group.places, tuple(alike[layer] for layer in group.layers)), notes


def _unshared(plan: Plan) -> Plan:
    """Say in words what all options of a choice share."""
    notes = list(plan.notes)

    def slot(found: Slot) -> Slot:
        if isinstance(found, Cell) or not found.shared:
            return found
        *names, last = dict.fromkeys(cell.names[-1] for _, cell in found.options)
        shared = ", ".join(words[0] for words in found.shared)
        notes.append(f"{', '.join(names)}{' and ' * bool(names)}{last}: {shared}")
        return found._replace(shared=())

    return _with_slots(plan, slot)._replace(notes=tuple(notes))


def _named(plan: Plan) -> Plan:
    """Say in words all that boxes say below their names."""
    notes: dict[str, None] = {}

    def cell(found: Cell) -> Cell:
        if found.facts:
            notes[f"{found.names[-1]}: {', '.join(words[0] for words in found.facts)}"] = None
        return found._replace(facts=())

    def slot(found: Slot) -> Slot:
        if isinstance(found, Cell):
            return cell(found)
        return found._replace(options=tuple((times, cell(one)) for times, one in found.options))

    found = _with_slots(_unshared(plan), slot)
    frames = tuple(cell(frame) if isinstance(frame, Cell) else frame for frame in found.frames)
    return found._replace(frames=frames, notes=(*notes, *found.notes))


def _with_slots(plan: Plan, change: Callable[[Slot], Slot]) -> Plan:
    """Return a plan with its frames' slots changed."""

    def step(found: Step) -> Step:
        return found._replace(lanes=tuple(lane._replace(slot=change(lane.slot)) for lane in found.lanes))

    frames = tuple(
        frame if isinstance(frame, Cell) else frame._replace(steps=tuple(map(step, frame.steps)))
        for frame in plan.frames
    )
    return plan._replace(frames=frames)


def _plan(groups: Sequence[Group], lines: Sequence[Group] = (), *, rest: Sequence[Group] = ()) -> Plan:
    """Draw groups as frames, those in `lines` as a line each and the `rest` as one.

    What no box says is said in words: nothing of a part is left out.
    """
    framed = [group for group in groups if not any(group is line for line in lines)]
    owners = {kind: max(framed, key=lambda group: group.kinds[kind]) for kind in _kinds(framed)}
    every = [*groups, *rest]
    views = _views(every)
    drawn = [(group, _frame(group, owners)) for group in framed]
    told = {cell.part for _, frame in drawn for cell in _cells(frame)}
    shapes = {group.layers[0].shape for group in framed}
    frames: list[Repeat | Cell] = []
    for group in groups:
        frame = next((frame for other, frame in drawn if other is group), None)
        frames.append(frame or _line(group, owners, told, shapes))
    if rest:
        frames.append(_others(rest, shapes))
    depth = sum(map(len, every))
    boxes = [(group, cell) for group, frame in drawn for cell in _cells(frame) if cell.part]
    return Plan(
        tuple(frames),
        (*(_times_callout(group, depth) for group in groups), *_callouts(boxes, owners)),
        tuple(note for view in views.values() for note in _notes(view, told, groups, rest)),
    )


def _views(groups: Iterable[Group]) -> dict[str, View]:
    """Return the first view of each kind, in the order of the layers and their parts."""
    found: dict[str, View] = {}
    placed = [(group.first(layer), layer) for group in groups for layer in group.distinct]
    for _, layer in sorted(placed, key=lambda entry: entry[0]):
        for step in layer.views:
            for view in step:
                found.setdefault(view.kind, view)
    return found


def _kinds(groups: Iterable[Group]) -> list[str]:
    return list(_views(groups))


def _key(group: Group) -> str:
    return f"layers {group.places[0]}-{group.places[-1]} of {len(group)}"


def _times_callout(group: Group, depth: int) -> Callout:
    first, last = group.places[0] + 1, group.places[-1] + 1
    if len(group) == depth:
        words = "layers" if depth > 1 else "layer"
    elif last - first + 1 == len(group):
        words = f"layers {first} to {last}" if last > first else f"layer {first}"
    else:
        words = f"of {depth} layers"
    return Callout(_key(group), words, headline=f"{len(group)} ×")


# ---- what is said of parts


def _sizes(groups: Iterable[Group], kind: str) -> str:
    """Return a kind's sizes in these groups, ranges where they differ."""
    return ranged(sorted({size for group in groups for size in group.sizes.get(kind, ())}))


def _inside(view: View) -> tuple[str, ...]:
    return tuple(words[0] for words in view.inside)


def _callouts(boxes: Sequence[tuple[Group, Cell]], owners: Owners) -> list[Callout]:
    """Return the sizes beside the boxes; the same words once, and a group's own where its sizes differ."""
    found: dict[tuple[str, tuple[str, ...]], Callout] = {}
    sized = {(cell.part, *fact) for _, cell in boxes for fact in cell.facts}
    for owned in (True, False):
        for group, cell in boxes:
            if (owners[cell.part] is group) == owned:
                view = group.views[cell.part]
                words, inside = _sizes([group], cell.part), _inside(view)
                words = "" if (cell.part, words) in sized else words
                if words or inside:
                    one = Callout(cell.key, words, inside=inside, part=view.key)
                    one = found.get((words, inside), one)
                    found[words, inside] = one._replace(told_by=(*one.told_by, view.key))
    return list(found.values())


def _notes(view: View, told: set[str], groups: Sequence[Group], rest: Sequence[Group]) -> Iterator[str]:
    """Say of a kind without a box what the box and the label would, else only sizes that no label has."""
    if view.kind not in told:
        yield _note(view, _sizes([*groups, *rest], view.kind))
        return
    others = _sizes(rest, view.kind)
    if others and others not in {_sizes([group], view.kind) for group in groups}:
        yield _note(view._replace(facts=(), inside=()), others)


def _note(view: View, sizes: str) -> str:
    said = ", ".join(filter(None, (*(words[0] for words in (*view.facts, *view.inside)), sizes)))
    short, kind = view.names[-1], _called(view)
    name = kind[0].upper() + kind[1:] if short.casefold() in kind.casefold() else short
    return f"{name}: {said}" if said else name


def _called(view: View) -> str:
    """Return a kind without the facts that set it apart, where all that is said of it follows."""
    return view.kind.partition(" (")[0] if view.facts or view.inside else view.kind


# ---- frames and lines


def _cells(frame: Repeat) -> list[Cell]:
    """Return the boxes of a frame's parts."""
    slots = [lane.slot for step in frame.steps for lane in step.lanes]
    nested = ([cell for _, cell in slot.options] if isinstance(slot, Choice) else [slot] for slot in slots)
    return [cell for cells in nested for cell in cells]


def _frame(group: Group, owners: Owners) -> Repeat:
    """Draw a class of layers: slots where they differ become choices."""
    steps, fullest = [], max(group.distinct, key=lambda layer: len(layer.steps) - layer.steps.count(None))
    drawn = fullest.layer
    for number, step in enumerate(fullest.steps):
        if step is None:
            continue
        lanes: list[Lane] = []
        common = _common_factor(step)
        for place, branch in enumerate(step.branches):
            column = [
                (layer.views[number][place], times)
                for layer, times in group.distinct.items()
                if layer.steps[number]
            ]
            slot = _slot(column, group, owners)
            fed = isinstance(branch.part, PerLayerInput)
            before = model_wide.norm_and_factor(branch.pre_norm, branch.input_multiplier)
            after = model_wide.norm_and_factor(branch.post_norm, 1.0 if common else branch.multiplier)
            lanes.append(Lane(before, slot, after, branch.joins_after, fed))
        # Parallel parts: the mixer stands at the right, where the insets are, then experts, then the others;
        # a line that joins later climbs at the left, and must not cross another lane.
        ranked = sorted(
            zip(step.branches, lanes, strict=True), key=lambda entry: (-entry[1].joins_after, _rank(entry[0]))
        )
        lanes = [lane for _, lane in ranked]
        alike = [one for layer in group.distinct if (one := layer.steps[number])]
        steps.append(_step(alike, tuple(lanes)))
    if drawn.layer_scalar:
        names = "× learned scalar", "× learned"
        last = steps[-1].sum
        joined = (
            last._replace(names=(f"{last.names[0]}, {names[0]}", f"{last.names[-1]}, {names[1]}"))
            if last
            else Cell(names)
        )
        steps[-1] = steps[-1]._replace(sum=joined)
    return Repeat(len(group), tuple(_sized(steps, group)), _key(group), drawn.source)


def _common_factor(step: Sublayer) -> float | None:
    """Return what all that joins at a step's end is multiplied by, if that is one number."""
    factors = {branch.multiplier for branch in step.branches if not branch.joins_after}
    later = any(branch.joins_after and branch.multiplier != 1 for branch in step.branches)
    return factors.pop() if len(factors) == 1 and not later else None


def _sized(steps: Sequence[Step], group: Group) -> Iterator[Step]:
    """Yield the steps with sizes in the boxes of FFNs that have another box between them and their label.

    Of a kind that stands elsewhere too the size is said there alone.
    """
    for step in steps:
        first, *beside = step.lanes
        beside = [
            lane._replace(slot=_with_size(lane.slot, group)) if _ffn(lane.slot) else lane for lane in beside
        ]
        yield step._replace(lanes=(first, *beside))


def _ffn(slot: Slot) -> str:
    return slot.part if isinstance(slot, Cell) and slot.look in ("dense", "moe") else ""


def _with_size(slot: Slot, group: Group) -> Slot:
    if isinstance(slot, Choice):
        return slot
    return slot._replace(facts=(*slot.facts, (_sizes([group], slot.part),)))


def _rank(branch: Branch) -> int:
    return 2 if not isinstance(branch.part, AnyFfn) else int(isinstance(branch.part, Moe))


def _step(alike: Sequence[Sublayer], lanes: tuple[Lane, ...]) -> Step:
    """Return the step that equal layers have; only in a stream of blocks do their sums begin differently."""
    step, mixes = alike[0], max(step.mixes for step in alike)
    anew = {step.restarts for step in alike}
    over = f"+ convolution over {step.conv_kernel} tokens", f"+ conv over {step.conv_kernel}"
    return Step(
        model_wide.reading(step.pre_norm, mixes, all(one.separate_inputs for one in alike)),
        lanes,
        model_wide.norm_and_factor(step.post_norm, _common_factor(step) or 1.0, first=True),
        within=any(isinstance(part, SharedBlock) for part in step.parts),
        conv=Cell(over) if step.conv_kernel else None,
        sum=_norm(step.sum_norm),
        mixed=mixes > 0,
        anew="some" if len(anew) > 1 else "all" if step.restarts else "none",
        whole=step.whole,
        scaled=step.stream_multiplier != 1,
    )


def _norm(norm: Norm | None) -> Cell | None:
    return model_wide.norm_cell(norm) if norm else None


def _slot(column: Sequence[tuple[View, int]], group: Group, owners: Owners) -> Slot:
    """Return what a frame shows where its layers have these parts, each so often."""

    def cell(part: View) -> Cell:
        key = part.key if owners[part.kind] is group else f"{part.key}, {_key(group)}"
        return part.cell(group.layers[0].layer.source, key)

    kinds = Counter[_Said]()
    first = dict[_Said, View]()
    for part, times in column:
        kinds[part.kind, part.facts] += times
        first.setdefault((part.kind, part.facts), part)
    if len(kinds) == 1:
        one, all_have = cell(column[0][0]), sum(kinds.values()) == len(group)
        return one if all_have else Choice(((sum(kinds.values()), one),))
    if len(kinds) <= _MOST_OPTIONS:
        options = _distinct([(times, cell(first[kind])) for kind, times in kinds.items()])
        shared = [fact for fact in options[0][1].facts if all(fact in one.facts for _, one in options)]
        return Choice(tuple((times, _without(one, shared)) for times, one in options), tuple(shared))
    common = [kind for kind, _ in kinds.most_common(_MOST_OPTIONS - 1)]
    rest = [kind for kind in kinds if kind not in common]
    other = Cell((f"{len(rest)} other kinds",), look="empty")
    return Choice(
        (*((kinds[kind], cell(first[kind])) for kind in common), (sum(kinds[kind] for kind in rest), other))
    )


def _distinct(options: Sequence[tuple[int, Cell]]) -> list[tuple[int, Cell]]:
    """Return options of which those that say the same say what their kinds have of their own."""
    said = Counter((cell.names, cell.facts) for _, cell in options)
    return [
        (times, cell._replace(facts=(*cell.facts, (own[2][:-1],))))
        if said[cell.names, cell.facts] > 1 and (own := cell.part.partition(" ("))[2]
        else (times, cell)
        for times, cell in options
    ]


def _without(cell: Cell, facts: Sequence[Wordings]) -> Cell:
    return cell._replace(facts=tuple(fact for fact in cell.facts if fact not in facts))


def _placements(groups: Sequence[Group], shapes: set[int]) -> tuple[Wordings, ...]:
    """Return where norms stand in layers of shapes that no frame draws."""
    layers = (layer for group in groups for layer in group.distinct if layer.shape not in shapes)
    return tuple((words,) for words in dict.fromkeys(placement(layer.layer.sublayers) for layer in layers))


def _others(groups: Sequence[Group], shapes: set[int]) -> Cell:
    rest = sum(map(len, groups))
    kinds = f"{rest} × {len(groups)} other kinds of layer" if len(groups) > 1 else f"{rest} × another layer"
    placed = _placements(groups, shapes)
    return Cell((kinds, f"{rest} other layers"), look="group", marked=_new(groups), facts=placed)


def _new(groups: Iterable[Group]) -> bool:
    return any(view.new for view in _views(groups).values())


def _line(group: Group, owners: Owners, told: set[str], shapes: set[int]) -> Cell:
    """Condense a class of layers to its parts' names; `told` grows by the kinds of which it says all.

    Of a part that a frame draws one of that name of, what that box and its label say is not said again.
    """
    views = group.views
    framed = {owner.places: owner for owner in owners.values()}.values()
    named = {view.names[-1]: (view, _sizes(framed, kind)) for kind, view in _views(framed).items()}
    own = [view for kind, view in views.items() if kind not in owners]
    spoken = [view for view in own if view.facts or view.inside]
    facts = list(_placements([group], shapes))
    for kind, view in views.items():
        here = _sizes([group], kind)
        if view in own and (view not in spoken or len(spoken) == 1):
            other, size = named.get(view.names[-1], (None, ""))
            if not (other and set(view.facts) <= set(other.facts)):
                facts += view.facts
            facts += [fact for fact in view.inside if not (other and fact in other.inside)]
            told.add(kind)
            here = "" if here == size else here
        if here and (kind in told if view in own else here != _sizes([owners[kind]], kind)):
            facts.append((here,))
    keys = tuple(view.key for view in views.values())
    name = (_spelled(group),)
    line = Cell(name, (), "group", _key(group), group.layers[0].layer.source, facts=tuple(facts), holds=keys)
    return line._replace(marked=_new([group]))


def _flat(layer: Seen) -> list[View | None]:
    """Return a layer's views, and None for a step that it has not."""
    return [view for step in layer.views for view in step or (None,)]


def _spelled(group: Group) -> str:
    """Name a group's parts: "HCA, HCA, CSA · Hash-routed MoE"."""
    said = []
    for column in zip_longest(*(_flat(layer) for layer in group.layers)):
        names = [view.names[-1] for view in column if view]
        if len(group) > _FEW_LAYERS or len(set(names)) == 1:
            said.append(" + ".join(dict.fromkeys(names)))
        else:
            said.append(", ".join(names))
    return " · ".join(name for name, _ in groupby(said))
