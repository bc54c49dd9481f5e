"""What differs between two rasters, as a person sees it: pixelmatch tells edges' smoothing from change."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archposter.diagnostics import OutputError
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


def frame_pictures(old: str, new: str) -> tuple[Image, Image]:
    """Return what two Frames, given as JSON, look like.  Raises ValueError where the old one cannot be drawn.

    Cairo draws them itself, in a sixth of the time of the way through SVG.
    """
    from archposter.export.bands import picture

    try:
        before = picture(from_json(old), WIDTH)
    except (ArithmeticError, AttributeError, LookupError, TypeError, OutputError) as error:
        raise ValueError(f"the old Frame cannot be drawn: {error}") from None
    return before, picture(from_json(new), WIDTH)


def svg_pictures(old: bytes, new: bytes) -> tuple[Image, ...]:
    """Return what SVG documents look like as they are: what two writers made of one Frame.

    Raises ValueError where the old one cannot be drawn.
    """
    try:
        import cairosvg

        before = cairosvg.svg2png(bytestring=old, output_width=WIDTH)
    except Exception as error:  # CairoSVG documents no errors, and the file may hold anything
        raise ValueError(f"the old SVG cannot be drawn: {error}") from None
    return png_pictures(before, cairosvg.svg2png(bytestring=new, output_width=WIDTH))


def png_pictures(*files: bytes) -> tuple[Image, ...]:
    """Return the pictures in PNG files.  Raises ValueError where one cannot be read."""
    from PIL import Image

    found = []
    try:
        for file in files:
            with Image.open(io.BytesIO(file)) as picture:
                picture.load()
                found.append(picture)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"a PNG cannot be read: {error}") from None
    return tuple(found)


def to_png(picture: Image) -> bytes:
    """Return a picture as a PNG file: packed quickly, for a report that is looked at once."""
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


def compare(before: Image, after: Image) -> Seen:
    """Compare two pictures; where one is larger, the other is taken as blank."""
    from PIL import Image
    from pybind11_pixelmatch import pixelmatch

    size = max(before.width, after.width), max(before.height, after.height)
    sides = [_on_canvas(picture, size) for picture in (before, after)]
    shown = bytearray(len(sides[0]))
    buffers: list[bytes | bytearray] = [*sides, shown]
    old, new, output = (memoryview(side).cast("B", (size[1], size[0], 4)) for side in buffers)
    different = pixelmatch(old, new, output=output)
    return Seen(different, size[0] * size[1], to_png(Image.frombytes("RGBA", size, bytes(shown))))


def _on_canvas(picture: Image, size: tuple[int, int]) -> bytes:
    from PIL import Image

    canvas = Image.new("RGBA", size)
    canvas.paste(picture.convert("RGBA"))
    return canvas.tobytes()
