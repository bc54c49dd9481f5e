"""The column of insets at the tower's right, each joined to the box it explains."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from archposter.blocks.tree import Cell, Diagram, Inset, Masks, Prose, Shares
from archposter.layout import diagram, leaders, pictures
from archposter.layout.canvas import Canvas
from archposter.layout.cells import Places
from archposter.layout.streams import draw_connector
from archposter.layout.stretch import Stretch, total
from archposter.scene import Point, Rect, Size
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import wrap
from archposter.theme import HEAD, SMALL

_MOST = 3
_TITLE = 33.0
_PAD_X = 16.0
_PAD_BELOW = 10.0
_GAP = 14.0
_KEY = Size(17.0, 13.0)
_KEY_GAP = 5.0
_CACHED = "cached"
_UNDRAWN = ("Not drawn",)
_LEADING = 21.0
_SPACE = 6.0  # between paragraphs
_EASE = 0.02  # how loose insets must stand for one more to be worth it
_EASE_SHARES = 0.2  # the same where one more only says where the parameters are
_BEND = 9.0  # how far from tower and inset a connector bends
_OFF = 20.0  # how far from a corner it ends
_FRAME = Stretch(_TITLE + _PAD_BELOW, _TITLE + _PAD_BELOW)


def _extent(inset: Inset, width: float) -> Stretch:
    further = _LEADING * (len(_title(inset, width)) - 1)
    return _body_extent(inset, width - 2 * _PAD_X) + _FRAME + Stretch(further, further)


def _body_extent(inset: Inset, room: float) -> Stretch:
    match inset.body:
        case Diagram() as body:
            return diagram.extent(body, room)
        case Masks() as masks:
            return pictures.masks_extent(masks, room)
        case Prose(paragraphs=paragraphs):
            return prose_extent(paragraphs, room)
        case shares:
            return pictures.shares_extent(shares, room)


def _title(inset: Inset, width: float) -> tuple[str, ...]:
    """Return the longest title that fits beside the key of what is cached, or else the last one in lines."""
    room = width - 2 * _PAD_X
    if isinstance(inset.body, Diagram) and _caches(inset.body):
        room -= advance(_CACHED, "regular", SMALL) + _KEY.width + 2 * _KEY_GAP
    title = next((t for t in inset.titles if advance(t, "semibold", HEAD) <= room), inset.titles[-1])
    return wrap(title, "semibold", HEAD, room)


def prose_extent(paragraphs: Sequence[str], width: float) -> Stretch:
    """Return the height of paragraphs."""
    lines = sum(len(wrap(paragraph, "regular", SMALL, width)) for paragraph in paragraphs)
    spaces = Stretch(_SPACE, 2 * _SPACE) * float(len(paragraphs) - 1)
    return Stretch(_LEADING * lines, _LEADING * lines) + spaces


def _fitting(paragraphs: Sequence[str], width: float, height: float) -> tuple[str, ...]:
    """Return the paragraphs that a column holds, and how many more there are."""
    for shown in range(len(paragraphs), -1, -1):
        more = len(paragraphs) - shown
        fitting = (*paragraphs[:shown], *([f"{more} more: archposter facts"] if more else []))
        if prose_extent(fitting, width).least <= height:
            break
    return fitting


def draw_prose(canvas: Canvas, paragraphs: Sequence[str], rect: Rect) -> None:
    """Draw paragraphs from above, spread over the height."""
    spare = rect.height - prose_extent(paragraphs, rect.width).least
    space = _SPACE + min(_SPACE, max(0.0, spare) / max(1, len(paragraphs) - 1))
    y = rect.y
    for paragraph in paragraphs:
        for line in wrap(paragraph, "regular", SMALL, rect.width):
            baseline = y + _LEADING / 2 + cap_height("regular", SMALL) / 2
            canvas.text(rect.x, baseline, line, role="prose")
            y += _LEADING
        y += space


class Fitted(NamedTuple):
    """An inset that is shown, and its height."""

    inset: Inset
    extent: Stretch


def measured(candidates: Sequence[Inset], width: float) -> tuple[Fitted, ...]:
    """Return insets with their heights in a column of a width."""
    return tuple(Fitted(inset, _extent(inset, width)) for inset in candidates)


def choose(
    candidates: Sequence[Fitted], width: float, height: float, paragraphs: Sequence[str] = ()
) -> tuple[Fitted, ...]:
    """Return the insets, at most three, that fit the column together and draw what is rarest in all.

    `paragraphs`, what must be said in words, come first.
    """
    first: list[Fitted] = []
    if paragraphs:
        prose = Inset(_UNDRAWN, Prose(_fitting(paragraphs, width - 2 * _PAD_X, height - _FRAME.least)))
        first += measured([prose], width)

    def fits(some: Sequence[Fitted]) -> bool:
        shares = any(isinstance(one.inset.body, Shares) for one in some)
        ease = 0.0 if len(some) == 1 else _EASE_SHARES if shares else _EASE
        return total([one.extent for one in some]).at(ease) + _GAP * (len(some) - 1) <= height

    sets = (
        (*first, *some)
        for many in range(_MOST - len(first), 0, -1)
        for some in combinations(candidates, many)
    )
    # Of equally rare sets the first has most insets, and of its first ones the rarest.
    return next(filter(fits, sorted(sets, key=rarity, reverse=True)), tuple(first))


def explained(chosen: Sequence[Fitted]) -> set[str]:
    """Return the keys of the boxes whose inside is drawn; masks only show what a token sees."""
    return {fitted.inset.key for fitted in chosen if isinstance(fitted.inset.body, Diagram)}


def rarity(some: Sequence[Fitted]) -> float:
    """Return how rare is what insets draw."""
    return sum(one.inset.rarity for one in some)


def draw(canvas: Canvas, chosen: Sequence[Fitted], rect: Rect, places: Places, tower_right: float) -> None:
    """Draw the insets from above as their boxes stand, each joined to its own or else to the model."""
    ways = _ways([fitted.inset for fitted in chosen], places, tower_right + _BEND)
    order = sorted(
        chosen, key=lambda fitted: ways[fitted.inset][-1].y if fitted.inset in ways else rect.bottom
    )
    stretch = total([fitted.extent for fitted in order])
    t = stretch.solve(rect.height - _GAP * (len(order) - 1))
    spare = (rect.height - stretch.at(t) - _GAP * (len(order) - 1)) / max(1, len(order))
    y, above = rect.y, 0.0
    for inset, extent in order:
        frame = Rect(rect.x, y, rect.width, extent.at(t) + spare)
        _draw(canvas, inset, frame, t, spare)
        way = ways.get(inset) or _from_model(places, frame, tower_right + _BEND, above)
        above = way[-1].y
        _join(canvas, way, frame)
        y = frame.bottom + _GAP


def _ways(insets: Sequence[Inset], places: Places, x: float) -> dict[Inset, list[Point]]:
    """Return the way out of each inset's box, up to `x`; of several at one box each has its own."""
    boxes = {inset: places.keyed.get(inset.key) or places.held.get(inset.key) for inset in insets}
    ways = {}
    for inset, box in boxes.items():
        if box:
            alike = [other for other in insets if boxes[other] == box]
            share = (alike.index(inset) + 1) / (len(alike) + 1)
            ways[inset] = leaders.way_out(box, x, box.y + share * box.height, places)
    return ways


def _from_model(places: Places, frame: Rect, x: float, above: float) -> list[Point]:
    """Return the way from the border of the whole model, level with an inset, but below the one `above`."""
    model = places.frames[0]
    y = max(min(max(frame.center_y, model.y + _OFF), model.bottom - _OFF), above + _OFF / 2)
    return [Point(model.right, y), Point(x, y)]


def _draw(canvas: Canvas, inset: Inset, frame: Rect, t: float, spare: float) -> None:
    look = canvas.look("inset")
    canvas.box(frame, look.fill, look.stroke, dash=(2.0, 4.0), width=1.4, radius=12, role="inset")
    title = Rect(frame.x + _PAD_X, frame.y + 4, frame.width - 2 * _PAD_X, _TITLE - 4)
    if isinstance(inset.body, Diagram) and _caches(inset.body):
        _legend(canvas, title)
    lines = _title(inset, frame.width)
    for number, line in enumerate(lines):
        canvas.label(title.moved(0, number * _LEADING), (line,), face="semibold", size=HEAD, align=0.0)
    above = _TITLE + _LEADING * (len(lines) - 1)
    height = frame.height - above - _PAD_BELOW - spare
    room = Rect(title.x, frame.y + above + spare / 2, frame.width - 2 * _PAD_X, height)
    match inset.body:
        case Diagram() as body:
            diagram.draw(canvas, body, room, t)
        case Masks() as masks:
            pictures.draw_masks(canvas, masks, room)
        case Prose(paragraphs=paragraphs):
            draw_prose(canvas, paragraphs, room.moved(0, -spare / 2))
        case shares:
            pictures.draw_shares(canvas, shares, room)


def _caches(body: Diagram) -> bool:
    return any(isinstance(node.block, Cell) and node.block.cached for node in body.nodes)


def _legend(canvas: Canvas, title: Rect) -> None:
    """Say at the title's right what a filled corner means."""
    width = canvas.text(
        title.right,
        title.center_y + cap_height("regular", SMALL) / 2,
        _CACHED,
        fill=canvas.theme.muted,
        align=1.0,
    )
    mark = Rect(title.right - width - _KEY.width - _KEY_GAP, title.center_y - _KEY.height / 2, *_KEY)
    canvas.box(mark, canvas.look("plain").fill, canvas.look("plain").stroke, radius=4, role="cached")
    canvas.corner(mark, 10, canvas.look("plain").text, radius=4)


def _join(canvas: Canvas, way: Sequence[Point], frame: Rect) -> None:
    """Draw the connector from where it left the tower to an inset's frame."""
    y = min(max(way[-1].y, frame.y + _OFF), frame.bottom - _OFF)
    points = [*way, Point(frame.x - _BEND, y), Point(frame.x, y)]
    draw_connector(canvas, points)
