"""Pages of the site as readers open them, and all that goes wrong on them."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from cost import PATIENCE

NAMES = ("deepseek-v3", "gemma-3-27b", "gpt-2-xl", "kimi-linear-48b-a3b", "llama-3-8b", "qwen3-next-80b-a3b")


class Visit:
    """A page of the site, and all that went wrong on it."""

    def __init__(self, browser: Browser, root: Path, **wishes: Any) -> None:
        self.root = root
        self.page: Page = browser.new_context(**wishes).new_page()
        self.page.set_default_timeout(PATIENCE)
        self.faults: list[str] = []
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("requestfailed", lambda request: self.faults.append(f"failed: {request.url}"))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.root.as_uri(), "data:", "blob:")):
            self.faults.append(f"foreign: {url}")

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.root.as_uri()}/{path}")
        self.page.wait_for_load_state("networkidle")
        return self.page
