"""The bundled font files: Inter 4.1 by Rasmus Andersson, under the SIL Open Font License.

`scripts/build_fonts.py` makes them.  Kerning is their only feature: with ligatures and alternates a
PDF would not give back the characters that were written.
"""

from __future__ import annotations

import string
from pathlib import Path

from archposter.scene import Face

FOLDER = Path(__file__).parent / "fonts"

POSTSCRIPT_NAMES: dict[Face, str] = {
    "regular": "Inter-Regular",
    "semibold": "Inter-SemiBold",
    "display": "Inter-DisplayBold",
}

WEIGHTS: dict[Face, int] = {"regular": 400, "semibold": 600, "display": 700}

FALLBACK = "Inter,Helvetica Neue,Arial,sans-serif"
"""The CSS families that stand in where an embedded font is not honoured; quotes would not live everywhere."""

_WORDS = string.ascii_letters + string.digits + " &'()+,-./"
BASIC: dict[Face, frozenset[str]] = {
    "regular": frozenset(_WORDS + "%:;=|×·…←→²½′−√ΔΛαβλσ"),
    "semibold": frozenset(_WORDS + "%:=×·²√"),
    "display": frozenset(_WORDS),
}
"""The characters the bundled cards keep to; web fonts of only these are a third of the full size."""


def font_path(face: Face) -> Path:
    """Return the face's TrueType file."""
    return FOLDER / f"{POSTSCRIPT_NAMES[face]}.ttf"


def table_path(face: Face) -> Path:
    """Return the face's table of metrics."""
    return FOLDER / f"{POSTSCRIPT_NAMES[face]}.json"


def webfont_path(face: Face, characters: frozenset[str]) -> Path:
    """Return the smaller of the face's two WOFF2 files that has all `characters`.

    One has the `BASIC` characters, one has all.  Subsetting to the very characters of a picture
    would save a few kB and cost a fifth of a second each time.
    """
    return FOLDER / f"{POSTSCRIPT_NAMES[face]}{'-basic' if characters <= BASIC[face] else ''}.woff2"
