"""What pictures come as: the words that commands, manifests and the pipeline share."""

from pathlib import PurePath
from typing import Literal, NamedTuple

Format = Literal["svg", "png", "pdf"]
Notation = Literal["mmd", "dot", "json"]
TextMode = Literal["live", "outlines"]
Variant = Literal["card", "figure"]
Markup = Literal["html", "markdown", "latex"]
Layout = Literal["grid", "skyline", "landmarks", "tree"]

FORMATS: tuple[Format, ...] = ("svg", "png", "pdf")
NOTATIONS: tuple[Notation, ...] = ("mmd", "dot", "json")
"""What a card can be written as for other programs: Mermaid, Graphviz, and its blocks as data."""
TEXT_MODES: tuple[TextMode, ...] = ("live", "outlines")
VARIANTS: tuple[Variant, ...] = ("card", "figure")
LAYOUTS: dict[Layout, str] = {
    "grid": "cards in rows",
    "skyline": "a column a model by date, landmarks' cards and charts",
    "landmarks": "a few cards, and what differs in their descendants",
    "tree": "which model stems from which",
}
"""What stands on a poster, by the name of its layout."""
POSTER_CHARTS = ("scale", "cache", "kinds", "spread")
"""The charts below a skyline."""
MARKUPS: tuple[Markup, ...] = ("html", "markdown", "latex")
STYLES = {
    "paper": "light",
    "ink": "dark",
    "mono": "greyscale print",
    "auto": "light or dark as the reader's scheme (SVG; else light)",
}
"""The bundled styles, and what each is for."""
DEFAULT_STYLE = "paper"

MAX_SIDE = 32_767
"""Pixels of a PNG; cairo refuses larger surfaces."""
MAX_DPI = 2400
MAX_TOKENS = 10**9
"""The longest context that may be asked for."""


class Rendering(NamedTuple):
    """How a picture is drawn and written: `text` is for SVG, `width` and `dpi` are for PNG."""

    variant: Variant = "card"
    style: str = DEFAULT_STYLE
    text: TextMode = "live"
    width: int | None = None
    dpi: int | None = None


def file_stem(slug: str, variant: str, style: str) -> str:
    """Return a picture's name without an ending: the model's, with what of variant and style is not usual."""
    parts = [slug]
    parts += [variant] if variant != VARIANTS[0] else []
    parts += [PurePath(style).stem] if style != DEFAULT_STYLE else []
    return "-".join(parts)
