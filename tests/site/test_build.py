"""The site as files: built of a few models, whole, repeatable, and without a way out."""

from __future__ import annotations

import gzip
import json
import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import archposter
from archposter.pipeline import theme
from archposter.search.page import export
from archposter.search.record import records
from archposter.site import catalogue
from archposter.site.build import build
from archposter.site.concept_pages import held
from archposter.site.folder import LIST
from archposter.site.page import Site
from archposter.site.render import compact
from archposter.site.source import sources
from archposter.site.summary import summarize

NAMES = ("deepseek-v3", "gemma-3-27b", "kimi-linear-48b-a3b", "llama-3-8b")
SITE = Site("Models", "https://example.org/models")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build(sources(NAMES), SITE, folder)
    return folder


class Links(HTMLParser):
    """The addresses that a page names, the ids that it has, and its inline scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: set[str] = set()
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given["id"]} if "id" in given else set()
        address = given.get("href", given.get("src", given.get("action", "")))
        if tag in ("script", "img", "link") and given.get("rel") != "canonical":
            self.loads.append(address)
        self.links += [address] if address else []
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and not address and given.get("type") != "application/ld+json"):
            self.inline.append(tag)


def pages(root: Path) -> dict[str, Links]:
    return {
        str(path.relative_to(root)): Links(path.read_text(encoding="utf-8"))
        for path in sorted(root.rglob("*.html"))
    }


def test_no_link_is_broken(root: Path) -> None:
    found = pages(root)
    broken = []
    for name, page in found.items():
        for link in page.links:
            address = urlsplit(link)
            if address.scheme:
                continue
            target = (root / name).parent / unquote(address.path) if address.path else root / name
            inside = str(target.resolve().relative_to(root.resolve()))
            fragment = address.fragment
            if not target.is_file() or (fragment and fragment not in found[inside].ids):
                broken.append((name, link))
    assert broken == []


def test_pages_ask_no_other_host_and_run_nothing_inline(root: Path) -> None:
    for name, page in pages(root).items():
        assert [link for link in page.loads if urlsplit(link).scheme or link.startswith("//")] == [], name
        assert page.inline == [], name
        assert all(urlsplit(link).scheme in ("", "https") for link in page.links), name
    for sheet in [*root.rglob("*.css"), *root.rglob("*.js")]:
        names_of_xml = r"http://www\.w3\.org/[\w/]+"
        said = rf"(?m)^\s*//.*|/\*.*?\*/|// .*$|base64,[^)]*|{names_of_xml}"
        assert "//" not in re.sub(said, "", sheet.read_text()), sheet


@pytest.mark.costly
def test_a_second_build_writes_nothing_and_an_other_order_gives_the_same(root: Path, tmp_path: Path) -> None:
    assert build(sources(NAMES), SITE, root).written == 0
    build(sources(NAMES[::-1]), SITE, tmp_path)
    files = {path.relative_to(root) for path in root.rglob("*") if path.is_file()}
    assert files == {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert [path for path in files if (root / path).read_bytes() != (tmp_path / path).read_bytes()] == []


@pytest.mark.costly
def test_a_changed_spec_makes_its_pages_anew_and_equals_a_whole_build(tmp_path: Path) -> None:
    spec = tmp_path / "one.yaml"
    text = next(source.text for source in sources(("llama-3-8b",)))
    spec.write_text(text)
    names = (str(spec), "gemma-3-27b")
    build(sources(names), SITE, tmp_path / "site")
    before = (tmp_path / "site/cards/gemma-3-27b.pdf").stat().st_mtime_ns
    mine = tmp_path / "site/mine.txt"
    mine.write_text("not the site's")
    spec.write_text(text.replace("Llama 3", "Llama 33"))
    build(sources(names), SITE, tmp_path / "site")
    assert "Llama 33" in (tmp_path / "site/models/one.html").read_text()
    assert (tmp_path / "site/cards/gemma-3-27b.pdf").stat().st_mtime_ns == before
    build(sources(names), SITE, tmp_path / "whole")
    for path in (tmp_path / "whole").rglob("*"):
        if path.is_file():
            assert (
                tmp_path / "site" / path.relative_to(tmp_path / "whole")
            ).read_bytes() == path.read_bytes()
    build(sources(("gemma-3-27b",)), SITE, tmp_path / "site")
    assert not list((tmp_path / "site").rglob("one*"))
    assert mine.read_text() == "not the site's"


@pytest.mark.costly
def test_the_catalogue_of_all_models_is_light(root: Path) -> None:
    found = sources(())
    models = [source.read() for source in found]
    summaries = [summarize(spec, model, held(spec), theme("auto")) for spec, model in models]
    known = records((model.slug, model.arch, model.facts()) for _, model in models)
    made = {page.path: page.data for page in catalogue.pages(SITE, summaries)}
    first = [made["index.html"], compact(export(known)).encode()]
    asked = re.findall(r'(?:src|href)="(assets/[^"]+)"', made["index.html"].decode())
    first += [(root / path).read_bytes() for path in asked]
    first += [path.read_bytes() for path in (root / "assets/fonts").glob("*-basic.woff2")]
    small = [(root / f"thumbs/{name}.svg").read_bytes() for name in NAMES]
    thumbs = 12 * max(len(gzip.compress(data)) for data in small)
    assert sum(len(gzip.compress(data)) for data in first) + thumbs < 250_000


def test_a_page_of_a_model_is_light(root: Path) -> None:
    shared = ["assets/palette.css", "assets/site.css", "assets/site.js", "assets/model.js"]
    parts = [root / path for path in shared] + [*(root / "assets/fonts").glob("*-basic.woff2")]
    weight = sum(len(gzip.compress(path.read_bytes())) for path in parts)
    for page in (root / "models").glob("*.html"):
        assert weight + len(gzip.compress(page.read_bytes())) < 150_000, page


def test_what_others_made_is_here_as_they_made_it() -> None:
    vendor = Path(archposter.__file__).parent / "site" / "assets" / "vendor"
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in vendor.iterdir()}
    assert found == {
        # @leeoniya/ufuzzy 1.0.19, dist/uFuzzy.iife.min.js and LICENSE of its package on npm
        "uFuzzy.iife.min.js": "3eef8ba0ad55444c31f0e86f8375f25916515402cf2d4d7b5a2c01b4b67f2e19",
        "uFuzzy-LICENSE.txt": "b43d07fcc08f2b2831cdf80bbff2102288222e8b5750b8f92b361dd6bf10dd17",
    }


def test_a_damaged_file_is_made_again(tmp_path: Path) -> None:
    build(sources(("llama-3-8b",)), SITE, tmp_path)
    page = tmp_path / "models/llama-3-8b.html"
    whole = page.read_bytes()
    page.write_bytes(whole[:100])
    (tmp_path / "about.html").unlink()
    assert build(sources(("llama-3-8b",)), SITE, tmp_path).written == 2
    assert page.read_bytes() == whole
    (tmp_path / LIST).write_text("[]")
    build(sources(("llama-3-8b",)), SITE, tmp_path)
    assert page.read_bytes() == whole


def test_pages_have_pictures_for_links_and_say_what_they_are_to_programs(root: Path) -> None:
    kinds = {}
    for path in ("index.html", "changes.html", "models/llama-3-8b.html", "concepts/rope.html"):
        text = (root / path).read_text(encoding="utf-8")
        shown = re.findall(r'og:image" content="https://example\.org/models/([^"]+)"', text)
        assert [(root / picture).is_file() for picture in shown] == [True], path
        assert len(re.findall(r'og:image:alt" content="[^"]+"', text)) == 1, path
        kinds[path] = [json.loads(said)["@type"] for said in re.findall(r'ld\+json">(.*?)</script>', text)]
    assert list(kinds.values()) == [["Dataset"], [], ["Dataset"], ["DefinedTerm"]]
