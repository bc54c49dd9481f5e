"""SVG in a browser, PNG and PDF show the same picture; all SVGs stand inline in one page."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from archposter import bundled, load
from archposter.export.pdf import Info, finished_pdf, press
from archposter.pipeline import Picture
from browsers import chromium
from programs import run

pytestmark = pytest.mark.programs

SIDE = 1000
MOST_MEAN = 3.0
"""Of 255, in the worst channel."""
MOST_SHARE = 0.015
"""Of the pixels, that differ by more than FAR in any channel: edges of glyphs, where rasterizers differ."""
FAR = 96
NAMES = bundled.spec_names()[:: max(1, len(bundled.spec_names()) // 12)][:12]
COLUMNS = 4


@cache
def pictures() -> tuple[Picture, ...]:
    return tuple(load(name).card() for name in NAMES)


def in_browser(folder: Path, drawn: list[str], *, dark: bool = False) -> list[Image.Image]:
    """Show the SVGs side by side in one page of headless Chromium and cut its screenshot up."""
    places = [(i % COLUMNS * SIDE, i // COLUMNS * SIDE) for i in range(len(drawn))]
    divs = [
        f'<div style="position:absolute;left:{x}px;top:{y}px">{svg}</div>'
        for (x, y), svg in zip(places, drawn, strict=True)
    ]
    page = folder / "index.html"
    page.write_text(f"<!doctype html><meta charset=utf-8>{''.join(divs)}", encoding="utf-8")
    whole = chromium(folder, page.as_uri(), (COLUMNS * SIDE, places[-1][1] + SIDE), dark=dark)
    return [whole.crop((x, y, x + SIDE, y + SIDE)) for x, y in places]


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> list[Image.Image]:
    """The live texts, the outlines, and one card in the style `auto`."""
    live, outlines = [p.svg() for p in pictures()], [p.svg("outlines") for p in pictures()]
    folder = tmp_path_factory.mktemp("light")
    return in_browser(folder, [*live, *outlines, load(NAMES[0]).card("auto").svg()])


@pytest.fixture(scope="module")
def png() -> list[Image.Image]:
    return [Image.open(io.BytesIO(picture.png(SIDE))).convert("RGB") for picture in pictures()]


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> list[Image.Image]:
    folder = tmp_path_factory.mktemp("pdf")
    pages = [picture.frame for picture in pictures()]
    (folder / "x.pdf").write_bytes(finished_pdf(pages, Info("x"), press(screen=True)))
    # Twice as large and averaged: Poppler sets glyphs at whole pixels in height.
    run(folder, "pdftoppm", "-scale-to", str(2 * SIDE), "x.pdf", "page")
    return [Image.open(page).convert("RGB").reduce(2) for page in sorted(folder.glob("page*.ppm"))]


def apart(a: Image.Image, b: Image.Image) -> tuple[float, float]:
    """The mean difference of the worst channel, and the share of pixels that are far apart."""
    difference = ImageChops.difference(a, b)
    red, green, blue = difference.split()
    worst = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return max(ImageStat.Stat(difference).mean), sum(worst.histogram()[FAR + 1 :]) / (SIDE * SIDE)


def check(first: list[Image.Image], second: list[Image.Image]) -> None:
    measured = {name: apart(a, b) for name, a, b in zip(NAMES, first, second, strict=True)}
    mean, share = (max(figures) for figures in zip(*measured.values(), strict=True))
    print(f"worst mean {mean:.2f} of 255, worst share {share:.2%}")
    far = {name: pair for name, pair in measured.items() if pair[0] > MOST_MEAN or pair[1] > MOST_SHARE}
    assert far == {}


def test_live_text_and_outlines(light: list[Image.Image]) -> None:
    count = len(NAMES)
    check(light[:count], light[count : 2 * count])


def test_live_text_and_png(light: list[Image.Image], png: list[Image.Image]) -> None:
    check(light[: len(NAMES)], png)


def test_live_text_and_pdf(light: list[Image.Image], pdf: list[Image.Image]) -> None:
    check(light[: len(NAMES)], pdf)


def test_png_and_pdf(png: list[Image.Image], pdf: list[Image.Image]) -> None:
    check(png, pdf)


def test_auto_follows_the_scheme(light: list[Image.Image], tmp_path: Path) -> None:
    styles = ("auto", "ink", "paper")
    dark = in_browser(tmp_path, [load(NAMES[0]).card(style).svg() for style in styles], dark=True)
    # Where a picture stands on the page may change a few pixels by a shade.
    for same in (apart(dark[0], dark[1]), apart(light[-1], light[0])):
        assert same[0] < 0.01
        assert same[1] == 0
    assert apart(dark[0], dark[2])[0] > 100


def test_auto_is_light_in_png_and_pdf() -> None:
    auto, paper = (load(NAMES[0]).card(style) for style in ("auto", "paper"))
    assert auto.png(200) == paper.png(200)
    assert auto.pdf() == paper.pdf()
