"""The bands above and below the cards: title, subtitle and code above, legend and notes below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from archposter.compose.paper import MM
from archposter.compose.qr import code
from archposter.scene import Box, Face, Group, Item, Link, Rect, Size, Text
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit, wrap
from archposter.theme import Theme

# Shares of the page's shorter side.
_MARGIN: Final = 0.0135
_TITLE: Final = 0.034
_SUBTITLE: Final = 0.0125
_NOTE: Final = 0.0085
_LEAST_NOTE: Final = 5.0  # points
_LEAST_MARGIN: Final = 5 * MM  # what a printer may fail to reach
_LEAST_CODE: Final = 14 * MM  # smaller ones are hard to scan
_LEADING: Final = 1.5


class Words(NamedTuple):
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

    words: Words
    margin: float
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
        return (max(high, self.code) if self.words.url else high) + 1.5 * self.subtitle

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
        top, bottom = self.margin + self.head, self.margin + self.foot
        return Rect(self.margin, top, paper.width - 2 * self.margin, paper.height - top - bottom)


def bands(paper: Size, words: Words, width: float = 0.0) -> Bands:
    """Return the bands of a paper, set in `width` or, if that is nought, from margin to margin."""
    short = min(paper)
    margin, note = max(short * _MARGIN, _LEAST_MARGIN), max(short * _NOTE, _LEAST_NOTE)
    width = width or paper.width - 2 * margin
    sentences = " ".join((*words.notes, words.url)).strip()
    return Bands(
        words,
        margin,
        short * _TITLE,
        max(short * _SUBTITLE, note),
        note,
        tuple(_legend_rows(words.legend, note, width)),
        wrap(sentences, "regular", note, width) if sentences else (),
    )


def draw_bands(made: Bands, paper: Size, left: float, right: float, theme: Theme) -> Iterator[Item]:
    """Yield the items of both bands, flush with `left` and `right`."""
    yield from _head(made, left, right, theme)
    line = _LEADING * made.note
    baseline = paper.height - made.margin - line * (len(made.legend) + len(made.notes) - 1)
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
    words, top = made.words, made.margin
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
    row: list[tuple[str, str]] = []
    used = 0.0
    for look, words in legend:
        wide = _entry_width(words, size)
        if row and used + wide - 2 * size > width:
            yield tuple(row)
            row, used = [], 0.0
        row.append((look, words))
        used += wide
    if row:
        yield tuple(row)


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


def _text(x: float, y: float, words: str, face: Face, size: float, fill: str, role: str) -> Text:
    return Text(x, y, words, face, size, fill, advance(words, face, size), role=role)
