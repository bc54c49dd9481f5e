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
        if panel.role == "heading":
            drawn.append(_heading(frame, place, scale))
            continue
        content = printable(frame.items, scale)
        key, title = f"panel-{number}", "" if panel.role == "again" else frame.title
        said = frame.description or frame.title
        drawn.append(Group(content, place.x, place.y, scale, key, title, said, role=panel.role))
        if panel.role == "card":
            pen, corner = max(LEAST, 1.5 * scale), _CORNER * scale
            drawn.append(Box(place, None, theme.card.stroke, pen, corner, role="border"))
    titles = ", ".join(panel.frame.title for panel in panels)
    return Frame(
        paper, tuple(drawn), made.bands.words.title, f"{made.bands.words.subtitle}: {titles}".strip(": ")
    )


def _heading(frame: Frame, place: Rect, scale: float) -> Group:
    """Return the texts of a heading on the page itself, where its structure finds them."""
    texts = [
        item._replace(
            x=place.x + item.x * scale,
            y=place.y + item.y * scale,
            size=item.size * scale,
            width=item.width * scale,
        )
        for item in frame.items
        if isinstance(item, Text)
    ]
    return Group(tuple(texts), title=frame.title, role="section")


def _moved(item: Item, dx: float, dy: float) -> Item:
    """Return an item shifted; a group that nobody describes stays where it is, and what it holds is moved."""
    match item:
        case Box() | Link():
            return item._replace(rect=item.rect.moved(dx, dy))
        case Group() if not item.description and (item.x, item.y, item.scale) == (0, 0, 1):
            return item._replace(items=tuple(_moved(inner, dx, dy) for inner in item.items))
        case Text() | Group():
            return item._replace(x=item.x + dx, y=item.y + dy)
        case Path():
            return Group((item,), dx, dy)


def smallest_type(frame: Frame) -> float:
    """Return the smallest type of a page, in points."""
    return min(item.size * at.scale for item, at in walk(frame.items) if isinstance(item, Text))
