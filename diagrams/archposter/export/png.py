"""Frame to PNG, through CairoSVG and outlined text: CairoSVG neither kerns nor reads embedded fonts."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from archposter.diagnostics import OutputError, whole
from archposter.export.svg import to_svg
from archposter.kinds import MAX_DPI, MAX_SIDE
from archposter.scene import Box, Frame, light

WIDTH = 1000
"""Pixels, unless asked otherwise."""
_UNITS = 144
"""Of a Frame in an inch, unless a dpi is asked: a card is as wide as a column of a page, 6.9 inches."""

_HEAD = 33  # bytes: the signature and the first chunk


@contextmanager
def libcairo() -> Iterator[None]:
    """Import within this what loads libcairo: where it is missing, that is a user's to mend."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            "PNG needs the cairo library: install libcairo2 (Debian, Ubuntu), cairo (Fedora, Homebrew)"
        ) from error


def to_png(frame: Frame, width: int | None = None, dpi: int | None = None) -> bytes:
    """Return a PNG `width` pixels wide; without it `dpi` pixels for 72 units, without that `WIDTH` wide.

    Colours that follow the scheme are the light ones.  The file states its resolution: `dpi`, or what makes
    144 units an inch.  Raises UsageError for other than whole numbers of at least one, OutputError when the
    cairo library is missing or the picture is too large for it.
    """
    if dpi is not None:
        whole("dpi", dpi, MAX_DPI)
    if width is not None:
        whole("width", width, MAX_SIDE)
    width_px = width or (round(frame.size.width * dpi / 72) if dpi else WIDTH)
    height_px = round(width_px * frame.size.height / frame.size.width)
    if not (0 < width_px <= MAX_SIDE and 0 < height_px <= MAX_SIDE):
        raise OutputError(f"a PNG of {width_px} x {height_px} pixels: each side must be 1 to {MAX_SIDE:,}")
    with libcairo():
        import cairosvg
    # CairoSVG takes four times as long over references.
    outlined = to_svg(frame, text="outlines", compact=False).encode()
    png: bytes = cairosvg.svg2png(
        outlined, output_width=width_px, output_height=height_px, background_color=_ground(frame)
    )
    return png[:_HEAD] + _resolution(dpi or width_px * _UNITS / frame.size.width) + png[_HEAD:]


def _ground(frame: Frame) -> str | None:
    """Return the colour below everything, also of the pixels that the picture covers in part."""
    match frame.items:
        case (Box(rect, fill=ground), *_) if ground and rect[2:] == frame.size:
            return light(ground)
    return None


def _resolution(dpi: float) -> bytes:
    """Return the chunk that says how large a PNG is: in pixels a metre (PNG specification, 11.3.4.3)."""
    chunk = b"pHYs" + struct.pack(">IIB", *[round(dpi / 0.0254)] * 2, 1)
    return struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
