"""Rebuild `diagrams/archposter/text/fonts` from the variable Inter of the package fontpkg-inter.

    pip install -e ".[fonts]" && python scripts/build_fonts.py

Writes, for each of three static faces, a subset TrueType file, two WOFF2 files and a table of
metrics; and the licence.  The same inputs give the same bytes.
"""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import uharfbuzz as hb
from fontTools.pens.boundsPen import BoundsPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from archposter.scene import Face
from archposter.text.faces import (
    BASIC,
    FOLDER,
    POSTSCRIPT_NAMES,
    WEIGHTS,
    font_path,
    table_path,
    webfont_path,
)

SOURCE = Path(str(files("fontpkg_inter")))

RANGES = (
    (0x20, 0x7E),  # Basic Latin
    (0xA0, 0x17F),  # Latin-1 Supplement, Latin Extended-A
    (0x384, 0x3CE),  # Greek
    (0x2080, 0x2089),  # subscript digits
)
OTHERS = "–—‘’‚“”„†‡•…‹›′″€™←↑→↓↔∂∆∏∑−√∞≈≠≤≥⊕⊗⁰⁴⁵⁶⁷⁸⁹⁺⁻ⁿ"


@dataclass(frozen=True)
class Cut:
    """One static face: its style name and its place on the axes of the variable font."""

    face: Face
    style: str
    optical_size: int


CUTS = (Cut("regular", "Regular", 14), Cut("semibold", "SemiBold", 14), Cut("display", "Display Bold", 32))


def characters() -> list[str]:
    """Return the characters to keep, without those that a shaper hides (the soft hyphen)."""
    ranged = (chr(code) for first, last in RANGES for code in range(first, last + 1))
    return sorted({c for c in (*ranged, *OTHERS) if unicodedata.category(c)[0] != "C"})


def subset(font: TTFont, kept: Iterable[str]) -> None:
    """Drop every glyph that `kept` does not need, every feature but kern, and the hinting."""
    options = Options(layout_features=["kern"], hinting=False, notdef_outline=True, recalc_timestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(kept))
    subsetter.subset(font)


def instance(cut: Cut) -> TTFont:
    """Return the static face with only the glyphs of `characters`."""
    font = TTFont(SOURCE / "files" / "Inter[opsz,wght].ttf", recalcTimestamp=False)
    subset(font, characters())
    font = instantiateVariableFont(font, {"wght": WEIGHTS[cut.face], "opsz": cut.optical_size})
    del font["STAT"]
    rename(font, cut)
    return font


def rename(font: TTFont, cut: Cut) -> None:
    """Give the face names of its own: with the variable font's, a PDF would embed one face for all."""
    names, postscript = font["name"], POSTSCRIPT_NAMES[cut.face]
    full = f"Inter {cut.style}"
    version = names.getDebugName(5).split(";")[0]
    texts = {
        1: full,
        2: "Regular",
        3: f"{version};{postscript}",
        4: full,
        6: postscript,
        16: "Inter",
        17: cut.style,
    }
    names.names = [record for record in names.names if record.nameID in (0, 5, 7, 8, 9, 11, 13, 14)]
    for name_id, text in texts.items():
        names.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = WEIGHTS[cut.face]


def save_webfonts(cut: Cut) -> None:
    """Write the face as WOFF2, once whole and once with the basic characters only."""
    for kept in (frozenset(characters()), BASIC[cut.face]):
        font = TTFont(font_path(cut.face), recalcTimestamp=False)
        subset(font, sorted(kept))
        font.flavor = "woff2"
        font.save(webfont_path(cut.face, kept))


def ink_boxes(font: TTFont) -> dict[str, list[int]]:
    """Return (xmin, ymin, xmax, ymax) of every character that leaves ink, y upwards."""
    glyphs, boxes = font.getGlyphSet(), {}
    for code, name in sorted(font.getBestCmap().items()):
        pen = BoundsPen(glyphs)
        glyphs[name].draw(pen)
        if pen.bounds:
            xmin, ymin, xmax, ymax = pen.bounds
            # Outwards, so that the box never loses ink to rounding.
            boxes[chr(code)] = [int(xmin // 1), int(ymin // 1), int(-(-xmax // 1)), int(-(-ymax // 1))]
    return boxes


def kerning(path: Path, advances: dict[str, int]) -> list[list[Any]]:
    """Measure every pair with HarfBuzz; characters that kern alike share a row [lefts, {rights: value}]."""
    font = hb.Font(hb.Face(hb.Blob.from_file_path(str(path))))

    def width(text: str) -> int:
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        hb.shape(font, buffer)
        return sum(position.x_advance for position in buffer.glyph_positions)

    rows: dict[tuple[tuple[str, int], ...], str] = defaultdict(str)
    for left in advances:
        rights: dict[int, str] = defaultdict(str)
        for right in advances:
            rights[width(left + right) - advances[left] - advances[right]] += right
        rows[tuple((text, value) for value, text in sorted(rights.items()) if value)] += left
    return [[lefts, dict(row)] for row, lefts in rows.items() if row]


def metrics(font: TTFont, path: Path) -> dict[str, Any]:
    """Return the table that `archposter.text.metrics` reads, in font units."""
    widths = font["hmtx"].metrics
    advances = {chr(code): widths[name][0] for code, name in sorted(font.getBestCmap().items())}
    return {
        "units_per_em": font["head"].unitsPerEm,
        "ascent": font["hhea"].ascent,
        "descent": -font["hhea"].descent,
        "cap_height": font["OS/2"].sCapHeight,
        "x_height": font["OS/2"].sxHeight,
        "advances": advances,
        "ink": ink_boxes(font),
        "kerning": kerning(path, advances),
    }


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SOURCE / "LICENSE", FOLDER / "OFL.txt")
    for cut in CUTS:
        path = font_path(cut.face)
        instance(cut).save(path)
        save_webfonts(cut)
        table = json.dumps(metrics(TTFont(path), path), ensure_ascii=False, separators=(",", ":"))
        table_path(cut.face).write_text(table + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
