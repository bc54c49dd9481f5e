"""What a model's parts are called, all of them together: one kind is one name and one drawing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from archposter.blocks.table import BUILDERS
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import AnyPart

Views = Mapping[AnyPart, View]

_NUMBER = re.compile(r"\d[\d,]*")


def views(arch: Arch) -> Views:
    """Return every part's view.

    Parts that would share a kind but not its names get kinds of their own; parts that share all but
    their sizes share a callout that gives the range.
    """
    found = {part: BUILDERS[type(part)].view(part, arch) for part in arch.part_counts}
    for alike in _grouped(found).values():
        sayings = list(dict.fromkeys((found[part].names, found[part].details) for part in alike))
        if len(sayings) > 1:
            for part in alike:
                found[part] = found[part]._replace(kind=_apart(found[part], sayings))
    for alike in _grouped(found).values():
        callout = _range([found[part].callout for part in alike])
        for part in alike:
            found[part] = found[part]._replace(callout=callout)
    return found


def _grouped(found: Views) -> dict[str, list[AnyPart]]:
    groups: dict[str, list[AnyPart]] = {}
    for part, seen in found.items():
        groups.setdefault(seen.kind, []).append(part)
    return groups


def _apart(seen: View, sayings: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> str:
    """Return a kind that tells a view from others of its kind: by its detail, its name, or a number."""
    for place in (1, 0):
        words = [saying[place][:1] for saying in sayings]
        if len(set(words)) == len(words) and all(words):
            own = (seen.names, seen.details)[place][0]
            return f"{seen.kind} ({own})" if place else own
    return f"{seen.kind} {sayings.index((seen.names, seen.details)) + 1}"


def _range(callouts: Iterable[str]) -> str:
    """Return callouts that differ only in numbers as one: "8 wide" and "16 wide" as "8 to 16 wide"."""
    different = list(dict.fromkeys(callouts))
    patterns = {_NUMBER.sub("#", callout) for callout in different}
    if len(different) == 1 or len(patterns) > 1:
        return different[0] if len(different) == 1 else ""
    columns = zip(*(_NUMBER.findall(callout) for callout in different), strict=True)
    pieces = iter([_span(column) for column in columns])
    return re.sub("#", lambda _: next(pieces), patterns.pop())


def _span(numbers: Iterable[str]) -> str:
    ordered = sorted(set(numbers), key=lambda number: int(number.replace(",", "")))
    return ordered[0] if len(ordered) == 1 else f"{ordered[0]} to {ordered[-1]}"
