"""Frames to PDF, straight through ReportLab: kerned text that can be selected, embedded subset fonts."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import count
from typing import Any, assert_never

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from archposter.scene import Box, Color, Face, Frame, Group, Item, Link, Path, Text, light, rounded
from archposter.text.faces import POSTSCRIPT_NAMES, font_path
from archposter.text.metrics import advances, table

_UNCLIPPED = (-14_400, -14_400, 14_400, 14_400)
"""A form is clipped at its box, which only has to be large enough: this is PDF's largest page each way."""


def to_pdf(pages: Sequence[Frame], *, title: str, author: str = "", subject: str = "") -> bytes:
    """Return a PDF file with a page a Frame, one Frame unit a point.

    The same Frames give the same bytes: the dates in the file are ReportLab's fixed ones.  Colours
    must be written #rrggbb; anything else raises ValueError.
    """
    buffer = io.BytesIO()
    # Without an initial font ReportLab refers to Helvetica, which is not embedded.
    initial = _font("regular").fontName
    canvas = Canvas(buffer, pageCompression=1, invariant=1, initialFontName=initial, lang="en")
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setSubject(subject)
    canvas.setCreator("archposter")
    writer = _Writer(canvas)
    for page in pages:
        canvas.setPageSize((page.size.width, page.size.height))
        writer.annotate(page.items, 0, page.size.height, 1)
        canvas.transform(1, 0, 0, -1, 0, page.size.height)
        writer.draw(page.items)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@cache
def _font(face: Face) -> Any:
    font = TTFont(POSTSCRIPT_NAMES[face], str(font_path(face)))
    pdfmetrics.registerFont(font)
    return font


class _Writer:
    """Draws items on one canvas, in a space with y downwards."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._bookmarks = count(1)

    def annotate(self, items: Iterable[Item], x: float, y: float, scale: float) -> None:
        """Lay links and bookmarks on the page: a form, drawn once for all its places, cannot hold them.

        (x, y) is the items' origin in the page's own space, where y goes upwards.
        """
        for item in items:
            if isinstance(item, Link):
                left, top = x + item.rect.x * scale, y - item.rect.y * scale
                right, bottom = x + item.rect.right * scale, y - item.rect.bottom * scale
                self._canvas.linkURL(item.href, tuple(map(rounded, (left, bottom, right, top))))
            elif isinstance(item, Group):
                left, top = x + item.x * scale, y - item.y * scale
                if item.title:
                    key = f"bookmark-{next(self._bookmarks)}"
                    self._canvas.bookmarkPage(key, fit="XYZ", left=rounded(left), top=rounded(top))
                    self._canvas.addOutlineEntry(item.title, key)
                self.annotate(item.items, left, top, scale * item.scale)

    def draw(self, items: Iterable[Item]) -> None:
        """Draw items in order."""
        for item in items:
            match item:
                case Box():
                    self._box(item)
                case Path():
                    self._path(item)
                case Text():
                    self._text(item)
                case Group():
                    self._group(item)
                case Link():
                    pass
                case _:
                    assert_never(item)

    def _group(self, group: Group) -> None:
        canvas = self._canvas
        if group.key and not canvas.hasForm(group.key):
            canvas.beginForm(group.key, *_UNCLIPPED)
            self.draw(group.items)
            canvas.endForm()
        canvas.saveState()
        canvas.transform(group.scale, 0, 0, group.scale, group.x, group.y)
        if group.key:
            canvas.doForm(group.key)
        else:
            self.draw(group.items)
        canvas.restoreState()

    def _box(self, box: Box) -> None:
        rect, radius = box.rect, min(box.radius, box.rect.width / 2, box.rect.height / 2)
        painted = self._paint(box)
        if radius:
            self._canvas.roundRect(rect.x, rect.y, rect.width, rect.height, radius, **painted)
        else:
            self._canvas.rect(rect.x, rect.y, rect.width, rect.height, **painted)

    def _path(self, path: Path) -> None:
        outline = self._canvas.beginPath()
        write = {"M": outline.moveTo, "L": outline.lineTo, "C": outline.curveTo, "Z": outline.close}
        for verb, numbers in path.commands:
            write[verb](*numbers)
        self._canvas.drawPath(outline, **self._paint(path))

    def _paint(self, item: Box | Path) -> dict[str, int]:
        """Set colours and pen; return which of them to use."""
        if item.fill:
            self._canvas.setFillColorRGB(*_rgb(item.fill))
        if item.stroke:
            self._canvas.setStrokeColorRGB(*_rgb(item.stroke))
            self._canvas.setLineWidth(item.stroke_width)
            self._canvas.setDash(list(item.dash))
        return {"fill": int(bool(item.fill)), "stroke": int(bool(item.stroke))}

    def _text(self, text: Text) -> None:
        """Show one line glyph by glyph, with the kerning that ReportLab's own strings lack."""
        canvas, font = self._canvas, _font(text.face)
        canvas.setFillColorRGB(*_rgb(text.fill))
        operators = [f"BT 1 0 0 -1 {rounded(text.x)} {rounded(text.y)} Tm"]
        thousandth = table(text.face).units_per_em / 1000
        steps = iter(zip(text.text, advances(text.text, text.face), strict=True))
        for subset, codes in font.splitString(text.text, canvas._doc):
            shown = ""
            for code in codes:
                character, step = next(steps)
                shift = rounded(font.face.getCharWidth(ord(character)) - step / thousandth)
                shown += f"({canvas._escape(bytes([code]))}){shift or ''}"
            name = font.getSubsetInternalName(subset, canvas._doc)
            operators.append(f"{name} {rounded(text.size)} Tf [{shown.replace(')(', '')}] TJ")
        canvas._code.append(" ".join((*operators, "ET")))


def _rgb(color: Color) -> tuple[float, ...]:
    colour = light(color)
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(f"got the colour {colour!r}, expected #rrggbb")
    return tuple(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
