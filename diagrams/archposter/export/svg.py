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
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Literal, assert_never

import svgwrite
from svgwrite.base import Desc, Title

from archposter.export.markup import Element, markup
from archposter.export.rows import BoxRow, Line, joined, lines, rows
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
    walk,
)
from archposter.text.faces import FALLBACK, WEIGHTS, webfont_path
from archposter.text.metrics import advances, table

_NAMESPACES = {"xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink"}
_NOT_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def to_svg(
    frame: Frame, text: TextMode = "live", *, compact: bool = True, unit: Literal["", "pt"] = ""
) -> str:
    """Return an SVG document; "outlines" draws text as paths, for readers that ignore embedded fonts.

    Shapes and glyphs that repeat are stored once if `compact`, else drawn in full wherever they stand.
    `unit` is what one of the Frame's is, that of CSS's pixels unless said: a card has no size, a page has.
    Raises ValueError for a coordinate that is not a finite number.
    """
    drawing = _drawing(frame, text, compact)
    if unit:
        drawing.attribs |= {side: drawing.attribs[side] + unit for side in ("width", "height")}
    _describe(drawing, frame)
    return markup(drawing) + "\n"


def _drawing(frame: Frame, text: TextMode, compact: bool = True, debug: bool = False) -> Any:
    """Return the svgwrite drawing; with `debug` svgwrite checks every element against SVG 1.1."""
    width, height = _number(frame.size.width), _number(frame.size.height)
    drawing = svgwrite.Drawing(size=(width, height), viewBox=f"0 0 {width} {height}", debug=debug)
    texts = [item for item, _ in walk(frame.items) if isinstance(item, Text)]
    fonts = _fonts(texts) if text == "live" else {}
    classes = {face: _family(file) for face, file in fonts.items()}
    writer = _Writer(drawing, classes, texts, compact)
    # Not on the root, which the page may paint.
    whole = Element(drawing, "g", {"stroke": "none", **writer.inherited()})
    writer.add(whole, frame.items)
    drawing.add(whole)
    rules = [_font_rules(face, file) for face, file in fonts.items()]
    if fonts:
        rules.append(_text_rules(sorted(map(_family, fonts.values()))))
    if writer.dark:
        # Said twice, so that it weighs more, and is no selector to what takes the rules without the question.
        dark = "".join(f".{name}.{name}{{{rule}}}" for name, rule in sorted(writer.dark.items()))
        rules.append(f"@media (prefers-color-scheme:dark){{{dark}}}")
    if rules:
        drawing.defs.elements.insert(0, Element(drawing, "style", {}, "".join(rules)))
    return drawing


def _describe(drawing: Any, frame: Frame) -> None:
    """Say what the picture shows, for readers who do not see it.

    What SVG 1.1 does not know is set past svgwrite's check of attributes: that is ARIA's, of SVG 2.
    """
    digest = _digest((frame.title, frame.description))
    words = {Title: frame.title, Desc: frame.description}
    described = [kind(_printable(text)) for kind, text in words.items() if text or kind is Title]
    for element in described:
        element.xml.set("id", f"{element.elementname}-{digest}")
    drawing.elements[:0] = described
    says = ("aria-labelledby", "aria-describedby")
    names = {said: element.xml.get("id") for said, element in zip(says, described, strict=False)}
    drawing.attribs |= {"role": "img", **names, "version": drawing.version}
    drawing.attribs |= {"baseProfile": drawing.profile, **_NAMESPACES}


def _fonts(texts: Iterable[Text]) -> dict[Face, pathlib.Path]:
    """Return for each face drawn the font file that has its characters."""
    found: dict[Face, set[str]] = {}
    for item in texts:
        found.setdefault(item.face, set()).update(item.text)
    return {face: webfont_path(face, frozenset(characters)) for face, characters in sorted(found.items())}


@lru_cache
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


@lru_cache
def _font_rules(face: Face, file: pathlib.Path) -> str:
    name, data = _family(file), base64.b64encode(file.read_bytes()).decode()
    return (
        f"@font-face{{font-family:{name};font-weight:{WEIGHTS[face]};"
        f"src:url(data:font/woff2;base64,{data})}}"
        f".{name}{{font-family:{name},{FALLBACK};font-weight:{WEIGHTS[face]}}}"
    )


_AS_MEASURED = (
    "direction:ltr;font-feature-settings:normal;font-kerning:normal;font-style:normal;font-variant:normal;"
    "letter-spacing:normal;text-indent:0;text-shadow:none;text-transform:none;white-space:pre;"
    "word-spacing:normal;writing-mode:horizontal-tb"
)


def _text_rules(names: Iterable[str]) -> str:
    """Return what keeps texts as they were measured, whatever the page around says of its own."""
    texts = ",".join(f".{name}" for name in names)
    # Some programs know the property and not the value.
    precise = f"@supports (text-rendering:geometricPrecision){{{texts}{{text-rendering:geometricPrecision}}}}"
    return f"{texts}{{{_AS_MEASURED}}}{precise}"


_LONG = 2
"""Characters of a word that is worth storing when it is drawn twice."""
_OFTEN = 4
"""Boxes of one size and paint are stored once from this number on: fewer would cost more than they save."""


class _Writer:
    """Turns items into svgwrite elements.

    `fonts` holds the class of each live face, none for outlines; what most of the `texts` look like is
    said once for all; `dark` gathers the classes of the dark scheme with their declarations.
    If `compact`, what is drawn over and over stands once in the definitions; its id is its content's digest.
    """

    def __init__(self, drawing: Any, fonts: Mapping[Face, str], texts: Sequence[Text], compact: bool) -> None:
        self._drawing = drawing
        self._fonts = fonts
        self._common = _common(texts)
        self._words = Counter((word, text.face) for text in texts for word in text.text.split(" "))
        self._compact = compact
        self._stored: dict[object, str] = {}
        self._paints: dict[object, dict[str, str]] = {}
        self.dark: dict[str, str] = {}

    def inherited(self) -> dict[str, str]:
        """Return the attributes that texts take over."""
        if not self._common:
            return {}
        family = {"font-family": FALLBACK} if self._fonts else {}
        return self._type(self._common, None) | family

    def add(self, parent: Any, items: Iterable[Item]) -> None:
        if not self._compact:
            for item in items:
                parent.add(self._element(item))
            return
        drawn = list(rows(joined(items)))
        often: Counter[Box] = Counter()
        for row in drawn:
            if isinstance(row, BoxRow):
                often[row.shape] += len(row.boxes)
        parts: Iterable[Item | BoxRow | Line] = lines(drawn) if self._fonts else drawn
        for part in parts:
            if isinstance(part, Line):
                parent.add(self._live(part))
                continue
            if not isinstance(part, BoxRow):
                parent.add(self._element(part))
                continue
            for element in self._row(part) if often[part.shape] >= _OFTEN else map(self._box, part.boxes):
                parent.add(element)

    def _new(self, name: str, attributes: dict[str, str], words: str = "") -> Element:
        return Element(self._drawing, name, attributes, words)

    def _element(self, item: Item) -> Any:
        match item:
            case Box():
                return self._box(item)
            case Path():
                return self._new("path", self._paint(item) | {"d": _path_data(item.commands)})
            case Text():
                return self._live(Line([item])) if self._fonts else self._outlined(item)
            case Link():
                link = self._new("a", {"xlink:href": _printable(item.href), "target": "_top"})
                if item.label:
                    link.attribs["aria-label"] = _printable(item.label)
                link.add(self._rect(item.rect, {"fill": "none", "pointer-events": "all"}))
                return link
            case Group():
                group = self._new("g", _transform(item))
                if item.title:
                    group.elements.append(Title(_printable(item.title)))
                self.add(group, item.items)
                return group
        assert_never(item)

    def _box(self, box: Box) -> Any:
        corners = {"rx": _number(box.radius)} if box.radius else {}
        return self._rect(box.rect, corners | self._paint(box))

    def _rect(self, rect: Rect, attributes: dict[str, str]) -> Any:
        place = zip(rect._fields, map(_number, rect), strict=True)
        return self._new("rect", {**attributes, **dict(place)})

    def _use(self, reference: str, **place: float) -> Any:
        shifts = {name: _number(length) for name, length in place.items() if length}
        return self._new("use", {"xlink:href": reference, **shifts})

    def _row(self, row: BoxRow) -> Iterator[Any]:
        """Draw boxes in equal steps as stored rows of 1, 2, 4, 8 ... boxes."""
        step, done = row.step, 0
        for power in range(len(row.boxes).bit_length()):
            if len(row.boxes) >> power & 1:
                x, y, *_ = row.boxes[done].rect
                yield self._use(self._stored_row(row.shape, step, power), x=x, y=y)
                done += 1 << power

    def _stored_row(self, shape: Box, step: tuple[float, float], power: int) -> str:
        """Store a row of 2 ** power boxes, as two of half the length, and return the reference to it."""
        seen = shape[:6]
        key = (seen, step, power) if power else seen
        if key not in self._stored:
            element = self._box(shape)
            if power:
                half, element = self._stored_row(shape, step, power - 1), self._new("g", {})
                dx, dy = (length * 2 ** (power - 1) for length in step)
                element.add(self._use(half))
                element.add(self._use(half, x=dx, y=dy))
            self._store(key, element)
        return self._stored[key]

    def _store(self, key: object, element: Any) -> None:
        """Put an element into the definitions; `key` says all that it draws, and its digest is the id."""
        name = f"ap-{_digest(key)}"
        element.attribs["id"] = name
        self._drawing.defs.add(element)
        self._stored[key] = f"#{name}"

    def _live(self, line: Line) -> Any:
        first = line.texts[0]
        look = self._type(first, self._common) | {"y": _number(first.y)}
        if len(line.texts) == 1:
            look["x"] = _number(first.x + first.anchor * first.width)
            if first.anchor:
                look["text-anchor"] = "middle" if first.anchor < 1 else "end"
            # textLength keeps the measured width where another font steps in.
            return self._new("text", look | {"textLength": _number(first.width)}, _printable(first.text))
        # LibreOffice anchors and stretches the first run alone.
        text = self._new("text", look | {"x": _number(first.x), "xml:space": "preserve"})
        for run, off in line.runs():
            shift = {"dx": _number(off)} if abs(off) > 0.05 else {}
            text.add(self._new("tspan", self._type(run, first) | shift, _printable(run.text)))
        return text

    def _outlined(self, item: Text) -> Any:
        # Imported late: fontTools costs more than a whole card, and live text never needs it.
        from archposter.text.outlines import glyphs

        scale = item.size / table(item.face).units_per_em
        place = f"translate({_number(item.x)} {_number(item.y)}) scale({scale:.6g})"
        look = self._type(item, self._common)
        if not self._compact:
            whole = "".join(f"M{x} 0{outline}" for x, outline in glyphs(item.text, item.face))
            return self._new("path", {"d": whole, "transform": place, **look})
        line, pen = self._new("g", {"transform": place, **look}), 0
        steps = iter(advances(item.text, item.face))
        for word in item.text.split(" "):
            for use in self._word(word, item.face, pen):
                line.add(use)
            # The word and the blank behind it.
            pen += sum(islice(steps, len(word) + 1))
        return line

    def _word(self, word: str, face: Face, pen: float) -> Iterator[Any]:
        """Draw a word that starts at `pen`; one that stands there again, and is long enough, is stored."""
        if len(word) >= _LONG and self._words[word, face] > 1:
            if (word, face) not in self._stored:
                stored = self._new("g", {})
                stored.elements += self._glyphs(word, face, 0)
                self._store((word, face), stored)
            yield self._use(self._stored[word, face], x=pen)
        else:
            yield from self._glyphs(word, face, pen)

    def _glyphs(self, word: str, face: Face, pen: float) -> Iterator[Any]:
        from archposter.text.outlines import glyphs

        for x, outline in glyphs(word, face):
            if outline not in self._stored:
                self._store(outline, self._new("path", {"d": outline}))
            yield self._use(self._stored[outline], x=pen + x)

    def _type(self, item: Text, known: Text | None) -> dict[str, str]:
        """Return how a text is set, without what it inherits from `known`."""
        attributes, classes = {}, []
        if self._fonts:
            # Always said: what a page says of all elements is stronger than what they inherit.
            classes.append(self._fonts[item.face])
            if not known or item.face != known.face:
                attributes["font-weight"] = str(WEIGHTS[item.face])
            if not known or item.size != known.size:
                attributes["font-size"] = _number(item.size)
        if not known or item.fill != known.fill:
            attributes["fill"] = light(item.fill)
            classes += self._scheme("fill", item.fill)
        return attributes | ({"class": " ".join(classes)} if classes else {})

    def _paint(self, item: Box | Path) -> dict[str, str]:
        look = item.fill, item.stroke, item.stroke_width, item.dash
        if look not in self._paints:
            self._paints[look] = self._painted(item)
        return self._paints[look]

    def _painted(self, item: Box | Path) -> dict[str, str]:
        attributes, classes = {"fill": light(item.fill) if item.fill else "none"}, []
        if item.fill:
            classes += self._scheme("fill", item.fill)
        if item.stroke:
            attributes |= {"stroke": light(item.stroke), "stroke-width": _number(item.stroke_width)}
            classes += self._scheme("stroke", item.stroke)
            if item.dash:
                attributes["stroke-dasharray"] = " ".join(map(_number, item.dash))
        return attributes | ({"class": " ".join(classes)} if classes else {})

    def _scheme(self, attribute: str, color: Color) -> list[str]:
        """Return the class of a colour that changes with the scheme; it means the same in every picture."""
        if not isinstance(color, Pair):
            return []
        name = f"ap-{attribute[0]}{color.dark[1:]}"
        self.dark[name] = f"{attribute}:{color.dark}"
        return [name]


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
    # Compiling the pattern takes longer than all the rest of writing a picture.
    return text if text.isprintable() else re.sub(_NOT_XML, "\N{REPLACEMENT CHARACTER}", text)
