"""What pictures come as: the words that commands, manifests and the pipeline share."""

from __future__ import annotations

from typing import Literal

Format = Literal["svg", "png", "pdf"]
TextMode = Literal["live", "outlines"]
Variant = Literal["card", "figure"]
Markup = Literal["html", "markdown", "latex"]

FORMATS: tuple[Format, ...] = ("svg", "png", "pdf")
TEXT_MODES: tuple[TextMode, ...] = ("live", "outlines")
VARIANTS: tuple[Variant, ...] = ("card", "figure")
MARKUPS: tuple[Markup, ...] = ("html", "markdown", "latex")
STYLES = {
    "paper": "light",
    "ink": "dark",
    "mono": "greyscale print",
    "auto": "light or dark as the reader's scheme (SVG; else light)",
}
"""The bundled styles, and what each is for."""
DEFAULT_STYLE = "paper"
