"""The site on a telephone, by touch: what a reader reaches, reads and moves with fingers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, expect
from visits import Visit

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
