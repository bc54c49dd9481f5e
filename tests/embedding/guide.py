"""The recipes of docs/embedding.md and what their pictures must look like."""

import io
import re
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from archposter import load
from archposter.pipeline import Picture
from programs import run

DOC = (Path(__file__).parents[2] / "docs" / "embedding.md").read_text(encoding="utf-8")
MODEL = "llama-3-8b"
WIDTH = 600
MOST = 2.8
"""Of 255, the mean difference to our own PNG in the worst channel; other fonts give more."""

Place = tuple[float, float, float, float]
"""Left, top, right and bottom on a page, in pt from its top left corner."""


def recipe(heading: str, language: str) -> str:
    """Return the first block of code of a language under a heading of the guide."""
    section = DOC.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = re.search(rf"```{language}\n(.*?)```", section, re.S)
    assert found, (heading, language)
    return found[1]


@cache
def picture(style: str = "paper", model: str = MODEL) -> Picture:
    return load(model).card(style)


@cache
def reference(style: str = "paper", width: int = WIDTH, model: str = MODEL) -> Image.Image:
    return Image.open(io.BytesIO(picture(style, model).png(width))).convert("RGB")


def difference(shot: Image.Image, expected: Image.Image) -> float:
    cut = shot.crop((0, 0, *expected.size))
    return max(ImageStat.Stat(ImageChops.difference(cut, expected)).mean)


def printed(pdf: Path, place: Place, width: int = WIDTH) -> Image.Image:
    """Return what stands there on the first page of a PDF, this many pixels wide."""
    left, top, right, bottom = place
    fine = 4  # Rendered larger and averaged: Poppler sets glyphs and thin shapes at whole pixels.
    scale = fine * width / (right - left)
    box = (left * scale, top * scale, (right - left) * scale, (bottom - top) * scale)
    x, y, w, h = map(str, map(round, box))
    command = ("pdftoppm", "-r", str(72 * scale), "-x", x, "-y", y, "-W", w, "-H", h, pdf)
    with Image.open(io.BytesIO(run(pdf.parent, *command))) as image:
        return image.convert("RGB").reduce(fine)
