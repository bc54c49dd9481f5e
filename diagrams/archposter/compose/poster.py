"""Card Frames -> poster pages: the grid that makes the cards largest, with headings and bands of words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final, NamedTuple

from archposter.compose.bands import Bands, PageText, bands, draw_bands, growth
from archposter.compose.grid import Tiling, grid
from archposter.compose.paper import MM, PAPERS, SERIES, Orientation, turned
from archposter.compose.strokes import LEAST, printable
from archposter.diagnostics import UsageError
from archposter.scene import Box, Frame, Group, Item, Rect, Size, Text
from archposter.text.metrics import advance
from archposter.text.wrap import fit
from archposter.theme import SMALL, Theme

READABLE: Final = 5.0
"""Points: smaller type is hard to read even when its reader stands before it."""

_HEADING: Final = 0.038  # a heading's type, of a card's width
_LEAST_CARD: Final = 15 * MM
_MOST_PAGES: Final = 40


class Tile(NamedTuple):
    """One card, the section that it stands in (tiles of one follow one another), and whose it is."""

    frame: Frame
    section: str = ""
    note: str = ""


class Poster(NamedTuple):
    """Composed pages and what printing them gives; `advice` is empty where the type can be read."""

    pages: tuple[Frame, ...]
    columns: int
    rows: int
    smallest_type: float
    """The smallest printed type, in points."""
    advice: str = ""


class _Plan(NamedTuple):
    """Where everything stands on a page, and how much its cards are scaled."""

    paper: Size
    bands: Bands
    grid: Tiling
    scale: float

    @property
    def smallest_type(self) -> float:
        return min(SMALL * self.scale, self.bands.note)


def poster(
    tiles: Sequence[Tile],
    paper: Size,
    words: PageText,
    theme: Theme,
    *,
    orientation: Orientation = "auto",
    pages: int = 1,
    bleed: float = 0.0,
    spare: Frame | None = None,
) -> Poster:
    """Tile cards in rows from the top left, as evenly as can be on `pages` pages of one grid.

    `spare` takes the last place of each page where that is free.  The page's ground reaches over its
    edges by `bleed` points.  Raises `UsageError` when there is no card, when there are more pages than
    cards, and when the paper is too small.
    """
    if not tiles:
        raise UsageError("a poster needs at least one model")
    if type(pages) is not int or not 1 <= pages <= min(len(tiles), _MOST_PAGES):
        most = min(len(tiles), _MOST_PAGES)
        expected = "1" if most == 1 else f"1 to {most}"
        raise UsageError(f"{pages} pages for {_cards(len(tiles))}: expected {expected}")
    plan = _best(tiles, paper, words, orientation, pages)
    if plan.grid.width < _LEAST_CARD:
        raise UsageError(
            f"the paper is too small for {_cards(len(tiles))}: each would be "
            f"{max(0.0, plan.grid.width) / MM:.0f} mm wide, expected at least {_LEAST_CARD / MM:.0f} mm"
        )
    each = ceil(len(tiles) / pages)
    frames = []
    for start in range(0, len(tiles), each):
        before = tiles[start - 1].section if start else None
        page = f" · page {start // each + 1} of {ceil(len(tiles) / each)}" if pages > 1 else ""
        frame = _page(plan, tiles[start : start + each], before, start, page, bleed, theme)
        last = plan.grid.columns * plan.grid.rows - 1
        if spare and len(tiles[start : start + each]) <= last:
            added = _card(plan, plan.grid.place(last), spare, "spare", theme, "legend")
            frame = frame._replace(items=(*frame.items, *added))
        frames.append(frame)
    advice = "" if plan.smallest_type >= READABLE else _advice(tiles, paper, words, orientation, pages)
    return Poster(tuple(frames), plan.grid.columns, plan.grid.rows, plan.smallest_type, advice)


def _cards(count: int) -> str:
    return "one card" if count == 1 else f"{count} cards"


# ---- choosing


def _best(tiles: Sequence[Tile], paper: Size, words: PageText, orientation: Orientation, pages: int) -> _Plan:
    """Return the plan on the paper turned as asked; "auto" takes what makes the cards larger."""
    if orientation != "auto":
        return _plan(tiles, turned(paper, orientation), words, pages)
    plans = [_plan(tiles, turned(paper, way), words, pages) for way in ("portrait", "landscape")]
    return max(plans, key=lambda plan: plan.grid.width)


def _plan(tiles: Sequence[Tile], paper: Size, words: PageText, pages: int) -> _Plan:
    count = ceil(len(tiles) / pages)
    wide = max(tile.frame.size.width for tile in tiles)
    aspect = max(tile.frame.size.height for tile in tiles) / wide
    headings = any(tile.section for tile in tiles)
    made = bands(paper, words)
    body = made.body(paper)
    # The bands end where the grid ends; set that narrow they may need another line.
    chosen = grid(body, count, aspect, headings)
    width = max(chosen.area.width, body.width / 2)
    made = bands(paper, words, width, growth(made, body.height - chosen.area.height))
    chosen = grid(made.body(paper), count, aspect, headings)
    return _Plan(paper, made, chosen, chosen.width / wide)


def _advice(tiles: Sequence[Tile], paper: Size, words: PageText, orientation: Orientation, pages: int) -> str:
    """Return what would make the smallest type readable: a larger paper, more pages or both."""
    wishes = []
    for name in _larger(paper):
        if _best(tiles, PAPERS[name], words, orientation, pages).smallest_type >= READABLE:
            wishes.append(f"--paper {name}")
            break
    for more in range(pages + 1, min(len(tiles), _MOST_PAGES) + 1):
        if _best(tiles, paper, words, orientation, more).smallest_type >= READABLE:
            wishes.append(f"--pages {more}")
            break
    return " or ".join(wishes) or "fewer models"


def _larger(paper: Size) -> list[str]:
    """Return the papers above this one in its series; for a size of its own, ISO's."""
    name = next((name for name, size in PAPERS.items() if size == paper), "")
    series = next((series for series in SERIES if name in series), SERIES[0])
    return [other for other in series if min(PAPERS[other]) > min(paper)]


# ---- drawing


def _page(
    plan: _Plan, tiles: Sequence[Tile], before: str | None, first: int, page: str, bleed: float, theme: Theme
) -> Frame:
    """Draw one page; `before` is the section that the page before ended in, `first` its first card's number.

    `page` says which of several pages it is.
    """
    paper, area = plan.paper, plan.grid.area
    ground = Rect(0, 0, paper.width, paper.height).inset(-bleed)
    items: list[Item] = [Box(ground, theme.card.fill, role="page")]
    right = max(area.right, area.x + (paper.width - 2 * plan.bands.margin) / 2)
    words = plan.bands.words._replace(subtitle=f"{plan.bands.words.subtitle}{page}".removeprefix(" · "))
    items += draw_bands(plan.bands._replace(words=words), paper, area.x, right, theme)
    runs = {number: (width, new) for number, width, new in _runs(plan.grid, tiles, before)}
    for number, tile in enumerate(tiles):
        if number in runs:
            items.append(_heading(plan.grid, number, tile.section, *runs[number], theme))
        items += _card(plan, plan.grid.place(number), tile.frame, f"card-{first + number}", theme)
    said = f"Architectures of {len(tiles)} language models: "
    description = f"{said}{', '.join(tile.frame.title for tile in tiles)}."
    return Frame(paper, tuple(items), words.title, description)


def _card(
    plan: _Plan, place: Rect, card: Frame, key: str, theme: Theme, role: str = "card"
) -> Iterator[Item]:
    yield Group(
        printable(card.items, plan.scale),
        place.center_x - card.size.width * plan.scale / 2,
        place.y,
        plan.scale,
        key=key,
        title=card.title,
        description=card.description,
        role=role,
    )
    pen = max(LEAST, 1.5 * plan.scale)
    yield Box(place, None, theme.card.stroke, pen, 14 * plan.scale, role="border")


def _runs(places: Tiling, tiles: Sequence[Tile], before: str | None) -> Iterator[tuple[int, float, bool]]:
    """Yield where a heading stands, how wide its row of cards is, and whether its section is new."""
    start = 0
    for number in range(1, len(tiles) + 1):
        new_row = number % places.columns == 0
        if number == len(tiles) or new_row or tiles[number].section != tiles[start].section:
            previous = tiles[start - 1].section if start else before
            if tiles[start].section:
                width = places.place(number - 1).right - places.place(start).x
                yield start, width, tiles[start].section != previous
            start = number


def _heading(places: Tiling, number: int, section: str, width: float, new: bool, theme: Theme) -> Group:
    """Draw a section's name over its cards; where they go on in the next row, in a quieter colour."""
    place, size = places.place(number), _HEADING * places.width
    words = fit(section, "semibold", size, width)
    baseline, rule = place.y - 0.42 * places.heading, place.y - 0.2 * places.heading
    color = theme.ink if new else theme.muted
    thick = 0.0035 * places.width
    text = Text(
        *(place.x, baseline, words, "semibold", size, color),
        advance(words, "semibold", size),
        role="heading" if new else "",
    )
    line = Box(Rect(place.x, rule - thick, width, thick), theme.ink if new else theme.quiet, role="rule")
    return Group((text, line), title=section if new else "", role="section")
