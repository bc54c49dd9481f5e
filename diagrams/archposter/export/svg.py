"""Frame to SVG.  The only module that knows svgwrite.

Any number of pictures can stand inline in one page: a class or font family always means the same font
or dark colour, and an id the same shape.
"""

from __future__ import annotations

import base64
import hashlib
import math
import pathlib
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, assert_never

import svgwrite
from svgwrite.base import Desc, Title

from archposter.kinds import TextMode
from archposter.scene import (
    Box,
    Color,
    Command,
    Face,
    Frame,
    Group,
    Item,
    Link,
    Pair,
    Path,
    Rect,
    Text,
    light,
    rounded,
)
from archposter.text.faces import FALLBACK, WEIGHTS, webfont_path
from archposter.text.metrics import table

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_svg(frame: Frame, text: TextMode = "live", *, compact: bool = True) -> str:
    """Return an SVG document; "outlines" draws text as paths, for readers that ignore embedded fonts.

    Shapes and glyphs that repeat are stored once if `compact`, else drawn in full wherever they stand.
    Raises ValueError for a coordinate that is not a finite number.
    """
    root = _drawing(frame, text, compact).get_xml()
    # SVG 2 and ARIA, which svgwrite's SVG 1.1 validator would reject; and a namespace nothing uses.
    del root.attrib["xmlns:ev"]
    root.set("role", "img")
    described = [child for child in root if child.tag in ("title", "desc")]
    digest = _digest((frame.title, frame.description))
    for child in described:
        child.set("id", f"{child.tag}-{digest}")
    root.set("aria-labelledby", " ".join(child.get("id") for child in described))
    # Within texts and attributes ">" is escaped.
    return ET.tostring(root, encoding="unicode").replace(" />", "/>") + "\n"


def _drawing(frame: Frame, text: TextMode, compact: bool = True, debug: bool = False) -> Any:
    """Return the svgwrite drawing; with `debug` svgwrite checks every element against SVG 1.1."""
    width, height = _number(frame.size.width), _number(frame.size.height)
    drawing = svgwrite.Drawing(size=(width, height), viewBox=f"0 0 {width} {height}", debug=debug)
    texts = list(_texts(frame.items))
    fonts = _fonts(texts) if text == "live" else {}
    writer = _Writer(drawing, {face: _family(file) for face, file in fonts.items()}, _common(texts), compact)
    drawing.update(writer.inherited())
    writer.add(drawing, frame.items)
    rules = [_font_rules(_family(file), face, file) for face, file in fonts.items()]
    if writer.dark:
        dark = "".join(f".{name}{{{rule}}}" for name, rule in sorted(writer.dark.items()))
        rules.append(f"@media (prefers-color-scheme:dark){{{dark}}}")
    if rules:
        drawing.defs.elements.insert(0, drawing.style("".join(rules)))
    if frame.description:
        drawing.elements.insert(0, Desc(_printable(frame.description)))
    drawing.elements.insert(0, Title(_printable(frame.title)))
    return drawing


def _texts(items: Iterable[Item]) -> Iterator[Text]:
    for item in items:
        if isinstance(item, Text):
            yield item
        elif isinstance(item, Group):
            yield from _texts(item.items)


def _fonts(texts: Iterable[Text]) -> dict[Face, pathlib.Path]:
    """Return for each face drawn the font file that has its characters."""
    found: dict[Face, set[str]] = {}
    for item in texts:
        found.setdefault(item.face, set()).update(item.text)
    return {face: webfont_path(face, frozenset(characters)) for face, characters in sorted(found.items())}


def _family(file: pathlib.Path) -> str:
    """Return the class and CSS family of a font file."""
    return f"ap-{_digest(file.read_bytes())}"


def _common(texts: Iterable[Text]) -> Text | None:
    """Return a text in the face, size and colour that most texts share."""
    looks = Counter((item.face, item.size, item.fill) for item in texts)
    if not looks:
        return None
    face, size, fill = looks.most_common(1)[0][0]
    return Text(0, 0, "", face, size, fill, 0)


def _font_rules(name: str, face: Face, file: pathlib.Path) -> str:
    data = base64.b64encode(file.read_bytes()).decode()
    return (
        f'@font-face{{font-family:"{name}";font-weight:{WEIGHTS[face]};'
        f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
        f'.{name}{{font-family:"{name}",{FALLBACK};font-weight:{WEIGHTS[face]};font-kerning:normal;text-rendering:geometricPrecision;white-space:pre}}'
    )


class _Writer:
    """Turns items into svgwrite elements.

    `fonts` holds the class of each live face, none for outlines; `common` is what most texts look like,
    said once on the root; `dark` gathers the classes of the dark scheme with their declarations.
    If `compact`, what is drawn over and over stands once in the definitions; its id is its content's digest.
    """

    def __init__(self, drawing: Any, fonts: Mapping[Face, str], common: Text | None, compact: bool) -> None:
        self._make = drawing
        self._fonts = fonts
        self._common = common
        self._compact = compact
        self._stored: dict[object, str] = {}
        self.dark: dict[str, str] = {}

    def inherited(self) -> dict[str, str]:
        """Return the attributes of the root that texts take over."""
        return self._type(self._common, None) if self._common else {}

    def add(self, parent: Any, items: Iterable[Item]) -> None:
        if not self._compact:
            for item in items:
                parent.add(self._element(item))
            return
        rows = list(_rows(_joined(items)))
        often: Counter[Box | None] = Counter()
        for shape, row in rows:
            often[shape] += len(row)
        for shape, row in rows:
            stored = shape and often[shape] >= _OFTEN
            for element in self._row(shape, row) if shape and stored else map(self._element, row):
                parent.add(element)

    def _element(self, item: Item) -> Any:
        match item:
            case Box():
                return self._box(item)
            case Path():
                return self._make.path(d=_path_data(item.commands), **self._paint(item))
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

    def _box(self, box: Box) -> Any:
        corners = {"rx": _number(box.radius)} if box.radius else {}
        return self._rect(box.rect, **corners, **self._paint(box))

    def _rect(self, rect: Rect, **attributes: str) -> Any:
        place, size = (_number(rect.x), _number(rect.y)), (_number(rect.width), _number(rect.height))
        return self._make.rect(insert=place, size=size, **attributes)

    def _row(self, shape: Box, row: list[Any]) -> Iterator[Any]:
        """Draw boxes in equal steps as rows of 1, 2, 4, 8 ... boxes."""
        step, done = _step(row), 0
        for power in range(len(row).bit_length()):
            if len(row) >> power & 1:
                place = (_number(row[done].rect.x), _number(row[done].rect.y))
                yield self._make.use(self._stored_row(shape, step, power), insert=place)
                done += 1 << power

    def _stored_row(self, shape: Box, step: float, power: int) -> str:
        """Store a row of 2 ** power boxes, as two of half the length, and return the reference to it."""
        key = (shape, step, power) if power else shape
        if key not in self._stored:
            element = self._box(shape)
            if power:
                half, element = self._stored_row(shape, step, power - 1), self._make.g()
                element.add(self._make.use(half))
                element.add(self._make.use(half, x=_number(step * 2 ** (power - 1))))
            self._store(key, element)
        return self._stored[key]

    def _store(self, key: object, element: Any) -> None:
        """Put an element into the definitions; `key` says all that it draws, and its digest is the id."""
        name = f"ap-{_digest(key)}"
        element.attribs["id"] = name
        self._make.defs.add(element)
        self._stored[key] = f"#{name}"

    def _live(self, item: Text) -> Any:
        # textLength keeps the measured width where another font steps in.
        return self._make.text(
            _printable(item.text),
            insert=(_number(item.x), _number(item.y)),
            textLength=_number(item.width),
            **self._type(item, self._common),
        )

    def _outlined(self, item: Text) -> Any:
        # Imported late: fontTools costs more than a whole card, and live text never needs it.
        from archposter.text.outlines import glyphs

        scale = item.size / table(item.face).units_per_em
        place = f"translate({_number(item.x)} {_number(item.y)}) scale({scale:.6g})"
        look = self._type(item, self._common)
        outlines = list(glyphs(item.text, item.face))
        if not self._compact:
            whole = "".join(f"M{x} 0{outline}" for x, outline in outlines)
            return self._make.path(d=whole, transform=place, **look)
        line = self._make.g(transform=place, **look)
        for x, outline in outlines:
            if outline not in self._stored:
                self._store(outline, self._make.path(d=f"M0 0{outline}"))
            line.add(self._make.use(self._stored[outline], **({"x": str(x)} if x else {})))
        return line

    def _type(self, item: Text, known: Text | None) -> dict[str, str]:
        """Return how a text is set, without what it inherits from `known`."""
        attributes, classes = {}, []
        if self._fonts:
            if not known or item.face != known.face:
                classes.append(self._fonts[item.face])
            if not known or item.size != known.size:
                attributes["font_size"] = _number(item.size)
        if not known or item.fill != known.fill:
            attributes["fill"] = light(item.fill)
            classes += self._scheme("fill", item.fill)
        return attributes | ({"class_": " ".join(classes)} if classes else {})

    def _paint(self, item: Box | Path) -> dict[str, str]:
        attributes, classes = {"fill": light(item.fill) if item.fill else "none"}, []
        if item.fill:
            classes += self._scheme("fill", item.fill)
        if item.stroke:
            attributes |= {"stroke": light(item.stroke), "stroke_width": _number(item.stroke_width)}
            classes += self._scheme("stroke", item.stroke)
            if item.dash:
                attributes["stroke_dasharray"] = " ".join(map(_number, item.dash))
        return attributes | ({"class_": " ".join(classes)} if classes else {})

    def _scheme(self, attribute: str, color: Color) -> list[str]:
        """Return the class of a colour that changes with the scheme; it means the same in every picture."""
        if not isinstance(color, Pair):
            return []
        name = f"ap-{attribute[0]}{color.dark[1:]}"
        self.dark[name] = f"{attribute}:{color.dark}"
        return [name]


_OFTEN = 4
"""Boxes of one size and paint are stored once from this number on: fewer would cost more than they save."""


def _shape(box: Box) -> Box:
    """Return the box at the origin, without what no reader sees."""
    size = Rect(0, 0, rounded(box.rect.width), rounded(box.rect.height))
    return Box(size, box.fill, box.stroke, box.stroke_width, box.radius, box.dash)


def _joined(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items in order, lines of one pen that follow each other as one path."""
    line: Path | None = None
    for item in items:
        drawn = item if isinstance(item, Path) and not item.fill else None
        if line and drawn and _pen(line) == _pen(drawn):
            line = line._replace(commands=line.commands + drawn.commands)
            continue
        if line:
            yield line
        line = drawn
        if not line:
            yield item
    if line:
        yield line


def _pen(path: Path) -> tuple[Color | None, float, tuple[float, ...]]:
    return path.stroke, path.stroke_width, path.dash


def _rows(items: Iterable[Item]) -> Iterator[tuple[Box | None, list[Any]]]:
    """Yield the items in order, equal boxes in equal steps to the right together, with their shape."""
    shape: Box | None = None
    row: list[Any] = []
    for item in items:
        own = _shape(item) if isinstance(item, Box) else None
        if row and not (own and own == shape and _continues(row, item)):
            yield shape, row
            row = []
        shape = own
        row.append(item)
    if row:
        yield shape, row


def _continues(row: list[Any], item: Any) -> bool:
    """Tell whether a box stands where the row of its equals goes on."""
    return bool(item.rect.y == row[0].rect.y and (len(row) == 1 or _step([row[-1], item]) == _step(row)))


def _step(row: list[Any]) -> float:
    return rounded(row[1].rect.x - row[0].rect.x) if len(row) > 1 else 0.0


def _transform(group: Group) -> dict[str, str]:
    steps = []
    if group.x or group.y:
        steps.append(f"translate({_number(group.x)} {_number(group.y)})")
    if group.scale != 1:
        steps.append(f"scale({group.scale:.6g})")
    return {"transform": " ".join(steps)} if steps else {}


def _path_data(commands: Iterable[Command]) -> str:
    data = ""
    here: tuple[str, ...] = ("", "")
    for verb, numbers in commands:
        written = tuple(map(_number, numbers))
        if verb == "L" and written[0] == here[0]:
            data += f"V{written[1]}"
        elif verb == "L" and written[1] == here[1]:
            data += f"H{written[0]}"
        else:
            data += verb + " ".join(written)
        here = written[-2:] if written else here
    return data


@lru_cache(maxsize=16_384)
def _number(value: float) -> str:
    """Return the shortest decimal of a coordinate."""
    if not math.isfinite(value):
        raise ValueError(f"a coordinate is {value}")
    value = rounded(value)
    return str(int(value)) if value.is_integer() else str(value)


def _digest(content: object) -> str:
    """Return 36 bits of a digest, as characters that may stand in an id."""
    whole = hashlib.sha256(repr(content).encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(whole)[:6].decode()


def _printable(text: str) -> str:
    """Return `text` without what XML cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
