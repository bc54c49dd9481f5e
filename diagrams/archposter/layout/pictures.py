"""Pictures made of small squares and bars: head groups, grids of experts, masks, shares."""

from typing import NamedTuple

from archposter.blocks.tree import Grid, HeadGroups, Mask, Masks, Shares
from archposter.layout.canvas import Canvas, choose
from archposter.layout.stretch import Stretch
from archposter.scene import Point, Rect
from archposter.text.metrics import advance
from archposter.text.wrap import wrap
from archposter.theme import SMALL

_LEAST_BARS = 12.0  # what names leave to bars
_SQUARE = Stretch(4.0, 22.0)
_GAP_SHARE = 0.18  # of a square's pitch
_GROUP_SPACE = 4.0
_FEW_ROWS = 48.0  # few squares are drawn so large that their rows are this high together
_LEAST_WHEN_FEW = 16.0
_LEAST_DASHED = 8.0
_LEAST_GROUP = 6.0
_WIDEST_GROUP = 290.0
_LEAST_QUERY = 5.0
_LEAST_SPACE, _MOST_SPACE = 2.4, 6.0  # between groups, outlines included
_DOTS = 20.0
_CAPTION = 24.0
_SHARE_ROW = Stretch(30.0, 42.0)
_LEADING = 21.0
_MASK_GAP = 22.0
_LEAST_MASK, _MOST_MASK = 80.0, 170.0
_SINK = 7.0  # how far before the first token a sink is drawn
_LEAST_REACH = 2.0


def _pitch(grid: Grid, width: float, height: float) -> float:
    """Return how far apart squares stand: groups are a space apart."""
    spaces = (grid.groups - 1) * _GROUP_SPACE
    return min(width / len(grid.rows[0]), (height - spaces) / len(grid.rows), _SQUARE.most)


def grid_extent(grid: Grid, width: float) -> Stretch:
    """Return the grid's height when `width` is all it may take."""
    widest = width / len(grid.rows[0])
    spaces = (grid.groups - 1) * _GROUP_SPACE
    least = max(_SQUARE.least, min(_LEAST_WHEN_FEW, _FEW_ROWS / len(grid.rows)))
    rows = Stretch(min(least, widest), min(_SQUARE.most, widest)) * len(grid.rows)
    return rows + Stretch(spaces, spaces)


def grid_place(grid: Grid, rect: Rect) -> Rect:
    """Return where the grid lies in `rect`: as large as it fits, centred."""
    pitch = _pitch(grid, rect.width, rect.height)
    width = pitch * len(grid.rows[0])
    height = pitch * len(grid.rows) + (grid.groups - 1) * _GROUP_SPACE
    return Rect(rect.center_x - width / 2, rect.center_y - height / 2, width, height)


def draw_grid(canvas: Canvas, grid: Grid, rect: Rect) -> Rect:
    """Draw the grid as large as it fits, centred, and return where it is."""
    place = grid_place(grid, rect)
    pitch = _pitch(grid, rect.width, rect.height)
    side = pitch * (1 - _GAP_SHARE)
    look, off = canvas.look(grid.look), canvas.look("empty")
    # What is lit has the kind's outline for its colour: a square is too small for a pale fill.
    fills = {"on": look.stroke, "off": off.fill, "zero": canvas.look("inset").fill}
    strokes = {"on": look.stroke, "off": off.stroke, "zero": look.stroke}
    per_group = len(grid.rows) // grid.groups
    inset = pitch * _GAP_SHARE / 2
    for group in grid.open_groups:
        y = place.y + group * (per_group * pitch + _GROUP_SPACE)
        band = Rect(place.x - 2, y - 2 + inset, place.width + 4, per_group * pitch + 4 - 2 * inset)
        canvas.box(band, canvas.theme.card.fill, look.stroke, width=0.9, radius=3, role="group")
    for row, squares in enumerate(grid.rows):
        y = place.y + row * pitch + row // per_group * _GROUP_SPACE + inset
        for column, state in enumerate(squares):
            square = Rect(place.x + column * pitch + inset, y, side, side)
            dash = (1.6, 1.6) if state == "zero" and side > _LEAST_DASHED else ()
            width = 1.0 if dash else 0.7
            radius = min(1.5, side / 4)
            canvas.box(
                square, fills[state], strokes[state], width=width, radius=radius, dash=dash, role="square"
            )
    return place


_BARS = {True: ("K = V",), False: ("K", "V")}
_LANE = 24.0  # where an arrow passes the rows below the one that it enters
_ROW_GAP = 3.0
_BAR_ROW = Stretch(17.0, 24.0)


class HeadRows(NamedTuple):
    """Where the rows of queries, keys and values lie; with keys that are values the last two are one."""

    q: Rect
    k: Rect
    v: Rect


def head_groups_extent(heads: HeadGroups, width: float) -> Stretch:
    """Return the height of the head groups: their rows of queries and the bars below."""
    _, _, _, rows = _head_columns(heads, width)
    bars = len(_BARS[heads.unified])
    queries = Stretch(min(11.0 * rows, 44.0) + 6.0, 19.0 * min(rows, 4) + 6.0)
    return queries + (_BAR_ROW + Stretch(_ROW_GAP, _ROW_GAP)) * bars


def head_rows(heads: HeadGroups, rect: Rect) -> HeadRows:
    """Return the rows: keys lowest, each wider than the one below, so that arrows reach all from below."""
    bar = min(_BAR_ROW.most, max(_BAR_ROW.least, rect.height * 0.24))
    left, right = rect.x + _LANE, rect.right - _LANE
    top, width = rect.bottom - bar, rect.right - left
    if heads.unified:
        k = v = Rect(left, top, width, bar)
    else:
        k = Rect(left, top, right - left, bar)
        v = Rect(left, top - _ROW_GAP - bar, width, bar)
    return HeadRows(Rect(rect.x, rect.y, rect.width, v.y - _ROW_GAP - rect.y), k, v)


def entries(heads: HeadGroups, rect: Rect) -> HeadRows:
    """Return the part of each row that nothing stands below."""
    rows = head_rows(heads, rect)
    v = rows.v if heads.unified else Rect(rows.v.right - _LANE, rows.v.y, _LANE, rows.v.height)
    return HeadRows(rows.q._replace(width=_LANE), rows.k, v)


def _head_columns(heads: HeadGroups, width: float) -> tuple[int, float, int, int]:
    """Return how many groups are shown, their pitch, and the columns and rows of their queries."""
    room = width - 2 * _LANE - _word(heads)
    shown = heads.key_value
    if room / shown < _LEAST_GROUP:
        shown = int((room - _DOTS) // _LEAST_GROUP)
        room -= _DOTS
    pitch = min(room / shown, _WIDEST_GROUP)
    per_group = heads.query // heads.key_value
    most = max(1, int(pitch * (1 - _GAP_SHARE) / _LEAST_QUERY))
    even = [
        columns for columns in range(1, most + 1) if per_group % columns == 0 and per_group // columns <= 4
    ]
    rows = per_group // even[-1] if even else -(-per_group // most)
    return shown, pitch, -(-per_group // rows), rows


def _word(heads: HeadGroups) -> float:
    """Return the width of the rows' names, with a space before and after."""
    return max(advance(name, "regular", SMALL) for name in ("Q", *_BARS[heads.unified])) + 16.0


def draw_head_groups(canvas: Canvas, heads: HeadGroups, rect: Rect) -> None:
    """Draw each key-value head as bars below its query heads; dots stand for what is not shown.

    The bars of keys and values are as thick as their heads are wide, one against the other.
    """
    shown, pitch, columns, rows = _head_columns(heads, rect.width)
    places, look, empty, quiet = (
        *(head_rows(heads, rect), canvas.look(heads.look), canvas.look("empty")),
        canvas.theme.quiet,
    )
    left, word = rect.x + _LANE, _word(heads)
    for name, row in zip(("Q", *_BARS[heads.unified]), places, strict=False):
        canvas.box(row, empty.fill, empty.stroke, width=1.0, radius=4, role="row")
        label = Rect(left + 8, row.y, word, row.height)
        canvas.label(label, (name,), fill=canvas.theme.muted, align=0.0)
    cut = shown < heads.key_value
    room = rect.width - 2 * _LANE - word - (_DOTS if cut else 0.0)
    space = min(_MOST_SPACE, max(_LEAST_SPACE, pitch * _GAP_SHARE))
    first, width = left + word + (room - pitch * shown) / 2, pitch - space
    widest = max(heads.key_width, heads.value_width)
    for row, size, fill in ((places.k, heads.key_width, quiet), (places.v, heads.value_width, empty.fill)):
        if row is places.v and heads.unified:
            break
        thick = max(3.0, (row.height - 9) * size / widest)
        for group in range(shown):
            place = Rect(first + group * pitch, row.center_y - thick / 2, width, thick)
            canvas.box(place, fill, quiet, width=1.2, radius=min(2.0, width / 4), role="square")
    queries = places.q.inset(0, 3)
    shown_rows = min(rows, int(queries.height / _LEAST_QUERY) or 1)
    side_x, side_y = width / columns, queries.height / shown_rows
    per_group = heads.query // heads.key_value
    for group in range(shown):
        x = first + group * pitch
        for head in range(min(per_group, columns * shown_rows)):
            row_number, column = divmod(head, columns)
            gap = min(2.0, side_x * 0.2)
            square = Rect(
                x + column * side_x + gap / 2, queries.y + row_number * side_y + 1, side_x - gap, side_y - 2.0
            )
            canvas.box(square, look.fill, radius=min(2.0, side_x * 0.2), role="square")
    if cut:
        for dot in range(3):
            canvas.disc(first + shown * pitch + 4 + 5 * dot, places.q.center_y, 1.4, canvas.theme.flow)


def masks_extent(masks: Masks, width: float) -> Stretch:
    """Return the height of masks side by side with their captions."""
    each = (width - _MASK_GAP * (len(masks.masks) - 1)) / len(masks.masks)
    return Stretch(_LEAST_MASK, max(_LEAST_MASK, min(each, _MOST_MASK))) + Stretch(_CAPTION, _CAPTION)


def draw_masks(canvas: Canvas, masks: Masks, rect: Rect) -> None:
    """Draw the masks, queries downwards and keys to the right, each above its caption."""
    each = (rect.width - _MASK_GAP * (len(masks.masks) - 1)) / len(masks.masks)
    fitting = [choose(mask.wordings, "regular", SMALL, each) for mask in masks.masks]
    # All captions are cut to the same measure, so that they can be compared.
    level = max(
        mask.wordings.index(word) if word in mask.wordings else len(mask.wordings) - 1
        for mask, word in zip(masks.masks, fitting, strict=True)
    )
    side = min(each - 2 * _SINK, rect.height - _CAPTION - 2)
    for number, mask in enumerate(masks.masks):
        x = rect.x + number * (each + _MASK_GAP)
        _mask(canvas, mask, Rect(x + (each - side) / 2, rect.y, side, side))
        caption = Rect(x, rect.bottom - _CAPTION, each, _CAPTION)
        canvas.label(caption, mask.wordings[level:])


def _mask(canvas: Canvas, mask: Mask, place: Rect) -> None:
    """Draw what each token sees, true to scale but for what would be too thin; the sink stands before."""
    empty = canvas.look("empty")
    canvas.box(place, empty.fill, empty.stroke, width=1.0, radius=0, role="row")
    side = place.width
    reach = max(_LEAST_REACH, mask.share * side)
    if mask.reach == "chunked":
        count = max(1, round(side / reach))
        starts = [place.x + side * number / count for number in range(count)]
        shapes = [[(x, x), (x, x + side / count), (x + side / count, x + side / count)] for x in starts]
    else:
        end = place.x + side
        shapes = [[(place.x, place.x), (place.x, place.x + reach), (end - reach, end), (end, end)]]
    for shape in shapes:
        points = [Point(x, y - place.x + place.y) for x, y in shape]
        canvas.polygon(points, canvas.look(mask.reach).stroke, "mask")
    if mask.sink:
        canvas.box(
            Rect(place.x - _SINK, place.y, _SINK - 3, side),
            canvas.look(mask.reach).stroke,
            radius=0,
            role="mask",
        )


def _names(shares: Shares, width: float) -> tuple[float, list[tuple[str, ...]]]:
    """Return how wide names are at most beside values and bars, and each in lines."""
    value_width = max(advance(share.value, "semibold", SMALL) for share in shares.shares)
    widest = max(advance(share.name, "regular", SMALL) for share in shares.shares)
    room = min(widest + 0.01, width - value_width - _LEAST_BARS - 24)
    return room, [wrap(share.name, "regular", SMALL, room) for share in shares.shares]


def shares_extent(shares: Shares, width: float) -> Stretch:
    """Return the height of one bar a share."""
    further = _LEADING * (max(map(len, _names(shares, width)[1])) - 1)
    return (_SHARE_ROW + Stretch(further, further)) * len(shares.shares)


def draw_shares(canvas: Canvas, shares: Shares, rect: Rect) -> None:
    """Draw name, bar and value of each share; the longest bar takes the width that is left."""
    value_width = max(advance(share.value, "semibold", SMALL) for share in shares.shares)
    name_width, names = _names(shares, rect.width)
    bars = Rect(rect.x + name_width + 12, rect.y, rect.width - name_width - value_width - 24, rect.height)
    row = rect.height / len(shares.shares)
    largest = max(share.fraction for share in shares.shares)
    for number, share in enumerate(shares.shares):
        y = rect.y + number * row
        look = canvas.look(share.look)
        lines = names[number]
        for place, line in enumerate(lines):
            above = (place - (len(lines) - 1) / 2) * _LEADING
            canvas.label(Rect(rect.x, y + above, name_width, row), (line,), align=0.0)
        length = max(2.0, bars.width * share.fraction / largest)
        bar = Rect(bars.x, y + row * 0.22, length, row * 0.56)
        canvas.box(bar, look.fill, look.stroke, width=1.0, radius=3, role="bar")
        canvas.label(Rect(bar.right + 8, y, value_width + 4, row), (share.value,), face="semibold", align=0.0)
