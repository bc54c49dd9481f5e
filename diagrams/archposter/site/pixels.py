"""Pictures of pixels, for places that show nothing else."""

from __future__ import annotations

from io import BytesIO

from archposter.pipeline import Picture

_COLORS = 256


def small_png(picture: Picture) -> bytes:
    """Return a PNG of 256 colours: a card has few, and takes a quarter of the bytes.  Raises OutputError."""
    from PIL import Image

    with Image.open(BytesIO(picture.png())) as image:
        few = image.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE)
    made = BytesIO()
    few.save(made, "PNG", optimize=True)
    return made.getvalue()
