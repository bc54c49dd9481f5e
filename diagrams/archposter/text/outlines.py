"""Glyph outlines, for pictures that must look the same where no font can be embedded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from archposter.scene import Command, Face
from archposter.text.faces import font_path
from archposter.text.metrics import advances

_Point = tuple[float, float]


def glyphs(text: str, face: Face) -> Iterator[tuple[int, str]]:
    """Yield where each glyph of one kerned line starts, and its relative SVG path data; blanks have none.

    Both are in font units, y downwards: whole numbers need no rounding and are short to write.
    """
    pen = 0
    for character, step in zip(text, advances(text, face), strict=True):
        if outline := _glyph(character, face):
            yield pen, outline
        pen += step


@lru_cache(maxsize=4096)
def glyph(character: str, face: Face) -> tuple[Command, ...]:
    """Return a character's outline in font units, y downwards, from the pen's place at (0, 0)."""
    glyphs, names = _font(face)
    pen = _CommandPen(glyphs)
    glyphs[names[ord(character)]].draw(pen)
    return tuple(pen.commands)


@cache
def _font(face: Face) -> tuple[Any, dict[int, str]]:
    font = TTFont(font_path(face), lazy=True)
    return font.getGlyphSet(), font.getBestCmap()


@lru_cache(maxsize=4096)
def _glyph(character: str, face: Face) -> str:
    glyphs, names = _font(face)
    pen = _RelativePen(glyphs)
    glyphs[names[ord(character)]].draw(pen)
    return "".join(pen.commands)


class _RelativePen(BasePen):  # type: ignore[misc]
    """Writes relative commands, so that a glyph's data is the same wherever it stands, in few characters."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.commands: list[str] = []
        self.here: _Point = (0, 0)
        self.start: _Point = (0, 0)
        self.reflected: _Point | None = None

    def _add(self, command: str, *points: _Point) -> None:
        self.commands.append(command + _numbers(self.here, points))
        self.here, self.reflected = points[-1], None

    def _moveTo(self, point: _Point) -> None:  # noqa: N802
        self._add("m", point)
        self.start = point

    def _lineTo(self, point: _Point) -> None:  # noqa: N802
        (x, y), (here_x, here_y) = point, self.here
        if y == here_y or x == here_x:
            # Fonts have y upwards.
            self.commands.append(f"h{x - here_x:g}" if y == here_y else f"v{here_y - y:g}")
            self.here, self.reflected = point, None
        else:
            self._add("l", point)

    def _qCurveToOne(self, control: _Point, end: _Point) -> None:  # noqa: N802
        # Where TrueType leaves a point out, the next handle mirrors the one before.
        points = (end,) if control == self.reflected else (control, end)
        self._add("t" if control == self.reflected else "q", *points)
        self.reflected = (2 * end[0] - control[0], 2 * end[1] - control[1])

    def _closePath(self) -> None:  # noqa: N802
        self.commands.append("z")
        self.here, self.reflected = self.start, None


def _numbers(here: _Point, points: Sequence[_Point]) -> str:
    """Return the points as seen from `here`, y downwards; a minus parts numbers as a blank does."""
    x, y = here
    return " ".join(f"{px - x:g} {y - py:g}" for px, py in points).replace(" -", "-")


class _CommandPen(BasePen):  # type: ignore[misc]
    """Collects absolute commands; BasePen makes cubics of TrueType's quadratic curves."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.commands: list[Command] = []

    def _moveTo(self, point: _Point) -> None:  # noqa: N802
        self.commands.append(("M", (point[0], -point[1])))

    def _lineTo(self, point: _Point) -> None:  # noqa: N802
        self.commands.append(("L", (point[0], -point[1])))

    def _curveToOne(self, first: _Point, second: _Point, end: _Point) -> None:  # noqa: N802
        self.commands.append(("C", (first[0], -first[1], second[0], -second[1], end[0], -end[1])))

    def _closePath(self) -> None:  # noqa: N802
        self.commands.append(("Z", ()))
