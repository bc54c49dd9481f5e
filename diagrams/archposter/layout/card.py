"""The card: a square of 1000 units, composed by rules that hold for every model."""

from __future__ import annotations

from collections.abc import Sequence

from archposter.blocks.tree import Card, Wordings
from archposter.layout import callouts, insets, strips, tower
from archposter.layout.canvas import Canvas, choose
from archposter.layout.heading import draw_news, draw_title, set_news
from archposter.scene import Color, Frame, Rect, Size
from archposter.text.metrics import advance
from archposter.theme import HEAD, NUMBER, SMALL, SMALL_TITLE, TITLE, Theme

SIDE = 1000.0
MARGIN = 40.0
_THUMBNAIL = 800.0
_TITLE = 40.0
_LINE = 25.0
_BELOW_LINES = 12.0
_GAP = 16.0
_CALLOUTS = 148.0
_LEADERS = 26.0
_CONNECTORS = 40.0


def card_frame(card: Card, theme: Theme) -> Frame:
    """Lay the card out and return it as a Frame of 1000 x 1000 units."""
    canvas = Canvas(theme, card.family)
    canvas.box(Rect(0, 0, SIDE, SIDE), theme.card.fill, radius=0, role="card")
    inner = Rect(MARGIN, MARGIN - 4, SIDE - 2 * MARGIN, SIDE - 2 * MARGIN + 8)
    facts = Rect(inner.x, inner.bottom - strips.FACTS_HEIGHT, inner.width, strips.FACTS_HEIGHT)
    height = strips.map_height(card.layer_map, inner.width)
    strip = Rect(inner.x, facts.y - _GAP - height, inner.width, height)
    room = strip.y - _GAP - inner.y
    fitted = _measured(card, inner.width)
    news, lines, found = _fitting(canvas, card, fitted, inner.width, room)
    header = _height(len(news) + len(lines))
    _header(canvas, card, news, lines, Rect(inner.x, inner.y, inner.width, header))
    _main(canvas, card, found, fitted, Rect(inner.x, inner.y + header, inner.width, room - header))
    strips.draw_map(canvas, card.layer_map, strip)
    strips.draw_facts(canvas, card.figures, facts)
    title = f"{card.title} {card.size}".strip()
    return Frame(Size(SIDE, SIDE), tuple(canvas.items), title, card.description)


def thumbnail_frame(card: Card, theme: Theme) -> Frame:
    """Lay out what a card shows below its title and above its facts, for pages that say those themselves."""
    canvas = Canvas(theme, card.family)
    canvas.box(Rect(0, 0, SIDE, _THUMBNAIL), theme.card.fill, radius=0, role="card")
    inner = Rect(MARGIN, MARGIN / 2, SIDE - 2 * MARGIN, _THUMBNAIL - MARGIN)
    height = strips.map_height(card.layer_map, inner.width)
    strip = Rect(inner.x, inner.bottom - height, inner.width, height)
    area = inner._replace(height=strip.y - _GAP - inner.y)
    found = tower.framing(card.tower, area.height)
    _main(canvas, card, found, _measured(card, area.width), area)
    strips.draw_map(canvas, card.layer_map, strip)
    return Frame(Size(SIDE, _THUMBNAIL), tuple(canvas.items), f"{card.title} {card.size}".strip())


def _fitting(
    canvas: Canvas, card: Card, fitted: Sequence[insets.Fitted], width: float, room: float
) -> tuple[tuple[str, ...], list[tuple[Wordings, Color]], tower.Framing]:
    """Return what is new and the lines below the title, which give way to the tower below them, and that."""
    news, lines = set_news(card, width) if card.lead else (), _lines(canvas, card)
    ways = tower.framings(card.tower)
    shown = 0 if card.notice else len(card.highlights)
    least = len(lines) - shown

    def below(number: int) -> tuple[float, tower.Framing]:
        height = room - _height(len(news) + number)
        return height, tower.fitting(ways, height)

    def rarity(way: tower.Framing, height: float) -> float:
        """Return how rare is what the insets beside a tower draw."""
        return insets.rarity(insets.choose(fitted, _beside(card, width), height, way.plan.notes))

    tried = []
    for number in range(len(lines), least - 1, -1):
        height, found = below(number)
        fits = found.height.least <= height
        # Rather one line less than parts whose facts stand beside the tower, and all less than none drawn.
        rather = number > least and found.plan.notes and card.lead and number == least + shown
        # Rather one line than several above a tower whose parts stand close, and none above a thin one.
        close = max(found.thin, int(number == least < least + shown))
        wrong = (not fits, not found.framed, found.plan.apart, bool(rather), close)
        tried.append((wrong, -number if fits else number))
        if not any(wrong):
            break
    lines = lines[: abs(min(tried)[1])]
    height, found = below(len(lines))
    while len(news) > 1 and found.height.least > height:
        news = set_news(card, width, len(news) - 1)
        height, found = below(len(lines))
    if len(lines) > least:
        # Rather one line less, too, than rarer insets, or one more.
        higher = tower.fitting(ways, height + _LINE)
        if rarity(higher, height + _LINE) > rarity(found, height):
            return news, lines[:-1], higher
    return news, lines, found


def _measured(card: Card, width: float) -> tuple[insets.Fitted, ...]:
    """Return the insets with their heights beside the tower."""
    return insets.measured(card.insets, _beside(card, width))


def _beside(card: Card, width: float) -> float:
    """Return how wide the column of insets is."""
    return width - _CALLOUTS - _LEADERS - tower.width(card.tower) - _CONNECTORS


def _height(below: int) -> float:
    """Return how high the title is with so many lines below it."""
    return _TITLE + _GAP + _LINE * below + (_BELOW_LINES if below else 0.0)


def _lines(canvas: Canvas, card: Card) -> list[tuple[Wordings, Color]]:
    """Return what stands below the title, with its colour."""
    below = [(line, canvas.theme.ink) for line in card.highlights]
    if card.notice:
        below = [(card.notice, canvas.accent.ink)]
    return [
        *([(card.meta, canvas.theme.muted)] if card.meta else []),
        *(((line,), fill) for line, fill in below),
    ]


def _header(
    canvas: Canvas, card: Card, news: Sequence[str], lines: Sequence[tuple[Wordings, Color]], rect: Rect
) -> None:
    """Draw the title; below it the first line, if that is `card.meta`, what is new, and the other lines."""
    badge = advance(card.badge, "semibold", HEAD) + 28
    name = Rect(rect.x, rect.y, rect.width - badge - 24, _TITLE)
    end = draw_title(canvas, card, name, (TITLE, SMALL_TITLE, NUMBER))
    pill = Rect(rect.right - badge, rect.y + 3, badge, 34)
    canvas.box(pill, canvas.accent.tint, canvas.accent.ink, radius=17, role="badge")
    canvas.label(pill, (card.badge,), face="semibold", size=HEAD, fill=canvas.accent.ink)
    places = [Rect(name.x, name.y, end - name.x, name.height)]
    above = bool(card.meta)
    if news:
        draw_news(canvas, card, news, Rect(rect.x, rect.y + 70.0 + _LINE * above, rect.width, 0), _LINE)
    for number, (wordings, fill) in enumerate(lines):
        y = rect.y + 70.0 + _LINE * (number if number < above else number + len(news))
        width = canvas.text(rect.x, y, choose(wordings, "regular", SMALL, rect.width), fill=fill)
        places.append(Rect(rect.x, y - SMALL, width, 1.3 * SMALL))
    for place, (kind, href) in zip(places, card.links, strict=False):
        canvas.link(place, href, f"{card.title}: {kind}")


def _main(
    canvas: Canvas, card: Card, found: tower.Framing, fitted: Sequence[insets.Fitted], rect: Rect
) -> None:
    width = tower.width(card.tower)
    left = rect.x + _CALLOUTS + _LEADERS
    body = Rect(left, rect.y, width, rect.height)
    places = tower.draw(canvas, found, body)
    column = Rect(body.right + _CONNECTORS, rect.y, _beside(card, rect.width), rect.height)
    margin = Rect(rect.x, rect.y, _CALLOUTS, rect.height)
    paragraphs: tuple[str, ...] = found.plan.notes
    below = {figure.part for figure in card.figures}
    while True:
        chosen = insets.choose(fitted, column.width, column.height, paragraphs)
        explained = below | insets.explained(chosen)
        labels = callouts.place((*found.plan.callouts, *card.callouts), margin, body, places, explained)
        # What finds no place beside the tower takes room of the insets, of which fewer may then be left.
        if set(paragraphs) >= {*found.plan.notes, *labels.left}:
            break
        paragraphs = (*found.plan.notes, *labels.left)
    places.anchors.extend(label.anchor for label in labels.placed)
    insets.draw(canvas, chosen, column, places, body.right)
    callouts.draw(canvas, labels.placed, margin, body)
