"""Card Frames -> poster page: the grid that makes the cards largest, with a title and a footer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil
from typing import Final, Literal, NamedTuple

from archposter.diagnostics import UsageError, did_you_mean, printable
from archposter.scene import Box, Frame, Group, Item, Rect, Size, Text
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit
from archposter.theme import SMALL, Theme

POINTS_PER_MM: Final = 72 / 25.4
POINTS_PER_INCH: Final = 72.0

Orientation = Literal["auto", "portrait", "landscape"]

PAPERS: Final[dict[str, tuple[float, float]]] = {
    "A0": (841, 1189),
    "A1": (594, 841),
    "A2": (420, 594),
    "A3": (297, 420),
    "A4": (210, 297),
}
"""Width and height in millimetres, portrait."""

_CUSTOM: Final = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)x(\d{1,5}(?:\.\d{1,3})?)(mm|in)\Z")
_LEAST_SIDE: Final = 100 * POINTS_PER_MM
_MOST_SIDE: Final = 5_000 * POINTS_PER_MM


class Poster(NamedTuple):
    """A composed page and what printing it gives."""

    frame: Frame
    columns: int
    rows: int
    smallest_type: float
    """The smallest printed type, in points."""


def paper_size(name: str) -> Size:
    """Return a paper's size in points, portrait as named.

    Raises `UsageError` for an unknown name or a size that no press prints.
    """
    if name.upper() in PAPERS:
        width, height = PAPERS[name.upper()]
        return Size(width * POINTS_PER_MM, height * POINTS_PER_MM)
    match = _CUSTOM.match(name)
    if not match:
        hint = did_you_mean(name, PAPERS)
        known = f"{', '.join(PAPERS)}, 24x36in or 500x700mm"
        raise UsageError(f"unknown paper {printable(name)}: expected {known}" + (f"; {hint}" if hint else ""))
    unit = POINTS_PER_MM if match[3] == "mm" else POINTS_PER_INCH
    size = Size(float(match[1]) * unit, float(match[2]) * unit)
    if not all(_LEAST_SIDE <= side <= _MOST_SIDE for side in (size.width, size.height)):
        raise UsageError(f"paper {printable(name)}: expected sides from 100 mm to 5,000 mm")
    return size


def oriented(paper: Size, orientation: Orientation, count: int) -> Size:
    """Return the paper turned as asked; "auto" takes what makes `count` square cards larger."""
    short, long = sorted((paper.width, paper.height))
    portrait, landscape = Size(short, long), Size(long, short)
    if orientation == "auto":
        return max((portrait, landscape), key=lambda size: _grid(_body(size), count)[0])
    return portrait if orientation == "portrait" else landscape


def poster(
    cards: Sequence[Frame], paper: Size, orientation: Orientation, title: str, footer: str, theme: Theme
) -> Poster:
    """Tile square cards on one page, in rows from the top left.

    Raises `UsageError` when there is no card.
    """
    if not cards:
        raise UsageError("a poster needs at least one model")
    paper = oriented(paper, orientation, len(cards))
    body = _body(paper)
    side, columns, rows = _grid(body, len(cards))
    gap = side * _GAP_SHARE
    width, height = columns * side + (columns - 1) * gap, rows * side + (rows - 1) * gap
    origin = Rect(body.center_x - width / 2, body.y + (body.height - height) / 2, width, height)
    items: list[Item] = [Box(Rect(0, 0, paper.width, paper.height), theme.card.fill, role="page")]
    items += _words(paper, origin, title, footer, theme)
    for number, card in enumerate(cards):
        row, column = divmod(number, columns)
        scale = side / card.size.width
        x, y = origin.x + column * (side + gap), origin.y + row * (side + gap)
        items.append(Group(card.items, x, y, scale, title=card.title, role="card"))
        border = Rect(x, y, side, side)
        items.append(Box(border, None, theme.card.stroke, 1.5 * scale, 14 * scale, role="border"))
    description = f"Architectures of {len(cards)} language models: {', '.join(card.title for card in cards)}."
    return Poster(
        Frame(paper, tuple(items), title, description), columns, rows, SMALL * side / cards[0].size.width
    )


_GAP_SHARE: Final = 0.03  # between cards, of a card's side
_MARGIN_SHARE: Final = 0.035  # of the page's shorter side
_TITLE_SHARE: Final = 0.03  # the title's size, of the page's shorter side
_FOOTER_SHARE: Final = 0.0085


def _body(paper: Size) -> Rect:
    """Return what margins, title and footer leave."""
    short = min(paper.width, paper.height)
    margin = short * _MARGIN_SHARE
    head, foot = short * _TITLE_SHARE * 1.7, short * _FOOTER_SHARE * 2.4
    return Rect(margin, margin + head, paper.width - 2 * margin, paper.height - 2 * margin - head - foot)


def _grid(body: Rect, count: int) -> tuple[float, int, int]:
    """Return side, columns and rows of the grid with the largest cards; fewer empty places break ties."""

    def side(columns: int) -> float:
        rows = ceil(count / columns)
        across = body.width / (columns + (columns - 1) * _GAP_SHARE)
        return min(across, body.height / (rows + (rows - 1) * _GAP_SHARE))

    columns = max(range(1, count + 1), key=lambda n: (side(n), -(n * ceil(count / n))))
    return side(columns), columns, ceil(count / columns)


def _words(paper: Size, grid: Rect, title: str, footer: str, theme: Theme) -> list[Text]:
    """Return the title above and the footer below, flush with the grid's left edge."""
    short = min(paper.width, paper.height)
    margin, size, small = short * _MARGIN_SHARE, short * _TITLE_SHARE, short * _FOOTER_SHARE
    shown = fit(title, "display", size, grid.width)
    baseline = margin + cap_height("display", size)
    words = [Text(grid.x, baseline, shown, "display", size, theme.ink, advance(shown, "display", size))]
    note = fit(footer, "regular", small, grid.width)
    width = advance(note, "regular", small)
    words.append(Text(grid.x, paper.height - margin, note, "regular", small, theme.muted, width))
    return words
