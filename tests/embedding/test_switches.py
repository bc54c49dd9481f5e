"""The recipes for sites with a switch of their own: each scheme shows its card and hides the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from guide import DOC, picture
from playwright.sync_api import Browser, Page
from test_recipes import build

from cost import PATIENCE

pytestmark = pytest.mark.programs


def row(site: str) -> list[str]:
    """Return what the guide's table has for a site: for light, and for dark."""
    [line] = [line for line in DOC.splitlines() if line.startswith(f"| {site}")]
    return [cell.strip(" `") for cell in line.strip("|").split("|")[1:]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("switches")
    for name, style in (("card", "paper"), ("card-ink", "ink")):
        (folder / f"{name}.svg").write_text(picture(style).svg())
    return folder


def material(folder: Path, *, dark: bool) -> str:
    site = folder / f"material-{dark}"
    (site / "docs").mkdir(parents=True)
    for card in folder.glob("*.svg"):
        (site / "docs" / card.name).write_bytes(card.read_bytes())
    (site / "docs" / "index.md").write_text("# A page\n\n" + "\n\n".join(row("Material for MkDocs")))
    scheme = "slate" if dark else "default"
    (site / "mkdocs.yml").write_text(
        f"site_name: x\ntheme: {{name: material, font: false, palette: {{scheme: {scheme}}}}}\n"
    )
    build("mkdocs", "build", "--quiet", "--config-file", site / "mkdocs.yml")
    return f"{site.name}/site/index.html"


def sphinx(folder: Path, theme: str) -> str:
    """Build a page with both cards; the theme asks the reader's system until its switch is used."""
    pytest.importorskip(theme)
    site = folder / theme
    if not site.exists():
        site.mkdir()
        for card in folder.glob("*.svg"):
            (site / card.name).write_bytes(card.read_bytes())
        pictures = zip(("card", "card-ink"), row("Furo, PyData"), strict=True)
        body = "\n".join(f".. image:: {name}.svg\n   {option}\n" for name, option in pictures)
        (site / "index.rst").write_text(f"A page\n======\n\n{body}")
        (site / "conf.py").write_text(f"html_theme = {theme!r}\n")
        build("sphinx", "-q", "-b", "html", site, site / "site")
    return f"{theme}/site/index.html"


def furo(folder: Path, *, dark: bool) -> str:
    return sphinx(folder, "furo")


def pydata(folder: Path, *, dark: bool) -> str:
    return sphinx(folder, "pydata_sphinx_theme")


def book(folder: Path, *, dark: bool) -> str:
    return sphinx(folder, "sphinx_book_theme")


def rule(folder: Path, *, dark: bool) -> str:
    page = folder / f"rule-{dark}.html"
    rules = "".join(row("a class on the root"))
    images = '<img class="card-light" src="card.svg"><img class="card-dark" src="card-ink.svg">'
    page.write_text(
        f"<!doctype html><html class='{'dark' if dark else ''}'><style>{rules}</style><body>{images}"
    )
    return page.name


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_page() as page:
        page.set_default_timeout(PATIENCE)
        yield page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("site", [material, furo, pydata, book, rule], ids=lambda site: site.__name__)
def test_a_site_with_a_switch_shows_one_card(site, dark: bool, folder: Path, page: Page) -> None:
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.goto((folder / site(folder, dark=dark)).as_uri())
    found = page.locator("img[src*=card]")
    shown = {
        str(image.get_attribute("src")).split("/")[-1].split(".")[0]: image.is_visible()
        for image in found.all()
    }
    assert shown == {"card": not dark, "card-ink": dark}
    assert all(found.evaluate_all("images => images.map(image => image.naturalWidth > 0)"))
