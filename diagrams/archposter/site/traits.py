"""What a model is made of in words, row by row, whatever it is compared with: for tables of many models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from archposter.blocks.diff import subject, topic
from archposter.compare.lines import NAMES, Class
from archposter.compare.profile import Profile, Stack
from archposter.compare.properties import kind_of
from archposter.compare.values import Aspect, Kind, Property, Row, Varied
from archposter.compare.whole import Whole
from archposter.compare.words import every


class Trait(NamedTuple):
    """One property of a model: what it is of, what it is called and its value in words.

    `telling`: models without such a property differ in it (see `compare.values.Property`).
    """

    topic: str
    label: str
    kind: Kind
    words: str
    telling: bool


def traits(model: Profile) -> list[Trait]:
    """Return what a model is made of: its layers' parts by what they are for, then what it has once.

    Of several kinds of parts for one thing, the most frequent has its name, the others their own beside it.
    """
    return [*_parts(model.decoder), *_whole(model.decoder.whole), *_whole(model.whole)]


def _parts(stack: Stack) -> Iterator[Trait]:
    first: dict[str, Class] = {}
    order = list(NAMES)
    for found in sorted(stack.classes, key=lambda one: (order.index(one.role), -one.depth)):
        name = NAMES[found.role]
        if first.setdefault(name, found) is not found:
            name = f"{name}: {found.title}"
        yield _trait("attention", name, "kind", Property("kind", found.what), found.depth)
        yield _trait("attention", name, "in layers", Property("in_layers", found.depth), found.depth)
        for title, one in found.properties.items():
            yield _trait("attention", name, title, one, found.depth)


def _whole(found: Whole) -> Iterator[Trait]:
    for aspect, properties in found.items():
        for title, one in properties.items():
            yield _trait(aspect, "", title, one, 0)


def _trait(aspect: Aspect, part: str, title: str, one: Property, depth: int) -> Trait:
    values: list[object] = [*one.value.values] if isinstance(one.value, Varied) else [one.value]
    kind: Kind = "mechanism" if one.field == "kind" else kind_of(one.field, values)
    row = Row(aspect, part, one.field, title, kind, (one.value,), (depth,) if part else ())
    return Trait(topic(row), subject(row), kind, every(row)[0][0], one.telling)
