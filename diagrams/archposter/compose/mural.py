"""Finished pictures -> a page on which each has its place: what posters that are no grid are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from archposter.compose.bands import Bands, PageText, bands, draw_bands
from archposter.compose.strokes import LEAST, printable
from archposter.scene import Box, Frame, Group, Item, Link, Path, Rect, Size, Text, walk
from archposter.theme import Theme

_CORNER: Final = 14.0


class Panel(NamedTuple):
    """A picture, and its place in the page's body, to whose width it is scaled.  Cards have borders."""

    frame: Frame
    place: Rect
    role: str = "chart"

    @property
    def scale(self) -> float:
        """How large the picture is drawn."""
        return self.place.width / self.frame.size.width


class Page(NamedTuple):
    """A page's bands and what they leave."""

    paper: Size
    bands: Bands

    @property
    def body(self) -> Rect:
        """What the bands leave."""
        return self.bands.body(self.paper)

    @property
    def room(self) -> Size:
        """The size of that."""
        return Size(self.body.width, self.body.height)


def page(paper: Size, words: PageText) -> Page:
    """Return a page with its bands set from margin to margin."""
    return Page(paper, bands(paper, words))


def mural(made: Page, items: Iterable[Item], panels: Sequence[Panel], theme: Theme, bleed: float) -> Frame:
    """Return the page with `items` drawn in points of its body, and panels on it.

    The page's ground reaches over its edges by `bleed` points.
    """
    paper, body = made.paper, made.body
    ground = Rect(0, 0, *paper).inset(-bleed)
    drawn: list[Item] = [Box(ground, theme.card.fill, role="page")]
    drawn += draw_bands(made.bands, paper, body.x, body.right, theme)
    drawn += [_moved(item, body.x, body.y) for item in printable(items, 1.0)]
    for number, panel in enumerate(panels):
        frame, place, scale = panel.frame, panel.place.moved(body.x, body.y), panel.scale
        content = printable(frame.items, scale)
        key, title = f"panel-{number}", frame.title
        drawn.append(
            Group(content, place.x, place.y, scale, key, title, frame.description or title, role=panel.role)
        )
        if panel.role == "card":
            pen, corner = max(LEAST, 1.5 * scale), _CORNER * scale
            drawn.append(Box(place, None, theme.card.stroke, pen, corner, role="border"))
    titles = ", ".join(panel.frame.title for panel in panels)
    return Frame(
        paper, tuple(drawn), made.bands.words.title, f"{made.bands.words.subtitle}: {titles}".strip(": ")
    )


def _moved(item: Item, dx: float, dy: float) -> Item:
    """Return an item shifted: what is on the page itself is what a reader of its structure finds."""
    match item:
        case Box() | Link():
            return item._replace(rect=item.rect.moved(dx, dy))
        case Text() | Group():
            return item._replace(x=item.x + dx, y=item.y + dy)
        case Path():
            return Group((item,), dx, dy)


def smallest_type(frame: Frame) -> float:
    """Return the smallest type of a page, in points."""
    return min(item.size * at.scale for item, at in walk(frame.items) if isinstance(item, Text))
