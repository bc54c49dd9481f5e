"""Widths, heights and ink of text, from tables measured with HarfBuzz when the fonts were built.

Sizes are in points an em; results are in points unless they say font units.  A character without a
glyph raises ValueError: names are checked with `missing_characters` where they come in.
"""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from archposter.scene import Face, Rect
from archposter.text.faces import POSTSCRIPT_NAMES, table_path


class Table(NamedTuple):
    """One face's metrics in font units; heights and `descent` are positive, ink boxes have y upwards.

    `kerning` says of a character what each of some texts' characters gains behind it.
    """

    units_per_em: int
    ascent: int
    descent: int
    cap_height: int
    x_height: int
    advances: Mapping[str, int]
    ink: Mapping[str, tuple[int, int, int, int]]
    kerning: Mapping[str, Mapping[str, int]]


@cache
def table(face: Face) -> Table:
    """Return the face's metrics; characters that kern alike share a row in the file."""
    raw = json.loads(table_path(face).read_text(encoding="utf-8"))
    kerning = {left: groups for lefts, groups in raw.pop("kerning") for left in lefts}
    return Table(kerning=kerning, **raw)


@cache
def _behind(left: str, face: Face) -> Mapping[str, int]:
    """Return what characters gain behind `left`: most characters never come."""
    groups = table(face).kerning.get(left, {})
    return {right: value for rights, value in groups.items() for right in rights}


def kerning(left: str, right: str, face: Face) -> int:
    """Return what the gap between two characters gains, in font units; negative draws them together."""
    return _behind(left, face).get(right, 0)


def advances(text: str, face: Face) -> tuple[int, ...]:
    """Return each character's advance with its kerning towards the next, in font units."""
    known = table(face).advances
    try:
        plain = [known[character] for character in text]
    except KeyError as error:
        raise ValueError(f"the font has no glyph for {error}") from None
    for index, (left, right) in enumerate(pairwise(text)):
        plain[index] += _behind(left, face).get(right, 0)
    return tuple(plain)


@lru_cache(maxsize=16_384)
def _ems(text: str, face: Face) -> float:
    return sum(advances(text, face)) / table(face).units_per_em


def advance(text: str, face: Face, size: float) -> float:
    """Return the kerned width of one line."""
    return _ems(text, face) * size


@lru_cache(maxsize=16_384)
def _ink(text: str, face: Face) -> tuple[int, int, int, int] | None:
    boxes, pen = table(face).ink, 0
    placed: list[tuple[int, int, int, int]] = []
    for character, step in zip(text, advances(text, face), strict=True):
        if box := boxes.get(character):
            placed.append((pen + box[0], box[1], pen + box[2], box[3]))
        pen += step
    if not placed:
        return None
    lefts, bottoms, rights, tops = zip(*placed, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def ink(text: str, face: Face, size: float) -> Rect | None:
    """Return the box of the ink, relative to the start of the baseline, y downwards; None for blanks."""
    box = _ink(text, face)
    if box is None:
        return None
    scale = size / table(face).units_per_em
    left, bottom, right, top = box
    return Rect(left * scale, -top * scale, (right - left) * scale, (top - bottom) * scale)


def cap_height(face: Face, size: float) -> float:
    """Return the height of capitals above the baseline."""
    return table(face).cap_height * size / table(face).units_per_em


def x_height(face: Face, size: float) -> float:
    """Return the height of a lower-case x above the baseline."""
    return table(face).x_height * size / table(face).units_per_em


def ascent(face: Face, size: float) -> float:
    """Return the font's reach above the baseline."""
    return table(face).ascent * size / table(face).units_per_em


def descent(face: Face, size: float) -> float:
    """Return the font's reach below the baseline, positive."""
    return table(face).descent * size / table(face).units_per_em


def missing_characters(text: str) -> str:
    """Return the characters that not every face has, each once, in the order they come."""
    known = [table(face).advances for face in POSTSCRIPT_NAMES]
    return "".join(c for c in dict.fromkeys(text) if not all(c in advances for advances in known))
