"""Draw the pictures that the README shows."""

from __future__ import annotations

from pathlib import Path

from archposter import chart, lineage, load, poster
from archposter.check import run as check
from archposter.export.files import write
from archposter.pipeline import Picture, legend

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
DIFF = ("llama-3-8b", "olmo-2-7b")
POSTER = (
    *("gpt-2-xl", "llama-3-8b", "olmo-2-7b", "deepseek-v3", "gemma-3-27b", "llama-4-maverick"),
    *("qwen3-235b-a22b", "gpt-oss-20b", "qwen3-next-80b-a3b", "kimi-linear-48b-a3b"),
    "nemotron-3-nano-30b-a3b",
)
POSTER_PIXELS = 1000
SKYLINE_PIXELS = 1600
CHART = "spread"
ROOT = "deepseek-v3"


def main() -> None:
    """Store the cards of the manifest, legend, a comparison, a chart, a family tree, and posters as PNG."""
    check.update(FOLDER)
    first, second = map(load, DIFF)
    write(FOLDER / "diff.svg", first.diff(second).svg("outlines"))
    write(FOLDER / "legend.svg", legend().svg("outlines"))
    page = poster([load(name) for name in POSTER])
    write(FOLDER / "poster.png", Picture(page.pages[0]).png(POSTER_PIXELS))
    write(FOLDER / f"chart-{CHART}.svg", chart(CHART).svg("outlines"))
    write(FOLDER / "lineage.svg", lineage(of=ROOT).draw().svg("outlines"))
    skyline = poster(layout="skyline", paper="A0")
    write(FOLDER / "skyline.png", Picture(skyline.pages[0]).png(SKYLINE_PIXELS))


if __name__ == "__main__":
    main()
