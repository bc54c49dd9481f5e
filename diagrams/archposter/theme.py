"""Themes: what every role looks like.  A theme is data in `styles/`; its sizes are the same for all.

A style either says its colours, or names two others, `light` and `dark`, whose colours it pairs.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from archposter.diagnostics import UsageError
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

LOOKS: Final = (
    *("model", "plain", "inset", "empty"),
    *("full", "sliding", "chunked", "latent", "linear", "ssm"),
    *("dense", "moe"),
)
"""Roles of boxes: frames and plain ones, then kinds of mixers, then kinds of feed-forward parts."""

_COLOR: Final = re.compile(r"#[0-9A-F]{6}\Z")


@dataclass(frozen=True, slots=True)
class Look:
    """Fill, outline and text colour of one kind of box."""

    fill: Color
    stroke: Color
    text: Color


@dataclass(frozen=True, slots=True)
class Accent:
    """A family's colour: `ink` for words and lines, `tint` for grounds."""

    ink: Color
    tint: Color


@dataclass(frozen=True)
class Theme:
    """One style: colours of the card, of words and lines, and of each kind of box."""

    name: str
    card: Look
    ink: Color
    muted: Color
    flow: Color
    quiet: Color
    looks: dict[str, Look]
    accents: tuple[Accent, ...]

    def accent(self, family: str) -> Accent:
        """Return the family's accent: always the same one, whatever else is drawn."""
        return self.accents[zlib.crc32(family.encode()) % len(self.accents)]


@cache
def load_theme(name: str, path: Path) -> Theme:
    """Read a theme; raise `UsageError` where a colour is missing, unknown or not #RRGGBB."""
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    if tuple(data) != ("light", "dark"):
        return _single(name, path, data)
    light, dark = (load_theme(other, path.with_name(f"{other}.yaml")) for other in data.values())
    if len(light.accents) != len(dark.accents):
        raise UsageError(f"{path}: {light.name} and {dark.name} differ in their number of accents")
    both: Theme = _paired(light, dark)
    return replace(both, name=name)


def _paired(light: Any, dark: Any) -> Any:
    """Return `light` with every colour paired with the one that stands at its place in `dark`."""
    match light:
        case str():
            return Pair(light, dark)
        case tuple():
            return tuple(map(_paired, light, dark))
        case dict():
            return {role: _paired(look, dark[role]) for role, look in light.items()}
    return replace(
        light,
        **{
            entry.name: _paired(getattr(light, entry.name), getattr(dark, entry.name))
            for entry in fields(light)
        },
    )


def _single(name: str, path: Path, data: dict[str, Any]) -> Theme:
    def colors(entry: Any, keys: tuple[str, ...], where: str) -> list[str]:
        if not isinstance(entry, dict) or tuple(entry) != keys:
            raise UsageError(f"{path}: {where}: expected {', '.join(keys)}")
        for color in entry.values():
            if not isinstance(color, str) or not _COLOR.match(color):
                raise UsageError(f"{path}: {where}: got {color!r}, expected a colour as #1A2B3C")
        return list(entry.values())

    words = ("ink", "muted", "flow", "quiet")
    ink, muted, flow, quiet = colors(
        {key: data.get(key) for key in words}, words, "colours of words and lines"
    )
    if tuple(data["looks"]) != LOOKS:
        raise UsageError(f"{path}: looks: expected {', '.join(LOOKS)}")
    fill, stroke = colors(data["card"], ("fill", "stroke"), "card")
    return Theme(
        name=name,
        card=Look(fill, stroke, ink),
        ink=ink,
        muted=muted,
        flow=flow,
        quiet=quiet,
        looks={
            role: Look(*colors(look, ("fill", "stroke", "text"), role))
            for role, look in data["looks"].items()
        },
        accents=tuple(Accent(*colors(entry, ("ink", "tint"), "accents")) for entry in data["accents"]),
    )
