"""Diagrams inside insets: nodes on a grid, data flowing upwards along straight lines and one bend."""

from __future__ import annotations

from archposter.blocks.tree import (
    Cell,
    Compression,
    Diagram,
    Edge,
    Grid,
    HeadGroups,
    Node,
    Note,
    Op,
    Pass,
    Sign,
    State,
    Words,
)
from archposter.layout.canvas import CORNER, Canvas
from archposter.layout.cells import LEADING, draw_cell, draw_op, set_lines
from archposter.layout.mechanisms import (
    compression_extent,
    draw_compression,
    draw_state,
    state_extent,
)
from archposter.layout.pictures import (
    draw_grid,
    draw_head_groups,
    entries,
    grid_extent,
    grid_place,
    head_groups_extent,
)
from archposter.layout.streams import draw_sign
from archposter.layout.stretch import MORE, NOTHING, OP, Stretch, highest, total
from archposter.scene import Point, Rect
from archposter.text.metrics import advance, cap_height
from archposter.theme import SMALL

_COLUMN_GAP = 7.0
_ROW_GAP = Stretch(10.0, 24.0)
_NAME = Stretch(24.0, 38.0)
_NAME_AND_DETAIL = Stretch(42.0, 60.0)
_CORNER = 13.0
_WORDS = Stretch(20.0, 22.0)
_PANEL = 5.0  # around a grid of squares
_EXIT = Stretch(12.0, 16.0)
_INWARDS = 5.0  # how far from a corner a line that comes from the side enters


def extent(diagram: Diagram, width: float) -> Stretch:
    """Return the diagram's height at a width."""
    rows = _rows(diagram, width)
    return total([*rows.values(), _ROW_GAP * (len(rows) - 1), *[_EXIT] * bool(_exits(diagram))])


def _exits(diagram: Diagram) -> list[str]:
    """Return the operators that nothing follows: an arrow leads out of each."""
    starts = {edge.start for edge in diagram.edges}
    if not starts:
        return []
    return [node.name for node in diagram.nodes if isinstance(node.block, Op) and node.name not in starts]


def draw(canvas: Canvas, diagram: Diagram, rect: Rect, t: float) -> None:
    """Draw nodes and edges; `t` is how loose the rows stand."""
    y = rect.bottom
    rows: dict[int, tuple[float, float]] = {}
    for row, high in _rows(diagram, rect.width).items():
        rows[row] = y, high.at(t)
        y -= high.at(t) + _ROW_GAP.at(t)
    places: dict[str, Rect] = {}
    for node in diagram.nodes:
        x, width = _columns(diagram, node, rect.width)
        bottom, height = rows[node.row]
        place = Rect(rect.x + x, bottom - height, width, height)
        places[node.name] = _natural(canvas, node, place)
        if isinstance(node.block, HeadGroups):
            for name, entry in entries(node.block, place)._asdict().items():
                places[f"{node.name} {name}"] = entry
    for edge in diagram.edges:
        _route(canvas, edge, places[edge.start], places[edge.end], _ROW_GAP.at(t))
    for name in _exits(diagram):
        place = places[name]
        out = [Point(place.center_x, place.y), Point(place.center_x, place.y - _EXIT.at(t))]
        canvas.line(out, arrow=True, role="exit")
    for node in diagram.nodes:
        _draw_node(canvas, node, places[node.name])


def _rows(diagram: Diagram, width: float) -> dict[int, Stretch]:
    """Return the height of each row, from below."""
    rows: dict[int, list[Stretch]] = {}
    for node in diagram.nodes:
        rows.setdefault(node.row, []).append(_extent(node, _columns(diagram, node, width)[1]))
    return {row: highest(rows[row]) for row in sorted(rows)}


def _columns(diagram: Diagram, node: Node, width: float) -> tuple[float, float]:
    """Return a node's left edge and width."""
    unit = (width - _COLUMN_GAP * (len(diagram.weights) - 1)) / sum(diagram.weights)
    left = sum(diagram.weights[: node.column]) * unit + node.column * _COLUMN_GAP
    own = diagram.weights[node.column : node.column + node.span]
    return left, sum(own) * unit + (len(own) - 1) * _COLUMN_GAP


def _extent(node: Node, width: float) -> Stretch:
    match node.block:
        case Cell():
            return _cell_extent(node.block, width)
        case Op():
            return OP
        case Pass():
            return NOTHING
        case Sign():
            return OP
        case Words():
            return _WORDS
        case Note(lines=lines):
            return Stretch(LEADING, LEADING) * float(len(lines))
        case HeadGroups() as heads:
            return head_groups_extent(heads, width)
        case Grid() as grid:
            return grid_extent(grid, width - 2 * _PANEL) + Stretch(2 * _PANEL, 2 * _PANEL)
        case State() as state:
            return state_extent(state)
        case Compression():
            return compression_extent()


def _cell_extent(cell: Cell, width: float) -> Stretch:
    names, details = set_lines(cell, width)
    further = MORE * float(len(names) - 1 + max(0, len(details) - 1))
    return (_NAME_AND_DETAIL if cell.details or details else _NAME) + further


def _natural(canvas: Canvas, node: Node, place: Rect) -> Rect:
    """Return the part of its place that a node takes: operators and words are only as wide as they are."""
    match node.block:
        case Op():
            return Rect(place.center_x - OP.least / 2, place.center_y - OP.least / 2, OP.least, OP.least)
        case Words(wordings=wordings):
            width = min(place.width, advance(wordings[0], "regular", SMALL) + 8)
            return Rect(place.center_x - width / 2, place.center_y - _WORDS.least / 2, width, _WORDS.least)
        case Pass():
            return Rect(place.center_x, place.y, 0.0, place.height)
        case Grid() as grid:
            return grid_place(grid, place.inset(_PANEL)).inset(-_PANEL)
        case Cell():
            height = min(place.height, _cell_extent(node.block, place.width).most)
            return Rect(place.x, place.center_y - height / 2, place.width, height)
        case _:
            return place


def _draw_node(canvas: Canvas, node: Node, place: Rect) -> None:
    match node.block:
        case Cell() as cell:
            draw_cell(canvas, cell, place)
            _mark(canvas, cell, place)
        case Op() as op:
            draw_op(canvas, op, Point(place.center_x, place.center_y))
        case Sign(mark=mark):
            draw_sign(canvas, mark, place)
        case Pass():
            canvas.line([Point(place.x, place.bottom), Point(place.x, place.y)])
        case Words(wordings=wordings):
            canvas.label(place, wordings, fill=canvas.theme.muted)
        case Note(lines=lines):
            for number, wordings in enumerate(lines):
                y = place.center_y + (number - len(lines) / 2) * LEADING
                canvas.label(Rect(place.x, y, place.width, LEADING), wordings, align=0.0)
        case HeadGroups() as heads:
            draw_head_groups(canvas, heads, place)
        case Grid() as grid:
            look = canvas.look("inset")
            canvas.box(place, look.fill, look.stroke, width=0.9, radius=5, role="row")
            draw_grid(canvas, grid, place.inset(_PANEL))
        case State() as state:
            draw_state(canvas, state, place)
        case Compression() as compression:
            draw_compression(canvas, compression, place)


def _mark(canvas: Canvas, cell: Cell, place: Rect) -> None:
    """Draw what a box says without words: that it is cached, and the share that it works on."""
    if cell.cached:
        # The corner keeps off the name: it is as large as the space beside and above that lets it be.
        names, details = set_lines(cell, place.width)
        beside = (place.width - advance(names[0], "regular", SMALL)) / 2
        lines = len(names) + len(details)
        above = (place.height - (lines - 1) * LEADING - cap_height("regular", SMALL)) / 2
        canvas.corner(place, min(_CORNER, beside + above - 1.5), canvas.look(cell.look).text)
    if cell.share:
        bar = Rect(place.x + CORNER, place.y - 2, place.width - 3 * CORNER, 4.0)
        canvas.box(
            bar, canvas.theme.card.fill, canvas.look("plain").stroke, width=0.8, radius=2, role="share"
        )
        inked = Rect(bar.x, bar.y, bar.width * cell.share, bar.height)
        canvas.box(inked, canvas.theme.flow, radius=2, role="share")


def _route(canvas: Canvas, edge: Edge, start: Rect, end: Rect, gap: float) -> None:
    """Draw an edge: straight up where the two overlap, else with a bend to the side or two below."""
    x = start.center_x + edge.leave * start.width / 2
    if start.y < end.center_y < start.bottom:
        right = end.center_x > x
        ends = (start.right, end.x) if right else (start.x, end.right)
        canvas.line([Point(side, end.center_y) for side in ends], arrow=True)
        return
    if edge.side:
        to = end.right if x > end.center_x else end.x
        canvas.line([Point(x, start.y), Point(x, end.center_y), Point(to, end.center_y)], arrow=True)
        return
    target = end.center_x if edge.enter is None else end.center_x + edge.enter * end.width / 2
    if not start.width:
        target = min(max(x, end.x + _INWARDS), end.right - _INWARDS)
    if edge.enter is None and end.x + 4 <= x <= end.right - 4:
        target = x
    elif start.x + 4 <= target <= start.right - 4:
        x = target
    # The bend leaves the arrowhead its room; lines that leave one box bend at one height.
    room = max(gap * 0.5, min(9.0, gap - 3.0))
    bend = end.bottom + room
    if end.center_x != x and start.y - end.bottom > 2 * gap:
        bend = start.y - gap + room
    points = [Point(x, start.y), Point(x, bend), Point(target, bend), Point(target, end.bottom)]
    straight = [points[0], Point(x, end.bottom)]
    canvas.line(straight if abs(x - target) <= 0.5 else points, arrow=end.width > 0)
