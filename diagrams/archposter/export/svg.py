"""Frame to SVG.  The only module that knows svgwrite.

Live text names embedded web fonts through classes; each class and font family always means the same
font, so that any number of pictures can stand inline in one page.
"""

from __future__ import annotations

import base64
import hashlib
import math
import pathlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from typing import Any, assert_never

import svgwrite
from svgwrite.base import Desc, Title

from archposter.kinds import TextMode
from archposter.scene import Box, Command, Face, Frame, Group, Item, Link, Path, Rect, Text, rounded
from archposter.text.faces import FALLBACK, WEIGHTS, webfont_path
from archposter.text.metrics import table

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_svg(frame: Frame, text: TextMode = "live") -> str:
    """Return an SVG document; "outlines" draws text as paths, for readers that ignore embedded fonts.

    Raises ValueError for a coordinate that is not a finite number.
    """
    root = _drawing(frame, text).get_xml()
    # SVG 2 and ARIA, which svgwrite's SVG 1.1 validator would reject; and a namespace nothing uses.
    del root.attrib["xmlns:ev"]
    root.set("role", "img")
    described = [child for child in root if child.tag in ("title", "desc")]
    digest = hashlib.sha256(repr(frame).encode("utf-8", "replace")).hexdigest()[:8]
    for child in described:
        child.set("id", f"{child.tag}-{digest}")
    root.set("aria-labelledby", " ".join(child.get("id") for child in described))
    return ET.tostring(root, encoding="unicode") + "\n"


def _drawing(frame: Frame, text: TextMode, debug: bool = False) -> Any:
    """Return the svgwrite drawing; with `debug` svgwrite checks every element against SVG 1.1."""
    width, height = _number(frame.size.width), _number(frame.size.height)
    drawing = svgwrite.Drawing(size=(width, height), viewBox=f"0 0 {width} {height}", debug=debug)
    fonts = {}
    if text == "live":
        files = {face: webfont_path(face, kept) for face, kept in _characters(frame.items).items()}
        fonts = {face: f"archposter-{file.stem}".lower() for face, file in files.items()}
        drawing.defs.add(drawing.style("".join(_css(fonts[face], face, files[face]) for face in files)))
    _Writer(drawing, fonts).add(drawing, frame.items)
    if frame.description:
        drawing.elements.insert(0, Desc(_printable(frame.description)))
    drawing.elements.insert(0, Title(_printable(frame.title)))
    return drawing


def _characters(items: Iterable[Item]) -> dict[Face, frozenset[str]]:
    """Return the characters drawn in each face."""
    found: dict[Face, frozenset[str]] = {}
    for item in items:
        if isinstance(item, Text):
            found[item.face] = found.get(item.face, frozenset()) | frozenset(item.text)
        elif isinstance(item, Group):
            for face, characters in _characters(item.items).items():
                found[face] = found.get(face, frozenset()) | characters
    return dict(sorted(found.items()))


def _css(name: str, face: Face, file: pathlib.Path) -> str:
    """Return the rules of one font; `name` is both its class and its family."""
    data = base64.b64encode(file.read_bytes()).decode()
    return (
        f'@font-face{{font-family:"{name}";font-weight:{WEIGHTS[face]};'
        f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
        f'.{name}{{font-family:"{name}",{FALLBACK};font-weight:{WEIGHTS[face]};font-kerning:normal;white-space:pre}}'
    )


class _Writer:
    """Turns items into svgwrite elements; `fonts` holds the class of each live face, none for outlines."""

    def __init__(self, drawing: Any, fonts: Mapping[Face, str]) -> None:
        self._make = drawing
        self._fonts = fonts

    def add(self, parent: Any, items: Iterable[Item]) -> None:
        for item in items:
            parent.add(self._element(item))

    def _element(self, item: Item) -> Any:
        match item:
            case Box():
                corners = {"rx": _number(item.radius)} if item.radius else {}
                return self._rect(item.rect, **corners, **_paint(item))
            case Path():
                return self._make.path(d=_path_data(item.commands), **_paint(item))
            case Text():
                return self._live(item) if self._fonts else self._outlined(item)
            case Link():
                link = self._make.a(_printable(item.href), target="_top")
                link.add(self._rect(item.rect, fill="none", pointer_events="all"))
                return link
            case Group():
                group = self._make.g(**_transform(item))
                if item.title:
                    group.elements.append(Title(_printable(item.title)))
                self.add(group, item.items)
                return group
        assert_never(item)

    def _rect(self, rect: Rect, **attributes: str) -> Any:
        place, size = (_number(rect.x), _number(rect.y)), (_number(rect.width), _number(rect.height))
        return self._make.rect(insert=place, size=size, **attributes)

    def _live(self, item: Text) -> Any:
        # textLength keeps the measured width where another font steps in.
        return self._make.text(
            _printable(item.text),
            insert=(_number(item.x), _number(item.y)),
            class_=self._fonts[item.face],
            font_size=_number(item.size),
            fill=item.fill,
            textLength=_number(item.width),
            lengthAdjust="spacingAndGlyphs",
        )

    def _outlined(self, item: Text) -> Any:
        # Imported late: fontTools costs more than a whole card, and live text never needs it.
        from archposter.text.outlines import path_data

        scale = item.size / table(item.face).units_per_em
        place = f"translate({_number(item.x)} {_number(item.y)}) scale({scale:.6g})"
        return self._make.path(d=path_data(item.text, item.face), transform=place, fill=item.fill)


def _paint(item: Box | Path) -> dict[str, str]:
    attributes = {"fill": item.fill or "none"}
    if item.stroke:
        attributes |= {"stroke": item.stroke, "stroke_width": _number(item.stroke_width)}
        if item.dash:
            attributes["stroke_dasharray"] = " ".join(map(_number, item.dash))
    return attributes


def _transform(group: Group) -> dict[str, str]:
    steps = []
    if group.x or group.y:
        steps.append(f"translate({_number(group.x)} {_number(group.y)})")
    if group.scale != 1:
        steps.append(f"scale({group.scale:.6g})")
    return {"transform": " ".join(steps)} if steps else {}


def _path_data(commands: Iterable[Command]) -> str:
    return "".join(verb + " ".join(map(_number, numbers)) for verb, numbers in commands)


def _number(value: float) -> str:
    """Return the shortest decimal of a coordinate."""
    if not math.isfinite(value):
        raise ValueError(f"a coordinate is {value}")
    value = rounded(value)
    return str(int(value)) if value.is_integer() else str(value)


def _printable(text: str) -> str:
    """Return `text` without what XML cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
