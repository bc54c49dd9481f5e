"""The site in Chromium, as readers use it: from a folder, by pointer and by keyboard, in light and dark."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from visits import NAMES, Visit

import archposter
from archposter.search.language import search
from archposter.search.record import records
from archposter.site.build import build
from archposter.site.page import Site
from archposter.site.source import Source, sources
from programs import need

pytestmark = pytest.mark.programs

PAGES = (
    *("index.html", "index.html?view=table", "models/deepseek-v3.html", "concepts/index.html"),
    *("compare.html", "compare.html?models=deepseek-v3,kimi-linear-48b-a3b", "memory.html"),
    f"compare.html?models={','.join(NAMES)}",
    *("concepts/multi-head-latent-attention.html", "tree.html", "charts.html", "changes.html", "about.html"),
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NPM = Path(__file__).parents[2] / ".npm" / "node_modules"
ASSETS = Path(archposter.__file__).parent / "site" / "assets"
HOSTILE = "<script>globalThis.ran = 1</script>\"' onerror=ran=1 javascript:ran=1 <img src=x onerror='ran=1'>"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_from_a_folder_and_fits_every_width(path: str, chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root, viewport={"width": 320, "height": 640}, color_scheme="dark")
    page = visit.open(path)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(12, 16, 21)"
    page.emulate_media(color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(244, 246, 248)"
    for width in (320, 1280, 3000):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
    assert visit.faults == []


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(path: str, chromium: Browser, root: Path) -> None:
    axe = NPM / "axe-core" / "axe.min.js"
    if not axe.exists():
        pytest.skip("axe is not installed: run scripts/system_packages.sh with npm")
    page = Visit(chromium, root, bypass_csp=True).open(path)
    page.add_script_tag(path=axe)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(f"axe.run({{runOnly: {RULES}}})")
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == [], scheme


def shown(page: Page) -> list[str]:
    found = page.locator("[data-tiles] > :not([hidden])").evaluate_all("all => all.map(a => a.dataset.slug)")
    return [str(slug) for slug in found]


def test_search_facets_sort_and_view_are_in_the_address(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root)
    page = visit.open("index.html")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    models = [archposter.load(name) for name in NAMES]
    known = records((model.slug, model.arch, model.facts()) for model in models)
    for query in ("kind:moe active<10b", "qwen", "-has:moe since:2024", 'dev:"Moonshot AI",google'):
        page.fill("#find", query)
        met = search(query, known)
        assert sorted(shown(page)) == sorted(m.slug for m, hit in zip(models, met, strict=True) if hit)
    page.fill("#find", "deepsek")
    assert shown(page) == ["deepseek-v3"]
    page.locator("[data-meant]").click()
    assert page.locator("#find").input_value() == "deepseek"
    page.fill("#find", "")
    page.get_by_role("button", name="Sparse hybrid").click()
    page.get_by_label("Sort").select_option("parameters")
    assert shown(page) == ["kimi-linear-48b-a3b", "qwen3-next-80b-a3b"]
    page.get_by_role("button", name="Table", exact=True).click()
    address = page.url
    again = Visit(chromium, root)
    again.page.goto(address)
    rows = again.page.locator("tbody tr:not([hidden])")
    expect(rows).to_have_count(2)
    assert rows.first.get_attribute("data-slug") == "kimi-linear-48b-a3b"
    assert again.page.locator("#find").input_value() == "decoder_type:sparse-hybrid"
    assert visit.faults == again.faults == []


def test_words_that_mean_nothing_stand_for_what_they_may_mean(chromium: Browser, root: Path) -> None:
    page = Visit(chromium, root).open("index.html")
    for query, meant in (("mla 671b", "kind:mla 671b"), ('dev:"moonshoot ai"', 'dev:"moonshot ai"')):
        page.fill("#find", query)
        found = shown(page)
        assert page.locator("[data-meant]").inner_text() == meant
        page.fill("#find", meant)
        assert found == shown(page) != []
        assert not page.locator("[data-meant]").is_visible()


def test_facets_count_what_they_would_leave_and_each_step_goes_back(chromium: Browser, root: Path) -> None:
    page = Visit(chromium, root).open("index.html?sort=-context")
    choice = page.locator("[data-query='mixer:mla']")
    page.locator("[data-query='developer:Meta']").click()
    expect(choice.locator("small")).to_have_text("0")
    page.locator("[data-query='developer:Google']").click()
    assert page.locator("#find").input_value() == "developer:Meta,Google"
    assert sorted(shown(page)) == ["gemma-3-27b", "llama-3-8b"]
    page.locator("[data-query='parameters<10B']").click()
    page.locator("[data-query='parameters<40B']").click()
    assert page.locator("#find").input_value() == "developer:Meta,Google parameters<40B"
    expect(page.locator("[data-query='developer:OpenAI'] small")).to_have_text("1")
    page.go_back()
    assert shown(page) == ["llama-3-8b"]
    assert page.get_by_label("Sort").input_value() == "-context"
    page.get_by_role("button", name="Clear").first.click()
    assert len(shown(page)) == len(NAMES)
    expect(choice.locator("small")).to_have_text("2")


def test_every_order_of_the_table_is_in_the_address(chromium: Browser, root: Path) -> None:
    page = Visit(chromium, root).open("index.html?view=table")
    for head in page.locator("th[data-key] button").all():
        for _ in range(2):
            head.click()
            order = page.get_by_label("Sort").input_value()
            assert f"sort={order}" in page.url or order == "-released"


def test_every_page_suggests_models_and_concepts(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root)
    page = visit.open("models/llama-3-8b.html")
    found = page.locator("[role=listbox] a")
    page.keyboard.press("/")
    page.keyboard.type("deep v3")
    expect(found).to_have_text(["DeepSeek V3 671B DeepSeek", "All models for “deep v3”"])
    page.keyboard.press("ArrowDown")
    active = page.locator("#find").get_attribute("aria-activedescendant")
    assert active == found.first.get_attribute("id")
    page.keyboard.press("Escape")
    expect(found.first).not_to_be_visible()
    expect(page.locator("#find")).to_be_focused()
    page.fill("#find", "mla")
    expect(found.first).to_have_text("Multi-head latent attention MLA · concept")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/concepts/multi-head-latent-attention.html")
    page.fill("#find", "mla")
    page.locator("#suggested a").last.click()
    page.wait_for_url("**/index.html?q=mla")
    expect(page.locator("[data-found]")).to_contain_text("2 of")
    assert visit.faults == []


def test_the_card_lives_by_keyboard_alone(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root, viewport={"width": 1280, "height": 900})
    page = visit.open("models/qwen3-next-80b-a3b.html")
    while "spot" not in (page.evaluate("document.activeElement.getAttribute('class')") or ""):
        page.keyboard.press("Tab")
    for _ in range(60):
        label = page.evaluate("document.activeElement.getAttribute('aria-label')")
        if label.startswith("Gated DeltaNet"):
            break
        page.keyboard.press("ArrowRight")
    assert label == "Gated DeltaNet, 32 value, 16 key heads of 128, 36 layers, 1.21B parameters, new"
    assert page.locator(".spot.layer.on").count() == 36
    expect(page.locator(".parts li.on")).to_contain_text("Gated DeltaNet")
    assert page.locator(".layers tr.on").count() == 12
    page.keyboard.press("Enter")
    page.wait_for_url("**/concepts/gated-deltanet.html")
    assert visit.faults == []


def test_c_compares_the_model_in_focus(chromium: Browser, root: Path) -> None:
    page = Visit(chromium, root).open("models/kimi-linear-48b-a3b.html")
    page.keyboard.press("c")
    page.wait_for_url("**/compare.html?models=*kimi-linear-48b-a3b")
    page = Visit(chromium, root).open("index.html")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    slug = page.evaluate("document.activeElement.closest('[data-slug]').dataset.slug")
    page.keyboard.press("c")
    page.wait_for_url(f"**/compare.html?models={slug}**")


def test_arrows_go_along_rows_and_from_row_to_row(chromium: Browser, root: Path) -> None:
    page = Visit(chromium, root, viewport={"width": 1280, "height": 900}).open("index.html")
    slugs = shown(page)
    here = "document.activeElement.closest('[data-slug]').dataset.slug"
    places = []
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
        places.append(slugs.index(page.evaluate(here)))
    assert places == [0, 1, 3, 2, 0, 0]
    page.get_by_role("button", name="Table", exact=True).click()
    page.locator("tbody a").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(here) == slugs[1]
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/models/{slugs[1]}.html")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/models/{slugs[2]}.html")
    page.go_back()
    page.wait_for_url(f"**/models/{slugs[1]}.html")
    page.go_back()
    page.wait_for_url("**/index.html?view=table")
    expect(page.locator(f"tr[data-slug='{slugs[1]}'] a")).to_be_focused()


def test_the_skyline_has_a_column_for_each_model(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root)
    page = visit.open("index.html?view=skyline&sort=-layers&q=-has:moe")
    columns = page.locator(".skyline li:not([hidden])")
    expect(columns).to_have_count(3)
    heights = columns.locator("svg").evaluate_all("all => all.map(each => +each.getAttribute('height') / 3)")
    assert heights == [62, 48, 32]
    columns.first.locator("a").focus()
    assert page.locator("[data-caption]").inner_text() == "Gemma 3 27B, 62 layers, 2025-03-12"
    assert visit.faults == []


def test_numbers_open_their_evidence(chromium: Browser, root: Path) -> None:
    page = Visit(chromium, root).open("models/deepseek-v3.html#number-parameters")
    expect(page.locator("#number-parameters")).to_have_attribute("open", "")
    rows = page.locator("#number-parameters tr:not(.total) td").all_inner_texts()
    assert sum(int(row.replace(",", "")) for row in rows) == 671_026_404_352
    page.locator("#number-parameters a", has_text="layers.3-60").click()
    assert page.evaluate("document.querySelector(':target').innerText").startswith("layers.3-60")


def test_labels_beside_the_tower_open_the_field_that_says_them(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root, viewport={"width": 1280, "height": 900})
    page = visit.open("models/deepseek-v3.html")
    opened = "document.querySelector(':target').innerText"
    page.locator(".spot.label[aria-label='7,168 hidden size']").click()
    assert page.evaluate(opened).startswith("Hidden size\t7,168\thidden_size\t")
    page.locator(".stated tr:target code").click()
    assert page.evaluate(opened).strip() == "hidden_size: 7168"
    page.locator(".spot.label[aria-label='2,048 wide experts']").click()
    assert page.evaluate(opened).strip() == "moe: &moe"
    page.locator(".layers tbody td.n a").last.click()
    assert page.evaluate(opened).startswith("layers.3-60")
    expect(page.locator(".parts li[data-key='MTP'] .badge")).to_have_text("new")
    assert visit.faults == []


def ground(page: Page) -> str:
    """Return the colour of the card's ground."""
    card = page.locator(".card > svg > g > rect").first
    return str(card.evaluate("each => getComputedStyle(each).fill"))


def test_the_switch_turns_pages_and_cards_and_is_remembered(chromium: Browser, root: Path) -> None:
    page = Visit(chromium, root, color_scheme="dark").open("models/llama-3-8b.html")

    assert ground(page) == "rgb(18, 23, 30)"
    page.keyboard.press("t")
    assert ground(page) == "rgb(255, 255, 255)"
    page.reload()
    assert ground(page) == "rgb(255, 255, 255)"
    assert page.locator("[data-theme-switch]").get_attribute("aria-label") == "Colours: light"


def test_a_page_prints_light_and_without_its_controls(chromium: Browser, root: Path) -> None:
    page = Visit(chromium, root, color_scheme="dark").open("models/llama-3-8b.html")
    page.emulate_media(media="print")
    assert not page.locator(".top").is_visible()
    assert (
        page.locator(".card rect").first.evaluate("each => getComputedStyle(each).fill")
        == "rgb(255, 255, 255)"
    )


def test_hostile_words_are_text(chromium: Browser, tmp_path: Path) -> None:
    text = sources(("llama-3-8b",))[0].text
    quoted = '"' + HOSTILE[:60].replace('"', '\\"') + '"'
    text = text.replace("name: Llama 3\n", f"name: {quoted}\n").replace(
        "developer: Meta\n", f"developer: {quoted}\n"
    )
    build([Source("hostile", text, (HOSTILE * 100,))], Site(HOSTILE), tmp_path)
    visit = Visit(chromium, tmp_path)
    for path in ("index.html", "models/hostile.html", "changes.html", "concepts/rope.html", "charts.html"):
        page = visit.open(path)
        assert page.evaluate("typeof globalThis.ran") == "undefined", path
        assert page.title().endswith(HOSTILE), path
        assert page.locator("script:not([src]):not([type]), [onerror], [href^='javascript:']").count() == 0
    assert visit.faults == []
    page = visit.open("models/hostile.html")
    assert page.locator("h1").inner_text().startswith(HOSTILE[:60].strip())


def test_the_scripts_have_the_types_that_they_say(tmp_path: Path) -> None:
    need("node")
    compiler = NPM / ".bin" / "tsc"
    if not compiler.exists():
        pytest.skip("TypeScript is not installed: run scripts/system_packages.sh with npm")
    scripts = sorted(str(path) for path in ASSETS.glob("*.js"))
    said = ("--allowJs", "--checkJs", "--noEmit", "--strict", "--target", "es2022", "--types", "")
    library = ("--lib", "es2023,dom,dom.iterable")
    done = subprocess.run(
        [compiler, *said, *library, str(Path(__file__).with_name("scripts.d.ts")), *scripts],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
