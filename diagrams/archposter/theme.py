"""Themes: what every role looks like.  A theme is data in `styles/`; its sizes are the same for all.

A style either says its colours, or names two others, `light` and `dark`, whose colours it pairs.
"""

import re
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn, Self

import yaml

from archposter.diagnostics import UsageError, did_you_mean, printable
from archposter.scene import Color, Pair

SMALL: Final = 17.0
"""The smallest type of a card, in units: labels and details."""
HEAD: Final = 18.0
"""Names of parts, in semibold."""
NUMBER: Final = 27.0
"""Numbers that stand alone."""
TITLE: Final = 50.0
"""The model's name."""
SMALL_TITLE: Final = 38.0
"""A long name, and the name on a figure."""

KINDS: Final = (
    *("full", "sliding", "chunked", "latent", "linear", "ssm"),
    *("dense", "moe", "table"),
)
"""Kinds of parts: of mixers, of feed-forward parts, and look-up tables."""
LOOKS: Final = ("model", "plain", "inset", "empty", *KINDS)
"""Roles of boxes: frames and plain ones, then kinds of parts."""

PAIR: Final = ("light", "dark")
"""The keys of a style that pairs two others."""

Where = tuple[str | int, ...]
Fault = Callable[..., object]
"""Told where a style's fault is, what it is, and perhaps a hint."""

_SIDES: Final = ("left", "right")
_WORDS: Final = ("ink", "muted", "flow", "quiet")
_COLOR: Final = re.compile(r"#[0-9A-F]{6}\Z")


class Look(NamedTuple):
    """Fill, outline and text colour of one kind of box; `hatched` where another kind has its fill."""

    fill: Color
    stroke: Color
    text: Color
    hatched: bool = False


class Accent(NamedTuple):
    """A colour of a family or of a side of a comparison: `ink` for words and lines, `tint` for grounds."""

    ink: Color
    tint: Color


class Theme(NamedTuple):
    """One style: colours of the card, of words and lines, and of each kind of box."""

    name: str
    card: Look
    ink: Color
    muted: Color
    flow: Color
    quiet: Color
    looks: dict[str, Look]
    sides: tuple[Accent, Accent]
    accents: tuple[Accent, ...]

    def side(self, place: int) -> Self:
        """Return the theme of a comparison's left (0) or right side (1), whose colour every family wears."""
        return self._replace(accents=(self.sides[place],))

    def accent(self, family: str) -> Accent:
        """Return the family's accent: always the same one, whatever else is drawn."""
        return self.accents[zlib.crc32(family.encode()) % len(self.accents)]


@cache
def load_theme(name: str, path: Path) -> Theme:
    """Read a bundled theme; raise `UsageError` for its first fault."""

    def fault(where: Where, message: str, hint: str = "") -> NoReturn:
        raise UsageError(f"{path}: {'.'.join(map(str, where))}: {message} {hint}".rstrip())

    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    if tuple(data) != PAIR:
        return make_theme(name, data, fault)
    return pair(name, *(load_theme(other, path.with_name(f"{other}.yaml")) for other in data.values()))


def pair(name: str, light: Theme, dark: Theme) -> Theme:
    """Return the theme that follows the reader's scheme; raise `UsageError` for two that do not fit."""
    if len(light.accents) != len(dark.accents):
        raise UsageError(f"{name}: {light.name} and {dark.name} differ in their number of accents")
    both: Theme = _paired(light, dark)
    return both._replace(name=name)


def _paired(light: Any, dark: Any) -> Any:
    """Return `light` with every colour paired with the one that stands at its place in `dark`."""
    match light:
        case str():
            return Pair(light, dark)
        case bool():
            return light
        case dict():
            return {role: _paired(look, dark[role]) for role, look in light.items()}
        case Look() | Accent() | Theme():
            return type(light)(*map(_paired, light, dark))
    return tuple(map(_paired, light, dark))


def make_theme(name: str, data: Mapping[str, Any], fault: Fault) -> Theme:
    """Return the theme that a style's data says.

    `fault` is told of everything that is missing, unknown or not #RRGGBB; what comes back then is of no use.
    """

    def entries(value: Any, keys: tuple[str, ...], *where: str | int) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            fault(where, f"expected a mapping with {', '.join(keys)}")
            value = {}
        for key in value.keys() - set(keys):
            fault((*where, key), "unknown key", did_you_mean(str(key)[:60], keys))
        if missing := [key for key in keys if key not in value]:
            fault(where, f"missing: {', '.join(missing)}")
        return {key: value.get(key) for key in keys}

    def colors(value: Any, keys: tuple[str, ...], *where: str | int) -> list[Color]:
        found = entries(value, keys, *where)
        for key, color in found.items():
            if color is not None and not (isinstance(color, str) and _COLOR.match(color)):
                fault((*where, key), f"got {printable(str(color))}, expected a colour as #1A2B3C")
        return [str(color) for color in found.values()]

    def accent(value: Any, *where: str | int) -> Accent:
        return Accent(*colors(value, ("ink", "tint"), *where))

    top = entries(data, (*_WORDS, "card", "looks", "sides", "accents"))
    ink, muted, flow, quiet = colors({key: top[key] for key in _WORDS}, _WORDS)
    fill, stroke = colors(top["card"], ("fill", "stroke"), "card")
    looks = entries(top["looks"], LOOKS, "looks")
    left, right = entries(top["sides"], _SIDES, "sides").values()
    accents = top["accents"]
    if not isinstance(accents, list | tuple) or not accents:
        fault(("accents",), "expected a list of at least one colour's ink and tint")
        accents = ()
    return Theme(
        name=name,
        card=Look(fill, stroke, ink),
        ink=ink,
        muted=muted,
        flow=flow,
        quiet=quiet,
        looks=_told_apart(
            {role: colors(look, ("fill", "stroke", "text"), "looks", role) for role, look in looks.items()}
        ),
        sides=(accent(left, "sides", "left"), accent(right, "sides", "right")),
        accents=tuple(accent(entry, "accents", place) for place, entry in enumerate(accents)),
    )


def _told_apart(looks: Mapping[str, list[Color]]) -> dict[str, Look]:
    """Return the looks of fills, outlines and text colours; of two kinds of one fill the later is hatched."""
    owners: dict[Color, str] = {}
    for kind in KINDS:
        owners.setdefault(looks[kind][0], kind)
    return {
        role: Look(fill, stroke, text, hatched=role in KINDS and owners[fill] != role)
        for role, (fill, stroke, text) in looks.items()
    }
