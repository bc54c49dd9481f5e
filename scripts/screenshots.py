"""Take the pictures of output/site that the README and docs/site.md show, by Debian's Chromium."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from archposter.export.files import write

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "output" / "site"
FOLDER = ROOT / "docs" / "images" / "site"
PAGES = {
    "catalogue": "index.html",
    "model": "models/kimi-linear-48b-a3b.html",
    "compare": "compare.html?models=deepseek-v3,qwen3-235b-a22b",
    "memory": "memory.html?models=deepseek-v3,qwen3-235b-a22b,kimi-linear-48b-a3b",
}
SIZE = (1280, 900)
COLORS = 128


def main() -> None:
    """Store each page in light and dark, as high as the window, in few colours."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            page = browser.new_page(
                viewport={"width": SIZE[0], "height": SIZE[1]},
                color_scheme=scheme,
                reduced_motion="reduce",
            )
            for name, address in PAGES.items():
                page.goto(f"{SITE.as_uri()}/{address}")
                page.wait_for_timeout(1000)
                image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                kept = io.BytesIO()
                image.quantize(COLORS, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
                write(FOLDER / f"{name}-{scheme}.png", kept.getvalue())


if __name__ == "__main__":
    main()
