"""What differs between two rasters, as a person sees it: pixelmatch tells edges' smoothing from change."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archposter.diagnostics import OutputError
from archposter.export.png import to_png
from archposter.scene import from_json

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH = 1000
"""Pixels across, at which Frames are compared."""


@dataclass(frozen=True)
class Seen:
    """How many pixels differ, of how many, and a PNG that shows which."""

    different: int
    total: int
    picture: bytes


def frame_rasters(old: str, new: str) -> tuple[bytes, bytes]:
    """Return two Frames, given as JSON, as PNG.  Raises ValueError where the old one cannot be drawn."""
    try:
        before = to_png(from_json(old), WIDTH)
    except (ArithmeticError, AttributeError, LookupError, TypeError, OutputError) as error:
        raise ValueError(f"the old Frame cannot be drawn: {error}") from None
    return before, to_png(from_json(new), WIDTH)


def svg_rasters(old: bytes, new: bytes) -> tuple[bytes, bytes]:
    """Return SVG pictures as PNG, as they are: what two writers made of one Frame.

    Raises ValueError where the old one cannot be drawn.
    """
    try:
        import cairosvg

        before = cairosvg.svg2png(bytestring=old, output_width=WIDTH)
    except Exception as error:  # CairoSVG documents no errors, and the file may hold anything
        raise ValueError(f"the old SVG cannot be drawn: {error}") from None
    return before, cairosvg.svg2png(bytestring=new, output_width=WIDTH)


def compare(before: bytes, after: bytes) -> Seen:
    """Compare two PNG files; where one is larger, the other is taken as blank.

    Raises ValueError where one is not a picture that can be read.
    """
    from PIL import Image
    from pybind11_pixelmatch import pixelmatch

    try:
        with Image.open(io.BytesIO(before)) as first, Image.open(io.BytesIO(after)) as second:
            size = max(first.width, second.width), max(first.height, second.height)
            sides = [_on_canvas(picture, size) for picture in (first, second)]
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"a PNG cannot be read: {error}") from None
    shown = bytearray(len(sides[0]))
    buffers: list[bytes | bytearray] = [*sides, shown]
    old, new, output = (memoryview(side).cast("B", (size[1], size[0], 4)) for side in buffers)
    different = pixelmatch(old, new, output=output)
    file = io.BytesIO()
    Image.frombytes("RGBA", size, bytes(shown)).save(file, "PNG")
    return Seen(different, size[0] * size[1], file.getvalue())


def _on_canvas(picture: Image, size: tuple[int, int]) -> bytes:
    from PIL import Image

    canvas = Image.new("RGBA", size)
    canvas.paste(picture.convert("RGBA"))
    return canvas.tobytes()
