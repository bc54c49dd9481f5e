"""What a model's parts are called, all of them together: one kind is one name and one drawing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from archposter.blocks.sayings import said
from archposter.blocks.table import BUILDERS
from archposter.blocks.tree import Wordings
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import AnyPart

Views = Mapping[AnyPart, View]

_NUMBER = r"\d[\d,]*"


def views(arch: Arch) -> Views:
    """Return every part's view.

    Parts that would share a kind but not all that is said of them get kinds of their own.
    """
    found = {part: _view(part, arch) for part in arch.part_counts}
    for alike in _grouped(found).values():
        sayings = list(dict.fromkeys(_sayings(found[part]) for part in alike))
        if len(sayings) > 1:
            for part in alike:
                found[part] = found[part]._replace(kind=_apart(found[part], sayings))
    return found


def _view(part: AnyPart, arch: Arch) -> View:
    """Return a part's view with all that is said of its fields."""
    view = BUILDERS[type(part)].view(part, arch)
    return view._replace(facts=(*view.facts, *said(part, "box")), inside=tuple(said(part, "beside")))


def _grouped(found: Views) -> dict[str, list[AnyPart]]:
    groups: dict[str, list[AnyPart]] = {}
    for part, seen in found.items():
        groups.setdefault(seen.kind, []).append(part)
    return groups


_Sayings = tuple[Wordings, tuple[Wordings, ...]]


def _sayings(seen: View) -> _Sayings:
    return seen.names, (*seen.facts, *seen.inside)


def _apart(seen: View, sayings: list[_Sayings]) -> str:
    """Return a kind that tells a view from others: by its name, what it alone has, or a number."""
    names, facts = _sayings(seen)
    if len({other for other, _ in sayings}) == len(sayings):
        return names[-1]
    shared = set[Wordings].intersection(*(set(other) for _, other in sayings))
    own = [tuple(fact[-1] for fact in other if fact not in shared) for _, other in sayings]
    place = sayings.index((names, facts))
    if len(set(own)) < len(own):
        return f"{seen.kind} {place + 1}"
    return f"{seen.kind} ({', '.join(own[place])})" if own[place] else seen.kind


def ranged(callouts: Iterable[str]) -> str:
    """Return callouts that differ only in numbers as one: "8 wide" and "16 wide" as "8 to 16 wide"."""
    different = list(dict.fromkeys(callouts))
    patterns = {re.sub(_NUMBER, "#", callout) for callout in different}
    if len(patterns) != 1:
        return "; ".join(different)
    if len(different) == 1:
        return different[0]
    columns = zip(*(re.findall(_NUMBER, callout) for callout in different), strict=True)
    pieces = iter([_span(column) for column in columns])
    return re.sub("#", lambda _: next(pieces), patterns.pop())


def _span(numbers: Iterable[str]) -> str:
    ordered = sorted(set(numbers), key=lambda number: int(number.replace(",", "")))
    return ordered[0] if len(ordered) == 1 else f"{ordered[0]} to {ordered[-1]}"
