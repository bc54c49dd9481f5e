"""A page to a PNG of any size, band by band: only a strip of the picture is ever in memory.

Cairo draws the Frame itself here: as one SVG a poster would be a hundred megabytes of outlines.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from functools import cache
from math import pi
from typing import Any, BinaryIO, Final, assert_never

from PIL import Image

from archposter.diagnostics import OutputError, whole
from archposter.export.png import libcairo
from archposter.kinds import MAX_DPI, MAX_SIDE
from archposter.scene import (
    Box,
    Color,
    Command,
    Drawn,
    Face,
    Frame,
    Group,
    Item,
    Link,
    Path,
    Rect,
    Text,
    bounds,
    light,
    walk,
)
from archposter.text.metrics import advances, table
from archposter.text.outlines import glyph

_BAND: Final = 32 * 2**20  # bytes
_MOST_PIXELS: Final = 2**31
_MITER: Final = 4.0  # SVG's limit


def write_png(file: BinaryIO, frame: Frame, dpi: int) -> None:
    """Write a PNG with `dpi` pixels an inch to an open file; a Frame unit is a point.

    Raises UsageError for a `dpi` that is no whole number or out of range, OutputError when the cairo library
    is missing or the picture is wider than it can draw.
    """
    whole("dpi", dpi, MAX_DPI)
    scale = dpi / 72
    width, height = round(frame.size.width * scale), round(frame.size.height * scale)
    if not (0 < width <= MAX_SIDE and height > 0 and width * height <= _MOST_PIXELS):
        raise OutputError(
            f"a PNG of {width:,} x {height:,} pixels: expected at most {MAX_SIDE:,} across "
            f"and {_MOST_PIXELS:,} in all; use a smaller --dpi"
        )
    rows = min(height, max(1, _BAND // (4 * width)))
    extents = [(item, *_extent(item)) for item in frame.items]
    png = _Png(file, width, height, dpi)
    for top in range(0, height, rows):
        tall = min(rows, height - top)
        above, below = top / scale - 1, (top + tall) / scale + 1
        seen = (item for item, start, end in extents if start < below and end > above)
        png.rows(_strip(frame, (width, height), seen, top, tall).tobytes(), 3 * width)
    png.end()


def picture(frame: Frame, width: int) -> Image.Image:
    """Return a Frame as pixels, `width` of them across.

    Raises OutputError when the cairo library is missing or the picture is too large for it.
    """
    height = round(width * frame.size.height / frame.size.width)
    if not 0 < height <= MAX_SIDE:
        raise OutputError(f"a picture of {width:,} x {height:,} pixels: each side must be 1 to {MAX_SIDE:,}")
    return _strip(frame, (width, height), frame.items, 0, height)


def _strip(frame: Frame, size: tuple[int, int], items: Iterable[Item], top: int, tall: int) -> Image.Image:
    """Return `tall` rows of a picture of a `size` in pixels, with the items that reach into them."""
    with libcairo():
        import cairocffi as cairo
    width, height = size
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, width, tall)
    context = cairo.Context(surface)
    context.translate(0, -top)
    context.scale(width / frame.size.width, height / frame.size.height)
    context.set_miter_limit(_MITER)
    context.set_source_rgb(1, 1, 1)
    context.paint()
    _Painter(cairo, context).draw(items)
    surface.flush()
    # Cairo's pixels are words: blue comes first on the machines that there are.
    drawn = Image.frombuffer(
        "RGB", (width, tall), bytes(surface.get_data()), "raw", "BGRX", surface.get_stride(), 1
    )
    surface.finish()
    return drawn


class _Png:
    """Writes a PNG file row by row (ISO/IEC 15948); flat drawings need no filters to be small."""

    def __init__(self, file: BinaryIO, width: int, height: int, dpi: int) -> None:
        self._file = file
        self._packer = zlib.compressobj(6)
        file.write(b"\x89PNG\r\n\x1a\n")
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        self._chunk(b"sRGB", b"\0")
        per_metre = round(dpi / 0.0254)
        self._chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))

    def rows(self, pixels: bytes, stride: int) -> None:
        """Add rows of `stride` bytes."""
        for start in range(0, len(pixels), stride):
            self._data(self._packer.compress(b"\0" + pixels[start : start + stride]))

    def end(self) -> None:
        """Write what is left."""
        self._data(self._packer.flush())
        self._chunk(b"IEND", b"")

    def _data(self, packed: bytes) -> None:
        if packed:
            self._chunk(b"IDAT", packed)

    def _chunk(self, name: bytes, data: bytes) -> None:
        check = zlib.crc32(name + data)
        self._file.write(struct.pack(">I", len(data)) + name + data + struct.pack(">I", check))


class _Painter:
    """Draws items on a cairo context."""

    def __init__(self, cairo: Any, context: Any) -> None:
        self._cairo = cairo
        self._context = context

    def draw(self, items: Iterable[Item]) -> None:
        """Draw items in order."""
        context = self._context
        for item in items:
            match item:
                case Box():
                    self._outline(item.rect, item.radius)
                    self._paint(item)
                case Path():
                    _trace(context, item.commands)
                    self._paint(item)
                case Text():
                    self._text(item)
                case Group():
                    context.save()
                    context.translate(item.x, item.y)
                    context.scale(item.scale, item.scale)
                    self.draw(item.items)
                    context.restore()
                case Link():
                    pass
                case _:
                    assert_never(item)

    def _outline(self, rect: Rect, radius: float) -> None:
        context, radius = self._context, min(radius, rect.width / 2, rect.height / 2)
        if not radius:
            context.rectangle(*rect)
            return
        left, top = rect.x + radius, rect.y + radius
        # Where SVG begins: dashes depend on it.
        context.move_to(left, rect.y)
        right, bottom = rect.right - radius, rect.bottom - radius
        for quarter, (x, y) in enumerate(((right, top), (right, bottom), (left, bottom), (left, top)), -1):
            context.arc(x, y, radius, quarter * pi / 2, (quarter + 1) * pi / 2)
        context.close_path()

    def _paint(self, item: Box | Path) -> None:
        context = self._context
        if item.fill:
            context.set_source_rgb(*_rgb(item.fill))
            context.fill_preserve()
        if item.stroke:
            context.set_source_rgb(*_rgb(item.stroke))
            context.set_line_width(item.stroke_width)
            context.set_dash(list(item.dash))
            context.stroke_preserve()
        context.new_path()

    def _text(self, text: Text) -> None:
        context = self._context
        scale = text.size / table(text.face).units_per_em
        context.save()
        context.translate(text.x, text.y)
        context.scale(scale, scale)
        for character, step in zip(text.text, advances(text.text, text.face), strict=True):
            context.append_path(_glyph_path(self._cairo, character, text.face))
            context.translate(step, 0)
        context.restore()
        context.set_source_rgb(*_rgb(text.fill))
        context.fill()


def _trace(context: Any, commands: Iterable[Command]) -> None:
    draw = {"M": context.move_to, "L": context.line_to, "C": context.curve_to}
    for verb, numbers in commands:
        if verb == "Z":
            context.close_path()
        else:
            draw[verb](*numbers)


@cache
def _glyph_path(cairo: Any, character: str, face: Face) -> Any:
    """Return a glyph as cairo's own path, which one call adds at the place where the pen stands."""
    scratch = cairo.Context(cairo.ImageSurface(cairo.FORMAT_A8, 1, 1))
    _trace(scratch, glyph(character, face))
    return scratch.copy_path()


@cache
def _rgb(color: Color) -> tuple[float, ...]:
    return tuple(channel / 255 for channel in bytes.fromhex(light(color).removeprefix("#")))


def _extent(item: Item) -> tuple[float, float]:
    """Return how far up and down an item may reach."""
    reach = [
        (at.rect(bounds(part)), _pen(part) * at.scale)
        for part, at in walk((item,))
        if not isinstance(part, Group)
    ]
    tops, bottoms = [box.y - pen for box, pen in reach], [box.bottom + pen for box, pen in reach]
    return min(tops, default=0.0), max(bottoms, default=0.0)


def _pen(item: Drawn) -> float:
    """Return how far the ink may reach beyond an item's bounds."""
    match item:
        case Box() | Path():
            return item.stroke_width
        case Text():
            return item.size
        case Link():
            return 0.0
