"""What differs between two Frames, in words that a reader of the pictures understands.

Works on the JSON of Frames.  Equal items are set aside; the others are paired with the likeliest partner:
first those that differ in place only, then those of one text, then those that stand for the same part.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import Any

from archposter.scene import Command, Drawn, Frame, Group, Link, Path, Text, bounds, from_json, walk

_NEAR = 100.0
"""Units; texts and shapes farther apart are one gone and one new, unless only their place differs."""
_MOST_PAIRS = 200_000
"""That are tried with each other; above it, only equal numbers are paired, in their order."""
_FEW = 4
"""Moves of one part that are told one by one, and copies of a move that are told apart from others."""
_PLACE = {"x", "y", "rect", "commands"}
_SAID_APART = _PLACE | {"text", "width"}
_SPOKEN = {"fill": "fill", "stroke": "outline", "stroke_width": "line width", "size": "type size"}


@dataclass(frozen=True)
class _Item:
    """An item, and its left, top, width and height in the Frame's own space."""

    item: Drawn
    x: float
    y: float
    width: float
    height: float

    @property
    def kind(self) -> str:
        return type(self.item).__name__.lower()

    @property
    def text(self) -> str:
        match self.item:
            case Text(text=said) | Link(href=said):
                return said
        return ""

    @property
    def part(self) -> Hashable:
        return self.kind, self.item.role, self.item.source

    @cached_property
    def look(self) -> Hashable:
        """Everything but the place."""
        own = (value for name, value in self.fields.items() if name not in _PLACE)
        return self.kind, *own, *self.shape

    @property
    def whole(self) -> Hashable:
        """Everything."""
        return self.x, self.y, self.look

    @property
    def fields(self) -> dict[str, Any]:
        return self.item._asdict()

    @cached_property
    def shape(self) -> tuple[Hashable, ...]:
        """The size; of a path also its points, from its left top corner."""
        size = round(self.width, 3), round(self.height, 3)
        return (*size, *_outline(self.item)) if isinstance(self.item, Path) else size


def differences(old: str, new: str) -> list[str]:
    """Return a line for each difference of two Frames as JSON: texts first, equal changes together.

    Raises ValueError for a text that is not the JSON of a Frame.
    """
    try:
        before, after = from_json(old), from_json(new)
        sides = list(_flat(before)), list(_flat(after))
        gone, come = _different(*sides)
        places = _Places(sides[0]), _Places(sides[1])
        lines, spoken = _paired(gone, come, places)
        for change, items, side in (("gone", gone, 0), ("new", come, 1)):
            spoken[change] += [places[side].name(item, with_text=True) for item in items]
        common = sorted(spoken.items(), key=lambda entry: -len(entry[1]))
        lines += [f"{_and_more(names)}: {change}" for change, names in common if names]
        for name in ("size", "title", "description"):
            first, second = getattr(before, name), getattr(after, name)
            if first != second:
                lines.append(f"{name}: {_quoted(first)} -> {_quoted(second)}")
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not the JSON of a Frame: {error}") from None
    return lines or ["painted in another order or grouped otherwise"] * (old != new)


def _paired(
    gone: list[_Item], come: list[_Item], places: tuple[_Places, _Places]
) -> tuple[list[str], dict[str, list[str]]]:
    """Return a line for each text that changed, and the names of the other items by what changed."""
    lines = []
    spoken: dict[str, list[str]] = defaultdict(list)
    shifted: dict[Hashable, list[tuple[str, str, float]]] = defaultdict(list)
    for first, second in _pairs(gone, come):
        shift, paint = _shift(first, second), list(_paint(first, second))
        name = places[0].name(first, with_text=first.text == second.text)
        if first.text != second.text:
            texts = f"{_quoted(first.text)} -> {_quoted(second.text)}"
            lines.append(f"{name}: {', '.join(filter(None, [texts, shift, *paint]))}")
        elif paint:
            spoken[", ".join(filter(None, [shift, *paint]))].append(name)
        else:
            shifted[first.part].append((shift or "set in another width", name, _distance(first, second)))
    for alike in shifted.values():
        for change, names in _gathered(alike):
            spoken[change] += names
    return lines, spoken


def _gathered(shifts: list[tuple[str, str, float]]) -> Iterator[tuple[str, list[str]]]:
    """Yield changes of place with the names of those that share them; many that differ are one."""
    shared: dict[str, list[str]] = defaultdict(list)
    for shift, name, _ in shifts:
        shared[shift].append(name)
    single = [(name, distance) for shift, name, distance in shifts if len(shared[shift]) < _FEW]
    if len(single) > _FEW:
        furthest = max(distance for _, distance in single)
        yield f"moved or resized, by up to {furthest:g} units", [name for name, _ in single]
    for shift, names in shared.items():
        if len(single) <= _FEW or len(names) >= _FEW:
            yield shift, names


def _different(old: list[_Item], new: list[_Item]) -> tuple[list[_Item], list[_Item]]:
    """Return the items that the other Frame has not got."""

    def without(items: list[_Item], others: list[_Item]) -> list[_Item]:
        known = Counter(item.whole for item in others)
        left = []
        for item in items:
            known[item.whole] -= 1
            left += [item] if known[item.whole] < 0 else []
        return left

    return without(old, new), without(new, old)


def _pairs(gone: list[_Item], come: list[_Item]) -> Iterator[tuple[_Item, _Item]]:
    """Yield old and new items that belong together, and take them out of both lists."""
    steps: list[tuple[Callable[[_Item], Hashable], float]] = [
        (lambda item: (item.part, item.look), float("inf")),
        (lambda item: (item.part, item.text), 4 * _NEAR),
        (lambda item: item.part, _NEAR),
        (lambda item: item.kind, _NEAR / 4),
    ]
    for same, reach in steps:
        groups: dict[Hashable, tuple[list[_Item], list[_Item]]] = defaultdict(lambda: ([], []))
        for side, items in enumerate((gone, come)):
            for item in items:
                groups[same(item)][side].append(item)
        found = [pair for group in groups.values() for pair in _matched(*group, reach)]
        yield from found
        paired = {id(item) for pair in found for item in pair}
        for items in (gone, come):
            items[:] = [item for item in items if id(item) not in paired]


def _matched(old: list[_Item], new: list[_Item], reach: float) -> list[tuple[_Item, _Item]]:
    # Items are painted in a lasting order: where none is missing, each has kept its place in it.
    in_order = list(zip(old, new, strict=False))
    many = len(old) * len(new) > _MOST_PAIRS
    if len(old) == len(new) and (many or all(hypot(a.x - b.x, a.y - b.y) <= reach for a, b in in_order)):
        return in_order
    if many:
        return []
    near = sorted((hypot(a.x - b.x, a.y - b.y), i, j) for i, a in enumerate(old) for j, b in enumerate(new))
    used: tuple[set[int], set[int]] = (set(), set())
    found = []
    for distance, i, j in near:
        if distance <= reach and i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            found.append((old[i], new[j]))
    return found


def _shift(old: _Item, new: _Item) -> str:
    """Return how an item's place or size differs; "" where it does not."""
    across, down = round(new.x - old.x, 3), round(new.y - old.y, 3)
    if old.kind == "text" or old.shape == new.shape:
        moved = [
            _moved(across, "right", "left") if across else "",
            _moved(down, "down", "up") if down else "",
        ]
        return f"moved {', '.join(filter(None, moved))}" if any(moved) else ""
    if old.kind == "path":
        return f"another line, {_extent(old)} -> {_extent(new)}"
    return f"{_extent(old)} -> {_extent(new)}"


def _distance(old: _Item, new: _Item) -> float:
    corners = ((item.x, item.y, item.x + item.width, item.y + item.height) for item in (old, new))
    furthest: float = max(abs(a - b) for a, b in zip(*corners, strict=True))
    return round(furthest, 3)


def _paint(old: _Item, new: _Item) -> Iterator[str]:
    """Yield what else differs than place, size and text."""
    for name in sorted(old.fields.keys() - _SAID_APART):
        first, second = old.fields[name], new.fields[name]
        if first != second:
            yield f"{_SPOKEN.get(name, name)} {_said(first)} -> {_said(second)}"


def _moved(distance: float, forth: str, back: str) -> str:
    length = abs(distance)
    return f"{length:g} unit{'' if length == 1 else 's'} {forth if distance > 0 else back}"


def _extent(item: _Item) -> str:
    return f"{item.width:g} x {item.height:g} at {_place(item)}"


def _place(item: _Item) -> str:
    return f"({item.x:g}, {item.y:g})"


def _said(value: Any) -> str:
    return "none" if value in (None, ()) else value if isinstance(value, str) and value else json.dumps(value)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _and_more(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1:,} more"


class _Places:
    """Names items by the part of the spec they draw, or by the frame or inset around them."""

    def __init__(self, items: Iterable[_Item]) -> None:
        known = list(items)
        self._frames = [item for item in known if item.item.role in ("frame", "inset")]
        self._texts = [item for item in known if item.kind == "text"]

    def name(self, item: _Item, *, with_text: bool) -> str:
        noun = item.item.role or item.kind
        if item.text and with_text:
            noun = _quoted(item.text)
        place = item.item.source or self._around(item)
        return f"{place} / {noun}" if place else f"{noun} at {_place(item)}"

    def _around(self, item: _Item) -> str:
        around = [frame for frame in self._frames if frame is not item and _inside(item, frame)]
        if not around:
            return ""
        closest = min(around, key=lambda frame: frame.width * frame.height)
        if closest.item.role == "inset":
            titles = (text.text for text in self._texts if _inside(text, closest))
            return f"inset {_quoted(next(titles, ''))}"
        return closest.item.source or "model"


def _inside(item: _Item, frame: _Item) -> bool:
    return (
        frame.x <= item.x
        and frame.y <= item.y
        and item.x + item.width <= frame.x + frame.width
        and item.y + item.height <= frame.y + frame.height
    )


def _flat(frame: Frame) -> Iterator[_Item]:
    """Yield the items of a Frame and of its groups, all in the Frame's space."""
    for item, at in walk(frame.items):
        if not isinstance(item, Group):
            x, y, width, height = at.rect(bounds(item))
            yield _Item(item, round(x, 3), round(y, 3), width, height)


def _outline(path: Path) -> Iterator[Command]:
    """Yield the path from its left top corner."""
    left, top, *_ = bounds(path)
    for verb, numbers in path.commands:
        yield verb, tuple(round(n - (top if place % 2 else left), 2) for place, n in enumerate(numbers))
