"""What docs/embedding.md says of a card in the page, of policies, phones, schemes and Word."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from guide import DOC, MODEL, MOST, WIDTH, difference, picture, reference
from PIL import Image
from playwright.sync_api import Browser, Page, Route

from archposter import load
from cost import HANGS
from programs import run

pytestmark = pytest.mark.programs

SITE = "http://card.test/"
EMU = 914_400
"""Of Office's units in an inch."""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_page(viewport={"width": 2 * WIDTH, "height": 2 * WIDTH}) as page:
        page.set_default_timeout(1000 * HANGS)
        yield page


def show(page: Page, body: str, policy: str = "", **files: str) -> Image.Image:
    """Show a page of a site with this policy and these SVG files."""

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(SITE).removesuffix(".svg")
        kind = "image/svg+xml" if name in files else "text/html"
        whole = f"<!doctype html><meta charset=utf-8><title>x</title><body>{body}"
        headers = {"Content-Security-Policy": policy} if policy else {}
        route.fulfill(body=files.get(name, whole), headers={**headers, "Content-Type": kind})

    page.route("**/*", answer)
    page.goto(SITE)
    page.evaluate("document.fonts.ready")
    place = page.locator("img, svg").first.bounding_box()
    assert place
    shot = page.screenshot(clip=place)
    return Image.open(io.BytesIO(shot)).convert("RGB")


def said(start: str) -> str:
    """Return what the guide has in code that starts so."""
    found = re.search(rf"`({re.escape(start)}[^`]*)`", DOC)
    assert found, start
    return found[1]


def test_a_linked_card_needs_no_policy(page: Page) -> None:
    shot = show(page, f"<img src=card.svg width={WIDTH}>", "default-src 'self'", card=picture().svg())
    assert difference(shot, reference()) < MOST


def test_a_card_in_the_page_needs_a_policy(page: Page) -> None:
    policy = said("style-src")
    # The size is the page's own, which its style attribute may not say under the stricter one.
    body = (
        picture()
        .svg()
        .replace('width="1000"', f'width="{WIDTH}"')
        .replace('height="1000"', f'height="{WIDTH}"', 1)
    )
    assert difference(show(page, body, f"default-src 'none'; {policy}"), reference()) < MOST
    page.unroute_all()
    assert difference(show(page, body, "default-src 'none'"), reference()) > MOST


def test_a_card_in_a_page_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    rule = said("svg { max-width")
    shot = show(
        page, f"<meta name=viewport content='width=device-width'><style>{rule}</style>{picture().svg()}"
    )
    assert 360 < shot.width <= 390
    assert abs(shot.width - shot.height) <= 1


def test_lines_of_a_card_are_found_and_copied_whole(page: Page) -> None:
    """Also where a line is of several runs: with the blanks between its words."""
    page.set_content(load("kimi-linear-48b-a3b").card().svg())
    lines = page.evaluate("Array.from(document.querySelectorAll('text'), text => text.textContent)")
    page.evaluate("getSelection().selectAllChildren(document.body)")
    copied = page.evaluate("getSelection().toString()")
    assert "Kimi Linear 48B-A3B" in lines
    assert [line for line in lines if line not in copied] == []
    page.evaluate("getSelection().removeAllRanges()")
    found = "lines => lines.filter(line => !window.find(line, true, false, true))"
    assert page.evaluate(found, lines) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_auto_follows_the_scheme_of_the_page(page: Page, dark: bool) -> None:
    """As a picture that of its element, although the reader's system has the other."""
    page.emulate_media(color_scheme="light" if dark else "dark")
    scheme = "dark" if dark else "light"
    body = f"<style>:root{{color-scheme:{scheme}}}</style><img src=card.svg width={WIDTH}>"
    shot = show(page, body, card=picture("auto").svg())
    assert difference(shot, reference("ink" if dark else "paper")) < MOST


def test_word_takes_the_png(tmp_path: Path) -> None:
    """Through Pandoc: the very picture, as wide as it says, or as the text is."""
    pypandoc = pytest.importorskip("pypandoc")
    png = picture().png(2000)
    (tmp_path / f"{MODEL}.png").write_bytes(png)
    (tmp_path / "x.md").write_text(f"![Architecture]({MODEL}.png)\n")
    run(tmp_path, pypandoc.get_pandoc_path(), "x.md", "-o", "x.docx")
    with zipfile.ZipFile(tmp_path / "x.docx") as document:
        [image] = [name for name in document.namelist() if name.startswith("word/media/")]
        assert document.read(image) == png
        found = re.search(r'<wp:extent cx="(\d+)" cy="(\d+)"', document.read("word/document.xml").decode())
    assert found
    width, height = (int(side) / EMU for side in found.groups())
    assert width == pytest.approx(height, abs=0.01)
    assert 5.5 < width < 7
