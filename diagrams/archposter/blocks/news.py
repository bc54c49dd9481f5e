"""What is new in a model against an earlier one: a line of words, and marks on the boxes that have it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from archposter.blocks.naming import Views
from archposter.blocks.tree import Callout, Cell, Lane, Repeat, Step, Tower, Wordings
from archposter.relate.nearest import Corpus, relative
from archposter.relate.signature import features, kind, signature, without
from archposter.relate.unlike import Unlike, unlike
from archposter.spec.arch import Arch
from archposter.spec.parts import AnyPart

_MOST_SIZES = 4


class News(NamedTuple):
    """What a card says of its model's relative; `new`: the paths of what the relative has not.

    `kinds` are the kinds of parts that have something of it, `whole` those that are new as such.  `lead` says
    whom it is compared with, `said` what differs: lists, the longest first, each with all that is new.
    """

    lead: str
    said: tuple[Wordings, ...]
    new: frozenset[str]
    kinds: frozenset[str]
    whole: frozenset[str]


NONE = News("", (), frozenset(), frozenset(), frozenset())


def news(arch: Arch, views: Views, of: Corpus) -> News:
    """Return what is new in a model against one of a corpus; nothing where there is no earlier one."""
    signed = signature(arch)
    found = relative(arch, of, signed[0])
    if found is None:
        return NONE
    label = of.label(found.model)
    if found.equal:
        return NONE._replace(lead=f"= {label}")
    other = unlike(arch, found.model, of, signed)
    kinds = frozenset(views[part].kind for part in arch.part_counts if _of_part(part) & other.paths)
    whole = frozenset(views[part].kind for part in arch.part_counts if kind(part)[0] in other.paths)
    whom = f"{label} ({'parent' if found.documented else 'nearest'})"
    lead = f"{'New against' if other.new else 'As'} {whom}"
    said = (tuple(other.new),) if other.new else tuple(_otherwise(other))
    return News(lead, said, other.paths, kinds, whole)


def _of_part(part: AnyPart) -> set[str]:
    return {kind(part)[0], *features(part).mechanisms}


def _otherwise(other: Unlike) -> Iterator[Wordings]:
    """Yield what a model that has nothing new lacks, and its sizes, then ever fewer of these."""
    lacking = [without(words) for words in other.gone]
    for few in range(min(_MOST_SIZES, len(other.sizes)), -1, -1):
        if said := (*lacking, *other.sizes[:few]):
            yield said


# ---- marks


def marked(tower: Tower, found: News) -> Tower:
    """Return the tower with rings around what is new and not of one part."""
    new = found.new

    def about(*starts: str) -> bool:
        return any(path.startswith(starts) for path in new)

    def around(one: Step | Lane) -> tuple[Cell | None, Cell | None]:
        """Return the norms before and after, with rings where norms stand in a new place."""
        place = " ".join(name for name, cell in (("pre", one.pre), ("post", one.post)) if cell)
        here = f"norm/placement={place}" in new
        return one.pre and ring(one.pre, here and not one.post), one.post and ring(one.post, here)

    def step(one: Step) -> Step:
        if all(isinstance(lane.slot, Cell) and lane.slot.part in found.whole for lane in one.lanes):
            return one  # norms of a new part are new with it
        pre, post = around(one)
        lanes = []
        for lane in one.lanes:
            before, after = around(lane)
            lanes.append(lane._replace(pre=before, post=after))
        above = one.sum and ring(one.sum, "norm/placement=sum" in new)
        return one._replace(pre=pre, lanes=tuple(lanes), post=post, sum=above)

    def frame(one: Repeat | Cell) -> Repeat | Cell:
        if isinstance(one, Cell) or not about("norm/placement="):
            return one
        return one._replace(steps=tuple(map(step, one.steps)))

    return tower._replace(
        embedding=ring(tower.embedding, about("embedding/multiplier", "embedding/width", "embedding/more")),
        added=tuple(ring(cell, about("embedding/positions", "embedding/ngram")) for cell in tower.added),
        table=tower.table and ring(tower.table, about("embedding/per_layer")),
        below=tuple(ring(cell, about("embedding/norm")) for cell in tower.below),
        plans=tuple(
            plan._replace(frames=tuple(map(frame, plan.frames)), callouts=noted(plan.callouts, found))
            for plan in tower.plans
        ),
        final=tower.final and ring(tower.final, about("norm/kind", "norm/gated")),
        ahead=tower.ahead and ring(tower.ahead, about("output/mtp")),
        output=tower.output
        and ring(
            tower.output,
            about(*(f"output/{name}" for name in ("head", "tied", "bias", "logit", "final", "weight"))),
        ),
        above=tuple(ring(cell, about("output/dense")) for cell in tower.above),
    )


_KEYS: Mapping[str, str] = {
    "residual": "residual",
    "embedding/ngram": "ngram",
    "embedding/positions": "positions",
    "embedding/multiplier": "embedding",
    "output/mtp": "ahead",
    "output/logit_scale": "output",
    "output/final_logit_softcapping": "output",
    "output/weight_norm": "output",
    "model/loops": "loop",
    "model/exit_gate": "loop",
}
"""The keys of the callouts that say what a model has once, by path."""


def noted(callouts: Iterable[Callout], found: News) -> tuple[Callout, ...]:
    """Return the callouts, those about something new told apart."""
    keys = {key for path, key in _KEYS.items() if any(new.startswith(path) for new in found.new)}
    parts = {f"part {name}" for name in found.whole}
    return tuple(one._replace(new=True) if one.key in keys or one.part in parts else one for one in callouts)


def ringed(tower: Tower) -> bool:
    """Tell whether any box has a ring."""
    frames = [one for plan in tower.plans for one in plan.frames]
    lines = [one for one in frames if isinstance(one, Cell)]
    steps = (step for one in frames if isinstance(one, Repeat) for step in one.steps)
    own = (tower.embedding, *tower.added, tower.table, *tower.below, tower.final, tower.ahead, tower.output)
    return any(
        cell.marked
        for cell in (*own, *tower.above, *lines, *(cell for s in steps for cell in _boxes(s)))
        if cell
    )


def _boxes(step: Step) -> Iterator[Cell | None]:
    yield from (step.pre, step.post, step.sum)
    for lane in step.lanes:
        yield from (lane.pre, lane.post)
        yield from [lane.slot] if isinstance(lane.slot, Cell) else [cell for _, cell in lane.slot.options]


def ring(cell: Cell, new: bool) -> Cell:
    """Return the box with a ring where it is new."""
    return cell._replace(marked=True) if new else cell
