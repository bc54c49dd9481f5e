"""Draw the pictures that the README shows."""

from __future__ import annotations

from pathlib import Path

from archposter import load, poster
from archposter.export.files import write
from archposter.pipeline import Picture, by_date
from archposter.resources import spec_names

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
CARDS = {
    "deepseek-v3.svg": ("deepseek-v3", "paper"),
    "kimi-linear-48b-a3b.svg": ("kimi-linear-48b-a3b", "paper"),
    "kimi-linear-48b-a3b-dark.svg": ("kimi-linear-48b-a3b", "ink"),
}
POSTER_PIXELS = 1000


def main() -> None:
    """Write the cards with outlined text, since GitHub ignores embedded fonts, and the poster as PNG."""
    for name, (slug, style) in CARDS.items():
        write(FOLDER / name, load(slug).card(style).svg("outlines"))
    models = by_date(map(load, spec_names()))
    write(FOLDER / "poster.png", Picture(poster(models).pages[0]).png(POSTER_PIXELS))


if __name__ == "__main__":
    main()
