"""Paper: sizes by name, lengths with their unit, orientation.  Lengths are in points."""

from __future__ import annotations

import re
from typing import Final, Literal

from archposter.diagnostics import UsageError, did_you_mean, printable
from archposter.scene import Size

Orientation = Literal["auto", "portrait", "landscape"]

POINTS: Final = {"mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0}
MM: Final = POINTS["mm"]

_ISO: Final = {
    "A0": (841, 1189),
    "A1": (594, 841),
    "A2": (420, 594),
    "A3": (297, 420),
    "A4": (210, 297),
    "2A0": (1189, 1682),
    "4A0": (1682, 2378),
    "A5": (148, 210),
    "B0": (1000, 1414),
    "B1": (707, 1000),
    "B2": (500, 707),
    "B3": (353, 500),
    "B4": (250, 353),
}
_INCHES: Final = {
    "ANSI-A": (8.5, 11),
    "ANSI-B": (11, 17),
    "ANSI-C": (17, 22),
    "ANSI-D": (22, 34),
    "ANSI-E": (34, 44),
    "ARCH-A": (9, 12),
    "ARCH-B": (12, 18),
    "ARCH-C": (18, 24),
    "ARCH-D": (24, 36),
    "ARCH-E1": (30, 42),
    "ARCH-E": (36, 48),
}
PAPERS: Final[dict[str, Size]] = {
    **{name: Size(width * MM, height * MM) for name, (width, height) in _ISO.items()},
    **{name: Size(width * POINTS["in"], height * POINTS["in"]) for name, (width, height) in _INCHES.items()},
}
"""Sizes in points, portrait (ISO 216, ANSI/ASME Y14.1)."""

SERIES: Final = (
    ("A4", "A3", "A2", "A1", "A0", "2A0", "4A0"),
    ("B4", "B3", "B2", "B1", "B0"),
    ("ANSI-A", "ANSI-B", "ANSI-C", "ANSI-D", "ANSI-E"),
    ("ARCH-A", "ARCH-B", "ARCH-C", "ARCH-D", "ARCH-E1", "ARCH-E"),
)
"""Papers that a shop has beside one another, smaller ones first."""

_NUMBER: Final = r"(\d{1,5}(?:\.\d{1,4})?)"
_CUSTOM: Final = re.compile(rf"{_NUMBER}x{_NUMBER}(mm|cm|in)\Z")
_LENGTH: Final = re.compile(rf"{_NUMBER}(mm|cm|in)\Z")
_LEAST_SIDE: Final = 100 * MM
_MOST_SIDE: Final = 4_900 * MM  # with bleed and marks still inside PDF's 14,400 points
_MOST_BLEED: Final = 25 * MM


def paper_size(name: str) -> Size:
    """Return a paper's size, portrait as named; "arch d" and "ARCH-D" are the same.

    Raises `UsageError` for an unknown name or a size that no press prints.
    """
    key = re.sub(r"[ _]", "-", name.strip().upper())
    if key in PAPERS:
        return PAPERS[key]
    match = _CUSTOM.match(name)
    if not match:
        hint = did_you_mean(key[:20], PAPERS)
        known = "A0 to A5, B0 to B4, 2A0, ANSI-A to ANSI-E, ARCH-A to ARCH-E1, 24x36in or 500x700mm"
        raise UsageError(f"unknown paper {printable(name)}: expected {known}" + (f"; {hint}" if hint else ""))
    size = Size(float(match[1]) * POINTS[match[3]], float(match[2]) * POINTS[match[3]])
    if not all(_LEAST_SIDE <= side <= _MOST_SIDE for side in size):
        raise UsageError(f"paper {printable(name)}: expected sides from 100 mm to 4,900 mm")
    return size


def length(words: str, what: str) -> float:
    """Return a length such as "3mm" or "0.125in"; raise `UsageError` for anything else."""
    match = _LENGTH.match(words)
    if not match:
        raise UsageError(f"{what} {printable(words)}: expected a length such as 3mm or 0.125in")
    return float(match[1]) * POINTS[match[2]]


def bleed_size(words: str, paper: Size) -> float:
    """Return a bleed; raise `UsageError` for one that no shop asks for on this paper."""
    bleed = length(words, "bleed")
    most = min(_MOST_BLEED, min(paper) / 8)
    if bleed > most:
        raise UsageError(
            f"bleed {printable(words)}: expected at most {most / MM:.0f} mm on this paper; shops ask for 3 mm"
        )
    return bleed


def turned(paper: Size, orientation: Literal["portrait", "landscape"]) -> Size:
    """Return the paper turned as asked."""
    short, long = sorted(paper)
    return Size(short, long) if orientation == "portrait" else Size(long, short)
