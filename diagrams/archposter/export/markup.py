"""Elements of svgwrite's tree that know their attributes from the start, and the tree as text.

svgwrite builds an element attribute by attribute, and to write the tree it builds and walks a second one:
together that takes longer than to lay a card out.  Its check against SVG 1.1 stays: `get_xml` of a drawing
in debug mode.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import svgwrite
from svgwrite.base import BaseElement
from svgwrite.container import Defs
from svgwrite.etree import etree

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#09;", "\n": "&#10;", "\r": "&#13;"}
)


class Element(BaseElement):  # type: ignore[misc]
    """An element that is its attributes, words and children, and nothing else."""

    def __init__(
        self, drawing: svgwrite.Drawing, name: str, attributes: dict[str, str], words: str = ""
    ) -> None:
        # Not BaseElement's own: it takes as long as the rest of an element's way into the picture.
        self._parameter = drawing._parameter
        self.elementname = name
        self.attribs = attributes
        self.elements: list[Any] = []
        self.words = words

    def get_xml(self) -> Any:
        """Return it in ElementTree's form."""
        xml = super().get_xml()
        xml.text = self.words
        return xml


_PLAIN = {Element, Defs, svgwrite.Drawing}


def markup(element: Any) -> str:
    """Return an element and all that it holds, attributes in the order of their names."""
    parts: list[str] = []
    _write(element, parts.append)
    return "".join(parts)


def _write(element: Any, put: Callable[[str], None]) -> None:
    kind = type(element)
    if kind not in _PLAIN:
        put(etree.tostring(element.get_xml(), encoding="unicode"))
        return
    name, words = element.elementname, _escaped(element.words) if kind is Element else ""
    attributes = sorted(element.attribs.items())
    if not _is_plain("".join(element.attribs.values())):
        attributes = [(key, _escaped(value)) for key, value in attributes]
    said = "".join([f' {key}="{value}"' for key, value in attributes])
    if not (words or element.elements):
        put(f"<{name}{said}/>")
        return
    put(f"<{name}{said}>{words}")
    for child in element.elements:
        _write(child, put)
    put(f"</{name}>")


def _is_plain(text: str) -> bool:
    # One search for each character is faster than one for all.
    special = "&" in text or "<" in text or ">" in text or '"' in text
    return not (special or "\t" in text or "\n" in text or "\r" in text)


def _escaped(text: str) -> str:
    return text if _is_plain(text) else text.translate(_ESCAPES)
