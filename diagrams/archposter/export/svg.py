"""Frame to SVG.  The only module that knows svgwrite.

Any number of pictures can stand inline in one page: a class or font family always means the same font
or dark colour, and an id the same shape.
"""

from __future__ import annotations

import base64
import hashlib
import pathlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import islice
from typing import Literal, assert_never
from xml.etree import ElementTree as ET

import svgwrite
from svgwrite.base import Desc, Title

from archposter.export.markup import element, escaped
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
    decimal,
    light,
    walk,
)
from archposter.text.faces import FALLBACK, WEIGHTS, webfont_path
from archposter.text.metrics import advances, table

_Naming = Callable[[str, Pair], str]
_SAYS = {"title": "aria-labelledby", "desc": "aria-describedby"}
_EVENTS = "xmlns:ev"  # svgwrite declares them, and nothing here has any
_MOVE = re.compile(r"m(-?\d+)")
_NOT_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def to_svg(
    frame: Frame,
    text: TextMode = "live",
    *,
    compact: bool = True,
    unit: Literal["", "pt"] = "",
    embedded: bool = True,
) -> str:
    """Return an SVG document; "outlines" draws text as paths, for readers that ignore embedded fonts.

    Shapes and glyphs that repeat are stored once if `compact`, else drawn in full wherever they stand.
    Without `embedded` fonts, live text is left to the reader's: for pictures too small to read.
    `unit` is what one of the Frame's is, that of CSS's pixels unless said: a card has no size, a page has.
    Raises ValueError for a coordinate that is not a finite number.
    """
    texts = _texts(frame)
    fonts = _fonts(texts) if text == "live" else {}
    writer = _Writer({face: family(file) for face, file in fonts.items()}, texts, _in_the_dark, compact)
    whole = _whole(frame, writer)
    rules = [_font_rules(face, file) for face, file in fonts.items() if embedded]
    if rules:
        rules.append(text_rules(sorted(map(family, fonts.values()))))
    if writer.dark:
        # Said twice, so that it weighs more, and is no selector to what takes the rules without the question.
        dark = "".join(f".{name}.{name}{{{rule}}}" for name, rule in sorted(writer.dark.items()))
        rules.append(f"@media (prefers-color-scheme:dark){{{dark}}}")
    style = [element("style", {}, rules)] if rules else []
    return _document(frame, [*style, *writer.stored], whole, unit) + "\n"


def to_bare(frame: Frame) -> str:
    """Return an SVG element for a page whose style sheet has the fonts and colours of all its pictures.

    Fonts are classes as `family` names them, colours that follow the scheme as `paired` does.  It is an image
    to readers who do not see it, or a group where it has links, which they go through.
    """
    texts = _texts(frame)
    fonts = {face: family(file) for face, file in _fonts(texts).items()}
    writer = _Writer(fonts, texts, paired, compact=True, href="href")
    whole = _whole(frame, writer)
    linked = any(isinstance(item, Link) for item, _ in walk(frame.items))
    return _document(frame, writer.stored, whole, role="group" if linked else "img")


def paired(attribute: str, color: Pair) -> str:
    """Return the class of a fill or stroke in both schemes; it means the same in every picture."""
    return f"ap-{attribute[0]}{color.light[1:]}-{color.dark[1:]}"


def _in_the_dark(attribute: str, color: Pair) -> str:
    """Return the class of a fill or stroke in the dark scheme: the light one is the element's own."""
    return f"ap-{attribute[0]}{color.dark[1:]}"


def _texts(frame: Frame) -> list[Text]:
    return [item for item, _ in walk(frame.items) if isinstance(item, Text)]


def _whole(frame: Frame, writer: _Writer) -> str:
    # Not on the root, which the page may paint.
    return element("g", {"stroke": "none", **writer.inherited()}, writer.drawn(frame.items))


def _document(frame: Frame, stored: Iterable[str], whole: str, unit: str = "", role: str = "img") -> str:
    """Return svgwrite's document with the definitions and the drawing in it."""
    width, height = decimal(frame.size.width), decimal(frame.size.height)
    size = width + unit, height + unit
    drawing = svgwrite.Drawing(size=size, viewBox=f"0 0 {width} {height}", debug=False)
    described = _described(frame)
    drawing.elements[:0] = described
    document = drawing.get_xml()
    # What SVG 1.1 does not know: ARIA's attributes.
    names = {_SAYS[each.elementname]: each.xml.get("id") for each in described}
    said = sorted({**document.attrib, **names, "role": role}.items())
    document.attrib.clear()
    document.attrib.update((name, value) for name, value in said if name != _EVENTS)
    start, empty, end = ET.tostring(document, encoding="unicode").partition("<defs />")
    assert empty
    return f"{start}{element('defs', {}, stored)}{whole}{end}"


def _described(frame: Frame) -> list[Title]:
    """Return the elements that say what the picture shows, for readers who do not see it."""
    digest = _digest((frame.title, frame.description))
    words = {Title: frame.title, Desc: frame.description}
    described = [kind(_printable(text)) for kind, text in words.items() if text or kind is Title]
    for each in described:
        each.xml.set("id", f"{each.elementname}-{digest}")
    return described


def _fonts(texts: Iterable[Text]) -> dict[Face, pathlib.Path]:
    """Return for each face drawn the font file that has its characters."""
    found: dict[Face, set[str]] = {}
    for item in texts:
        found.setdefault(item.face, set()).update(item.text)
    return {face: webfont_path(face, frozenset(characters)) for face, characters in sorted(found.items())}


@lru_cache
def family(file: pathlib.Path) -> str:
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
    name, data = family(file), base64.b64encode(file.read_bytes()).decode()
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


def text_rules(names: Iterable[str]) -> str:
    """Return what keeps texts as they were measured, whatever the page around says of its own."""
    texts = ",".join(f".{name}" for name in names)
    # Some programs know the property and not the value.
    precise = f"@supports (text-rendering:geometricPrecision){{{texts}{{text-rendering:geometricPrecision}}}}"
    return f"{texts}{{{_AS_MEASURED}}}{precise}"


_OFTEN = 4
"""Boxes of one size and paint are stored once from this number on: fewer would cost more than they save."""


class _Writer:
    """Turns items into elements.

    `fonts` holds the class of each live face, none for outlines; what most of the `texts` look like is
    said once for all; `named` names the classes of colours of both schemes, and `dark` gathers them.
    If `compact`, what is drawn over and over is `stored` once; its id is its content's digest.
    """

    def __init__(
        self,
        fonts: Mapping[Face, str],
        texts: Sequence[Text],
        named: _Naming,
        compact: bool,
        href: str = "xlink:href",
    ) -> None:
        self._fonts = fonts
        self._common = _common(texts)
        self._texts = texts
        self._named, self._href = named, href
        self._compact = compact
        self._references: dict[object, str] = {}
        self._paints: dict[object, dict[str, str]] = {}
        self.stored: list[str] = []
        self.dark: dict[str, str] = {}

    @cached_property
    def _words(self) -> Counter[tuple[str, Face]]:
        """How often each word is drawn."""
        return Counter((word, text.face) for text in self._texts for word in text.text.split(" "))

    def _repeats(self, word: str, face: Face) -> bool:
        """Tell whether storing a word saves at least two references to its glyphs."""
        return (self._words[word, face] - 1) * (len(word) - 1) >= 2

    @cached_property
    def _outlines(self) -> Counter[str]:
        """How often each glyph is drawn; what is part of a stored word counts as drawn again."""
        from archposter.text.outlines import glyphs

        drawn: Counter[str] = Counter()
        for (word, face), times in self._words.items():
            for _, outline in glyphs(word, face):
                drawn[outline] += 2 if self._repeats(word, face) else times
        return drawn

    def inherited(self) -> dict[str, str]:
        """Return the attributes that texts take over."""
        if not self._common:
            return {}
        family = {"font-family": FALLBACK} if self._fonts else {}
        return self._type(self._common, None) | family

    def drawn(self, items: Iterable[Item]) -> Iterator[str]:
        """Yield the elements of items."""
        if not self._compact:
            yield from map(self._element, items)
            return
        found = list(rows(joined(items)))
        often: Counter[Box] = Counter()
        for row in found:
            if isinstance(row, BoxRow):
                often[row.shape] += len(row.boxes)
        parts: Iterable[Item | BoxRow | Line] = lines(found) if self._fonts else found
        for part in parts:
            if isinstance(part, Line):
                yield self._live(part)
            elif not isinstance(part, BoxRow):
                yield self._element(part)
            elif often[part.shape] >= _OFTEN:
                yield from self._row(part)
            else:
                yield from map(self._element, part.boxes)

    def _element(self, item: Item) -> str:
        match item:
            case Box():
                return element("rect", self._box(item))
            case Path():
                return element("path", self._paint(item) | {"d": _path_data(item.commands)})
            case Text():
                return self._live(Line([item])) if self._fonts else self._outlined(item)
            case Link():
                goes = {self._href: _words(item.href), "target": "_top"}
                label = {"aria-label": _words(item.label)} if item.label else {}
                region = element("rect", {"fill": "none", "pointer-events": "all", **_place(item.rect)})
                return element("a", goes | label, [region])
            case Group():
                title = [element("title", {}, [_words(item.title)])] if item.title else []
                return element("g", _transform(item), [*title, *self.drawn(item.items)])
        assert_never(item)

    def _box(self, box: Box) -> dict[str, str]:
        corners = {"rx": decimal(box.radius)} if box.radius else {}
        return {**corners, **self._paint(box), **_place(box.rect)}

    def _row(self, row: BoxRow) -> Iterator[str]:
        """Draw boxes in equal steps as stored rows of 1, 2, 4, 8 ... boxes."""
        step, done = row.step, 0
        for power in range(len(row.boxes).bit_length()):
            if len(row.boxes) >> power & 1:
                x, y, *_ = row.boxes[done].rect
                yield _use(self._stored_row(row.shape, step, power), x, y)
                done += 1 << power

    def _stored_row(self, shape: Box, step: tuple[float, float], power: int) -> str:
        """Store a row of 2 ** power boxes, as two of half the length, and return the reference to it."""
        seen = shape[:6]
        key = (seen, step, power) if power else seen
        if key in self._references:
            return self._references[key]
        if not power:
            return self._store(key, "rect", self._box(shape))
        half = self._stored_row(shape, step, power - 1)
        dx, dy = (length * 2 ** (power - 1) for length in step)
        return self._store(key, "g", {}, [_use(half), _use(half, dx, dy)])

    def _store(
        self, key: object, name: str, attributes: Mapping[str, str], inside: Iterable[str] = ()
    ) -> str:
        """Store an element and return the reference to it; `key` says all that it draws."""
        digest = f"ap-{_digest(key)}"
        self.stored.append(element(name, {**attributes, "id": digest}, inside))
        self._references[key] = f"#{digest}"
        return self._references[key]

    def _live(self, line: Line) -> str:
        first = line.texts[0]
        look = self._type(first, self._common) | {"y": decimal(first.y)}
        if len(line.texts) == 1:
            look["x"] = decimal(first.x + first.anchor * first.width)
            if first.anchor:
                look["text-anchor"] = "middle" if first.anchor < 1 else "end"
            # textLength keeps the measured width where another font steps in.
            return element("text", look | {"textLength": decimal(first.width)}, [_words(first.text)])
        # LibreOffice anchors and stretches the first run alone.
        spans = []
        for run, off in line.runs():
            shift = {"dx": decimal(off)} if abs(off) > 0.05 else {}
            spans.append(element("tspan", self._type(run, first) | shift, [_words(run.text)]))
        return element("text", look | {"x": decimal(first.x), "xml:space": "preserve"}, spans)

    def _outlined(self, item: Text) -> str:
        # Imported late: fontTools costs more than a whole card, and live text never needs it.
        from archposter.text.outlines import glyphs

        scale = item.size / table(item.face).units_per_em
        place = f"translate({decimal(item.x)} {decimal(item.y)}) scale({scale:.6g})"
        look = {"transform": place, **self._type(item, self._common)}
        if not self._compact:
            whole = "".join(f"M{x} 0{outline}" for x, outline in glyphs(item.text, item.face))
            return element("path", {"d": whole, **look})
        uses: list[str] = []
        pen = 0
        steps = iter(advances(item.text, item.face))
        for word in item.text.split(" "):
            uses += self._word(word, item.face, pen)
            # The word and the blank behind it.
            pen += sum(islice(steps, len(word) + 1))
        return element("g", look, uses)

    def _word(self, word: str, face: Face, pen: float) -> Iterator[str]:
        """Draw a word that starts at `pen`."""
        from archposter.text.outlines import glyphs

        if self._repeats(word, face):
            known = self._references.get((word, face))
            yield _use(known or self._stored_word(word, face), pen)
            return
        for x, outline in glyphs(word, face):
            if self._outlines[outline] > 1:
                yield _use(self._stored_glyph(outline), pen + x)
            else:
                yield element("path", {"d": _from(pen + x, outline)})

    def _stored_word(self, word: str, face: Face) -> str:
        """Store a word and return the reference to it; all its glyphs are references, in every picture."""
        from archposter.text.outlines import glyphs

        uses = [_use(self._stored_glyph(outline), x) for x, outline in glyphs(word, face)]
        return self._store((word, face), "g", {}, uses)

    def _stored_glyph(self, outline: str) -> str:
        return self._references.get(outline) or self._store(outline, "path", {"d": outline})

    def _type(self, item: Text, known: Text | None) -> dict[str, str]:
        """Return how a text is set, without what it inherits from `known`."""
        attributes, classes = {}, []
        if self._fonts:
            # Always said: what a page says of all elements is stronger than what they inherit.
            classes.append(self._fonts[item.face])
            if not known or item.face != known.face:
                attributes["font-weight"] = str(WEIGHTS[item.face])
            if not known or item.size != known.size:
                attributes["font-size"] = decimal(item.size)
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
            attributes |= {"stroke": light(item.stroke), "stroke-width": decimal(item.stroke_width)}
            classes += self._scheme("stroke", item.stroke)
            if item.dash:
                attributes["stroke-dasharray"] = " ".join(map(decimal, item.dash))
        return attributes | ({"class": " ".join(classes)} if classes else {})

    def _scheme(self, attribute: str, color: Color) -> list[str]:
        """Return the class of a colour that changes with the scheme; it means the same in every picture."""
        if not isinstance(color, Pair):
            return []
        name = self._named(attribute, color)
        self.dark[name] = f"{attribute}:{color.dark}"
        return [name]


def _place(rect: Rect) -> dict[str, str]:
    x, y, width, height = map(decimal, rect)
    return {"x": x, "y": y, "width": width, "height": height}


def _use(reference: str, x: float = 0, y: float = 0) -> str:
    place = {"xlink:href": reference}
    if x:
        place["x"] = decimal(x)
    if y:
        place["y"] = decimal(y)
    return element("use", place)


def _from(x: float, outline: str) -> str:
    """Return a glyph's path from `x` on: its own move alone, since some programs lose what two begin."""
    start = _MOVE.match(outline)
    assert start
    return f"M{decimal(x + float(start[1]))}{outline[start.end() :]}"


def _transform(group: Group) -> dict[str, str]:
    steps = []
    if group.x or group.y:
        steps.append(f"translate({decimal(group.x)} {decimal(group.y)})")
    if group.scale != 1:
        steps.append(f"scale({group.scale:.6g})")
    return {"transform": " ".join(steps)} if steps else {}


def _path_data(commands: Iterable[Command]) -> str:
    data = ""
    here: tuple[str, ...] = ("", "")
    for verb, numbers in commands:
        written = tuple(map(decimal, numbers))
        if verb == "L" and written[0] == here[0]:
            data += f"V{written[1]}"
        elif verb == "L" and written[1] == here[1]:
            data += f"H{written[0]}"
        else:
            data += verb + " ".join(written)
        here = written[-2:] if written else here
    return data


def _digest(content: object) -> str:
    """Return 36 bits of a digest, as characters that may stand in an id."""
    whole = hashlib.sha256(repr(content).encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(whole)[:6].decode()


def _printable(text: str) -> str:
    """Return `text` without what XML cannot hold."""
    # Compiling the pattern takes longer than all the rest of writing a picture.
    return text if text.isprintable() else re.sub(_NOT_XML, "\N{REPLACEMENT CHARACTER}", text)


def _words(text: str) -> str:
    return escaped(_printable(text))
