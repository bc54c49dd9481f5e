"""Card Frames -> poster pages: the grid that makes the cards largest, with headings and bands of words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
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

_HEADING: Final = 0.15  # a heading's type, of a card's width: three times that of a card's title
_CAPTION: Final = 0.036  # below the cards, of their width, where any of them stands for others, too
_CAPTION_TYPE: Final = 0.022
_FEW: Final = 2
_LEAST_CARD: Final = 15 * MM
_MOST_PAGES: Final = 40


class Tile(NamedTuple):
    """One card, the section that it stands in (tiles of one follow one another), and whose it is.

    `caption` stands below it: what else it is the card of.
    """

    frame: Frame
    section: str = ""
    note: str = ""
    caption: str = ""
    role: str = "card"


class Poster(NamedTuple):
    """Composed pages and what printing them gives; `advice` is empty where the type can be read."""

    pages: tuple[Frame, ...]
    cards: int
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
    captions: bool

    @property
    def smallest_type(self) -> float:
        return min(SMALL * self.scale, self.bands.note)

    @property
    def caption(self) -> float:
        """What is below each card for its caption, in points."""
        return self.grid.width * _CAPTION if self.captions else 0.0


def poster(
    tiles: Sequence[Tile],
    paper: Size,
    words: PageText,
    theme: Theme,
    *,
    orientation: Orientation = "auto",
    pages: int = 1,
    bleed: float = 0.0,
    key: Frame | None = None,
) -> Poster:
    """Tile cards in rows from the top left, as evenly as can be on `pages` pages of one grid.

    `key`, the card that explains the others, is the first where they are more than two.  The page's ground
    reaches over its edges by `bleed` points.  Raises `UsageError` when there is no card, when there are more
    pages than cards, and when the paper is too small.
    """
    if not tiles:
        raise UsageError("a poster needs at least one model")
    many = len(tiles)
    if type(pages) is not int or not 1 <= pages <= min(many, _MOST_PAGES):
        most = min(many, _MOST_PAGES)
        expected = "1" if most == 1 else f"1 to {most}"
        raise UsageError(f"{pages} pages for {_cards(many)}: expected {expected}")
    if key and many > _FEW:
        tiles = [Tile(key, tiles[0].section, role="legend"), *tiles]
    plan = _best(tiles, paper, words, orientation, pages)
    if plan.grid.width < _LEAST_CARD:
        raise UsageError(
            f"the paper is too small for {_cards(many)}: each would be "
            f"{max(0.0, plan.grid.width) / MM:.0f} mm wide, expected at least {_LEAST_CARD / MM:.0f} mm"
        )
    frames = []
    sheets = _sheets(tiles, pages)
    for number, part in enumerate(sheets):
        page = f" · page {number + 1} of {len(sheets)}" if pages > 1 else ""
        before = sheets[number - 1][-1].section if number else None
        frames.append(_page(plan, part, before, number, page, bleed, theme))
    advice = "" if plan.smallest_type >= READABLE else _advice(tiles, paper, words, orientation, pages)
    rest = (plan.grid.columns, plan.grid.most_rows, plan.smallest_type, advice)
    return Poster(tuple(frames), many, *rest)


def _sheets(tiles: Sequence[Tile], pages: int) -> list[Sequence[Tile]]:
    """Return the tiles of each page."""
    each = ceil(len(tiles) / pages)
    return [tiles[start : start + each] for start in range(0, len(tiles), each)]


def _counts(tiles: Sequence[Tile]) -> list[int]:
    """Return how many tiles each section has."""
    return [len(list(group)) for _, group in groupby(tiles, key=lambda tile: tile.section)]


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
    counts = [_counts(part) for part in _sheets(tiles, pages)]
    wide = max(tile.frame.size.width for tile in tiles)
    captions = any(tile.caption for tile in tiles)
    aspect = max(tile.frame.size.height for tile in tiles) / wide + _CAPTION * captions
    headings = any(tile.section for tile in tiles)
    made = bands(paper, words)
    body = made.body(paper)
    # The bands end where the grid ends; set that narrow they may need another line.
    chosen = grid(body, counts, aspect, headings)
    width = max(chosen.area.width, body.width / 2)
    made = bands(paper, words, width, growth(made, body.height - chosen.area.height))
    chosen = grid(made.body(paper), counts, aspect, headings)
    return _Plan(paper, made, chosen, chosen.width / wide, captions)


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
    plan: _Plan, tiles: Sequence[Tile], before: str | None, number: int, page: str, bleed: float, theme: Theme
) -> Frame:
    """Draw one page; `before` is the section that the page before ended in, `page` says which it is."""
    paper, area = plan.paper, plan.grid.area
    ground = Rect(0, 0, paper.width, paper.height).inset(-bleed)
    items: list[Item] = [Box(ground, theme.card.fill, role="page")]
    right = max(area.right, area.x + (paper.width - 2 * plan.bands.margin) / 2)
    words = plan.bands.words._replace(subtitle=f"{plan.bands.words.subtitle}{page}".removeprefix(" · "))
    items += draw_bands(plan.bands._replace(words=words), paper, area.x, right, theme)
    places = list(plan.grid.places(number))
    starts = {row.first for row in plan.grid.rows[number] if row.starts}
    for place, tile in enumerate(tiles):
        if tile.section and place in starts:
            new = place > 0 or tile.section != before
            items.append(_heading(plan.grid, places[place], tile.section, new, theme))
        items += _card(plan, places[place], tile, f"card-{number}-{place}", theme)
    shown = [tile.frame.title for tile in tiles if tile.role == "card"]
    description = f"Architectures of {len(shown)} language models: {', '.join(shown)}."
    return Frame(paper, tuple(items), words.title, description)


def _card(plan: _Plan, place: Rect, tile: Tile, key: str, theme: Theme) -> Iterator[Item]:
    card = tile.frame
    yield Group(
        printable(card.items, plan.scale),
        place.center_x - card.size.width * plan.scale / 2,
        place.y,
        plan.scale,
        key=key,
        title=card.title,
        description=card.description,
        role=tile.role,
    )
    pen = max(LEAST, 1.5 * plan.scale)
    border = place._replace(height=place.height - plan.caption)
    yield Box(border, None, theme.card.stroke, pen, 14 * plan.scale, role="border")
    if tile.caption:
        size = _CAPTION_TYPE * place.width
        words = fit(tile.caption, "regular", size, place.width)
        width = advance(words, "regular", size)
        yield Text(place.x, place.bottom - 0.3 * size, words, "regular", size, theme.muted, width, "caption")


def _heading(places: Tiling, place: Rect, section: str, new: bool, theme: Theme) -> Group:
    """Draw a section's name over its cards; where it went on from another page, in a quieter colour."""
    width = places.area.width
    usual = _HEADING * places.width
    size = min(usual, usual * width / advance(section, "display", usual))
    baseline, rule = place.y - 0.28 * places.heading, place.y - 0.09 * places.heading
    color = theme.ink if new else theme.muted
    thick = 0.0035 * places.width
    text = Text(
        *(place.x, baseline, section, "display", size, color),
        advance(section, "display", size),
        role="heading" if new else "",
    )
    line = Box(Rect(place.x, rule - thick, width, thick), theme.ink if new else theme.quiet, role="rule")
    return Group((text, line), title=section if new else "", role="section")
