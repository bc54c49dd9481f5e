"""Breaking text into lines, and shortening it when no break can help."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from archposter.scene import Face
from archposter.text.metrics import advance

_AFTER_SEPARATOR = r"(?<=[/,-])"

ELLIPSIS = "…"


@lru_cache(maxsize=16_384)
def wrap(text: str, face: Face, size: float, width: float) -> tuple[str, ...]:
    """Return the fewest lines no wider than `width` points, and of those the most even.

    Lines break at spaces; in a word that alone is too wide also after "/", "," and "-", and in a part
    that is still too wide between any two characters.  Only a single character that is wider than
    `width` may stick out.
    """
    atoms = list(_atoms(text, face, size, width))
    # Per number of atoms set: (lines, sum of squared widths, where the last line begins).  With the
    # number of lines given, the least sum of squares is the most even setting.
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]
    for end in range(1, len(atoms) + 1):
        choices = []
        for start in range(end - 1, -1, -1):
            used = advance(_line(atoms[start:end]), face, size)
            if used > width and start < end - 1:
                break
            choices.append((best[start][0] + 1, best[start][1] + used * used, start))
        best.append(min(choices))
    lines, end = [], len(atoms)
    while end:
        start = best[end][2]
        lines.append(_line(atoms[start:end]))
        end = start
    return tuple(reversed(lines))


def fit(text: str, face: Face, size: float, width: float) -> str:
    """Return `text`, or its longest beginning with "…" that is no wider than `width` points.

    The result is empty when not even "…" fits.
    """

    def shortened(length: int) -> str:
        return text[:length].rstrip() + ELLIPSIS

    if advance(text, face, size) <= width:
        return text
    # bisect only ever returns a place right behind one it found to fit.
    room = bisect_right(range(len(text)), width, key=lambda length: advance(shortened(length), face, size))
    return shortened(room - 1) if room else ""


def _atoms(text: str, face: Face, size: float, width: float) -> Iterator[tuple[str, str]]:
    """Yield the unbreakable pieces, each with what joins it to the one before: a space or nothing."""
    for word in _words(text, face, size, width):
        glue = " "
        for part in [word] if advance(word, face, size) <= width else re.split(_AFTER_SEPARATOR, word):
            for atom in [part] if advance(part, face, size) <= width else part:
                if atom:
                    yield glue, atom
                    glue = ""


def bound(word: str, following: str) -> bool:
    """Tell whether no line may break between two words: around a bar, between number and sign, in a range."""
    ranged = (word == "to" and following[:1].isdigit()) or (following == "to" and word[-1:].isdigit())
    return ranged or word in ("×", "/") or following in ("/", ":") or following.startswith("%")


def _words(text: str, face: Face, size: float, width: float) -> Iterator[str]:
    """Yield the words, those that are bound as one where a line holds them."""
    words = text.split(" ")
    held = words[0]
    for word, following in pairwise(words):
        both = f"{held} {following}"
        if word and following and bound(word, following) and advance(both, face, size) <= width:
            held = both
        else:
            yield held
            held = following
    yield held


def _line(atoms: list[tuple[str, str]]) -> str:
    return "".join(glue + atom for glue, atom in atoms).removeprefix(" ")
