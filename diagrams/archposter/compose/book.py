"""Card Frames -> a book: contents that show and lead to every card, the key, then a card to a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final, NamedTuple

from archposter.compose.bands import PageText
from archposter.compose.poster import Tile
from archposter.compose.strokes import LEAST, printable
from archposter.diagnostics import UsageError
from archposter.scene import Box, Color, Face, Frame, Group, Item, Link, Rect, Size, Text, walk
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit, wrap
from archposter.theme import SMALL, Theme

# Shares of the page's shorter side.
_MARGIN: Final = 0.05
_TITLE: Final = 0.05
_ENTRY: Final = 0.0152
_COLUMN: Final = 0.28
_LEADING: Final = 1.55
_ROW: Final = 4.6  # of the contents, in sizes of an entry's type
_THUMBNAIL: Final = 3.9  # high, in the same
_LINE: Final = 1.3

_CONTENTS: Final = "Contents"


class Book(NamedTuple):
    """Composed pages, the contents first, and the smallest printed type in points."""

    pages: tuple[Frame, ...]
    smallest_type: float


class _Entry(NamedTuple):
    """A row of the contents: a card, with its page, or a section's heading."""

    words: str
    page: int = 0
    note: str = ""
    card: Frame | None = None


class _Measure(NamedTuple):
    """A page's measures."""

    paper: Size
    margin: float
    title: float
    entry: float
    columns: int

    def top(self, *, first: bool) -> float:
        """Return where the lists of a page of the contents begin; the first has a title above them."""
        return self.margin + (2.6 * self.title if first else 0.0)

    def rows(self, *, first: bool) -> int:
        """Return how many rows such a page has; the first has notes below them."""
        foot = self.margin + (4 * self.entry if first else 0.0)
        return max(1, int((self.paper.height - foot - self.top(first=first)) / (_ROW * self.entry)))


def book(
    tiles: Sequence[Tile],
    paper: Size,
    words: PageText,
    theme: Theme,
    *,
    bleed: float = 0.0,
    key: Frame | None = None,
) -> Book:
    """Put one card on each page after the contents and the `key` to them all.

    The ground reaches over the edges by `bleed` points.  Raises `UsageError` when there is no card.
    """
    if not tiles:
        raise UsageError("a book needs at least one model")
    measure = _measure(paper)
    sections = sum(1 for _ in _sections(tiles))
    fills = [measure.columns * measure.rows(first=first) for first in (True, False)]
    front = 1 + max(0, ceil((len(tiles) + sections - fills[0]) / fills[1]))
    leaves = [*([Tile(key)] if key else []), *tiles]
    entries = list(_entries(tiles, front + 1 + len(leaves) - len(tiles)))
    ground = Box(Rect(0, 0, paper.width, paper.height).inset(-bleed), theme.card.fill, role="page")
    pages = []
    for number in range(front):
        end = fills[0] + number * fills[1]
        part = entries[end - fills[number > 0] : end]
        items = (ground, *_contents(measure, part, words, theme, first=number == 0))
        pages.append(Frame(paper, items, words.title, _CONTENTS))
    room = Rect(0, 0, paper.width, paper.height).inset(measure.margin)
    scale = min(
        min(room.width / leaf.frame.size.width, (room.height - 2 * measure.entry) / leaf.frame.size.height)
        for leaf in leaves
    )
    for number, leaf in enumerate(leaves, front + 1):
        items = (ground, *_card(measure, leaf, number, scale, words, theme))
        pages.append(Frame(paper, items, leaf.frame.title, leaf.frame.description))
    return Book(tuple(pages), min(SMALL * scale, measure.entry))


def _measure(paper: Size) -> _Measure:
    short = min(paper)
    margin, title, entry = short * _MARGIN, short * _TITLE, short * _ENTRY
    columns = max(1, int((paper.width - 2 * margin) / (short * _COLUMN)))
    return _Measure(paper, margin, title, entry, columns)


def _sections(tiles: Sequence[Tile]) -> Iterator[int]:
    """Yield the numbers of the tiles that begin a section."""
    for number, tile in enumerate(tiles):
        if tile.section and (number == 0 or tiles[number - 1].section != tile.section):
            yield number


def _entries(tiles: Sequence[Tile], first_page: int) -> Iterator[_Entry]:
    starts = set(_sections(tiles))
    for number, tile in enumerate(tiles):
        if number in starts:
            yield _Entry(tile.section)
        yield _Entry(tile.frame.title, first_page + number, tile.note, tile.frame)


def _contents(
    measure: _Measure, entries: Sequence[_Entry], words: PageText, theme: Theme, *, first: bool
) -> Iterator[Item]:
    margin, size = measure.margin, measure.entry
    wide = measure.paper.width - 2 * margin
    baseline = margin + cap_height("display", measure.title)
    if first:
        title = fit(words.title, "display", measure.title, wide)
        yield _text(margin, baseline, title, "display", measure.title, theme.ink, "title")
        subtitle = fit(words.subtitle, "regular", 1.3 * size, wide)
        yield _text(margin, baseline + 2.4 * size, subtitle, "regular", 1.3 * size, theme.muted)
        notes = wrap(" ".join((*words.notes, words.url)).strip() or " ", "regular", size, wide)
        for line, note in enumerate(reversed(notes)):
            y = measure.paper.height - margin - line * _LEADING * size
            yield _text(margin, y, note, "regular", size, theme.muted)
    gutter = 2.5 * size
    # One column where it is enough, else columns that end alike.
    columns = ceil(len(entries) / measure.rows(first=first))
    rows = ceil(len(entries) / columns)
    column = (wide - (columns - 1) * gutter) / columns
    top = measure.top(first=first)
    for place, entry in enumerate(entries):
        x = margin + place // rows * (column + gutter)
        row = Rect(x, top + place % rows * _ROW * size, column, _ROW * size)
        yield from (
            _card_entry(entry, entry.card, row, size, theme)
            if entry.card
            else _heading(entry.words, row, size, theme)
        )


def _heading(words: str, row: Rect, size: float, theme: Theme) -> Iterator[Item]:
    y = row.bottom - _LEADING * size
    yield _text(row.x, y, fit(words, "semibold", size, row.width), "semibold", size, theme.ink, "heading")
    yield Box(Rect(row.x, y + 0.6 * size, row.width, LEAST), theme.quiet, role="rule")


def _card_entry(entry: _Entry, card: Frame, row: Rect, size: float, theme: Theme) -> Iterator[Item]:
    """Draw a card's row of the contents: what it looks like, its name and whose it is, and its page."""
    scale = _THUMBNAIL * size / card.size.height
    yield from _thumbnail(card, row.x, row.y, scale, theme)
    x = row.x + card.size.width * scale + size
    number = str(entry.page)
    end = row.right - advance(number, "regular", size)
    lines = [(words, theme.ink) for words in wrap(entry.words, "regular", size, end - size - x)]
    if entry.note:
        lines.append((fit(entry.note, "regular", size, row.right - x), theme.muted))
    first = row.y + (_THUMBNAIL - _LINE * (len(lines) - 1)) / 2 * size + cap_height("regular", size) / 2
    for line, (words, color) in enumerate(lines):
        yield _text(x, first + line * _LINE * size, words, "regular", size, color)
    yield _text(end, first, number, "regular", size, theme.muted, "number")
    yield Link(row, f"#page={entry.page}")


def _thumbnail(card: Frame, x: float, y: float, scale: float, theme: Theme) -> Iterator[Item]:
    """Draw a card's boxes, and its words as bars: letters so small are none."""
    items = list[Item]()
    for item, at in walk(card.items):
        match item:
            case Box():
                items.append(item._replace(rect=at.rect(item.rect), radius=0, dash=()))
            case Text():
                bar = Rect(item.x, item.y - 0.6 * item.size, item.width, 0.45 * item.size)
                items.append(Box(at.rect(bar), item.fill))
            case _:
                pass
    yield Group(printable(items, scale), x, y, scale, role="thumbnail")
    edge = Rect(x, y, card.size.width * scale, card.size.height * scale)
    yield Box(edge, None, theme.card.stroke, LEAST, role="border")


def _card(
    measure: _Measure, tile: Tile, number: int, scale: float, words: PageText, theme: Theme
) -> Iterator[Item]:
    paper, margin, size, card = measure.paper, measure.margin, measure.entry, tile.frame
    wide, high = card.size.width * scale, card.size.height * scale
    x, y = (paper.width - wide) / 2, margin + (paper.height - 2 * margin - 2 * size - high) / 2
    title, text = card.title, card.description
    items = printable(card.items, scale)
    yield Group(items, x, y, scale, key=f"card-{number}", title=title, description=text, role="card")
    pen = max(LEAST, 1.5 * scale)
    yield Box(Rect(x, y, wide, high), None, theme.card.stroke, pen, 14 * scale, role="border")
    baseline = paper.height - margin
    name = " · ".join(part for part in (words.title, tile.section) if part)
    shown = fit(name, "regular", size, wide - 4 * size)
    yield _text(x, baseline, shown, "regular", size, theme.muted)
    yield Link(Rect(x, baseline - 1.1 * size, advance(shown, "regular", size), 1.5 * size), "#page=1")
    page = str(number)
    right = x + wide - advance(page, "regular", size)
    yield _text(right, baseline, page, "regular", size, theme.muted)


def _text(x: float, y: float, words: str, face: Face, size: float, fill: Color, role: str = "") -> Text:
    return Text(x, y, words, face, size, fill, advance(words, face, size), role=role)
