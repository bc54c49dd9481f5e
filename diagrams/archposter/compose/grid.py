"""The grid that makes the cards of pages largest; sections start on a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import ceil
from typing import Final, NamedTuple

from archposter.scene import Rect

GAP: Final = 0.015  # between cards, of a card's width
HEADING: Final = 0.2  # a section's heading above its first row, of a card's width
_LOOSE: Final = 3.0  # how many times its gap rows may stand apart on a page with room

Counts = Sequence[int]
"""How many cards each section of a page has."""


class Row(NamedTuple):
    """A row of a page: its first card, how many there are, and whether a section starts with it."""

    first: int
    many: int
    starts: bool


class Tiling(NamedTuple):
    """Places in rows from the top left, `width` x `height` each, `heading` above rows that start sections.

    `rows` are those of each page; `area` is what the largest of them covers.
    """

    x: float
    y: float
    columns: int
    width: float
    height: float
    gap: float
    row_gap: float
    heading: float
    rows: tuple[tuple[Row, ...], ...]

    @property
    def area(self) -> Rect:
        """All that rows and headings of the page with most of them cover."""
        across = self.columns * self.width + (self.columns - 1) * self.gap
        return Rect(self.x, self.y, across, max(map(self._down, self.rows)))

    @property
    def most_rows(self) -> int:
        """How many rows the page with most of them has."""
        return max(map(len, self.rows))

    def _down(self, rows: Sequence[Row]) -> float:
        above = sum(row.starts for row in rows) * self.heading
        return above + len(rows) * self.height + (len(rows) - 1) * self.row_gap

    def places(self, page: int) -> Iterator[Rect]:
        """Yield the places of a page's cards in reading order."""
        y = self.y
        for row in self.rows[page]:
            y += self.heading * row.starts
            for column in range(row.many):
                yield Rect(self.x + column * (self.width + self.gap), y, self.width, self.height)
            y += self.height + self.row_gap


def rows(counts: Counts, columns: int) -> tuple[Row, ...]:
    """Return the rows of a page's sections."""
    firsts = accumulate(counts, initial=0)
    return tuple(
        Row(first + start, min(columns, many - start), start == 0)
        for first, many in zip(firsts, counts, strict=False)
        for start in range(0, many, columns)
    )


def largest_width(body: Rect, pages: Sequence[Counts], aspect: float, headings: bool) -> tuple[float, int]:
    """Return the width of a card and the number of columns where the width is largest.

    `aspect` is a card's height over its width.  Fewer empty places break ties.
    """
    above = HEADING if headings else 0.0

    def down(counts: Counts, columns: int) -> float:
        lines = sum(ceil(many / columns) for many in counts)
        return lines * aspect + (lines - 1) * GAP + len(counts) * above

    def width(columns: int) -> float:
        across = body.width / (columns + (columns - 1) * GAP)
        return min(across, *(body.height / down(counts, columns) for counts in pages))

    def empty(columns: int) -> int:
        return sum(-many % columns for counts in pages for many in counts)

    most = max(sum(counts) for counts in pages)
    columns = max(range(1, most + 1), key=lambda n: (width(n), -empty(n)))
    return width(columns), columns


def grid(body: Rect, pages: Sequence[Counts], aspect: float, headings: bool) -> Tiling:
    """Return the grid of pages; rows move apart where a page is high, and the whole is centred."""
    width, columns = largest_width(body, pages, aspect, headings)
    above = HEADING * width if headings else 0.0
    lines = tuple(rows(counts, columns) for counts in pages)
    tight = Tiling(0, 0, columns, width, aspect * width, GAP * width, 0.0, above, lines)
    between = tight.most_rows - 1
    left = body.height - tight.area.height
    row_gap = min(_LOOSE * GAP * width, left / between) if between else 0.0
    taken = tight._replace(row_gap=row_gap).area
    x, y = body.center_x - taken.width / 2, body.y + (body.height - taken.height) / 2
    return tight._replace(x=x, y=y, row_gap=row_gap)
