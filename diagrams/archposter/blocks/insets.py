"""Which insets a card shows: candidates, what few models have first; layout takes what fits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set

from archposter import units
from archposter.blocks.attention import hides, masks_inset
from archposter.blocks.ffn import capital
from archposter.blocks.naming import Views
from archposter.blocks.table import BUILDERS
from archposter.blocks.tree import Callout, Cell, Diagram, Grid, Inset, Share, Shares, State, Tower, Words
from archposter.blocks.wide_insets import wide_insets
from archposter.counts.facts import common_context
from archposter.counts.parameters import Parameters
from archposter.counts.tensors import part_parameters
from archposter.relate import signature
from archposter.relate.nearest import Corpus
from archposter.spec.arch import Arch
from archposter.spec.parts import AnyPart

_MOST_SHARES = 4
_UNSEEN = re.compile(r"bias\Z|/activation=")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_MECHANISM = 0.6  # what the rarest mechanism of a part counts beside its kind
_REST = 0.02  # and all of them together


def candidates(
    arch: Arch, views: Views, counted: Parameters, of: Corpus, new: Set[str] = frozenset()
) -> tuple[Inset, ...]:
    """Return one inset for each type of part, the masks and the parameter shares, rarest first.

    Rare is what few models of the corpus have; what is `new` against an earlier model, by path, counts
    besides.  Of the parts of one type the one with the rarest mechanisms is drawn.
    """
    rarities = {part: sorted(map(of.rarity, _seen(part))) for part in arch.part_counts}
    shown: dict[type[AnyPart], AnyPart] = {}
    for part in sorted(rarities, key=lambda part: -sum(rarities[part])):
        shown.setdefault(type(part), part)
    found = [
        BUILDERS[kind]
        .inset(part, arch)
        ._replace(key=views[part].key, rarity=_rarity(part, rarities[part], of, new))
        for kind, part in shown.items()
    ]
    for path, inset in wide_insets(arch, views):
        found.append(
            inset._replace(rarity=of.rarity(path) * ((_MECHANISM if "/" in path else 1) + (path in new)))
        )
    context = common_context(arch)
    windowed = next((part for part in arch.parts if hides(part, context)), None)
    if windowed:
        path = signature.kind(windowed)[0]
        rarity = of.rarity(path) * (1 + (path in new))
        found.append(masks_inset(arch)._replace(key=views[windowed].key, rarity=rarity))
    found.append(_shares(arch, views, counted))
    return tuple(sorted(found, key=lambda inset: -inset.rarity))


def told(tower: Tower, insets: Sequence[Inset]) -> Tower:
    """Return the tower with callouts that know which insets tell all their numbers, too."""
    # Of experts an inset draws how many there are, and says the width of shared ones alone.
    said = {
        inset.key: _numbers(inset.body)
        for inset in insets
        if isinstance(inset.body, Diagram)
        and not any(isinstance(node.block, Grid) for node in inset.body.nodes)
    }

    def known(callout: Callout) -> Callout:
        numbers = set(_NUMBER.findall(callout.text))
        whole = numbers and all(numbers <= said.get(part, set()) for part in callout.told_by)
        return callout if whole else callout._replace(told_by=())

    plans = (plan._replace(callouts=tuple(map(known, plan.callouts))) for plan in tower.plans)
    return tower._replace(plans=tuple(plans))


def _numbers(diagram: Diagram) -> set[str]:
    """Return the numbers that a diagram's boxes say."""
    found: set[str] = set()
    for node in diagram.nodes:
        match node.block:
            case Cell(names=names, details=details, facts=facts):
                words = " ".join((*names, *details, *(fact[0] for fact in facts)))
            case State(names=words_of) | Words(wordings=words_of):
                words = " ".join(words_of)
            case _:
                continue
        found.update(_NUMBER.findall(words))
    return found


def _rarity(part: AnyPart, rarities: Sequence[float], of: Corpus, new: Set[str]) -> float:
    """Return how rare a part's kind is, with some of its rarest mechanism and a little of all the others."""
    own = signature.kind(part)[0]
    first = max(map(of.rarity, {own, *_seen(part)} & new), default=0.0)
    return round(first + of.rarity(own) + _MECHANISM * max(rarities, default=0.0) + _REST * sum(rarities), 6)


def _seen(part: AnyPart) -> set[str]:
    """Return a part's mechanisms; biases and activations are none that a drawing tells."""
    return {path for path in signature.features(part).mechanisms if not _UNSEEN.search(path)}


def _shares(arch: Arch, views: Views, counted: Parameters) -> Inset:
    """Return where the parameters are, by kind of part."""
    sizes: Counter[tuple[str, str]] = Counter()
    for part, times in arch.part_counts.items():
        seen = views[part]
        name = capital(seen.kind.split(" (")[0])
        sizes[name, seen.look] += times * part_parameters(part, arch.hidden_size)
    tables = "Embedding" if arch.tied or arch.output.head == "none" else "Embedding, output"
    sizes[tables, "empty"] = counted.active_with_tables - counted.active_without_embeddings
    total = counted.total
    sizes["Norms", "plain"] = total - sum(sizes.values())
    largest = sizes.most_common()
    if len(largest) > _MOST_SHARES:
        rest = sum(size for _, size in largest[_MOST_SHARES - 1 :])
        largest = [*largest[: _MOST_SHARES - 1], (("Other", "plain"), rest)]
    shares = tuple(Share(name, units.count(size), size / total, look) for (name, look), size in largest)
    return Inset((f"Where the {units.count(total)} parameters are", "Parameters"), Shares(shares))
