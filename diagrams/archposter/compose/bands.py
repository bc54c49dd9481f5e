"""The bands above and below the cards: title, subtitle and code above, legend and notes below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final, NamedTuple

from archposter.compose.paper import MM
from archposter.compose.qr import code
from archposter.scene import Box, Color, Face, Group, Item, Link, Rect, Size, Text
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit, wrap
from archposter.theme import Theme

# Shares of the page's shorter side.
_MARGIN: Final = 0.0135
_TITLE: Final = 0.031
_SUBTITLE: Final = 0.012
_NOTE: Final = 0.0085
_LEAST_NOTE: Final = 5.0  # points
_LEAST_MARGIN: Final = 5 * MM  # what a printer may fail to reach
_LEAST_CODE: Final = 14 * MM  # smaller ones are hard to scan
_LEADING: Final = 1.5
_AIR: Final = 0.25  # more margin above and below than at the sides, of the margin
_MOST_GROWTH: Final = 1.6


class PageText(NamedTuple):
    """What a page says beside its cards.

    `legend` holds (look, words), `notes` are sentences, `url` is where more can be read.
    """

    title: str
    subtitle: str = ""
    legend: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    url: str = ""


class Bands(NamedTuple):
    """The bands of a page: type sizes, lines of the foot, and the heights they need, in points."""

    words: PageText
    margin: float
    top: float
    title: float
    subtitle: float
    note: float
    legend: tuple[tuple[tuple[str, str], ...], ...]
    notes: tuple[str, ...]

    @property
    def head(self) -> float:
        """The upper band's height, with the space below it."""
        high = cap_height("display", self.title)
        if self.words.subtitle:
            high += 1.75 * self.subtitle
        return (max(high, self.code) if self.words.url else high) + 1.2 * self.subtitle

    @property
    def code(self) -> float:
        """The side of the code that holds the address."""
        return max(_LEAST_CODE, cap_height("display", self.title) + 1.75 * self.subtitle)

    @property
    def foot(self) -> float:
        """The lower band's height, with the space above it."""
        lines = len(self.legend) + len(self.notes)
        return self.note * (_LEADING * lines + 0.7) if lines else 0.0

    def body(self, paper: Size) -> Rect:
        """Return what the bands leave for cards."""
        top, bottom = self.top + self.head, self.top + self.foot
        return Rect(self.margin, top, paper.width - 2 * self.margin, paper.height - top - bottom)


def growth(made: Bands, room: float) -> float:
    """Return how much larger the bands may be where cards leave `room`; half of it stays white."""
    return min(_MOST_GROWTH, 1 + 0.5 * max(0.0, room) / (made.head + made.foot))


def bands(paper: Size, words: PageText, width: float = 0.0, grown: float = 1.0) -> Bands:
    """Return the bands of a paper, set in `width` or, if that is nought, from margin to margin.

    Type is `grown` times its size.
    """
    short = min(paper)
    margin, note = max(short * _MARGIN, _LEAST_MARGIN), max(short * _NOTE, _LEAST_NOTE) * grown
    width = width or paper.width - 2 * margin
    sentences = " ".join((*words.notes, words.url)).strip()
    return Bands(
        words,
        margin,
        margin * (1 + _AIR),
        short * _TITLE * grown,
        max(short * _SUBTITLE * grown, note),
        note,
        tuple(_legend_rows(words.legend, note, width)),
        wrap(sentences, "regular", note, width) if sentences else (),
    )


def draw_bands(made: Bands, paper: Size, left: float, right: float, theme: Theme) -> Iterator[Item]:
    """Yield the items of both bands, flush with `left` and `right`."""
    yield from _head(made, left, right, theme)
    line = _LEADING * made.note
    baseline = paper.height - made.top - line * (len(made.legend) + len(made.notes) - 1)
    for row in made.legend:
        yield from _legend_row(row, left, baseline, made.note, theme)
        baseline += line
    for words in made.notes:
        yield _text(left, baseline, words, "regular", made.note, theme.muted, "note")
        if made.words.url and words.endswith(made.words.url):
            end = left + advance(words, "regular", made.note)
            width = advance(made.words.url, "regular", made.note)
            yield Link(Rect(end - width, baseline - made.note, width, 1.3 * made.note), made.words.url)
        baseline += line


def _head(made: Bands, left: float, right: float, theme: Theme) -> Iterator[Item]:
    words, top = made.words, made.top
    if words.url:
        side = made.code
        picture = code(words.url, Rect(right - side, top, side, side))
        yield Group((picture,), description=f"QR code: {words.url}", role="code")
        yield Link(Rect(right - side, top, side, side), words.url)
        right -= side + made.subtitle
    baseline = top + cap_height("display", made.title)
    title = fit(words.title, "display", made.title, right - left)
    yield _text(left, baseline, title, "display", made.title, theme.ink, "title")
    if words.subtitle:
        subtitle = fit(words.subtitle, "regular", made.subtitle, right - left)
        baseline += 1.75 * made.subtitle
        yield _text(left, baseline, subtitle, "regular", made.subtitle, theme.muted, "subtitle")


def _legend_rows(
    legend: Sequence[tuple[str, str]], size: float, width: float
) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield the fewest rows that fit, with as many entries in each but the last."""
    for each in range(len(legend), 0, -1):
        rows = [tuple(legend[start : start + each]) for start in range(0, len(legend), each)]
        least = len(rows) == 1 or each == ceil(len(legend) / len(rows))
        wide = max(sum(_entry_width(words, size) for _, words in row) for row in rows) - 2 * size
        if each == 1 or (least and wide <= width):
            yield from rows
            return


def _entry_width(words: str, size: float) -> float:
    """Return what a swatch, its words and the gap after them take."""
    return 1.5 * size + advance(words, "regular", size) + 2 * size


def _legend_row(
    row: Sequence[tuple[str, str]], x: float, baseline: float, size: float, theme: Theme
) -> Iterator[Item]:
    side = size * 0.95
    top = baseline - (cap_height("regular", size) + side) / 2
    for role, words in row:
        look = theme.looks[role]
        yield Box(Rect(x, top, side, side), look.fill, look.stroke, 0.06 * size, 0.15 * size, role="swatch")
        yield _text(x + 1.5 * size, baseline, words, "regular", size, theme.ink, "legend")
        x += _entry_width(words, size)


def _text(x: float, y: float, words: str, face: Face, size: float, fill: Color, role: str) -> Text:
    return Text(x, y, words, face, size, fill, advance(words, face, size), role=role)
