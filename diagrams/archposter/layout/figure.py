"""The figure: a model's tower and callouts alone, for a column of text 600 units wide."""

from __future__ import annotations

from math import inf

from archposter.blocks.tree import Card
from archposter.layout import callouts, insets, tower
from archposter.layout.canvas import Canvas
from archposter.layout.heading import draw_news, draw_title, set_news
from archposter.scene import Frame, Rect, Size
from archposter.theme import NUMBER, SMALL, SMALL_TITLE, Theme

WIDTH = 600.0
_MARGIN = 20.0
_TITLE = 54.0
_NOTICE = 24.0
_BELOW_NEWS = 10.0
_LEADERS = 24.0
_PROSE = 14.0  # between the tower and what is said below it
_EASE = 0.35  # how loose the tower stands: nothing else sets its height


def figure_frame(card: Card, theme: Theme) -> Frame:
    """Lay the figure out; it is as high as its tower."""
    canvas = Canvas(theme, card.family)
    width = tower.width(card.tower)
    found = tower.framing(card.tower, inf)
    height = found.height.at(_EASE)
    below = _MARGIN + _TITLE + (_NOTICE if card.notice else 0.0)
    draw_title(canvas, card, Rect(_MARGIN, _MARGIN, WIDTH - 2 * _MARGIN, _TITLE), (SMALL_TITLE, NUMBER))
    if card.notice:
        line = Rect(_MARGIN, _MARGIN + _TITLE, WIDTH - 2 * _MARGIN, _NOTICE)
        canvas.label(line, (card.notice,), fill=canvas.accent.ink, align=0.0)
    if card.lead:
        news = set_news(card, WIDTH - 2 * _MARGIN, apart=True)
        draw_news(canvas, card, news, Rect(_MARGIN, below + SMALL, WIDTH - 2 * _MARGIN, 0), _NOTICE)
        below += _NOTICE * len(news) + _BELOW_NEWS
    body = Rect(WIDTH - _MARGIN - width, below, width, height)
    places = tower.draw(canvas, found, body)
    column = Rect(_MARGIN, body.y, body.x - _LEADERS - _MARGIN, height)
    labels = callouts.place((*found.plan.callouts, *card.callouts), column, body, places)
    callouts.draw(canvas, labels.placed, column, body)
    order = (f"In order: {card.layer_map.pattern[0]}",) if found.plan.mixed else ()
    paragraphs = (*order, *found.plan.notes, *labels.left)
    end = body.bottom
    if paragraphs:
        room = WIDTH - 2 * _MARGIN
        prose = Rect(_MARGIN, end + _PROSE, room, insets.prose_extent(paragraphs, room).least)
        insets.draw_prose(canvas, paragraphs, prose)
        end = prose.bottom
    size = Size(WIDTH, round(end + _MARGIN))
    ground = Canvas(theme, card.family)
    ground.box(Rect(0, 0, size.width, size.height), theme.card.fill, radius=0, role="card")
    return Frame(size, (*ground.items, *canvas.items), f"{card.title} {card.size}".strip(), card.description)
