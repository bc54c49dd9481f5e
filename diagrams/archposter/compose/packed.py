"""Pictures of one width and different heights -> pages: packed in columns, under headings of sections."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import ceil
from typing import Final

from archposter.compose.bands import PageText
from archposter.compose.flow import Section, flow
from archposter.compose.mural import Panel, mural, page
from archposter.compose.paper import MM, Orientation, turned
from archposter.compose.poster import READABLE, Poster, Tile
from archposter.diagnostics import UsageError
from archposter.scene import Color, Frame, Size, Text
from archposter.text.metrics import advance, cap_height
from archposter.theme import SMALL, SMALL_TITLE, Theme

_HEADING: Final = 3 * SMALL_TITLE
_LEAST: Final = 15 * MM


def packed(
    tiles: Sequence[Tile],
    paper: Size,
    words: PageText,
    theme: Theme,
    *,
    orientation: Orientation = "auto",
    pages: int = 1,
    bleed: float = 0.0,
) -> Poster:
    """Pack pictures in their order, column by column, as evenly as can be on pages of one scale.

    Raises `UsageError` when there is none, when there are more pages than pictures, and when the paper is too
    small.
    """
    if not tiles or not 1 <= pages <= len(tiles):
        raise UsageError(f"{pages} pages for {len(tiles)} pictures: expected 1 to {len(tiles)}")
    each = ceil(len(tiles) / pages)
    parts = [_sections(tiles[start : start + each], theme) for start in range(0, len(tiles), each)]
    papers = [turned(paper, way) for way in ("portrait", "landscape") if orientation in (way, "auto")]
    sheets = [page(turned_paper, words) for turned_paper in papers]
    found = [(_laid_out(parts, sheet.room), sheet) for sheet in sheets]
    panels, made = max(found, key=lambda entry: entry[0][0][0].scale)
    if panels[0][0].place.width < _LEAST:
        wide = panels[0][0].place.width / MM
        raise UsageError(
            f"the paper is too small for {len(tiles)} pictures: each would be {wide:.0f} mm wide, expected "
            f"at least {_LEAST / MM:.0f} mm"
        )
    frames = tuple(mural(made, (), part, theme, bleed) for part in panels)
    least = min(SMALL * panels[0][0].scale, made.bands.note)
    columns = len({panel.place.x for panel in panels[0]})
    advice = "" if least >= READABLE else "a larger paper, more pages or fewer models"
    return Poster(frames, len(tiles), columns, 0, least, advice)


def _laid_out(parts: Sequence[Sequence[Section]], body: Size) -> list[tuple[Panel, ...]]:
    """Return the places on each page, all of them at the scale of the fullest."""
    first = [flow(part, body) for part in parts]
    columns = max(round(body.width / panels[0].place.width) for panels in first)
    return [flow(part, body, columns) for part in parts]


def _sections(tiles: Sequence[Tile], theme: Theme) -> list[Section]:
    made = []
    for name, group in groupby(tiles, key=lambda tile: tile.section):
        own = list(group)
        pieces = [(tile.frame, "card") for tile in own]
        if name:
            width = own[0].frame.size.width
            head, again = (_heading(name, width, color) for color in (theme.ink, theme.muted))
            made.append(Section(((head, "heading"), *pieces), 1, again))
    return made if tiles[0].section else [Section(((tile.frame, "card"),), 0, tile.frame) for tile in tiles]


def _heading(words: str, width: float, color: Color) -> Frame:
    """Return a section's name, three times as large as a picture's title where it is short enough."""
    size = min(_HEADING, _HEADING * width / (advance(words, "display", _HEADING) or 1.0))
    y = cap_height("display", size) + 0.2 * size
    wide = advance(words, "display", size)
    text = Text(0.0, y, words, "display", size, color, wide, "heading")
    return Frame(Size(width, y + 0.3 * size), (text,), words)
