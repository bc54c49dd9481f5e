"""Frame to PNG, through CairoSVG and outlined text: CairoSVG neither kerns nor reads embedded fonts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archposter.diagnostics import OutputError
from archposter.export.svg import to_svg
from archposter.scene import Frame

MAX_SIDE = 32_767
"""Pixels; cairo refuses larger surfaces."""


@contextmanager
def libcairo() -> Iterator[None]:
    """Import within this what loads libcairo: where it is missing, that is a user's to mend."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            "PNG needs the cairo library: install libcairo2 (Debian, Ubuntu), cairo (Fedora, Homebrew)"
        ) from error


def to_png(frame: Frame, width_px: int) -> bytes:
    """Return a PNG file `width_px` pixels wide; colours that follow the scheme are the light ones.

    Raises OutputError when the cairo library is missing or the picture is too large for it.
    """
    height_px = round(width_px * frame.size.height / frame.size.width)
    if not (0 < width_px <= MAX_SIDE and 0 < height_px <= MAX_SIDE):
        raise OutputError(f"a PNG of {width_px} x {height_px} pixels: each side must be 1 to {MAX_SIDE:,}")
    with libcairo():
        import cairosvg
    # CairoSVG takes four times as long over references.
    outlined = to_svg(frame, text="outlines", compact=False).encode()
    png: bytes = cairosvg.svg2png(bytestring=outlined, output_width=width_px, output_height=height_px)
    return png
