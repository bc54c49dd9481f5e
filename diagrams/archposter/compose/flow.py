"""Pictures of one width that flow through columns: as few as can be, so that they are largest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from archposter.compose.mural import Panel
from archposter.scene import Frame, Rect, Size

_GUTTER: Final = 0.06
"""Between columns, of a column's width."""
_GAP: Final = 0.02
"""Between pictures, of a column's width."""
_MOST_LOOSE: Final = 3.0
"""How many times its gap pictures may stand apart where a column has room left."""
_MOST_COLUMNS: Final = 24


class Section(NamedTuple):
    """Pictures that belong together, with their roles: the first `kept` are not parted from the next.

    `again` stands above what goes on in another column.
    """

    pieces: tuple[tuple[Frame, str], ...]
    kept: int
    again: Frame


class _Placed(NamedTuple):
    frame: Frame
    role: str
    column: int
    top: float


def flow(sections: Sequence[Section], body: Size, least: int = 1) -> tuple[Panel, ...]:
    """Return the places of all pictures in order, down one column after another, at `least` so many."""
    for columns in range(least, max(least, _MOST_COLUMNS) + 1):
        width = body.width / (columns + (columns - 1) * _GUTTER)
        placed = _run(sections, width, body.height)
        if placed and placed[-1].column < columns:
            break
    # As even as can be: the lowest height at which they still fit.
    low, high = body.height / 2, body.height
    for _ in range(16):
        middle = (low + high) / 2
        lower = _run(sections, width, middle)
        if lower and lower[-1].column < columns:
            high, placed = middle, lower
        else:
            low = middle
    return tuple(_panels(placed, width, body))


def _run(sections: Sequence[Section], width: float, height: float) -> list[_Placed]:
    """Return where pictures come to stand; nothing where one is higher than a column."""
    placed: list[_Placed] = []
    column, top = 0, 0.0
    for section in sections:
        highs = [_high(frame, width) for frame, _ in section.pieces]
        for number, (frame, role) in enumerate(section.pieces):
            together = (
                highs[number : section.kept + 1] if number <= section.kept else highs[number : number + 1]
            )
            needed = sum(together) + _GAP * width * (len(together) - 1)
            if top and top + needed > height:
                column, top = column + 1, 0.0
                if number:
                    placed.append(_Placed(section.again, "again", column, top))
                    top = _high(section.again, width) + _GAP * width
            if top + highs[number] > height:
                return []
            placed.append(_Placed(frame, role, column, top))
            top += highs[number] + _GAP * width
    return placed


def _high(frame: Frame, width: float) -> float:
    return frame.size.height * width / frame.size.width


def _panels(placed: Sequence[_Placed], width: float, body: Size) -> list[Panel]:
    """Return the places; pictures of a column move apart where it has room, but for the last column."""
    panels = []
    last = placed[-1].column
    for column in range(last + 1):
        own = [one for one in placed if one.column == column]
        end = own[-1].top + _high(own[-1].frame, width)
        loose = min((body.height - end) / max(1, len(own) - 1), (_MOST_LOOSE - 1) * _GAP * width)
        x = column * width * (1 + _GUTTER)
        for number, one in enumerate(own):
            y = one.top + number * (loose if column < last else 0.0)
            panels.append(Panel(one.frame, Rect(x, y, width, _high(one.frame, width)), one.role))
    return panels
