"""Which earlier model a model stems from or is nearest to, and what it has that the other has not.

The bundled models are known by an index, `index.json`, that `scripts/build_index.py` writes: signatures, days
and documented parents.  `docs/lineage.md` has the rule and how well it finds documented parents.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from math import fsum, log
from pathlib import Path
from typing import Any, Final, NamedTuple

from archposter.relate.signature import Numbers, Signature, signature
from archposter.spec.arch import Arch

INDEX: Final = Path(__file__).with_name("index.json")
PARENTS: Final = ("follows", "initialised_from", "scaled_up_from", "distilled_from")
"""Relations that make a parent; a model from which a part was taken is none."""


class Weights(NamedTuple):
    """What each class of features counts; together 1, the likeness of equal models."""

    mixers: float = 0.35
    ffns: float = 0.3
    mechanisms: float = 0.2
    sizes: float = 0.1
    constants: float = 0.05


WEIGHTS: Final = Weights()
MAKER: Final = 0.05
"""How much nearer a model is for being of the same maker: most stem from their maker's own."""


@dataclass(eq=False)
class Known:
    """A model of the corpus: `name` is its spec's, `called` its own.

    `parents` are the names of those that are documented and in the corpus; `before` is the name of its
    nearest earlier model.  `row` is its signature as the index has it, by numbers of `paths`: read where it
    is needed.
    """

    name: str
    called: str
    size: str
    developer: str
    released: date
    parents: tuple[str, ...]
    before: str
    digest: str
    row: str
    paths: tuple[str, ...]

    @property
    def title(self) -> str:
        """Name and published size."""
        return f"{self.called} {self.size}".strip()

    @cached_property
    def signature(self) -> Signature:
        """What it is made of."""
        kinds, mechanisms, sizes, constants = json.loads(self.row)
        paths = self.paths
        return Signature(
            self.digest,
            {paths[place]: share for place, share in kinds},
            frozenset([paths[place] for place in mechanisms]),
            {paths[place]: tuple(values) for place, *values in sizes},
            {paths[place]: tuple(values) for place, *values in constants},
        )


@dataclass(eq=False)
class Corpus:
    """The known models, oldest first; what paths are called, and how many models have each.

    Models of one architecture count once, and are `distinct` together.
    """

    models: tuple[Known, ...]
    titles: Mapping[str, str]
    having: Mapping[str, int]
    distinct: int

    def label(self, model: Known) -> str:
        """Return what a model is called beside others: without its size, where that is not needed."""
        return model.called if self._called[model.called] == 1 else model.title

    def rarity(self, path: str) -> float:
        """Return what having a mechanism in common says: the more, the fewer models have it."""
        return self._rarities.get(path) or self._rarity(0)

    @cached_property
    def _called(self) -> Counter[str]:
        return Counter(model.called for model in self.models)

    @cached_property
    def _rarities(self) -> Mapping[str, float]:
        return {path: self._rarity(many) for path, many in self.having.items()}

    def _rarity(self, many: int) -> float:
        return log((self.distinct + 1) / (many + 0.5))


NO_MODELS: Final = Corpus((), {}, {}, 0)


class Relative(NamedTuple):
    """An earlier model; `documented`: its maker names it as the parent, else it is the nearest.

    `equal`: it has the same architecture.
    """

    model: Known
    documented: bool
    equal: bool


# ---- the index


def index(models: Mapping[str, Arch]) -> str:
    """Return the text of an index of models by name: the paths in one line, then a line a model."""
    signatures = {name: signature(arch) for name, arch in models.items()}
    titles = {path: title for _, said in signatures.values() for path, title in said.items()}
    first = {own.digest: own for own, _ in signatures.values()}
    having = Counter(path for own in first.values() for path in (*own.mechanisms, *own.kinds))
    paths = sorted(titles)
    number = {path: place for place, path in enumerate(paths)}

    def numbers(found: Numbers) -> list[list[float]]:
        return [[number[path], *values] for path, values in found.items()]

    lines: list[list[Any]] = [[len(first), [[path, titles[path], having[path]] for path in paths]]]
    for name in sorted(models, key=lambda name: (models[name].released or date.min, name)):
        arch, own = models[name], signatures[name][0]
        parents = [one.model for one in arch.lineage if one.relation in PARENTS and one.model in models]
        day = (arch.released or date.min).toordinal()
        shares = [[number[path], share] for path, share in own.kinds.items()]
        mechanisms = sorted(number[path] for path in own.mechanisms)
        row = _json([shares, mechanisms, numbers(own.sizes), numbers(own.constants)])
        said = (name, arch.name, arch.size, arch.developer or "", day, parents)
        lines.append([*said, "", own.digest, row])
    of = parse(_json(lines))
    for line in lines[1:]:
        found = nearest(models[line[0]], 1, of, siblings=False)
        line[6] = found[0][0].name if found else ""
    return "[" + ",\n".join(map(_json, lines)) + "]\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parse(text: str) -> Corpus:
    """Return the corpus of an index's text."""
    (distinct, head), *lines = json.loads(text)
    paths = tuple(path for path, _, _ in head)
    models = tuple(
        Known(name, called, size, maker, date.fromordinal(day), tuple(parents), before, digest, row, paths)
        for name, called, size, maker, day, parents, before, digest, row in lines
    )
    titles = {path: title for path, title, _ in head}
    return Corpus(models, titles, {path: many for path, _, many in head}, distinct)


@cache
def corpus() -> Corpus:
    """Return the corpus of the bundled models."""
    return parse(INDEX.read_text(encoding="utf-8"))


# ---- likeness


def likeness(a: Signature, b: Signature, of: Corpus, weights: Weights = WEIGHTS, least: float = 0.0) -> float:
    """Return how much of two architectures is alike, from 0 to 1; 0.0 where it is less than `least`.

    Of each class of features what both have counts by what either has, so that lacking the same things makes
    nobody alike; a mechanism counts the more the fewer models have it, and of a kind its span counts half.
    """
    kinds = weights.mixers * _shares(a.kinds, b.kinds, "mixer=")
    kinds += weights.ffns * _shares(a.kinds, b.kinds, "ffn=")
    if kinds + weights.mechanisms + weights.sizes + weights.constants < least:
        return 0.0
    # fsum is exact, so that the order of a set does not matter.
    both, either = (
        fsum(map(of.rarity, one)) for one in (a.mechanisms & b.mechanisms, a.mechanisms | b.mechanisms)
    )
    return (
        kinds
        + weights.mechanisms * (both / either if either else 1.0)
        + weights.sizes * _near(a.sizes, b.sizes)
        + weights.constants * _near(a.constants, b.constants)
    )


def _shares(a: Mapping[str, float], b: Mapping[str, float], slot: str) -> float:
    """Return how alike the kinds of a slot are: half of it as they are, half of it whatever their spans."""
    one, other = ({path: share for path, share in kinds.items() if path.startswith(slot)} for kinds in (a, b))
    return (_overlap(one, other) + _overlap(_spanless(one), _spanless(other))) / 2


def _spanless(kinds: Mapping[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for path, share in kinds.items():
        name = path.partition(" ")[0]
        found[name] = found.get(name, 0.0) + share
    return found


def _overlap(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    either = sum(max(a.get(path, 0.0), b.get(path, 0.0)) for path in {**a, **b})
    return sum(min(share, b.get(path, 0.0)) for path, share in a.items()) / either if either else 1.0


def _near(a: Numbers, b: Numbers) -> float:
    """Return how near numbers are: a value and its double are an eighth alike."""
    near, both = 0.0, 0
    for path, values in a.items():
        if path in b:
            both += 1
            one, other = sorted((sum(values) / len(values), sum(b[path]) / len(b[path])))
            near += (one / other) ** 3 if one > 0 else one == other
    return near / (len(a) + len(b) - both) if a or b else 1.0


# ---- relatives


def candidates(arch: Arch, of: Corpus, *, siblings: bool = True) -> list[Known]:
    """Return the models that are earlier, and with `siblings` those that are new together with it.

    These are models of the same day and maker, and other sizes of the same model.  For a model without a day
    every model but itself is earlier.
    """
    day, maker = arch.released or date.max, arch.developer or ""

    def together(model: Known) -> bool:
        size = model.called == arch.name and model.released < day
        return model.developer == maker and (size or model.released == day)

    return [
        model
        for model in of.models
        if not _itself(model, arch) and (siblings if together(model) else model.released < day)
    ]


def _itself(model: Known, arch: Arch) -> bool:
    return model.released == arch.released and model.title == arch.title


def nearest(
    arch: Arch,
    many: int,
    of: Corpus | None = None,
    *,
    siblings: bool = True,
    weights: Weights = WEIGHTS,
) -> list[tuple[Known, float]]:
    """Return the `many` nearest candidates with their likeness; of equal models only the earliest.

    Equal models come first. A model of the same maker stands before others that are up to `MAKER` more alike;
    of models that are equally near the latest comes first.
    """
    return _nearest(arch, signature(arch)[0], many, of or corpus(), siblings=siblings, weights=weights)


def _nearest(
    arch: Arch, own: Signature, many: int, of: Corpus, *, siblings: bool, weights: Weights = WEIGHTS
) -> list[tuple[Known, float]]:
    seen: set[str] = set()
    found: list[tuple[Known, float]] = []

    def order(entry: tuple[Known, float]) -> tuple[bool, float, int, str]:
        model, alike = entry
        nearness = round(alike + MAKER * (model.developer == arch.developer), 9)
        return model.digest != own.digest, -nearness, -model.released.toordinal(), model.name

    for model in candidates(arch, of, siblings=siblings):
        if model.digest not in seen:
            seen.add(model.digest)
            least = found[-1][1] - MAKER if len(found) == many else 0.0
            found.append((model, likeness(own, model.signature, of, weights, least)))
            found = sorted(found, key=order)[:many]
    return found


def relative(arch: Arch, of: Corpus | None = None, own: Signature | None = None) -> Relative | None:
    """Return whom a model is compared with: an equal one, its documented parent, or the nearest earlier one.

    Models of one maker and day, and the sizes of one model, are new together: none of them is another's
    relative.  `own` is the model's signature, where it is known.
    """
    of, own = of or corpus(), own or signature(arch)[0]
    before = candidates(arch, of, siblings=False)
    for model in before:
        if model.digest == own.digest:
            return Relative(model, documented=False, equal=True)
    parents = [one.model for one in arch.lineage if one.relation in PARENTS]
    for model in before:
        if model.name in parents:
            return Relative(model, documented=True, equal=False)
    stored = next(
        (model.before for model in of.models if _itself(model, arch) and model.digest == own.digest), ""
    )
    found = [model for model in before if model.name == stored]
    found = found or [model for model, _ in _nearest(arch, own, 1, of, siblings=False)]
    return Relative(found[0], documented=False, equal=False) if found else None
