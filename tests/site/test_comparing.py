"""Comparisons and memory in Chromium: what is shown is what the program says, by pointer and by keyboard."""

from __future__ import annotations

import random
from io import BytesIO
from itertools import permutations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect
from visits import NAMES, Visit

import archposter
from archposter import units
from archposter.blocks.diff import body, differing
from archposter.compare.values import COUNTED
from archposter.compare.words import every
from archposter.site.build import build
from archposter.site.page import Site
from archposter.site.source import Source, sources

pytestmark = pytest.mark.programs

MODELS = {name: archposter.load(name) for name in NAMES}
PAIR = "compare.html?models=deepseek-v3,kimi-linear-48b-a3b"


def test_any_two_are_compared_as_the_program_does(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root)
    for names in random.Random(2).sample(list(permutations(NAMES, 2)), 12):
        page = visit.open(f"compare.html?models={','.join(names)}")
        first, other = (MODELS[name] for name in names)
        found = first.compare(other)
        own = [[words[0] for words in every(row)] for row in found.rows if row.aspect not in COUNTED]
        rows = page.locator(".topic:not(.plain) tbody tr").evaluate_all(
            "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"
        )
        assert sorted(rows) == sorted(own), names
        for place, model in enumerate((first, other)):
            drawn = page.locator(f".tower .ring.of-{place}").evaluate_all(
                "all => all.map(a => a.dataset.topic)"
            )
            assert set(drawn) <= set(differing(body(model.arch), place, found).values())
            assert bool(drawn) is not found.identical
    assert visit.faults == []


def test_a_comparison_takes_few_and_small_files(chromium: Browser, root: Path) -> None:
    """What makes it quick: one more model is a tower and, of the two, what differs."""
    page = Visit(chromium, root).open("compare.html?models=deepseek-v3,llama-3-8b")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/data/")[2]))
    page.locator("[data-choosers] select").nth(1).select_option("kimi-linear-48b-a3b")
    expect(page.locator(".side").last).to_contain_text("Kimi Linear")
    assert [name for name in asked if "icon" not in name] == ["towers/kimi-linear-48b-a3b.js"]
    assert (root / "data" / "towers" / "kimi-linear-48b-a3b.js").stat().st_size < 40_000


def test_choices_swap_and_go_back_by_keyboard(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root)
    page = visit.open("compare.html")
    choices = page.locator("[data-choosers] select")
    choices.nth(0).focus()
    choices.nth(0).select_option("llama-3-8b")
    choices.nth(1).select_option("gpt-2-xl")
    expect(page.locator(".words h2")).to_contain_text("differ")
    assert page.url.endswith("?models=llama-3-8b,gpt-2-xl")
    page.get_by_role("button", name="Swap").press("Enter")
    expect(page.locator(".side").first).to_contain_text("GPT-2")
    assert page.url.endswith("?models=gpt-2-xl,llama-3-8b")
    page.go_back()
    expect(page.locator(".side").first).to_contain_text("Llama 3")
    topic = page.locator(".topic[data-topic='Norms']")
    topic.focus()
    expect(page.locator(".sides.lit .ring.on[data-topic='Norms']").first).to_be_visible()
    page.get_by_role("button", name="Add a model").press("Enter")
    choices.nth(2).select_option("gemma-3-27b")
    expect(page.locator(".many thead th")).to_have_count(3)
    expect(page.get_by_role("button", name="Swap")).to_be_hidden()
    page.locator(".many tbody").last.scroll_into_view_if_needed()
    expect(page.locator(".many thead th").last).to_be_in_viewport()
    assert page.url.endswith("?models=llama-3-8b,gpt-2-xl,gemma-3-27b")
    page.get_by_role("button", name="Remove GPT-2 XL").press("Enter")
    expect(page.locator(".words h2")).to_contain_text("differ")
    assert visit.faults == []


def test_the_picture_can_be_taken_away(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root, color_scheme="light", accept_downloads=True)
    page = visit.open(PAIR)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="SVG").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    picture = ElementTree.fromstring(text)
    assert waiting.value.suggested_filename == "deepseek-v3-and-kimi-linear-48b-a3b.svg"
    words = [each.text for each in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"DeepSeek V3 671B", "Kimi Linear 48B-A3B", "Attention"} <= set(words)
    assert "class=" not in text
    with page.expect_download() as waiting:
        page.get_by_role("button", name="PNG").click()
    with Image.open(BytesIO(Path(waiting.value.path()).read_bytes())) as image:
        assert image.width == 2960
        assert len(image.convert("RGB").getcolors(10**7) or ()) > 100
    assert visit.faults == []


@pytest.mark.parametrize("context", ["1", "1000", "128k", "1M"])
def test_memory_is_that_of_facts(context: str, chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root)
    chosen = ",".join(NAMES)
    page = visit.open(f"memory.html?models={chosen}&context={context}&batch=3&weights=fp8")
    tokens = int(units.parse(context, units.TOKENS) or 0)
    for name, need in zip(NAMES, page.locator(".need").all(), strict=True):
        facts = MODELS[name].facts(tokens)
        cache = facts.kv_cache
        parts = (
            *(facts.weight_bytes.fp8, 3 * cache.bytes_at_context, 3 * cache.indexer_bytes_at_context),
            3 * cache.state_bytes,
        )
        assert need.locator("dd").all_inner_texts() == [units.size(part) for part in parts if part], name
        assert need.locator("h3 b").inner_text() == units.size(sum(parts))
    assert visit.faults == []


def test_models_that_fit_are_those_of_facts(chromium: Browser, root: Path) -> None:
    """On 4 GPUs of 80 GB, a tenth kept free, with 4 sequences of 32,768 tokens; the largest first."""
    visit = Visit(chromium, root)
    page = visit.open("memory.html?models=&context=32k&batch=4&gpu=H100&count=4&cache=fp8")
    room, within, fit = 0.9 * 4 * 80e9, 0, []
    for model in MODELS.values():
        facts = model.facts(32_768)
        kept = facts.kv_cache.bytes_at_context + facts.kv_cache.indexer_bytes_at_context
        total = facts.weight_bytes.bf16 + 4 * (-(-kept // 2) + facts.kv_cache.state_bytes)
        longest = model.arch.extended_context or model.arch.context_length
        within += total <= room
        if total <= room and (longest is None or longest >= 32_768):
            fit.append((-facts.parameters.total, units.size(total)))
    assert [size for _, size in sorted(fit)] == page.locator(".fitting li > span").all_inner_texts()
    said = page.locator(".which p").inner_text()
    assert said.startswith(
        f"{len(fit)} of {len(NAMES)} models fit on 4 × H100 with 4 sequences of 32k tokens"
    )
    assert 0 < len(fit) < within
    assert f"{within - len(fit)} more would" in said
    assert visit.faults == []


def test_names_that_no_model_has_are_said(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root)
    words = "No model here is called <b>no or nor."
    for page_name in ("compare", "memory"):
        page = visit.open(f"{page_name}.html?models=llama-3-8b,<b>no,gpt-2-xl,nor")
        expect(page.locator("main")).to_contain_text(words)
        assert page.locator(".side, .need").count() == 2
    assert visit.faults == []


def test_a_field_that_makes_no_sense_is_said(chromium: Browser, root: Path) -> None:
    page = Visit(chromium, root).open("memory.html?models=llama-3-8b&gpu=none&spare=7")
    assert page.locator("[name=gpu]").input_value() == "H200"
    page.locator("[name=context]").fill("many")
    expect(page.locator("[data-said]")).to_contain_text("no number")
    assert page.locator("[name=context]").get_attribute("aria-invalid") == "true"
    page.locator("[name=context]").fill("32k")
    expect(page.locator("[data-said]")).to_have_text("")
    assert page.url.endswith("?models=llama-3-8b&context=32k&spare=7")
    assert page.locator(".need dd").all_inner_texts()[1] == units.size(
        MODELS["llama-3-8b"].facts(32_768).kv_cache.bytes_at_context
    )


def test_hostile_names_are_text(chromium: Browser, tmp_path: Path) -> None:
    name = "</script><img src=x onerror=ran=1>&amp;'"
    text = sources(("llama-3-8b",))[0].text.replace("name: Llama 3\n", f'name: "{name}"\n')
    other = text.replace("hidden_size: 4096", "hidden_size: 4224").replace(name, f"{name}2")
    build([Source("one", text), Source("two", other)], Site("Models"), tmp_path)
    visit = Visit(chromium, tmp_path, accept_downloads=True)
    for path in ("compare.html?models=one,two", "memory.html?models=one,two"):
        page = visit.open(path)
        assert page.locator("[data-view] h2, [data-view] h3").all_inner_texts()[0:3]
        assert name[:30] in page.locator("main").inner_text()
        assert page.evaluate("typeof globalThis.ran") == "undefined", path
        assert page.locator("main img, [onerror]").count() == 0
    page = visit.open("compare.html?models=one,two")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="SVG").click()
    ElementTree.parse(waiting.value.path())
    assert visit.faults == []
