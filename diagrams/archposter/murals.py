"""Posters that are no grid: what stands on them, from models to a page.

A layout is an entry of `DRAWN`: it draws models, oldest first, into a body of so many points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

from archposter.blocks.legend import KINDS
from archposter.blocks.naming import views
from archposter.charts.catalog import CHARTS
from archposter.charts.descendants import WIDTH, again_frame, heading_frame, known, strip_frame, telling
from archposter.charts.landmarks import Tree, below, groups, landmarks, tree
from archposter.charts.plot import MARGIN, Sheet
from archposter.charts.skyline import columns, skyline
from archposter.charts.subject import Subject, names
from archposter.compose import mural as composed
from archposter.compose.bands import PageText
from archposter.compose.flow import Section, flow
from archposter.compose.mural import Panel
from archposter.compose.paper import Orientation, turned
from archposter.compose.poster import READABLE
from archposter.descent.draw import tree_frame
from archposter.diagnostics import UsageError, did_you_mean, one_of, printable
from archposter.kinds import Layout
from archposter.pipeline import Model, legend, theme
from archposter.relate.nearest import Known
from archposter.relate.tree import family_tree
from archposter.scene import Frame, Group, Item, Rect, Size, Text
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit
from archposter.theme import SMALL, TITLE, Theme

_GUTTER: Final = 0.007
"""Between panels, of the body's longer side."""
_SKYLINE: Final = 0.66
"""Of what cards leave of the body: what the skyline takes where charts stand below it."""
_HEADING: Final = 3.0
"""A heading, of the title of a card."""
_WHY: Final = "those from which most others stem, after the most that was new"
_LEAST_CHART: Final = Size(800.0, 540.0)
"""In units of a chart: a smaller one has no room for what it shows."""
_HIGHEST: Final = 0.3
_HIGHEST_HEADING: Final = 0.05
"""A card, of the body's height, and a heading, of its shorter side."""
_LANDMARKS: Final = 9
_MOST_LANDMARKS: Final = 20
"""Landmarks with their descendants."""
_WHOLE: Final = 1200.0
_BESIDE: Final = 20.0
"""What a landmark takes with its heading, and the gap below each picture, in units of a card."""
_MOST_CARDS: Final = 12
_FEWEST_CARDS: Final = 4
_CHART_TYPE: Final = 0.0047
"""The type of charts, of the body's shorter side."""


class Wish(NamedTuple):
    """What is asked of a layout: charts, and landmarks by the names of their models; without, by rule."""

    style: str | Path
    charts: tuple[str, ...]
    landmarks: tuple[str, ...]


class Body(NamedTuple):
    """What a layout draws into a body: items in points from its corner, and pictures at their places."""

    items: tuple[Item, ...]
    panels: tuple[Panel, ...]


def draw_skyline(models: Sequence[Model], body: Size, wish: Wish) -> Body:
    """Draw the skyline, below it a row of cards with the key first, and a row of charts."""
    drawn = [Subject(model.slug, model.arch, model.facts()) for model in models]
    gutter, colors = _GUTTER * max(body), theme(wish.style)
    cards = _cards(models, drawn, body, gutter, wish)
    type_ = max(_CHART_TYPE * min(body), READABLE)
    side = (body.width - (len(cards) - 1) * gutter) / len(cards) if cards else 0.0
    side = min(side, _HIGHEST * body.height)
    heading = min(_HEADING * TITLE * side / 1000, _HIGHEST_HEADING * min(body))
    row = side + 1.4 * heading + gutter if cards else 0.0
    left = Size(body.width, (body.height - row) * (1 - _SKYLINE) - gutter)
    charted = _drawable(wish.charts, drawn, left, 3 * gutter, type_)
    high = (body.height - row) * (_SKYLINE if charted else 1.0)
    items = list(skyline(drawn, colors, Size(body.width, high), heading))
    if cards:
        items.append(_heading("Landmarks", _WHY, Rect(0.0, high + gutter, body.width, heading), colors))
    places = [Rect(n * (side + gutter), high + row - side, side, side) for n in range(len(cards))]
    panels = [Panel(*each, "card") for each in zip(cards, places, strict=True)]
    rest = Rect(0.0, high + row + gutter, *left)
    panels += _charts(charted, drawn, rest, 3 * gutter, type_, wish.style)
    return Body(tuple(items), tuple(panels))


def _heading(words: str, why: str, place: Rect, colors: Theme) -> Group:
    """Draw a section's name, and what is in it beside."""
    size, small = place.height, place.height / _HEADING
    y, width = place.y + cap_height("display", size), advance(words, "display", size)
    why = fit(why, "regular", small, place.width - width - small)
    texts = (
        Text(0.0, y, words, "display", size, colors.ink, width, "heading"),
        Text(width + small, y, why, "regular", small, colors.muted, advance(why, "regular", small), "why"),
    )
    return Group(texts, title=words, role="section")


def _drawable(
    names: Sequence[str], drawn: Sequence[Subject], room: Size, gutter: float, type_: float
) -> list[str]:
    """Return the charts in which there is something to draw, as many of them as can be read in a row."""
    for name in names:
        one_of("chart", name, CHARTS)
    having = [name for name in names if CHARTS[name].possible(drawn)]
    wide, high = (side * type_ / SMALL for side in _LEAST_CHART)
    return having[: int((room.width + gutter) / (wide + gutter))] if room.height >= high else []


def _charts(
    names: Sequence[str],
    drawn: Sequence[Subject],
    place: Rect,
    gutter: float,
    type_: float,
    style: str | Path,
) -> list[Panel]:
    """Return charts beside one another, their smallest type so many points high."""
    if not names:
        return []
    wide, scale = (place.width - (len(names) - 1) * gutter) / len(names), type_ / SMALL
    # What is on a chart is flush with what stands above and below it.
    edge = MARGIN * scale
    room = Rect(place.x, place.y, wide, place.height).inset(-edge)
    sheet = Sheet(theme(style), Size(room.width / scale, room.height / scale))
    frames = [CHARTS[name].draw(drawn, sheet).frame for name in names]
    return [
        # without its ground, which would cover what is beside it
        Panel(frame._replace(items=frame.items[1:]), room.moved(number * (wide + gutter), 0.0))
        for number, frame in enumerate(frames)
    ]


def _cards(
    models: Sequence[Model], drawn: Sequence[Subject], body: Size, gutter: float, wish: Wish
) -> list[Frame]:
    """Return the key and as many landmarks' cards as can be read in one row; none where these are too few."""
    many = min(_MOST_CARDS, int((body.width + gutter) / (1000 * READABLE / SMALL + gutter)))
    chosen = named(wish.landmarks, models) or landmarks(tree(drawn), many - 1)
    if many < _FEWEST_CARDS:
        return []
    return [legend(wish.style).frame] + [
        model.draw("card", wish.style).frame for model in models if model.slug in chosen
    ]


def named(names: Sequence[str], models: Sequence[Model]) -> tuple[str, ...]:
    """Return names of landmarks; raise `UsageError` for one that is none of the models."""
    known = [model.slug for model in models]
    for name in names:
        if name not in known:
            hint = did_you_mean(name[:60], known)
            raise UsageError(
                f"landmark {printable(name)}: expected the name of a model on the poster"
                + f" ({hint})" * bool(hint)
            )
    return tuple(names)


def draw_landmarks(models: Sequence[Model], body: Size, wish: Wish) -> Body:
    """Draw the key, then each landmark's card, under what it brought, and its descendants as strips.

    Where nobody names them there are as many landmarks as have room in the fewest columns.
    """
    drawn = {model.slug: Subject(model.slug, model.arch, model.facts()) for model in models}
    found = tree(list(drawn.values()))
    if chosen := named(wish.landmarks, models):
        return Body((), flow(_sections(models, drawn, found, chosen, wish.style), body))
    panels = flow(_sections(models, drawn, found, landmarks(found, _LANDMARKS), wish.style), body)
    scale = panels[0].scale
    used = sum(panel.place.height for panel in panels) + len(panels) * _BESIDE * scale
    room = round(body.width / (1.06 * WIDTH * scale)) * body.height
    more = int((0.94 * room - used) / (_WHOLE * scale))
    if more > 0:
        chosen = tuple(landmarks(found, min(_MOST_LANDMARKS, _LANDMARKS + more)))
        fuller = flow(_sections(models, drawn, found, chosen, wish.style), body)
        panels = fuller if fuller[0].scale >= scale - 1e-9 else panels
    return Body((), panels)


def _sections(
    models: Sequence[Model],
    drawn: Mapping[str, Subject],
    found: Tree,
    chosen: Sequence[str],
    style: str | Path,
) -> list[Section]:
    """Return the key, and a section a landmark in the order of the models."""
    stemming, colors, key = below(found), theme(style), legend(style).frame
    cards = {model.slug: model.draw("card", style).frame for model in models if model.slug in chosen}
    sections, said = [Section(((key, "card"),), 0, key)], list[str]()
    for name, group in groups(found, [name for name in drawn if name in chosen]).items():
        if not name:
            sections += _others([drawn[one] for one in group], drawn, colors)
            continue
        before = next((one for one in list(found.line(name))[1:] if one in chosen), "")
        said.append(telling(drawn[name], drawn.get(before), [drawn[one] for one in stemming[name]], said))
        head = ((heading_frame(said[-1], colors), "heading"), (cards[name], "card"))
        strips = _strips([drawn[one] for one in group], known(drawn[name]), drawn, colors)
        again = again_frame(drawn[name].arch.title, colors)
        sections.append(Section((*head, *strips), min(2, len(strips) + 1), again))
    return sections


def _others(group: Sequence[Subject], drawn: Mapping[str, Subject], colors: Theme) -> list[Section]:
    """Return the section of those that stem from no landmark."""
    if not group:
        return []
    head = (heading_frame("Before", colors), "heading")
    strips = _strips(group, None, drawn, colors)
    return [Section((head, *strips), 1, again_frame("Before", colors))]


def _strips(
    group: Sequence[Subject], landmark: Known | None, drawn: Mapping[str, Subject], colors: Theme
) -> list[tuple[Frame, str]]:
    """Return the strips of a landmark's descendants, one an architecture."""
    called = names(list(drawn.values()))
    return [
        (strip_frame(one.subject, [called[each.name] for each in one.others], landmark, colors), "strip")
        for one in columns(group)
    ]


def draw_tree(models: Sequence[Model], body: Size, wish: Wish) -> Body:
    """Draw which model stems from which, as large as the body allows."""
    family = family_tree([(model.slug, model.arch) for model in models])
    frame = tree_frame(
        family,
        theme(wish.style),
        aspect=body.width / body.height,
        title="Which model stems from which",
        kinds=False,
        margin=0.0,
    )
    wide, high = frame.size
    scale = min(body.width / wide, body.height / high)
    left, top = (body.width - scale * wide) / 2, (body.height - scale * high) / 2
    return Body((), (Panel(frame, Rect(left, top, scale * wide, scale * high)),))


Drawn = Callable[[Sequence[Model], Size, Wish], Body]
DRAWN: Final[dict[Layout, tuple[Drawn, Literal["portrait", "landscape"]]]] = {
    "skyline": (draw_skyline, "landscape"),
    "landmarks": (draw_landmarks, "portrait"),
    "tree": (draw_tree, "landscape"),
}
"""How a layout is drawn, and how its paper is turned where nobody says."""


class Mural(NamedTuple):
    """A page, its smallest type in points, and what would make that readable."""

    page: Frame
    smallest_type: float
    advice: str


def mural(
    models: Sequence[Model],
    layout: Layout,
    wish: Wish,
    paper: Size,
    orientation: Orientation,
    words: PageText,
    bleed: float,
) -> Mural:
    """Return models, oldest first, on a paper; raise `UsageError` for a wish that cannot be."""
    draw, usual = DRAWN[layout]
    made = composed.page(turned(paper, usual if orientation == "auto" else orientation), words)
    drawn = draw(models, made.room, wish)
    page = composed.mural(made, drawn.items, drawn.panels, theme(wish.style), bleed)
    least = composed.smallest_type(page)
    return Mural(page, least, "" if least >= READABLE else "a larger paper or fewer models")


def kinds(models: Iterable[Model]) -> tuple[tuple[str, str], ...]:
    """Return the looks of all parts of models, and what they mean."""
    looks = {view.look for model in models for view in views(model.arch).values()}
    return tuple((look, words[0]) for look, words in KINDS.items() if look in looks)
