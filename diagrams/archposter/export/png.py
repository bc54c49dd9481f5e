"""Frame to PNG, through CairoSVG and outlined text: CairoSVG neither kerns nor reads embedded fonts."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from archposter.diagnostics import OutputError, whole
from archposter.export.svg import to_svg
from archposter.kinds import MAX_DPI, MAX_SIDE
from archposter.scene import Frame

WIDTH = 1000
"""Pixels, unless asked otherwise."""

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

    Colours that follow the scheme are the light ones.  A `dpi` is stated in the file.  Raises UsageError for
    other than whole numbers of at least one, OutputError when the cairo library is missing or the picture
    is too large for it.
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
    png: bytes = cairosvg.svg2png(bytestring=outlined, output_width=width_px, output_height=height_px)
    return png if dpi is None else png[:_HEAD] + _resolution(dpi) + png[_HEAD:]


def _resolution(dpi: int) -> bytes:
    """Return the chunk that says how large a PNG is: in pixels a metre (PNG specification, 11.3.4.3)."""
    chunk = b"pHYs" + struct.pack(">IIB", *[round(dpi / 0.0254)] * 2, 1)
    return struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
