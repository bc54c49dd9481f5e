"""Pictures made of small squares and bars: head groups, grids of experts, masks, shares."""

from __future__ import annotations

from archposter.blocks.tree import Grid, HeadGroups, Masks, Shares
from archposter.layout.canvas import Canvas, choose
from archposter.layout.stretch import Stretch
from archposter.scene import Rect
from archposter.text.metrics import advance
from archposter.theme import SMALL

_SQUARE = Stretch(5.0, 22.0)
_GAP_SHARE = 0.18  # of a square's pitch
_GROUP_SPACE = 4.0
_FEW_ROWS = 48.0  # few squares are drawn so large that their rows are this high together
_LEAST_WHEN_FEW = 16.0
_LEAST_DASHED = 8.0
_LEAST_GROUP = 6.0
_WIDEST_GROUP = 290.0
_LEAST_QUERY = 5.0
_DOTS = 20.0
_WORD = 54.0  # left of the head groups: "Q", "K", "V" stand there
_CAPTION = 24.0
_SHARE_ROW = Stretch(30.0, 42.0)
_MASK_GAP = 22.0


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
    quiet = canvas.theme.quiet
    fills = {"on": look.stroke, "off": off.fill, "shared": quiet, "zero": canvas.look("inset").fill}
    strokes = {"on": look.stroke, "off": off.stroke, "shared": quiet, "zero": look.stroke}
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


def head_groups_extent(heads: HeadGroups, width: float) -> Stretch:
    """Return the height of the head groups: their rows of queries and the bars below."""
    _, _, _, rows = _head_columns(heads, width)
    bars = len(_BARS[heads.unified])
    return Stretch(min(11.0 * rows, 44.0), 19.0 * min(rows, 4)) + Stretch(17.0, 22.0) * bars


def _head_columns(heads: HeadGroups, width: float) -> tuple[int, float, int, int]:
    """Return how many groups are shown, their pitch, and the columns and rows of their queries."""
    room = width - _WORD
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
    columns = even[-1] if even else min(most, per_group)
    return shown, pitch, columns, -(-per_group // columns)


def draw_head_groups(canvas: Canvas, heads: HeadGroups, rect: Rect) -> None:
    """Draw each key-value head as bars below its query heads; dots stand for what is not shown.

    The bars of keys and values are as thick as their heads are wide, one against the other.
    """
    shown, pitch, columns, rows = _head_columns(heads, rect.width)
    cut = shown < heads.key_value
    names = _BARS[heads.unified]
    bar = min(22.0, max(17.0, rect.height * 0.24))
    queries = Rect(rect.x, rect.y, rect.width, rect.height - bar * len(names) - 2)
    look, quiet = canvas.look(heads.look), canvas.theme.quiet
    left = rect.x + _WORD + (rect.width - _WORD - (_DOTS if cut else 0.0) - pitch * shown) / 2
    width = pitch - min(6.0, pitch * _GAP_SHARE)
    widest = max(heads.key_width, heads.value_width)
    sizes = (heads.key_width, heads.value_width)
    fills = ((quiet, quiet), (canvas.theme.card.fill, quiet))
    for number, (name, size, (fill, stroke)) in enumerate(zip(names, sizes, fills, strict=False)):
        lane = Rect(rect.x, queries.bottom + 2 + number * bar, _WORD - 6, bar)
        canvas.label(lane, (name,), fill=canvas.theme.muted, align=0.0)
        thick = max(3.0, (bar - 5) * size / widest)
        for group in range(shown):
            place = Rect(left + group * pitch, lane.center_y - thick / 2, width, thick)
            canvas.box(place, fill, stroke, width=0.9, radius=2, role="square")
    canvas.label(
        Rect(rect.x, queries.y, _WORD - 6, queries.height), ("Q",), fill=canvas.theme.muted, align=0.0
    )
    shown_rows = min(rows, int(queries.height / _LEAST_QUERY) or 1)
    side_x, side_y = width / columns, queries.height / shown_rows
    per_group = heads.query // heads.key_value
    for group in range(shown):
        x = left + group * pitch
        for head in range(min(per_group, columns * shown_rows)):
            row, column = divmod(head, columns)
            gap = min(2.0, side_x * 0.2)
            square = Rect(x + column * side_x + gap / 2, queries.y + row * side_y, side_x - gap, side_y - 2.0)
            canvas.box(square, look.fill, radius=min(2.0, side_x * 0.2), role="square")
    if cut:
        for dot in range(3):
            canvas.disc(left + shown * pitch + 4 + 5 * dot, rect.center_y, 1.4, canvas.theme.flow)


def masks_extent(masks: Masks, width: float) -> Stretch:
    """Return the height of masks side by side with their captions."""
    each = (width - _MASK_GAP * (len(masks.masks) - 1)) / len(masks.masks)
    heights = [grid_extent(mask.grid, each) for mask in masks.masks]
    return Stretch(80.0, max(80.0, *(height.most for height in heights))) + Stretch(_CAPTION, _CAPTION)


def draw_masks(canvas: Canvas, masks: Masks, rect: Rect) -> None:
    """Draw the masks, queries downwards and keys to the right, each above its caption."""
    each = (rect.width - _MASK_GAP * (len(masks.masks) - 1)) / len(masks.masks)
    fitting = [choose(mask.wordings, "regular", SMALL, each) for mask in masks.masks]
    # All captions are cut to the same measure, so that they can be compared.
    level = max(
        mask.wordings.index(word) if word in mask.wordings else len(mask.wordings) - 1
        for mask, word in zip(masks.masks, fitting, strict=True)
    )
    for number, mask in enumerate(masks.masks):
        x = rect.x + number * (each + _MASK_GAP)
        draw_grid(canvas, mask.grid, Rect(x, rect.y, each, rect.height - _CAPTION - 2))
        caption = Rect(x, rect.bottom - _CAPTION, each, _CAPTION)
        canvas.label(caption, mask.wordings[level:])


def shares_extent(shares: Shares) -> Stretch:
    """Return the height of one bar a share."""
    return _SHARE_ROW * len(shares.shares)


def draw_shares(canvas: Canvas, shares: Shares, rect: Rect) -> None:
    """Draw name, bar and value of each share; the longest bar takes the width that is left."""
    name_width = min(200.0, max(advance(share.name, "regular", SMALL) for share in shares.shares))
    value_width = max(advance(share.value, "semibold", SMALL) for share in shares.shares)
    bars = Rect(rect.x + name_width + 12, rect.y, rect.width - name_width - value_width - 24, rect.height)
    row = rect.height / len(shares.shares)
    largest = max(share.fraction for share in shares.shares)
    for number, share in enumerate(shares.shares):
        y = rect.y + number * row
        look = canvas.look(share.look)
        canvas.label(Rect(rect.x, y, name_width, row), (share.name,), align=0.0)
        length = max(2.0, bars.width * share.fraction / largest)
        bar = Rect(bars.x, y + row * 0.22, length, row * 0.56)
        canvas.box(bar, look.fill, look.stroke, width=1.0, radius=3, role="bar")
        canvas.label(Rect(bar.right + 8, y, value_width + 4, row), (share.value,), face="semibold", align=0.0)
