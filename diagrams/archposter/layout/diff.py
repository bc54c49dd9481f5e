"""Two models side by side: towers at the sides, what differs between them, counts and layers below."""

from __future__ import annotations

from collections.abc import Sequence

from archposter.blocks.diff import Diff, Side
from archposter.blocks.tree import Callout, Tower
from archposter.layout import callouts, diff_counts, diff_topics, strips, tower
from archposter.layout.canvas import Canvas
from archposter.layout.heading import draw_title
from archposter.scene import Frame, Rect, Size
from archposter.text.metrics import advance
from archposter.theme import HEAD, NUMBER, SMALL_TITLE, TITLE, Theme

MARGIN = 40.0
_COUNTS = 84.0
_LEADERS = 20.0
_BETWEEN = 52.0
_TABLE = 470.0
_TITLE = 40.0
_GAP = 26.0
_BADGE = 34.0
_PILL_GAP = 16.0
_SUMMARY = 30.0
_EASE = 0.3  # how loose the towers stand when nothing else sets their height
_TALL = 1000.0  # what they may take for themselves
_LOOSEST = 1.7  # the shorter one is stretched towards the other
_RING = 6.0  # room for a ring around what stands at the edge


def diff_frame(diff: Diff, theme: Theme) -> Frame:
    """Lay the comparison out; it is as high as the towers and the table between them need."""
    canvases = tuple(Canvas(theme.side(place), "") for place in range(len(diff.sides)))
    paper = Canvas(theme, "")
    widths = [tower.width(side.tower) for side in diff.sides]
    margin = MARGIN + _COUNTS + _LEADERS
    width = 2 * (margin + _BETWEEN) + sum(widths) + _TABLE
    head = MARGIN + _TITLE + 14 + _BADGE + _GAP + _SUMMARY
    table = diff_topics.blocks(diff.topics, _TABLE)
    height = max(
        diff_topics.height(table),
        *(min(_TALL, tower.framing(side.tower, _TALL).height.at(_EASE)) for side in diff.sides),
    )
    bodies = (
        Rect(margin, head, widths[0], height),
        Rect(width - margin - widths[1], head, widths[1], height),
    )
    places = []
    for canvas, side, body in zip(canvases, diff.sides, bodies, strict=True):
        places.append(tower.draw(canvas, tower.framing(side.tower, body.height), body, _LOOSEST))
        left = body.x < width / 2
        column = Rect(MARGIN if left else width - MARGIN - _COUNTS, head, _COUNTS, height)
        labels = callouts.place(side.callouts, column, body, places[-1])
        callouts.draw(canvas, labels.placed, column, body)
        _header(canvas, side, Rect(MARGIN, MARGIN, width - 2 * MARGIN, _TITLE), 0.0 if left else 1.0)
    middle = Rect(bodies[0].right + _BETWEEN, head, _TABLE, height)
    summary = Rect(middle.x, head - _SUMMARY, middle.width, _SUMMARY)
    alone = not any(any(block.topic.keys) for block in table)
    paper.label(summary, (diff.summary,), face="semibold", size=NUMBER if alone else HEAD)
    diff_topics.draw(paper, canvases, table, middle, bodies, tuple(places))
    y = head + height + _GAP
    whole = Rect(MARGIN, y, width - 2 * MARGIN, diff_counts.HEIGHT)
    diff_counts.draw(paper, canvases, diff.pairs, whole)
    y = whole.bottom + _GAP
    most = max(len(side.layer_map.columns) for side in diff.sides)
    for canvas, side in zip(canvases, diff.sides, strict=True):
        name = f"{side.title} {side.size}".strip()
        strip = Rect(MARGIN, y, whole.width, strips.map_height(side.layer_map, whole.width, name))
        strips.draw_map(canvas, side.layer_map, strip, name, most)
        y = strip.bottom + _GAP / 2
    size = Size(width, round(y - _GAP / 2 + MARGIN))
    ground = Canvas(theme, "")
    ground.box(Rect(0, 0, size.width, size.height), theme.card.fill, radius=0, role="card")
    items = (*ground.items, *canvases[0].items, *canvases[1].items, *paper.items)
    titles = [f"{side.title} {side.size}".strip() for side in diff.sides]
    return Frame(size, items, " and ".join(titles), diff.description)


def side_frame(side: Tower, counts: Sequence[Callout], title: str, family: str, theme: Theme) -> Frame:
    """Lay out one tower with its counts at the left, for a page that sets another beside it."""
    canvas = Canvas(theme, family)
    left, width = _COUNTS + _LEADERS, tower.width(side)
    framing = tower.framing(side, _TALL)
    body = Rect(left, _RING, width, framing.height.at(_EASE))
    places = tower.draw(canvas, framing, body)
    column = Rect(0.0, body.y, _COUNTS, body.height)
    callouts.draw(canvas, callouts.place(counts, column, body, places).placed, column, body)
    size = Size(body.right + _RING, round(body.bottom + _RING))
    return Frame(size, tuple(canvas.items), title)


def _header(canvas: Canvas, side: Side, rect: Rect, align: float) -> None:
    """Draw the title and the type of decoder at the side of the page."""
    half = rect.width / 2 - _GAP
    name = Rect(rect.x + align * (rect.width - half), rect.y, half, rect.height)
    draw_title(canvas, side, name, (TITLE, SMALL_TITLE, NUMBER), align)
    width = advance(side.badge, "semibold", HEAD) + 28
    pill = Rect(rect.x + align * (rect.width - width), rect.bottom + 14, width, _BADGE)
    canvas.box(pill, canvas.accent.tint, canvas.accent.ink, radius=17, role="badge")
    canvas.label(pill, (side.badge,), face="semibold", size=HEAD, fill=canvas.accent.ink)
    room = half - width - _PILL_GAP
    line = Rect(pill.x - _PILL_GAP - room if align else pill.right + _PILL_GAP, pill.y, room, pill.height)
    canvas.label(line, side.meta, fill=canvas.theme.muted, align=align)
