"""The recipes of docs/embedding.md, shown by a browser: the picture stands there, with its own glyphs."""

import contextlib
import functools
import http.server
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from guide import MODEL, MOST, WIDTH, difference, picture, recipe, reference
from PIL import Image
from quarto import quarto

from browsers import Browser, chromium, firefox
from cost import HANGS

pytestmark = pytest.mark.programs

# As GitHub sends the pictures of a README.
GITHUB = {"Content-Security-Policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"}

Cell = tuple[str, str]
"""A page and the selector of the picture in it."""


def build(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", *map(str, words)], check=True, capture_output=True, timeout=HANGS)


def page(body: str) -> str:
    return f"<!doctype html><meta charset='utf-8'>{body}"


def github(folder: Path) -> Cell:
    (folder / f"{MODEL}.svg").write_text(picture().svg("outlines"))
    (folder / f"{MODEL}-dark.svg").write_text(picture("ink").svg("outlines"))
    (folder / "index.html").write_text(page(recipe("GitHub", "html")))
    return "github/index.html", "img"


def without_fonts(folder: Path) -> Cell:
    """No recipe: what the others must not look like."""
    (folder / f"{MODEL}.svg").write_text(re.sub(r"@font-face{[^}]*}", "", picture().svg()))
    (folder / "index.html").write_text(page(recipe("HTML", "html")))
    return "without_fonts/index.html", "img"


def html_file(folder: Path) -> Cell:
    (folder / f"{MODEL}.svg").write_text(picture().svg())
    (folder / "index.html").write_text(page(recipe("HTML", "html")))
    return "html_file/index.html", "img"


def html_inline(folder: Path) -> Cell:
    names: dict[str, str] = {}
    exec(recipe("HTML", "python"), names)
    assert names["page"].count("@font-face") == 3
    (folder / "index.html").write_text(names["page"].replace("</svg>", "</svg><br>"))
    # The second card has no font of its own.
    return "html_inline/index.html", "svg ~ svg"


def markdown(folder: Path) -> Cell:
    import markdown as md

    (folder / f"{MODEL}.svg").write_text(picture().svg())
    (folder / "index.html").write_text(page(md.markdown(recipe("Markdown", "markdown"))))
    return "markdown/index.html", "img"


def mkdocs(folder: Path) -> Cell:
    (folder / "docs").mkdir()
    (folder / "docs" / f"{MODEL}.svg").write_text(picture().svg())
    (folder / "docs" / "index.md").write_text(f"# A page\n\n{recipe('MkDocs', 'markdown')}")
    theme = "theme: {name: readthedocs, highlightjs: false}"
    (folder / "mkdocs.yml").write_text(f"site_name: x\n{theme}\n{recipe('MkDocs', 'yaml')}")
    build("mkdocs", "build", "--quiet", "--config-file", folder / "mkdocs.yml")
    return "mkdocs/site/index.html", "img[src*=llama]"


def sphinx(folder: Path) -> Cell:
    (folder / f"{MODEL}.svg").write_text(picture().svg())
    (folder / "conf.py").write_text("html_theme = 'basic'\n")
    (folder / "index.rst").write_text(f"A page\n======\n\n{recipe('Sphinx', 'rst')}")
    build("sphinx", "-q", "-b", "html", folder, folder / "site")
    return "sphinx/site/index.html", "img[src*=llama]"


def jupyter(folder: Path) -> Cell:
    code = recipe("Jupyter", "python")
    names: dict[str, object] = {}
    *before, last = code.strip().splitlines()
    exec("\n".join(before), names)
    shown = eval(last, names)._repr_svg_()
    output = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
    output["data"] = {"image/svg+xml": shown, "text/plain": "Picture()"}
    cell = {"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {}, "source": code}
    notebook = {"cells": [{**cell, "outputs": [output]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "index.ipynb").write_text(json.dumps(notebook))
    build("nbconvert", "--to", "html", "--template", "basic", "--log-level", "ERROR", folder / "index.ipynb")
    return "jupyter/index.html", "img"


def quarto_linked(folder: Path) -> Cell:
    return quarto_page(folder)


def quarto_alone(folder: Path) -> Cell:
    return quarto_page(folder, "--embed-resources")


def quarto_page(folder: Path, *options: str) -> Cell:
    (folder / f"{MODEL}.svg").write_text(picture().svg())
    made = quarto(folder, "html", *options)
    # A column as wide as the picture is here.
    (folder / "index.html").write_text(
        made.replace("</head>", f"<style>figure {{width: {WIDTH}px}}</style></head>")
    )
    return f"{folder.name}/index.html", "img"


NEEDS = {markdown: "markdown", mkdocs: "mkdocs", sphinx: "sphinx", jupyter: "nbconvert"}
NEEDS |= {quarto_linked: "pypandoc", quarto_alone: "pypandoc"}
RECIPES = (github, html_file, html_inline, markdown, mkdocs, sphinx, quarto_linked, quarto_alone, jupyter)
WIDTHS = {html_inline: 1000, markdown: 1000, jupyter: 1000}


def can_run(make: object) -> bool:
    return find_spec(NEEDS.get(make, "PIL")) is not None  # type: ignore[call-overload]


class Server(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        if "/github/" in self.path and self.path.endswith(".svg"):
            for name, value in GITHUB.items():
                self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Server, directory=str(folder))
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# Shows every page in a frame of its own and moves the frame until its picture fills the cell.
# A frame follows the scheme of the page that it stands in; a script in it could scroll what is only hidden.
GRID = """
<style>:root{{color-scheme:light dark}} body{{margin:0}}
div{{position:absolute;overflow:clip;width:1000px;height:1000px}}
iframe{{position:absolute;border:0;width:1600px;height:3000px}}</style>{cells}
<script>onload = () => {{ for (const frame of document.querySelectorAll("iframe")) {{
  const place = frame.contentDocument.querySelector(frame.dataset.find).getBoundingClientRect();
  frame.style.left = -place.left + "px"; frame.style.top = -place.top + "px"; }} }}</script>
"""


def screenshot(
    folder: Path, cells: dict[str, Cell], browser: Browser, **scheme: bool
) -> dict[str, Image.Image]:
    """Return the 1000 x 1000 pixels from each picture's top left corner."""
    frames = [
        f'<div style="left:{1000 * n}px"><iframe src="/{path}" data-find="{find}"></iframe></div>'
        for n, (path, find) in enumerate(cells.values())
    ]
    (folder / "grid.html").write_text(page(GRID.format(cells="".join(frames))))
    with served(folder) as address:
        shot = browser(folder, f"{address}/grid.html", (1000 * len(cells), 1000), **scheme)
    return {name: shot.crop((1000 * n, 0, 1000 * n + 1000, 1000)) for n, name in enumerate(cells)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Cell]]:
    folder = tmp_path_factory.mktemp("embedding")
    cells = {}
    for make in (*RECIPES, without_fonts):
        if can_run(make):
            (folder / make.__name__).mkdir()
            cells[make.__name__] = make(folder / make.__name__)
    return folder, cells


@pytest.fixture(scope="module", params=(chromium, firefox), ids=lambda browser: browser.__name__)
def shown(request: pytest.FixtureRequest, made: tuple[Path, dict[str, Cell]]) -> dict[str, Image.Image]:
    folder, cells = made
    shots = screenshot(folder, cells, request.param)
    dark = screenshot(folder, {"github": cells["github"]}, request.param, dark=True)
    return {**shots, "dark": dark["github"]}


@pytest.mark.parametrize("make", RECIPES, ids=lambda make: make.__name__)
def test_recipe(make, shown: dict[str, Image.Image]) -> None:
    if not can_run(make):
        pytest.skip(f"{NEEDS[make]} is not installed")
    model = "gpt-2-xl" if make is html_inline else MODEL
    expected = reference(width=WIDTHS.get(make, WIDTH), model=model)
    assert difference(shown[make.__name__], expected) < MOST


def test_github_follows_the_scheme(shown: dict[str, Image.Image]) -> None:
    assert difference(shown["dark"], reference("ink")) < MOST
    assert difference(shown["github"], reference("ink")) > 100


@pytest.mark.parametrize("browser", [chromium, firefox], ids=lambda browser: browser.__name__)
def test_a_file_opened_at_github_needs_outlines(browser: Browser, tmp_path: Path) -> None:
    """Its policy lets no font in where the file is the page."""
    (tmp_path / "github").mkdir()
    differences = {}
    for text in ("outlines", "live"):
        (tmp_path / "github" / f"{text}.svg").write_text(picture().svg(text))
        with served(tmp_path) as address:
            shot = browser(tmp_path, f"{address}/github/{text}.svg", (1000, 1000))
        differences[text] = difference(shot, reference(width=1000))
    assert differences["outlines"] < MOST < differences["live"]


def test_other_fonts_would_be_noticed(shown: dict[str, Image.Image]) -> None:
    assert difference(shown["without_fonts"], reference()) > MOST
