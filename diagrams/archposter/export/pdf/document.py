"""Frames to a PDF document, through ReportLab: embedded subset fonts, forms, bookmarks, links and tags."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import Any, Literal, NamedTuple

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from archposter.export.pdf.content import Content
from archposter.export.pdf.inks import DEVICE_RGB, Inks
from archposter.scene import Face, Frame, Group, Item, Link, Size, Text, rounded, walk
from archposter.text.faces import POSTSCRIPT_NAMES, font_path

_UNCLIPPED = (-14_400, -14_400, 14_400, 14_400)
"""A form is clipped at its box, which only has to be large enough: this is PDF's largest page each way."""

_PAGE = "#page="


class Info(NamedTuple):
    """What the document says about itself."""

    title: str
    subject: str = ""


class Tag(NamedTuple):
    """A marked part of a page: its kind of structure element, and what is said in its place."""

    kind: Literal["H1", "H2", "P", "Figure"]
    page: int
    number: int
    alternative: str = ""


class Setting(NamedTuple):
    """How Frames become pages: `margin` is what the page has around the Frame, in points.

    `around` draws there: it takes the Frame's size and its number from one, and returns items.
    """

    inks: Inks = DEVICE_RGB
    margin: float = 0.0
    around: Callable[[Size, int], Sequence[Item]] = lambda size, number: ()
    around_inks: Inks = DEVICE_RGB
    links: bool = True


class Document(NamedTuple):
    """A written document and the tags of its parts, in reading order."""

    data: bytes
    tags: tuple[Tag, ...]


def draw(pages: Sequence[Frame], info: Info, setting: Setting) -> Document:
    """Return the document that `setting` makes of the Frames; raise ValueError for a colour not #rrggbb."""
    buffer = io.BytesIO()
    # Without an initial font ReportLab refers to Helvetica, which is not embedded.
    initial = _font("regular").fontName
    canvas = Canvas(buffer, pageCompression=1, invariant=1, initialFontName=initial, lang="en")
    canvas.setTitle(info.title)
    canvas.setSubject(info.subject)
    canvas.setCreator("archposter")
    writer = _Writer(canvas, setting)
    with _binary_streams():
        for number, page in enumerate(pages, 1):
            writer.page(page, number)
        canvas.save()
    return Document(buffer.getvalue(), tuple(writer.tags))


@contextmanager
def _binary_streams() -> Iterator[None]:
    """Keep ReportLab from writing streams as ASCII: a quarter larger, and half of all the time."""
    before = rl_config.useA85
    rl_config.useA85 = 0
    try:
        yield
    finally:
        rl_config.useA85 = before


@cache
def _font(face: Face) -> Any:
    font = TTFont(POSTSCRIPT_NAMES[face], str(font_path(face)))
    pdfmetrics.registerFont(font)
    return font


class _Writer:
    """Draws Frames on the pages of one canvas."""

    def __init__(self, canvas: Any, setting: Setting) -> None:
        self._canvas = canvas
        self._setting = setting
        self._content = Content(setting.inks, self._show, self._store)
        self._bookmarks = count(1)
        self._in_section = False
        self.tags: list[Tag] = []

    def page(self, frame: Frame, number: int) -> None:
        """Draw one page."""
        canvas, setting = self._canvas, self._setting
        margin = setting.margin
        width, height = frame.size.width + 2 * margin, frame.size.height + 2 * margin
        canvas.setPageSize((width, height))
        canvas.bookmarkPage(f"page-{number}", fit="Fit")
        self._annotate(frame.items, margin, height - margin)
        start = f"1 0 0 -1 {rounded(margin):g} {rounded(height - margin):g} cm"
        canvas._code += ["q", start, setting.inks.prologue]
        canvas._code += self._tagged(frame.items, number)
        if around := setting.around(frame.size, number):
            marks = Content(setting.around_inks, self._show, self._store).operators(around)
            canvas._code += ["/Artifact BMC", *marks, "EMC"]
        canvas._code.append("Q")
        canvas.showPage()

    def _plain(self, items: Iterable[Item]) -> list[str]:
        return list(self._content.operators(items))

    def _tagged(self, items: Iterable[Item], page: int) -> Iterator[str]:
        """Yield the operators of items; what the structure names is marked, the rest is decoration."""
        number = count()
        for item in _open_groups(items):
            kind = _kind(item)
            if kind:
                tag = Tag(kind, page, next(number), item.description if isinstance(item, Group) else "")
                self.tags.append(tag)
                yield f"/{kind} <</MCID {tag.number}>> BDC"
            else:
                yield "/Artifact BMC"
            # Collected first: a form that is drawn for the first time takes the canvas meanwhile.
            yield from self._plain((item,))
            yield "EMC"

    def _annotate(self, items: Iterable[Item], x: float, y: float) -> None:
        """Lay links and bookmarks on the page: a form, drawn once for all its places, cannot hold them.

        (x, y) is the items' origin in the page's own space, where y goes upwards.
        """
        for item, at in walk(items):
            if isinstance(item, Link) and self._setting.links:
                place = at.rect(item.rect)
                corners = x + place.x, y - place.bottom, x + place.right, y - place.y
                self._link(item.href, tuple(map(rounded, corners)))
            elif isinstance(item, Group) and item.title:
                inside = at.within(item)
                self._bookmark(item, x + inside.x, y - inside.y)

    def _link(self, href: str, place: tuple[float, ...]) -> None:
        if href.startswith(_PAGE):
            self._canvas.linkRect("", f"page-{href.removeprefix(_PAGE)}", place, Border="[0 0 0]")
        else:
            self._canvas.linkURL(href, place)

    def _bookmark(self, group: Group, left: float, top: float) -> None:
        """Add an entry to the outline; what follows a section's heading stands below it."""
        key = f"bookmark-{next(self._bookmarks)}"
        section = group.role == "section"
        self._in_section = self._in_section or section
        self._canvas.bookmarkPage(key, fit="XYZ", left=rounded(left), top=rounded(top))
        self._canvas.addOutlineEntry(group.title, key, int(self._in_section and not section))

    def _store(self, group: Group, scale: float) -> str:
        """Return the name of the form that holds a keyed group; all its places have one scale."""
        canvas = self._canvas
        if not canvas.hasForm(group.key):
            canvas.beginForm(group.key, *_UNCLIPPED)
            canvas._code += [self._setting.inks.prologue, *self._content.operators(group.items, scale)]
            canvas.endForm()
        canvas._formsinuse.append(group.key)
        name: str = canvas._doc.getXObjectName(group.key)
        return name

    def _show(self, text: Text) -> Iterator[tuple[str, list[str]]]:
        font, document = _font(text.face), self._canvas._doc
        for subset, codes in font.splitString(text.text, document):
            name = font.getSubsetInternalName(subset, document).removeprefix("/")
            yield name, [self._canvas._escape(bytes([code])) for code in codes]


def _open_groups(items: Iterable[Item]) -> Iterator[Item]:
    """Yield items, a group without a description as its own items where they stand as they are."""
    for item in items:
        if isinstance(item, Group) and not item.description and (item.x, item.y, item.scale) == (0, 0, 1):
            yield from _open_groups(item.items)
        else:
            yield item


def _kind(item: Item) -> Literal["H1", "H2", "P", "Figure"] | None:
    match item:
        case Text(role="title"):
            return "H1"
        case Text(role="heading"):
            return "H2"
        case Text():
            return "P"
        case Group() if item.description:
            return "Figure"
        case _:
            return None
