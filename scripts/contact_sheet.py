"""Draw every model's card small on one sheet: docs/images/contact-sheet.png."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from PIL import Image

from archposter import load
from archposter.bundled import spec_names
from archposter.export.files import write
from archposter.pipeline import Model, by_date

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "images" / "contact-sheet.png"
COLUMNS = 9
SIDE, GAP = 288, 10
"""Of a card and between cards, in pixels."""
GROUND = "#FFFFFF"
COLORS = 256
"""Of the palette; the widest apart, so that colours of few pixels keep their own."""


def small(model: Model) -> bytes:
    """Return the card, drawn twice as large as it is shown."""
    return model.card().png(2 * SIDE)


def placed(count: int) -> Iterator[tuple[int, int]]:
    """Yield where each card stands."""
    for number in range(count):
        row, column = divmod(number, COLUMNS)
        yield GAP + column * (SIDE + GAP), GAP + row * (SIDE + GAP)


def main() -> None:
    """Write the sheet."""
    chosen = by_date(map(load, spec_names()))
    rows = -(-len(chosen) // COLUMNS)
    size = (GAP + COLUMNS * (SIDE + GAP), GAP + rows * (SIDE + GAP))
    sheet = Image.new("RGB", size, GROUND)
    with ProcessPoolExecutor() as pool:
        for place, png in zip(placed(len(chosen)), pool.map(small, chosen), strict=True):
            with Image.open(io.BytesIO(png)) as card:
                sheet.paste(card.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS), place)
    buffer = io.BytesIO()
    sheet.quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        buffer, "PNG", optimize=True
    )
    write(TARGET, buffer.getvalue())


if __name__ == "__main__":
    main()
