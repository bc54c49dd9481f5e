"""How well the nearest earlier model finds the documented parent: docs/lineage.md, which `make index` writes.

Weights are set on one half of the documented edges, chosen by hash; the figures are those of the other half.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import NamedTuple

from archposter.relate.nearest import MAKER, WEIGHTS, Corpus, Weights, nearest, relative
from archposter.spec.arch import Arch

PAGE = Path(__file__).parents[1] / "docs" / "lineage.md"
FIRST, AMONG_THREE = 0.6, 0.85
"""What no change may fall below: shares of the parents that are the nearest, and among the three nearest."""

_PICTURE = """
## The picture

`archposter lineage` draws the tree: of all bundled models, of those that are named or meet `--where`, or
with `--of MODEL` of what a model, also one of your own, stems from and what stems from it. `--json` has the
same as data.

- A box is an architecture: its earliest model, then the others. Its strip has a column a layer, mixers
  above FFNs.
- Time runs from left to right in columns. Each takes as many models as suits the sheet, so that the axis is
  stretched where models are dense; none has a model and its parent. Families keep to lanes, with their
  name.
- A solid line is documented by the child's maker, in whose words what changed stands above the box; a thin
  one says that a part was taken. A dotted line leads to the nearest earlier model, and what is new (+),
  gone (−) or else of another size is computed. There is one where none of the documented parents is in the
  picture, and of chosen models the nearest counts that is chosen.
- A dashed box is a model that a maker names and that is not in the picture. Where its year alone is known, it
  stands at the end of it, or just before what stems from it.
- The edges of a box are those of its earliest model; what is documented of the others is in the data.

The order of lanes and rows comes from Graphviz, whose `dot` sees families as clusters and columns as ranks;
then each lane moves to where its lines are shortest, and lines run in the room between boxes. The engine is
the wheel `graphviz-pure` 0.2 of the `graph` extra, or else a `dot` of the system. Another release may order
lanes otherwise; what is drawn and who is joined to whom stay the same. `.dot` files need no engine.

"""

_STEPS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)

_HEAD = """\
# Which model a model is nearest to

<!-- Written by `make index`; do not edit. -->

A card marks what its model has and the model it stems from has not. Which model that is, is documented, or
else computed; the card says which. `lineage` of a spec documents it: the model that a model follows, was
initialised, distilled or scaled up from, by its maker's word, with the page that says so. Where no such
parent is bundled, the nearest earlier model takes its place.

## The rule

Candidates are the bundled models that were released earlier; without a day, all. Models of the same day and
maker, and other sizes of the same model, are new together: lists of the nearest have them, but on a card only
what was there before counts. What is alike is weighed:

{weights}

In each class, what both have is divided by what either has: lacking the same things makes nobody alike.

- Kinds of mixers and of FFNs count by the share of the layers that have them: half of it as they are, windows
  and chunks apart, half of it whatever their spans.
- A mechanism that few models have says more than one that all have: its weight is log((N + 1) / (n + 1/2)),
  for n of N architectures.
- Numbers are as near as the cube of the smaller to the larger: a value and its double are an eighth alike;
  several of one name count by their mean.

Of equal architectures the earliest stands for all. A model of the same maker stands before others that are up
to {maker:g} more alike; of models equally near the latest comes first. Two architectures are equal if
everything that is computed is; `archposter diff` then finds no difference, and nothing is nearer.

The built index of the package has what this needs of every bundled model. It answers for a bundled model
without a search, for a config of one's own with one.

That kinds of parts count most, then mechanisms, sizes and constants, is the rule; the values, and what the
same maker counts, were set on half of the documented parents below, chosen by the hash of both names. Of the
{tried} settings of the weights in steps of 0.05 that keep the order, {best} do best there, these among them.
"""

_NAMES = {
    "mixers": "kinds of mixers",
    "ffns": "kinds of FFNs",
    "mechanisms": "mechanisms",
    "sizes": "sizes",
    "constants": "constants",
}


class Edge(NamedTuple):
    """A documented parent, and the place it has among the nearest models, from 1; 0: none.

    `place` is that of the parent in any of its sizes: makers name the model.  `exact` is its own place.
    """

    child: str
    parent: str
    learned: bool
    place: int
    exact: int
    nearest: str


def edges(archs: Mapping[str, Arch], of: Corpus, weights: Weights = WEIGHTS) -> list[Edge]:
    """Return every documented parent that is bundled, or equals one that is."""
    known = {model.name: model for model in of.models}
    found = []
    for child, parent in ((model.name, parent) for model in of.models for parent in model.parents):
        ranked = [
            model for model, _ in nearest(archs[child], len(archs), of, siblings=False, weights=weights)
        ]
        own = known[parent]
        exact = _place([model.digest == own.digest for model in ranked])
        place = _place([own.digest == model.digest or own.called == model.called for model in ranked])
        learned = sha256(f"{child} {parent}".encode()).digest()[0] % 2 == 0
        found.append(Edge(child, parent, learned, place, exact, ranked[0].name))
    return found


def _place(matches: list[bool]) -> int:
    return matches.index(True) + 1 if True in matches else 0


def shares(found: Iterable[Edge]) -> tuple[float, float]:
    """Return the shares of the edges whose parent is the nearest, and among the three nearest."""
    places = [edge.place for edge in found]
    return places.count(1) / len(places), sum(0 < place <= 3 for place in places) / len(places)


def tried() -> list[Weights]:
    """Return weights in steps, each in the order of importance."""
    steps = [Weights(*some) for some in product(_STEPS, repeat=5) if round(sum(some), 9) == 1]
    return [weights for weights in steps if list(weights) == sorted(weights, reverse=True)]


def page(archs: Mapping[str, Arch], of: Corpus) -> str:
    """Return the page."""
    table = ["| class | weight |", "| --- | ---: |"]
    table += [f"| {_NAMES[name]} | {value:g} |" for name, value in WEIGHTS._asdict().items()]
    scores = [shares(edge for edge in edges(archs, of, some) if edge.learned) for some in tried()]
    best = scores.count(max(scores))
    head = _HEAD.format(maker=MAKER, weights="\n".join(table), tried=len(scores), best=best)
    return head + "\n".join([*_checked(archs, of), _PICTURE + "\n".join(_all(archs, of))]) + "\n"


def _checked(archs: Mapping[str, Arch], of: Corpus) -> Iterable[str]:
    found = edges(archs, of)
    yield "\n## Against documented parents\n"
    yield "| parents | | nearest | among three | nearest in that size |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, some in (
        ("to set the weights", [edge for edge in found if edge.learned]),
        ("to check them", [edge for edge in found if not edge.learned]),
        ("all", found),
    ):
        first, three = shares(some)
        exact = [edge.exact for edge in some].count(1) / len(some)
        yield f"| {name} | {len(some)} | {first:.0%} | {three:.0%} | {exact:.0%} |"
    yield "\nA parent counts as found if it is named in any of its sizes, as makers name the model, or if a"
    yield "model equal to it is. A part that was taken from another model makes no parent. Every miss:\n"
    for edge in found:
        if edge.place != 1:
            yield f"- {edge.child}: {edge.parent} is number {edge.place}; nearest is {edge.nearest}."


def _all(archs: Mapping[str, Arch], of: Corpus) -> Iterable[str]:
    yield "## All models\n"
    yield "Whom each model's card compares it with, and the three nearest with their likeness.\n"
    yield "| model | released | compared with | nearest |"
    yield "| --- | --- | --- | --- |"
    for name, arch in archs.items():
        found = relative(arch, of)
        said = (
            "" if not found else f"{'= ' * found.equal}{found.model.name}{', documented' * found.documented}"
        )
        near = ", ".join(f"{model.name} {alike:.2f}" for model, alike in nearest(arch, 3, of))
        yield f"| {name} | {arch.released or ''} | {said} | {near} |"
