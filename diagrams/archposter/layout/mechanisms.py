"""Pictures of how a mixer remembers: matrices that fade, and tokens compressed to entries."""

from __future__ import annotations

from archposter.blocks.tree import Compression, Decay, State
from archposter.layout.canvas import Canvas
from archposter.layout.stretch import Stretch
from archposter.scene import Point, Rect
from archposter.theme import HEAD, SMALL

_CELLS = 8  # a matrix is drawn with so many cells along its longer side
_LEADING = 22.0
_PAD = 10.0
_STRIP = 6.0  # how wide the decay beside the matrix is drawn
_DECK = 3  # matrices that show behind the first: one a head
_DECK_STEP = 4.0
_ENTRIES = 3
_ROW_PAD = 2.5
_MOST_TOKENS = 4  # drawn for one entry; more are dots


def state_extent(state: State) -> Stretch:
    """Return the height of the matrix beside its lines."""
    lines = _LEADING * (len(state.rules) + 1)
    return Stretch(lines + 12.0, lines + 34.0)


def draw_state(canvas: Canvas, state: State, rect: Rect) -> None:
    """Draw the panel: a deck of matrices in their own proportion, what fades them, and their rules."""
    look = canvas.look(state.look)
    canvas.box(rect, look.fill, look.stroke, role="state")
    longer = max(state.rows, state.columns)
    rows, columns = (max(min(2, size), round(_CELLS * size / longer)) for size in (state.rows, state.columns))
    drawn = 1 if state.alone else _DECK
    deck = (drawn - 1) * _DECK_STEP
    strip = _STRIP + 4 if state.decay in ("head", "channel") else 0.0
    pad, room = (_PAD, _matrix_room(rect)) if state.names else (_PAD / 2, rect.width)
    unit = min((rect.height - 2 * pad - deck) / rows, (room - deck - strip) / columns)
    height, width = unit * rows, unit * columns
    left = rect.x + _PAD if state.names else rect.center_x - (strip + width + deck) / 2
    x = left + strip
    y = rect.center_y - (height - deck) / 2
    for behind in range(drawn - 1, 0, -1):
        place = Rect(x + behind * _DECK_STEP, y - behind * _DECK_STEP, width, height)
        canvas.box(place, look.text, look.fill, width=1.0, radius=2, role="matrix")
    canvas.box(Rect(x, y, width, height), look.text, look.fill, width=1.0, radius=2, role="matrix")
    for row in range(rows):
        for column in range(columns):
            side = (unit - 1.0) * _kept(state.decay, row, column, rows)
            edge = (unit - side) / 2
            cell = Rect(x + column * unit + edge, y + row * unit + edge, side, side)
            canvas.box(cell, look.fill, radius=1, role="matrix")
        if state.decay == "channel":
            side = (unit - 1.0) * _kept(state.decay, row, 0, rows)
            edge = (unit - side) / 2
            canvas.box(Rect(left, y + row * unit + edge, _STRIP, side), look.text, radius=1)
    if state.decay == "head":
        canvas.box(Rect(left, y, _STRIP, height), look.text, radius=1)
    beside = x + width + deck + 10
    lines = _LEADING * (len(state.rules) + 1)
    line = Rect(beside, rect.center_y - lines / 2, rect.right - beside - 6, _LEADING)
    canvas.label(line, state.names, face="semibold", size=HEAD, fill=look.text, align=0.0)
    for number, rule in enumerate(state.rules, 1):
        canvas.label(line.moved(0, number * _LEADING), rule, size=SMALL, fill=look.text, align=0.0)


def _kept(decay: Decay, row: int, column: int, rows: int) -> float:
    """Return how large a number of the state is drawn: what fades at a rate of its own differs in size."""
    if decay in ("head", "fixed"):
        return 0.7
    return 0.35 + 0.6 * ((row * 5 + column * 3 * (decay == "cell")) % rows) / rows


def _matrix_room(rect: Rect) -> float:
    return min(84.0, rect.width * 0.28)


def compression_extent() -> Stretch:
    """Return the height of tokens, the joins and the entries."""
    return Stretch(42.0, 60.0)


def draw_compression(canvas: Canvas, compression: Compression, rect: Rect) -> None:
    """Draw tokens below, entries above, and the tokens that each entry is made of."""
    look, off = canvas.look(compression.look), canvas.look("empty")
    pitch = rect.width / _ENTRIES
    drawn = min(compression.ratio, _MOST_TOKENS)
    side = min(pitch / drawn - 2.0, 8.0)
    row = Rect(rect.x, rect.bottom - side - 2 * _ROW_PAD, rect.width, side + 2 * _ROW_PAD)
    canvas.box(row, off.fill, off.stroke, width=0.9, radius=3, role="row")
    level = row.center_y
    entry = min(13.0, pitch - 6)
    for number in range(_ENTRIES):
        left = rect.x + number * pitch
        tokens = [left + (index + 0.5) * pitch / drawn for index in range(drawn)]
        if compression.ratio > _MOST_TOKENS:
            middle, tokens = tokens[1:-1], [tokens[0], tokens[-1]]
            for x in middle:
                canvas.disc(x, level, 1.2, canvas.theme.flow)
        for x in tokens:
            token = Rect(x - side / 2, level - side / 2, side, side)
            canvas.box(token, off.fill, canvas.theme.quiet, width=0.9, radius=1.5, role="square")
        center = left + pitch / 2
        on = not compression.chosen or number != 1
        place = Rect(center - entry / 2, rect.y, entry, entry)
        canvas.box(place, look.fill if on else off.fill, look.stroke, width=1.0, radius=2, role="square")
        first = left - pitch if compression.overlap and number else left
        for x in (first + 2, left + pitch - 2):
            canvas.line(
                [Point(x, row.y), Point(center, place.bottom + 2)],
                stroke=canvas.theme.quiet if x < left else canvas.theme.flow,
                width=1.0,
            )
