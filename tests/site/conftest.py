"""A browser, and a site of a few models for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from visits import NAMES

from archposter.site.build import build
from archposter.site.page import Site
from archposter.site.source import sources
from programs import need


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    need("chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build(sources(NAMES), Site("Models"), folder)
    return folder
