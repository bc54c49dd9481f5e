"""What every layout draws with: a theme's looks, measured text, lines with rounded corners."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from archposter.blocks.tree import Wordings
from archposter.scene import ARC, Box, Color, Command, Face, Item, Link, Path, Point, Rect, Text
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit
from archposter.theme import SMALL, Accent, Look, Theme

CORNER = 7.0
"""Radius of boxes and of the corners of lines."""
_HATCH = 4.0  # how far apart hatching lines are, along an edge
_HEAD = (7.0, 3.4)  # an arrowhead's length and half its width
_YIELD = 5.0  # how far a line that gives way keeps from the one that it crosses
_CUT_NUMBER = r"[\s(]*\d[\d,.]*…\Z"


class Canvas:
    """Collects the items of one picture; the last one drawn is on top.

    `tips`: where arrows end; `levels`: level pieces of lines, each from left to right; `uprights`: upright
    ones, each from above.
    """

    def __init__(self, theme: Theme, family: str) -> None:
        self.theme = theme
        self.accent: Accent = theme.accent(family)
        self.items: list[Item] = []
        self.tips: list[Point] = []
        self.levels: list[tuple[Point, Point]] = []
        self.uprights: list[tuple[Point, Point]] = []

    def look(self, role: str) -> Look:
        """Return a role's look; "group" is the family's own."""
        if role == "group":
            return Look(self.accent.tint, self.accent.ink, self.theme.ink)
        return self.theme.looks[role]

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        face: Face = "regular",
        size: float = SMALL,
        fill: Color = "",
        align: float = 0.0,
        source: str = "",
        role: str = "text",
    ) -> float:
        """Draw a line on the baseline `y`, return its width; `align` 0.5 centres it on x, 1 ends it there."""
        return self.words(x, y, ((text, face, fill),), size=size, align=align, source=source, role=role)

    def words(
        self,
        x: float,
        y: float,
        runs: Sequence[tuple[str, Face, Color]],
        *,
        size: float = SMALL,
        align: float = 0.0,
        source: str = "",
        role: str = "text",
    ) -> float:
        """Draw a line whose runs differ in face or colour, as `text` does."""
        widths = [advance(text, face, size) for text, face, _ in runs]
        start = x - align * sum(widths)
        for (text, face, fill), width in zip(runs, widths, strict=True):
            left, drawn, shown = start, width, text.strip()
            if shown != text:
                # Blanks at the ends are room, not text: a renderer may drop them and stretch the rest.
                left, drawn = start + width - advance(text.lstrip(), face, size), advance(shown, face, size)
            if shown:
                ink = fill or self.theme.ink
                self.items.append(Text(left, y, shown, face, size, ink, drawn, role, source, align))
            start += width
        return sum(widths)

    def label(
        self,
        rect: Rect,
        wordings: Wordings,
        *,
        face: Face = "regular",
        size: float = SMALL,
        fill: Color = "",
        align: float = 0.5,
        source: str = "",
    ) -> None:
        """Draw the longest wording that fits `rect`, vertically centred on capitals."""
        text = choose(wordings, face, size, rect.width)
        y = rect.center_y + cap_height(face, size) / 2
        self.text(
            rect.x + align * rect.width, y, text, face=face, size=size, fill=fill, align=align, source=source
        )

    def box(
        self,
        rect: Rect,
        fill: Color | None = None,
        stroke: Color | None = None,
        *,
        width: float = 1.2,
        radius: float = CORNER,
        dash: tuple[float, ...] = (),
        role: str = "box",
        source: str = "",
        look: str = "",
    ) -> None:
        """Draw a rectangle."""
        width = width if stroke else 0.0
        self.items.append(Box(rect, fill, stroke, width, radius, dash, role, source, look))

    def dot(self, at: Point, radius: float = 2.6) -> None:
        """Draw the end of a leader."""
        rect = Rect(at.x - radius, at.y - radius, 2 * radius, 2 * radius)
        self.box(rect, self.theme.quiet, radius=radius, role="dot")

    def disc(
        self,
        x: float,
        y: float,
        radius: float,
        fill: Color | None,
        stroke: Color | None = None,
        width: float = 1.4,
    ) -> None:
        """Draw a circle."""
        rect = Rect(x - radius, y - radius, 2 * radius, 2 * radius)
        self.box(rect, fill, stroke, width=width, radius=radius, role="disc")

    def line(
        self,
        points: Sequence[Point],
        *,
        stroke: Color = "",
        width: float = 1.6,
        dash: tuple[float, ...] = (),
        arrow: bool = False,
        role: str = "flow",
        radius: float = CORNER,
        yields: bool = False,
    ) -> None:
        """Draw a polyline with rounded corners; an arrowhead takes the place of its end.

        In the role "exit" it leads out of what is drawn, and so does its head.  What `yields` is broken where
        its level pieces cross upright ones of earlier lines.
        """
        color = stroke or self.theme.flow
        points = [point for index, point in enumerate(points) if index == 0 or point != points[index - 1]]
        if len(points) < 2:
            return
        pieces = self._broken(points) if yields else [points]
        for a, b in pairwise(points):
            if a.x == b.x:
                self.uprights.append((min(a, b), max(a, b)))
            if a.y == b.y:
                self.levels.append((min(a, b), max(a, b)))
        if arrow:
            tip, back = points[-1], points[-2]
            self.tips.append(tip)
            length = hypot(tip.x - back.x, tip.y - back.y)
            ux, uy = (tip.x - back.x) / length, (tip.y - back.y) / length
            neck = Point(tip.x - ux * _HEAD[0], tip.y - uy * _HEAD[0])
            wing = (uy * _HEAD[1], -ux * _HEAD[1])
            pieces[-1] = [*pieces[-1][:-1], *([neck] if length > _HEAD[0] else [])]
            corners = (
                tip,
                Point(neck.x + wing[0], neck.y + wing[1]),
                Point(neck.x - wing[0], neck.y - wing[1]),
            )
            self.polygon(corners, color, "exit" if role == "exit" else "arrow")
        drawn = tuple(command for piece in pieces if len(piece) > 1 for command in _rounded(piece, radius))
        if drawn:
            self.items.append(Path(drawn, None, color, width, dash, role))

    def _broken(self, points: Sequence[Point]) -> list[list[Point]]:
        """Return a polyline in pieces, cut where it crosses upright lines; close ones share a gap."""
        pieces = [[points[0]]]
        for a, b in pairwise(points):
            way = _YIELD if b.x > a.x else -_YIELD
            left, right = min(a.x, b.x) + _YIELD, max(a.x, b.x) - _YIELD
            across = {
                low.x
                for low, high in self.uprights
                if a.y == b.y and low.y < a.y < high.y and left < low.x < right
            }
            for x in sorted(across, reverse=way < 0):
                begin, end = Point(x - way, a.y), Point(x + way, a.y)
                if (begin.x - pieces[-1][-1].x) * way > 0:
                    pieces[-1].append(begin)
                    pieces.append([end])
                else:
                    pieces[-1][-1] = end
            pieces[-1].append(b)
        return pieces

    def polygon(self, points: Sequence[Point], fill: Color, role: str = "arrow") -> None:
        """Draw a filled polygon."""
        moves: list[Command] = [("M" if i == 0 else "L", (p.x, p.y)) for i, p in enumerate(points)]
        self.items.append(Path((*moves, ("Z", ())), fill, role=role))

    def hatch(self, rect: Rect, stroke: Color) -> None:
        """Draw slanting lines across `rect`."""
        commands: list[Command] = []
        for step in range(1, int((rect.width + rect.height) / _HATCH) + 1):
            reach = step * _HATCH
            low = Point(rect.x + max(0.0, reach - rect.height), rect.y + min(reach, rect.height))
            high = Point(rect.x + min(reach, rect.width), rect.y + max(0.0, reach - rect.width))
            if low.x < high.x:
                commands += [("M", low), ("L", high)]
        if commands:
            self.items.append(Path(tuple(commands), None, stroke, 1.0, role="hatch"))

    def corner(self, rect: Rect, size: float, fill: Color, radius: float = CORNER) -> None:
        """Fill the upper right corner of a rounded box: what is inside is cached."""
        radius = min(radius, size)
        right, top, pull = rect.right, rect.y, radius * (1 - ARC)
        commands: tuple[Command, ...] = (
            ("M", (right - size, top)),
            ("L", (right - radius, top)),
            ("C", (right - pull, top, right, top + pull, right, top + radius)),
            ("L", (right, top + size)),
            ("Z", ()),
        )
        self.items.append(Path(commands, fill, role="cached"))

    def link(self, rect: Rect, href: str, label: str) -> None:
        """Make a region a link to what `label` says."""
        self.items.append(Link(rect, href, "link", label=label))


def choose(wordings: Wordings, face: Face, size: float, width: float) -> str:
    """Return the first wording that fits, or the last one cut short, but never within a number."""
    for wording in wordings:
        if advance(wording, face, size) <= width:
            return wording
    return re.sub(_CUT_NUMBER, "…", fit(wordings[-1], face, size, width)) if wordings else ""


def _rounded(points: Sequence[Point], radius: float) -> tuple[Command, ...]:
    """Return the path through `points` with its corners rounded as far as both arms allow."""
    commands: list[Command] = [("M", (points[0].x, points[0].y))]
    for index in range(1, len(points) - 1):
        before, corner, after = points[index - 1 : index + 2]
        if _straight(before, corner, after):
            continue
        if not radius:
            commands.append(("L", (corner.x, corner.y)))
            continue
        arms = [hypot(corner.x - p.x, corner.y - p.y) for p in (before, after)]
        reach = min(radius, arms[0] / 2, arms[1] / 2)
        start, end = (
            Point(corner.x + (p.x - corner.x) * reach / arm, corner.y + (p.y - corner.y) * reach / arm)
            for p, arm in zip((before, after), arms, strict=True)
        )
        pulls = [(p.x + (corner.x - p.x) * ARC, p.y + (corner.y - p.y) * ARC) for p in (start, end)]
        commands.append(("L", (start.x, start.y)))
        commands.append(("C", (*pulls[0], *pulls[1], end.x, end.y)))
    commands.append(("L", (points[-1].x, points[-1].y)))
    return tuple(commands)


def _straight(before: Point, corner: Point, after: Point) -> bool:
    """Tell whether a line goes on as it came, level or upright."""
    return before.x == corner.x == after.x or before.y == corner.y == after.y


def crosses(rect: Rect, points: Sequence[Point], slack: float = 1.0) -> bool:
    """Tell whether a polyline of straight, upright or level pieces enters `rect`."""
    return any(
        min(a.x, b.x) < rect.right - slack
        and max(a.x, b.x) > rect.x + slack
        and min(a.y, b.y) < rect.bottom - slack
        and max(a.y, b.y) > rect.y + slack
        for a, b in pairwise(points)
    )
