"""The site on a telephone, by touch: what a reader reaches, reads and moves with fingers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect
from visits import NAMES, Visit

from archposter.site.build import build
from archposter.site.page import Site
from archposter.site.source import sources

pytestmark = pytest.mark.programs

TELEPHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}


def test_a_button_opens_the_pages(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root, **TELEPHONE)
    page = visit.open("index.html")
    pages = page.locator("#pages")
    expect(pages).not_to_be_visible()
    assert page.locator(".top").bounding_box()["height"] < 64  # type: ignore[index]
    page.get_by_role("button", name="Menu").tap()
    expect(pages.get_by_role("link", name="Catalogue")).to_have_attribute("aria-current", "page")
    page.touchscreen.tap(380, 800)
    expect(pages).not_to_be_visible()
    page.get_by_role("button", name="Menu").tap()
    pages.get_by_role("link", name="Memory").tap()
    page.wait_for_url("**/memory.html")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.get_by_role("button", name="Menu")).not_to_be_visible()
    expect(page.locator("#pages a").last).to_be_visible()
    assert visit.faults == []


def pinch(page: Page, x: float, y: float, apart: float, then: float) -> None:
    """Put two fingers beside a point and move them, level, to another distance."""
    session = page.context.new_cdp_session(page)
    for kind, wide in (("touchStart", apart), ("touchMove", then), ("touchEnd", 0)):
        fingers = [{"x": x - wide / 2, "y": y}, {"x": x + wide / 2, "y": y}] if wide else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    session.detach()


def test_a_card_is_made_larger_by_two_fingers_and_by_buttons(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root, **TELEPHONE)
    page = visit.open("models/deepseek-v3.html")
    box = page.locator(".card").bounding_box()
    assert box
    card = page.locator(".card > svg").first
    spots = page.locator(".card > .spots")
    whole = card.evaluate("each => each.clientWidth")
    assert whole == page.locator(".card").evaluate("each => each.clientWidth")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    place = f"document.elementFromPoint({x}, {y}).closest('.spot').dataset.key"
    there = page.evaluate(place)
    pinch(page, x, y, 80, 180)
    assert card.evaluate("each => each.clientWidth") == pytest.approx(whole * 180 / 80, abs=2)
    assert spots.evaluate("each => each.clientWidth") == card.evaluate("each => each.clientWidth")
    assert page.evaluate(place) == there
    assert page.evaluate("[visualViewport.scale, scrollX]") == [1, 0]
    page.get_by_role("button", name="Whole").tap()
    assert card.evaluate("each => each.clientWidth") == whole
    page.get_by_role("button", name="Larger").tap()
    assert card.evaluate("each => each.clientWidth") == pytest.approx(1.5 * whole, abs=1)
    assert visit.faults == []


def test_a_part_is_said_at_the_first_touch_and_followed_at_the_second(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root, **TELEPHONE)
    page = visit.open("models/deepseek-v3.html")
    part = page.locator(".spot.part[aria-label^='Mixture of experts']")
    part.tap()
    expect(page.locator(".told a")).to_contain_text("657B parameters")
    assert page.locator(".spot.layer.on").count() == 58
    part.tap()
    page.wait_for_url("**/concepts/mixture-of-experts.html")
    assert visit.faults == []


def test_the_tree_shows_the_model_that_the_address_names(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root, **TELEPHONE)
    page = Visit(chromium, root, **TELEPHONE).open("tree.html")
    page.get_by_label("Find").select_option("llama-3-8b")
    assert page.url.endswith("?of=llama-3-8b")
    assert page.locator(".canvas a.on").get_attribute("href") == "models/llama-3-8b.html"
    page = visit.open("tree.html?of=llama-3-8b")
    assert page.get_by_label("Find").input_value() == "llama-3-8b"
    around, node = (page.locator(each).bounding_box() for each in (".canvas", ".canvas a.on"))
    assert around
    assert node
    assert around["x"] <= node["x"]
    assert node["x"] + node["width"] <= around["x"] + around["width"]
    assert around["y"] <= node["y"]
    assert node["y"] + node["height"] <= around["y"] + around["height"]
    assert visit.faults == []


def test_models_that_share_a_node_of_the_tree_are_all_found(chromium: Browser, tmp_path: Path) -> None:
    build(sources(("llama-7b", "llama-2-7b", "llama-3-8b")), Site("Models"), tmp_path)
    visit = Visit(chromium, tmp_path, **TELEPHONE)
    page = visit.open("tree.html?of=llama-2-7b")
    assert page.get_by_label("Find").locator("option").all_inner_texts() == [
        *("a model", "Llama 2 7B", "Llama 3 8B", "LLaMA 7B")
    ]
    assert page.get_by_label("Find").input_value() == "llama-2-7b"
    assert page.locator(".canvas a.on").get_attribute("href") == "models/llama-7b.html"
    page.get_by_text("All 3 models").press("Enter")
    page.get_by_role("link", name="Llama 2 7B").press("Enter")
    page.wait_for_url("**/models/llama-2-7b.html")
    assert visit.faults == []


def test_charts_and_tables_fit_their_screen(chromium: Browser, root: Path) -> None:
    """No chart needs to be moved sideways, and its type can be read."""
    page = Visit(chromium, root, **TELEPHONE).open("charts.html")
    assert page.locator(".plot .lying").first.is_hidden()
    seen = page.locator(".plot .upright > svg")
    assert seen.count() == page.locator(".plot").count()
    scale = "each => each.getBoundingClientRect().width / each.viewBox.baseVal.width"
    widths = seen.evaluate_all(f"all => all.map({scale})")
    assert min(widths) * 17 > 10.5
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.locator(".plot .lying").first.is_visible()
    assert page.locator(".plot .upright").first.is_hidden()


def test_towers_are_a_stroke_apart_and_names_stay(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root, **TELEPHONE)
    page = visit.open("compare.html?models=deepseek-v3,kimi-linear-48b-a3b")
    left, right = (page.locator(".side").nth(place).bounding_box() for place in range(2))
    assert left
    assert right
    assert left["y"] == right["y"]
    assert left["width"] > 300
    assert page.locator(".towers").evaluate("each => each.scrollWidth - each.clientWidth") > 200
    page.locator(".topic").last.scroll_into_view_if_needed()
    names, bar = (page.locator(each).bounding_box() for each in (".names", ".top"))
    assert names
    assert bar
    assert names["y"] == pytest.approx(bar["height"], abs=4)
    assert visit.faults == []


def test_what_a_row_is_about_stays(chromium: Browser, root: Path) -> None:
    page = Visit(chromium, root, **TELEPHONE).open(f"compare.html?models={','.join(NAMES)}")
    table = page.get_by_role("region", name="Differences")
    label = table.locator("tbody tr:not(.topic-name) th").first
    before = label.bounding_box()
    table.evaluate("each => each.scrollTo(200, 0)")
    assert label.bounding_box() == before


def test_a_chart_says_its_values_under_a_finger(chromium: Browser, root: Path) -> None:
    visit = Visit(chromium, root, **TELEPHONE)
    page = visit.open("memory.html?models=deepseek-v3,llama-3-8b")
    chart = page.locator(".lines-chart > svg")
    assert chart.evaluate("each => each.scrollWidth <= innerWidth")
    expect(page.locator(".key li")).to_have_text(["DeepSeek V3 671B", "Llama 3 8B"])
    chart.tap()
    expect(chart.locator(".value").first).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator(".lines-chart .name")).to_have_count(2)
    assert visit.faults == []
