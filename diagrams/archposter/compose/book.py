"""Card Frames -> a book: a contents page that leads to every card, then a card to a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final, NamedTuple

from archposter.compose.bands import PageText
from archposter.compose.poster import Tile
from archposter.compose.strokes import LEAST, printable
from archposter.diagnostics import UsageError
from archposter.scene import Box, Color, Face, Frame, Group, Item, Link, Rect, Size, Text
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit, wrap
from archposter.theme import SMALL, Theme

# Shares of the page's shorter side.
_MARGIN: Final = 0.05
_TITLE: Final = 0.05
_ENTRY: Final = 0.0152
_COLUMN: Final = 0.28
_LEADING: Final = 1.55

_CONTENTS: Final = "Contents"


class Book(NamedTuple):
    """Composed pages, the contents first, and the smallest printed type in points."""

    pages: tuple[Frame, ...]
    smallest_type: float


class _Entry(NamedTuple):
    """A line of the contents: a card's, with its page, or a section's heading."""

    words: str
    page: int = 0
    note: str = ""


class _Measure(NamedTuple):
    """A page's measures."""

    paper: Size
    margin: float
    title: float
    entry: float
    columns: int
    lines: int

    @property
    def top(self) -> float:
        """Where the lists of the contents begin."""
        return self.margin + 2.6 * self.title


def book(tiles: Sequence[Tile], paper: Size, words: PageText, theme: Theme, *, bleed: float = 0.0) -> Book:
    """Put one card on each page after the contents; the ground reaches over the edges by `bleed`.

    Raises `UsageError` when there is no card.
    """
    if not tiles:
        raise UsageError("a book needs at least one model")
    measure = _measure(paper)
    sections = sum(1 for _ in _sections(tiles))
    each = measure.columns * measure.lines
    front = ceil((len(tiles) + sections) / each)
    entries = list(_entries(tiles, front + 1))
    ground = Box(Rect(0, 0, paper.width, paper.height).inset(-bleed), theme.card.fill, role="page")
    pages = []
    for number in range(front):
        part = entries[number * each : (number + 1) * each]
        items = (ground, *_contents(measure, part, words, theme, first=number == 0))
        pages.append(Frame(paper, items, words.title, _CONTENTS))
    room = Rect(0, 0, paper.width, paper.height).inset(measure.margin)
    scale = min(
        min(room.width / tile.frame.size.width, (room.height - 2 * measure.entry) / tile.frame.size.height)
        for tile in tiles
    )
    for number, tile in enumerate(tiles, front + 1):
        items = (ground, *_card(measure, tile, number, scale, words, theme))
        pages.append(Frame(paper, items, tile.frame.title, tile.frame.description))
    return Book(tuple(pages), min(SMALL * scale, measure.entry))


def _measure(paper: Size) -> _Measure:
    short = min(paper)
    margin, title, entry = short * _MARGIN, short * _TITLE, short * _ENTRY
    columns = max(1, int((paper.width - 2 * margin) / (short * _COLUMN)))
    bare = _Measure(paper, margin, title, entry, columns, 0)
    return bare._replace(lines=int((paper.height - margin - 4 * entry - bare.top) / (_LEADING * entry)))


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
        yield _Entry(tile.frame.title, first_page + number, tile.note)


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
    columns = ceil(len(entries) / measure.lines)
    lines = ceil(len(entries) / columns)
    column = (wide - (columns - 1) * gutter) / columns
    number_width = advance("000", "regular", size) + size
    # Whose the models are stands there only if there is room for all.
    widths = [advance(f"{entry.words} {entry.note}", "regular", size) for entry in entries if entry.page]
    noted = max(widths, default=0.0) + size <= column - number_width
    for place, entry in enumerate(entries):
        x = margin + place // lines * (column + gutter)
        y = measure.top + (place % lines + 1) * _LEADING * size
        if not entry.page:
            yield _text(
                x, y, fit(entry.words, "semibold", size, column), "semibold", size, theme.ink, "heading"
            )
            continue
        number = str(entry.page)
        end = x + number_width - size
        yield _text(end - advance(number, "regular", size), y, number, "regular", size, theme.muted)
        name = fit(entry.words, "regular", size, column - number_width)
        yield _text(x + number_width, y, name, "regular", size, theme.ink)
        if noted and entry.note:
            wide_note = advance(entry.note, "regular", size)
            yield _text(x + column - wide_note, y, entry.note, "regular", size, theme.muted)
        yield Link(Rect(x, y - 1.1 * size, column, _LEADING * size), f"#page={entry.page}")


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
