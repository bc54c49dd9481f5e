"""Geometry and the Frame: a finished picture with every position, colour and font resolved.

A Frame is written by `layout` and `compose` and only read by `export` and `audit`.  Lengths are in
points of the Frame's own space (1/72 inch on a poster page, card units on a card), x to the right
and y downwards.  Standard library only.
"""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import isfinite
from typing import Any, Literal, NamedTuple

Face = Literal["regular", "semibold", "display"]
Verb = Literal["M", "L", "C", "Z"]
Command = tuple[Verb, tuple[float, ...]]


class Pair(NamedTuple):
    """A colour that follows the reader's scheme, light or dark."""

    light: str
    dark: str


Color = str | Pair
"""#RRGGBB, or one for each scheme."""


def light(color: Color) -> str:
    """Return the colour of the light scheme, the one for paper and for pixels."""
    return color.light if isinstance(color, Pair) else color


ARC = 0.5523
"""Where the handles of the cubic lie that is nearest to a quarter of a circle of radius 1."""

PRECISION = 2
"""Decimals kept of every coordinate; `rounded` and `decimal` are the only places that round."""


def rounded(value: float) -> float:
    """Return `value` at the precision every writer uses; -0.0 becomes 0.0."""
    return round(value, PRECISION) + 0.0


@lru_cache(maxsize=65_536)
def decimal(value: float) -> str:
    """Return the shortest text of `rounded(value)`; raise ValueError for what is not finite."""
    if not isfinite(value):
        raise ValueError(f"a coordinate is {value}")
    text = f"{value:.{PRECISION}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class Size(NamedTuple):
    """Width and height."""

    width: float
    height: float


class Point(NamedTuple):
    """A position."""

    x: float
    y: float


class Rect(NamedTuple):
    """An axis-aligned rectangle; also the region a parent offers to a child."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge's x."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge's y."""
        return self.y + self.height

    @property
    def center_x(self) -> float:
        """The x half-way between the sides."""
        return self.x + self.width / 2

    @property
    def center_y(self) -> float:
        """The y half-way between top and bottom."""
        return self.y + self.height / 2

    def inset(self, dx: float, dy: float | None = None) -> "Rect":
        """Return the rectangle moved inwards by `dx` at the sides and `dy` at top and bottom."""
        dy = dx if dy is None else dy
        return Rect(self.x + dx, self.y + dy, self.width - 2 * dx, self.height - 2 * dy)

    def moved(self, dx: float, dy: float) -> "Rect":
        """Return the rectangle shifted by (dx, dy)."""
        return Rect(self.x + dx, self.y + dy, self.width, self.height)

    def contains(self, other: "Rect", slack: float = 0.0) -> bool:
        """Tell whether `other` lies inside, give or take `slack`."""
        return (
            other.x >= self.x - slack
            and other.y >= self.y - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )

    def overlaps(self, other: "Rect", slack: float = 0.0) -> bool:
        """Tell whether the two share more than `slack` in both directions."""
        return (
            min(self.right, other.right) - max(self.x, other.x) > slack
            and min(self.bottom, other.bottom) - max(self.y, other.y) > slack
        )


# ---- what is drawn: `role` says what an item is for, `source` which place of the spec it draws


class Box(NamedTuple):
    """A rectangle, filled, outlined or both; `look` is the kind of part it stands for, of `theme.LOOKS`."""

    rect: Rect
    fill: Color | None = None
    stroke: Color | None = None
    stroke_width: float = 1.0
    radius: float = 0.0
    dash: tuple[float, ...] = ()
    role: str = ""
    source: str = ""
    look: str = ""


class Path(NamedTuple):
    """A path of absolute moves, lines and cubic curves."""

    commands: tuple[Command, ...]
    fill: Color | None = None
    stroke: Color | None = None
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()
    role: str = ""
    source: str = ""


class Text(NamedTuple):
    """One line of text that starts at `x` on the baseline `y`; `width` is its kerned advance.

    In another font `anchor` of its width stays where it is: 0 is the start, 0.5 the middle, 1 the end.
    """

    x: float
    y: float
    text: str
    face: Face
    size: float
    fill: Color
    width: float
    role: str = ""
    source: str = ""
    anchor: float = 0.0


class Link(NamedTuple):
    """A region that leads to `href` where the format can; "#page=3" is a page of the same file.

    `label` says what is there, for readers who do not see the region.
    """

    rect: Rect
    href: str
    role: str = ""
    source: str = ""
    label: str = ""


class Group(NamedTuple):
    """Items in a space of their own: scaled by `scale`, then moved to (x, y).

    `key` names content that a writer may store apart, once for all its places.  `description` says what
    the group shows, for readers who do not see it.
    """

    items: tuple["Item", ...]
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    key: str = ""
    title: str = ""
    description: str = ""
    role: str = ""
    source: str = ""


Drawn = Box | Path | Text | Link
Item = Drawn | Group


class Frame(NamedTuple):
    """A finished picture: its size, its items in painting order, and what it says in words."""

    size: Size
    items: tuple[Item, ...]
    title: str
    description: str = ""


class Claim(NamedTuple):
    """What a picture must say of a thing: each of the `words` in one of its wordings, or drawn by a role.

    Those in `together` stand in one box, with what is said of all boxes beside it, or in one prose.  `norms`:
    a name, the word for where all are, and those for where some are, with how many; at least as many boxes of
    that name are drawn as no word that is there tells of.
    """

    about: str
    together: tuple[tuple[str, ...], ...] = ()
    words: tuple[tuple[str, ...], ...] = ()
    roles: tuple[str, ...] = ()
    norms: tuple[str, str, tuple[tuple[str, int], ...]] | None = None


class Placement(NamedTuple):
    """Where the space of some items lies in the Frame's: scaled by `scale`, then moved to (x, y)."""

    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0

    def rect(self, rect: Rect) -> Rect:
        """Return a rectangle of that space in the Frame's."""
        x, y = self.x + rect.x * self.scale, self.y + rect.y * self.scale
        return Rect(x, y, rect.width * self.scale, rect.height * self.scale)

    def within(self, group: Group) -> "Placement":
        """Return where the space of a group's items lies, if the group stands in this one."""
        x, y = self.x + group.x * self.scale, self.y + group.y * self.scale
        return Placement(x, y, self.scale * group.scale)


def walk(items: Iterable[Item], at: Placement = Placement()) -> Iterator[tuple[Item, Placement]]:  # noqa: B008
    """Yield every item in painting order with where its space lies; a group comes before what it holds."""
    for item in items:
        yield item, at
        if isinstance(item, Group):
            yield from walk(item.items, at.within(item))


def bounds(item: Drawn) -> Rect:
    """Return what an item spans in its own space, without the width of its pen; a text spans its baseline."""
    match item:
        case Box() | Link():
            return item.rect
        case Text():
            return Rect(item.x, item.y, item.width, 0.0)
        case Path():
            xs = [number for _, numbers in item.commands for number in numbers[::2]]
            ys = [number for _, numbers in item.commands for number in numbers[1::2]]
            return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def to_json(frame: Frame) -> str:
    """Return the Frame as JSON with an item a line: coordinates rounded, fields at their default left out."""
    plain = _plain(frame)
    items = ",\n".join(json.dumps(item, ensure_ascii=False) for item in plain.pop("items"))
    head = json.dumps(plain, ensure_ascii=False)
    return f'{head[:-1]}, "items": [\n{items}\n]}}\n'


def _plain(value: Any) -> Any:
    match value:
        case float():
            return rounded(value)
        case Rect() | Size():
            return [rounded(length) for length in value]
        case Box() | Path() | Text() | Link() | Group() | Frame():
            plain: dict[str, Any] = {"kind": type(value).__name__.lower()}
            for name, entry in zip(value._fields, value, strict=True):
                if name not in value._field_defaults or entry != value._field_defaults[name]:
                    plain[name] = _plain(entry)
            return plain
        case tuple():
            return [_plain(entry) for entry in value]
        case _:
            return value


_KINDS = {kind.__name__.lower(): kind for kind in (Box, Path, Text, Link, Group)}


def from_json(text: str) -> Frame:
    """Return the Frame that `to_json` wrote; raise ValueError for another text."""
    try:
        data = json.loads(text)
        if data.pop("kind") != "frame":
            raise ValueError("not a Frame")
        items = tuple(map(_item, data.pop("items")))
        return Frame(size=Size(*data.pop("size")), items=items, **data)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a Frame: {error}") from None


def _item(data: dict[str, Any]) -> Any:
    fields = {name: _field(name, value) for name, value in data.items() if name != "kind"}
    return _KINDS[data["kind"]](**fields)


def _field(name: str, value: Any) -> Any:
    match name:
        case "rect":
            return Rect(*value)
        case "items":
            return tuple(map(_item, value))
        case "commands":
            return tuple((verb, tuple(numbers)) for verb, numbers in value)
        case "dash":
            return tuple(value)
        case "fill" | "stroke" if isinstance(value, list):
            return Pair(*value)
    return value
