"""Mermaid and Graphviz text, read and drawn by Mermaid and Graphviz."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import archposter
from archposter.outline.graph import Edge, Graph, Group, Node
from archposter.outline.mermaid import _escaped, to_mermaid
from archposter.pipeline import theme
from cost import HANGS
from programs import run

MERMAID = Path(__file__).parents[2] / ".mermaid" / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"
SAMPLE = (
    *("llama-3-8b", "deepseek-v4-pro", "gemma-4-e2b", "command-a-plus", "nemotron-3-nano-30b-a3b"),
    *("longcat-flash-lite", "zaya1-8b", "gpt-2-xl"),
)
HOSTILE = '"] end %%{init: {}}%% <b>&amp;</b> `x` **y** \\N #quot; 1. a\nb; --> | { } \x00 é'
SHOWN = '"] end %%{init: {}}%% <b>&amp;</b> `x` **y** \\N #quot; 1. a b; --> | { } é'
_PAGE = """<meta charset="utf-8"><script src="mermaid.min.js"></script><pre id="said"></pre><script>
mermaid.initialize({startOnLoad: false});
(async () => {
  const said = [];
  for (const [index, source] of SOURCES.entries()) {
    try {
      const {svg} = await mermaid.render("graph" + index, source);
      const read = new DOMParser().parseFromString(svg, "text/html");
      said.push([...read.querySelectorAll(".nodeLabel, .edgeLabel, text")].map(each => each.textContent));
    } catch (fault) { said.push(String(fault)); }
  }
  document.getElementById("said").textContent = JSON.stringify(said);
})();
</script>"""


def hostile() -> Graph:
    """Return a graph that says it in every place."""
    boxes = (Node("a", (HOSTILE, HOSTILE)), Node("b", (HOSTILE,), shape="norm"))
    group = Group("c", HOSTILE, "layers", boxes)
    return Graph(HOSTILE, (HOSTILE,), HOSTILE, HOSTILE, (group,), (Edge("a", "b", "flow", HOSTILE),))


def mermaid(folder: Path, sources: list[str]) -> list[list[str] | str]:
    """Return the words of each flowchart that Mermaid drew in Chromium, or what it complained of."""
    if not MERMAID.exists():
        pytest.skip("Mermaid is not installed: run scripts/system_packages.sh with npm")
    shutil.copy(MERMAID, folder)
    page = folder / "page.html"
    page.write_text(_PAGE.replace("SOURCES", json.dumps(sources).replace("<", "\\u003c")), encoding="utf-8")
    dom = run(
        folder,
        *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000"),
        *(f"--user-data-dir={folder / 'chromium'}", "--dump-dom", page.as_uri()),
    ).decode()
    found = re.search('<pre id="said">(.*?)</pre>', dom, re.DOTALL)
    assert found
    return json.loads(html.unescape(found[1]))


@pytest.mark.programs
def test_mermaid_draws_them_with_all_their_words(tmp_path: Path) -> None:
    models = [archposter.load(name) for name in SAMPLE]
    for model, words in zip(models, mermaid(tmp_path, [m.mermaid() for m in models]), strict=True):
        assert isinstance(words, list), words
        shown = " ".join(words)
        assert model.arch.name in shown
        assert "Token embedding" in shown
        assert not re.search("Unsupported|undefined|#[0-9]+;|&#", shown)


@pytest.mark.programs
def test_mermaid_shows_hostile_words_as_they_are(tmp_path: Path) -> None:
    (words,) = mermaid(tmp_path, [to_mermaid(hostile(), theme())])
    assert isinstance(words, list), words
    shown = "".join("".join(words).split())
    # a box with two lines, one with one, the group, and the edge, which is found twice
    assert shown.count("".join(SHOWN.split())) == 6, words


def test_mermaid_text_escapes_what_means_something() -> None:
    assert _escaped('a"b <br> 1. c_d #x - 1,024 (2-4) × 8.5') == (
        "a#34;b #60;br#62; 1#46; c#95;d #35;x #45; 1,024 (2-4) × 8.5"
    )


def svg(source: str, *command: str) -> ElementTree.Element:
    done = subprocess.run(command, input=source.encode(), capture_output=True, check=True, timeout=HANGS)
    return ElementTree.fromstring(done.stdout)


def graphviz() -> tuple[str, ...]:
    """Return the system's Graphviz, or else the one that the test packages bring."""
    return ("dot",) if shutil.which("dot") else (str(Path(sys.executable).with_name("graphviz-pure")),)


@pytest.mark.parametrize("name", SAMPLE)
def test_graphviz_draws_them_with_all_their_boxes(name: str) -> None:
    model = archposter.load(name)
    drawn = svg(model.dot(), *graphviz(), "-Tsvg")
    said = {
        " ".join("".join(text.itertext()).split()) for text in drawn.iter("{http://www.w3.org/2000/svg}text")
    }
    assert {"Token embedding", "Tokens", "Output layer"} <= said
    assert any(model.arch.name in words for words in said)


def test_graphviz_shows_hostile_words_as_they_are() -> None:
    from archposter.outline.dot import to_dot

    drawn = svg(to_dot(hostile(), theme()), *graphviz(), "-Tsvg")
    said = "".join(drawn.itertext()).replace("\N{ZERO WIDTH SPACE}", "")
    assert "".join(said.split()).count("".join(SHOWN.split())) == 7


def test_a_dark_style_makes_a_dark_graph() -> None:
    model = archposter.load("llama-3-8b")
    assert 'bgcolor="#12171E"' in model.dot("ink")
    assert model.mermaid("auto") == model.mermaid("paper") != model.mermaid("ink")
