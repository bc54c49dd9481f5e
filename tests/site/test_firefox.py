"""The site in Firefox, from a folder: one browser in light, one in dark, and nothing goes wrong in either."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image
from visits import NAMES

import archposter
from archposter import units
from archposter.cli import cli
from archposter.compare.values import COUNTED
from archposter.compare.words import every
from archposter.search.language import search
from archposter.search.record import records
from browsers import FIREFOX
from cost import HANGS, PATIENCE
from programs import need

pytestmark = pytest.mark.programs

PUPPETEER = Path(__file__).parents[2] / ".npm" / "node_modules" / "puppeteer-core"
PAGES = (
    *("index.html", "index.html?view=table", "index.html?view=skyline", "models/deepseek-v3.html"),
    *("compare.html?models=deepseek-v3,kimi-linear-48b-a3b", f"compare.html?models={','.join(NAMES)}"),
    *("memory.html", "concepts/index.html", "tree.html", "charts.html", "changes.html", "about.html"),
)
SCHEMES = {"dark": "rgb(12, 16, 21)", "light": "rgb(244, 246, 248)"}
DRAWN = "[...document.querySelectorAll('div[data-view]')].every(each => each.children.length)"
SHOWN = "[...document.querySelectorAll('[data-tiles] > :not([hidden])')].map(each => each.dataset.slug)"


class Firefox:
    """A page in Firefox; `firefox.js` has what can be asked of it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def __call__(self, deed: str, *given: object) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([deed, *given]) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline() or '{"error": "Firefox is gone"}')
        assert "error" not in answer, (deed, given, answer)
        return answer["value"]

    def texts(self, selector: str) -> list[str]:
        found = f"[...document.querySelectorAll({json.dumps(selector)})].map(each => each.textContent)"
        return list(self("value", found))

    def fill(self, selector: str, words: str) -> None:
        self("value", f"document.querySelector({json.dumps(selector)}).select()")
        self("press", "Backspace")
        self("type", words)


@contextmanager
def started(scheme: str, root: Path, folder: Path) -> Iterator[Firefox]:
    for program in ("node", "firefox-esr"):
        need(program)
    if not PUPPETEER.exists():
        pytest.skip("puppeteer-core is not installed: run scripts/system_packages.sh with npm")
    override = {"layout.css.prefers-color-scheme.content-override": list(SCHEMES).index(scheme)}
    settings = {
        "root": root.as_uri(),
        "profile": str(folder),
        "preferences": FIREFOX | override,
        "patience": PATIENCE,
    }
    file = folder / "settings.json"
    file.write_text(json.dumps(settings), encoding="utf-8")
    command = ("node", Path(__file__).with_name("firefox.js"), PUPPETEER, file)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Firefox(process)
        process.communicate(timeout=HANGS)
    assert process.returncode == 0


@pytest.fixture(scope="module")
def light(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with started("light", root, tmp_path_factory.mktemp("light")) as firefox:
        yield firefox


@pytest.mark.parametrize("scheme", SCHEMES)
def test_pages_have_their_colours_and_fit_a_telephone(
    scheme: str, root: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if scheme == "light":
        look(request.getfixturevalue("light"), scheme)
    else:
        with started(scheme, root, tmp_path) as firefox:
            look(firefox, scheme)


def look(firefox: Firefox, scheme: str) -> None:
    for path in PAGES:
        firefox("open", path)
        firefox("until", DRAWN)
        ground = firefox("value", "getComputedStyle(document.body).backgroundColor")
        assert ground == SCHEMES[scheme], path
        for width in (320, 1280):
            firefox("width", width)
            assert firefox("until", f"innerWidth === {width}"), path
            assert firefox("value", "document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
        assert firefox("faults") == [], path


def test_search_and_facets_are_in_the_address(light: Firefox) -> None:
    light("width", 1280)
    light("open", "index.html")
    light("press", "/")
    assert light("value", "document.activeElement.id") == "find"
    models = [archposter.load(name) for name in NAMES]
    known = records((model.slug, model.arch, model.facts()) for model in models)
    for query in ("kind:moe active<10b", "qwen", "-has:moe since:2024"):
        light.fill("#find", query)
        met = search(query, known)
        own = sorted(model.slug for model, hit in zip(models, met, strict=True) if hit)
        assert sorted(light("value", SHOWN)) == own
    light.fill("#find", "")
    facet = (
        "[...document.querySelectorAll('button')].find(each => /^Sparse hybrid/.test(each.innerText.trim()))"
    )
    light("value", f"{facet}.focus()")
    light("press", "Enter")
    hybrids = ["kimi-linear-48b-a3b", "qwen3-next-80b-a3b"]
    assert sorted(light("value", SHOWN)) == hybrids
    light("open", f"index.html{light('value', 'location.search')}")
    assert sorted(light("value", SHOWN)) == hybrids
    assert light("value", "document.querySelector('#find').value") == "decoder_type:sparse-hybrid"
    assert light("faults") == []


def test_an_address_opens_the_evidence(light: Firefox) -> None:
    light("open", "models/deepseek-v3.html#number-parameters")
    assert light("until", "document.querySelector('#number-parameters').open")
    rows = light.texts("#number-parameters tr:not(.total) td")
    assert sum(int(row.replace(",", "")) for row in rows) == 671_026_404_352
    assert light("faults") == []


def test_the_card_lives_by_keyboard_alone(light: Firefox) -> None:
    light("open", "models/qwen3-next-80b-a3b.html")
    for _ in range(60):
        light("press", "Tab")
        if light("value", "document.activeElement.matches('.spot')"):
            break
    spot = "document.activeElement.getAttribute('aria-label')"
    for _ in range(60):
        if light("value", spot).startswith("Gated DeltaNet"):
            break
        light("press", "ArrowRight")
    assert light("value", spot).startswith("Gated DeltaNet, 32 value, 16 key heads of 128, 36 layers")
    assert len(light.texts(".spot.layer.on")) == 36
    light("press", "Enter")
    assert light("until", "location.pathname.endsWith('/concepts/gated-deltanet.html')")
    assert light("faults") == []


def said(*words: str) -> Any:
    """Return what a command prints as JSON."""
    return json.loads(CliRunner().invoke(cli, [*words, "--json"], catch_exceptions=False).stdout)


def test_a_comparison_says_what_diff_says(light: Firefox) -> None:
    names = ("deepseek-v3", "kimi-linear-48b-a3b")
    found = archposter.load(names[0]).compare(archposter.load(names[1]))
    assert said("diff", *names) == json.loads(json.dumps(found.as_dict()))
    light("open", f"compare.html?models={','.join(names)}")
    assert light("until", "document.querySelectorAll('.side').length === 2")
    cells = light.texts(".topic:not(.plain) tbody td")
    shown = [cells[start : start + 2] for start in range(0, len(cells), 2)]
    own = [[words[0] for words in every(row)] for row in found.rows if row.aspect not in COUNTED]
    assert sorted(shown) == sorted(own)
    assert light("faults") == []


def test_a_comparison_is_taken_away_in_dots(light: Firefox) -> None:
    light("open", "compare.html?models=deepseek-v3,kimi-linear-48b-a3b")
    assert light("until", "document.querySelectorAll('.take button').length === 2")
    # What is given away is kept, and not saved.
    light(
        "value",
        "URL.createObjectURL = (make => blob => make.call(URL, taken = blob))(URL.createObjectURL), 0",
    )
    light("value", "HTMLAnchorElement.prototype.click = () => 0, 0")
    light("value", "[...document.querySelectorAll('.take button')].at(-1).click(), 0")
    assert light("until", "globalThis.taken?.type === 'image/png'")
    read = "Object.assign(new FileReader(), {onload() { done(this.result) }}).readAsDataURL(taken)"
    data = base64.b64decode(light("value", f"new Promise(done => {read})").partition(",")[2])
    with Image.open(BytesIO(data)) as image:
        assert image.width == 2960
        assert len(image.convert("RGB").getcolors(10**7) or ()) > 100
    assert light("faults") == []


def test_memory_is_that_of_facts(light: Firefox) -> None:
    light("open", f"memory.html?models={','.join(NAMES)}&context=128k")
    assert light("until", f"document.querySelectorAll('.need').length === {len(NAMES)}")
    light.fill("[name=context]", "100k")
    totals = []
    for name in NAMES:
        facts = said("facts", name, "--context", "100k")
        cache = facts["kv_cache"]
        parts = ("bytes_at_context", "indexer_bytes_at_context", "state_bytes")
        totals.append(units.size(facts["weight_bytes"]["bf16"] + sum(cache[part] for part in parts)))
    assert light.texts(".need h3 b") == totals
    assert light("faults") == []


def test_faults_are_seen(light: Firefox) -> None:
    light("open", "about.html")
    wrong = "console.log('said'); setTimeout(() => { throw new Error('thrown') }); document.body"
    light("value", f"{wrong}.setAttribute('onclick', 'ran = 1'), 0")
    light("value", "document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/a.png'})), 0")
    expected, found = ("said", "thrown", "script-src-attr", "img-src"), list[str]()
    for _ in range(10_000):
        found += light("faults")
        if all(any(fault in each for each in found) for fault in expected):
            break
    else:
        pytest.fail(f"expected {expected}, found {found}")
