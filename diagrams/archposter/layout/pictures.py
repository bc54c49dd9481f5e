"""Pictures made of small squares and bars: head groups, grids of experts, masks, shares."""

from __future__ import annotations

from archposter.blocks.tree import Grid, HeadGroups, Masks, Shares
from archposter.layout.canvas import Canvas, choose
from archposter.layout.stretch import Stretch
from archposter.scene import Rect
from archposter.text.metrics import advance
from archposter.theme import SMALL

_SQUARE = Stretch(5.5, 20.0)
_GAP_SHARE = 0.18  # of a square's pitch
_LEAST_GROUP = 6.0
_WIDEST_GROUP = 110.0
_LEAST_QUERY = 5.0
_DOTS = 20.0
_WORD = 46.0  # left of the head groups: "Q", "K, V" stand there
_CAPTION = 24.0
_SHARE_ROW = Stretch(30.0, 42.0)
_MASK_GAP = 22.0


def grid_extent(grid: Grid, width: float) -> Stretch:
    """Return the grid's height when `width` is all it may take."""
    widest = width / len(grid.rows[0])
    return Stretch(min(_SQUARE.least, widest), min(_SQUARE.most, widest)) * len(grid.rows)


def draw_grid(canvas: Canvas, grid: Grid, rect: Rect) -> Rect:
    """Draw the grid as large as it fits, centred, and return where it is."""
    columns = len(grid.rows[0])
    pitch = min(rect.width / columns, rect.height / len(grid.rows), _SQUARE.most)
    place = Rect(rect.center_x - pitch * columns / 2, rect.center_y - pitch * len(grid.rows) / 2, 0, 0)
    place = Rect(place.x, place.y, pitch * columns, pitch * len(grid.rows))
    side = pitch * (1 - _GAP_SHARE)
    look, off = canvas.look(grid.look), canvas.look("empty")
    for row, squares in enumerate(grid.rows):
        for column, state in enumerate(squares):
            fill = {"on": look.fill, "off": off.fill, "shared": canvas.accent.ink}[state]
            stroke = {"on": look.stroke, "off": off.stroke, "shared": canvas.accent.ink}[state]
            square = Rect(place.x + column * pitch, place.y + row * pitch, side, side)
            canvas.box(square, fill, stroke, width=0.7, radius=min(1.5, side / 4), role="square")
    return place


def head_groups_extent(heads: HeadGroups, width: float) -> Stretch:
    """Return the height of the head groups: their rows of queries and the bar below."""
    _, _, _, rows = _head_columns(heads, width)
    return Stretch(min(11.0 * rows, 44.0), 19.0 * min(rows, 4)) + Stretch(18.0, 26.0)


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
    """Draw each key-value head as a bar below its query heads; dots stand for what is not shown."""
    shown, pitch, columns, rows = _head_columns(heads, rect.width)
    cut = shown < heads.key_value
    bar = min(18.0, rect.height * 0.34)
    queries = Rect(rect.x, rect.y, rect.width, rect.height - bar - 4)
    muted = canvas.theme.muted
    canvas.label(Rect(rect.x, rect.bottom - bar, _WORD - 8, bar), ("K, V",), fill=muted, align=0.0)
    canvas.label(Rect(rect.x, queries.y, _WORD - 8, queries.height), ("Q",), fill=muted, align=0.0)
    left = rect.x + _WORD + (rect.width - _WORD - (_DOTS if cut else 0.0) - pitch * shown) / 2
    width = pitch - min(6.0, pitch * _GAP_SHARE)
    shown_rows = min(rows, int(queries.height / _LEAST_QUERY) or 1)
    side_x, side_y = width / columns, queries.height / shown_rows
    per_group = heads.query // heads.key_value
    look = canvas.look(heads.look)
    for group in range(shown):
        x = left + group * pitch
        canvas.box(Rect(x, rect.bottom - bar, width, bar), canvas.accent.ink, radius=2, role="square")
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
    name_width = min(170.0, max(advance(share.name, "regular", SMALL) for share in shares.shares))
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
