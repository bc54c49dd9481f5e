"""What is new in a model against an earlier one: a line of words, and marks on the boxes that have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from archposter.blocks.naming import Views
from archposter.blocks.tree import Callout, Cell, Lane, Repeat, Step, Tower, Wordings
from archposter.relate.nearest import Corpus, relative
from archposter.relate.signature import Numbers, Signature, features, kind, outermost, signature
from archposter.spec.arch import Arch
from archposter.spec.parts import AnyPart
from archposter.units import exact

_MOST_SIZES = 4
_ECHOES = {
    "mixer/v_head_dim": "mixer/head_dim",
    "mixer/query_pre_attn_scalar": "mixer/head_dim",
    "ffn/shared_experts/intermediate_size": "ffn/moe_intermediate_size",
}
"""Sizes that mostly say what another has said."""


class News(NamedTuple):
    """What a card says of its model's relative; `new`: the paths of what the relative has not.

    `kinds` are the kinds of parts that have something of it, `whole` those that are new as such.  `lead` says
    whom it is compared with, `line` what differs, longest first.
    """

    lead: str
    line: Wordings
    new: frozenset[str]
    kinds: frozenset[str]
    whole: frozenset[str]

    @property
    def marks(self) -> bool:
        """Whether any box is marked."""
        return bool(self.new)


NONE = News("", (), frozenset(), frozenset(), frozenset())


def news(arch: Arch, views: Views, of: Corpus) -> News:
    """Return what is new in a model against one of a corpus; nothing where there is no earlier one."""
    found = relative(arch, of)
    if found is None:
        return NONE
    label = of.label(found.model)
    if found.equal:
        return NONE._replace(lead=f"= {label}")
    theirs = found.model.signature
    had = theirs.mechanisms | theirs.kinds.keys()
    own, titles = signature(arch)
    kinds = frozenset(views[part].kind for part in arch.part_counts if _of_part(part) - had)
    whole = frozenset(views[part].kind for part in arch.part_counts if kind(part)[0] not in had)
    new = (own.mechanisms | own.kinds.keys()) - had
    gone = had - own.mechanisms - own.kinds.keys()
    words = _Words(of, {**of.titles, **titles})
    told = words.named(new - words.typical(arch, had))
    whom = f"{label} ({'parent' if found.documented else 'nearest'})"
    lead = f"{'New against' if told else 'As'} {whom}"
    line = _fewer(told) if told else _unlike(words.named(gone), words.numbers(own, theirs))
    return News(lead, line, frozenset(new), kinds, whole)


def _of_part(part: AnyPart) -> set[str]:
    return {kind(part)[0], *features(part).mechanisms}


class _Words(NamedTuple):
    """Names of mechanisms and sizes."""

    of: Corpus
    titles: Mapping[str, str]

    def typical(self, arch: Arch, had: Iterable[str]) -> set[str]:
        """Return what goes without saying: of parts of new kinds, what at least half of their kind have."""
        own: dict[str, set[str]] = {}
        for part in arch.part_counts:
            name = kind(part)[0]
            usual = self.of.having.get(name, 0)
            for path in features(part).mechanisms:
                if name not in had and 2 * self.of.having.get(path, 0) >= usual:
                    own.setdefault(path, set())
                else:
                    own.setdefault(path, set()).add(name)
        return {path for path, elsewhere in own.items() if not elsewhere}

    def named(self, paths: Iterable[str]) -> list[str]:
        """Return the names, kinds first, then the rarest; what is inside another goes without saying."""
        outer = outermost(paths)
        outer.sort(key=lambda path: ("/" in path, self.of.having.get(path, 0), path))
        return list(dict.fromkeys(self.titles[path] for path in outer))

    def numbers(self, own: Signature, theirs: Signature) -> list[str]:
        """Return what differs in size, or else in constants, the largest factor first."""
        return self._numbers(own.sizes, theirs.sizes) or self._numbers(own.constants, theirs.constants)

    def _numbers(self, own: Numbers, theirs: Numbers) -> list[str]:
        found = []
        for path in own.keys() & theirs.keys():
            mine, other = own[path][-1], theirs[path][-1]
            echo = _ECHOES.get(path, "")
            if (own.get(echo), theirs.get(echo)) == (own[path], theirs[path]):
                continue
            if own[path] != theirs[path] and mine != other:
                ratio = max(mine, other) / min(mine, other) if min(mine, other) > 0 else 1.0
                found.append((-ratio, path, mine, other))
        return [self._number(path, mine, other) for _, path, mine, other in sorted(found)]

    def _number(self, path: str, mine: float, other: float) -> str:
        title = self.titles[path]
        said, before = (exact(round(n)) if n == int(n) else f"{n:g}" for n in (mine, other))
        return f"{said} {title} for {before}" if title.endswith("s") else f"{title} {said} for {before}"


def _unlike(gone: list[str], numbers: list[str]) -> Wordings:
    """Return what a model that has nothing new lacks, and its sizes, then ever fewer of these."""
    without = [f"without {', '.join(gone)}"] if gone else []
    return tuple(
        ", ".join([*without, *numbers[:few]]) for few in range(min(_MOST_SIZES, len(numbers)), -1, -1)
    )


def _fewer(words: list[str]) -> Wordings:
    """Return a list in words, then ever fewer of it and how many more there are."""
    some = range(len(words) - 1, 0, -1)
    return ", ".join(words), *(f"{', '.join(words[:few])} and {len(words) - few} more" for few in some)


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
        return one if isinstance(one, Cell) else one._replace(steps=tuple(map(step, one.steps)))

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
        output=ring(tower.output, about(*(f"output/{name}" for name in ("tied", "bias", "logit", "final")))),
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
    "model/loops": "loop",
}
"""The keys of the callouts that say what a model has once, by path."""


def noted(callouts: Iterable[Callout], found: News) -> tuple[Callout, ...]:
    """Return the callouts, those about something new told apart."""
    keys = {key for path, key in _KEYS.items() if any(new.startswith(path) for new in found.new)}
    parts = {f"part {name}" for name in found.whole}
    return tuple(one._replace(new=one.key in keys or one.part in parts) for one in callouts)


def ring(cell: Cell, new: bool) -> Cell:
    """Return the box with a ring where it is new."""
    return cell._replace(marked=True) if new else cell
