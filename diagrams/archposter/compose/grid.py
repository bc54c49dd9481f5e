"""The grid that makes the cards of a page largest."""

from __future__ import annotations

from math import ceil
from typing import Final, NamedTuple

from archposter.scene import Rect

GAP: Final = 0.015  # between cards, of a card's width
HEADING: Final = 0.066  # a section's heading above a row, of a card's width
_LOOSE: Final = 3.0  # how many times its gap rows may stand apart on a page with room


class Tiling(NamedTuple):
    """Places in rows from the top left, `width` x `height` each, `heading` above each row."""

    x: float
    y: float
    columns: int
    rows: int
    width: float
    height: float
    gap: float
    row_gap: float
    heading: float

    @property
    def area(self) -> Rect:
        """All that rows and headings cover."""
        across = self.columns * self.width + (self.columns - 1) * self.gap
        down = self.rows * (self.height + self.heading) + (self.rows - 1) * self.row_gap
        return Rect(self.x, self.y, across, down)

    def place(self, number: int) -> Rect:
        """Return a card's place, counted from nought in reading order."""
        row, column = divmod(number, self.columns)
        return Rect(
            self.x + column * (self.width + self.gap),
            self.y + row * (self.heading + self.height + self.row_gap) + self.heading,
            self.width,
            self.height,
        )


def largest_width(body: Rect, count: int, aspect: float, headings: bool) -> tuple[float, int]:
    """Return the width of a card and the number of columns where the width is largest.

    `aspect` is a card's height over its width.  Fewer empty places break ties.
    """
    above = HEADING if headings else 0.0

    def width(columns: int) -> float:
        rows = ceil(count / columns)
        across = body.width / (columns + (columns - 1) * GAP)
        down = body.height / (rows * (aspect + above) + (rows - 1) * GAP)
        return min(across, down)

    columns = max(range(1, count + 1), key=lambda n: (width(n), -(n * ceil(count / n))))
    return width(columns), columns


def grid(body: Rect, count: int, aspect: float, headings: bool) -> Tiling:
    """Return the grid of `count` cards; rows move apart where the page is high, and the whole is centred."""
    width, columns = largest_width(body, count, aspect, headings)
    rows = ceil(count / columns)
    gap, height = GAP * width, aspect * width
    above = HEADING * width if headings else 0.0
    left = body.height - rows * (height + above)
    row_gap = min(_LOOSE * gap, left / (rows - 1)) if rows > 1 else 0.0
    taken = Tiling(0, 0, columns, rows, width, height, gap, row_gap, above).area
    x, y = body.center_x - taken.width / 2, body.y + (body.height - taken.height) / 2
    return Tiling(x, y, columns, rows, width, height, gap, row_gap, above)
