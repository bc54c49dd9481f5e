"""The tree as a Frame: lanes, lines in the colour of the family that they come from, boxes, years."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import groupby
from typing import Final

from archposter.descent.bridges import bridges
from archposter.descent.cells import LINE, PAD, SAID, STRIP, Cell, cells, drawn
from archposter.descent.fitting import LANDSCAPE, best
from archposter.descent.key import Key
from archposter.descent.measures import NAME_DROP, NAME_INDENT, Measures, Shape, measures, years
from archposter.descent.pens import DASHES, draw_bridge, draw_line
from archposter.descent.places import Lane
from archposter.descent.routes import Way
from archposter.layout.canvas import Canvas
from archposter.layout.layers import draw_layers
from archposter.relate.tree import Node, Tree
from archposter.scene import Color, Frame, Group, Rect, Size
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit
from archposter.theme import HEAD, NUMBER, SMALL, Theme
from archposter.units import counted

Target = Callable[[Node], str]
"""The address that a node leads to; empty for none."""

MARGIN: Final = 40.0
_AXIS: Final = (52.0, 0.84)
"""How high the axis is: months, and what years take of their type."""
_RULE: Final = 6.0
"""How far right of the last column a year's line stands."""


def tree_frame(
    tree: Tree,
    theme: Theme,
    *,
    aspect: float | None = None,
    title: str = "",
    key: bool = True,
    kinds: bool = True,
    margin: float = MARGIN,
    target: Target | None = None,
    marked: Collection[str] = (),
) -> Frame:
    """Return the picture of a tree; with `aspect`, width by height, it is spread to fill that.

    `title` stands above, and with `key` what lines mean, with `kinds` also colours.  Nodes of the `marked`
    names stand out.  Raises `UsageError` where no engine is installed.
    """
    found = cells(tree)
    made, lines = best(tree, found, aspect or LANDSCAPE)
    head = Key(tree if key else None, title, made.size.width, kinds=kinds)
    top = margin + head.height + _axis_height(made)
    if aspect:
        made = measures(made.plan, found, made.tracks, Shape(aspect, Size(2 * margin, top + margin)))
    wide = max(made.size.width, head.width)
    size = Size(round(wide + 2 * margin), round(top + made.size.height + margin))
    canvas = Canvas(theme, "")
    canvas.box(Rect(0, 0, size.width, size.height), theme.card.fill, radius=0, role="card")
    head.draw(canvas, margin, margin)
    body = Canvas(theme, "")
    _axis(body, made)
    for lane in made.plan.lanes:
        _lane(body, made, lane)
    _lines(body, made, lines, {node.name: theme.accent(node.family).ink for node in tree.nodes})
    for name, cell in found.items():
        _node(body, made.box(name), cell, target, marked=name in marked)
    items = (*canvas.items, Group(tuple(body.items), margin, top))
    return Frame(size, items, title or "Family tree", _description(tree))


def _description(tree: Tree) -> str:
    many = sum(len(node.members) for node in tree.nodes if node.arch)
    kinds = [edge.kind for edge in tree.edges]
    return (
        f"Which of {counted(many, 'model')} stems from which: {kinds.count('documented')} lines of descent "
        f"that makers document, {kinds.count('nearest')} that lead to the nearest earlier model."
    )


def _axis_height(made: Measures) -> float:
    return _AXIS[0] + _AXIS[1] * made.year_type


def _axis(canvas: Canvas, made: Measures) -> None:
    """Draw the years, and the months that each column spans."""
    columns, high = made.plan.columns, _axis_height(made)
    for year, numbers in years(columns):
        rule = Rect(made.gutters[numbers[0]] + _RULE, -high, 1.0, made.size.height + high)
        canvas.box(rule, canvas.look("model").stroke, radius=0, role="rule")
        canvas.text(made.columns[numbers[0]], -48.0, year, face="display", size=made.year_type)
        for label, same in groupby(numbers, key=lambda number: columns[number].label):
            canvas.text(made.columns[next(same)], -18.0, label, fill=canvas.theme.muted)


def _lane(canvas: Canvas, made: Measures, lane: Lane) -> None:
    """Draw a family's ground and name."""
    accent = canvas.theme.accent(lane.family)
    canvas.box(made.lane(lane), accent.tint, radius=16.0, role="lane")
    x, name = made.columns[lane.first] + NAME_INDENT, drawn(lane.family)
    room = made.widths[lane.first] - NAME_INDENT
    sizes = (made.name_type, NUMBER)
    size = next((size for size in sizes if advance(name, "display", size) <= room), HEAD)
    shown = fit(name, "display", size, room)
    canvas.text(x, made.ports[lane.top] - NAME_DROP, shown, face="display", size=size, fill=accent.ink)


def _lines(canvas: Canvas, made: Measures, lines: Sequence[Way], inks: Mapping[str, Color]) -> None:
    """Draw all descent, what is documented last, and bridges where such lines cross."""
    for way in sorted(lines, key=lambda way: (way.edge.kind == "documented", not way.edge.adopts)):
        ink = inks[way.edge.parent]
        draw_line(canvas, made.points(way), way.edge.kind, ink, adopts=way.edge.adopts)
    lanes = [(made.lane(lane), canvas.theme.accent(lane.family).tint) for lane in made.plan.lanes]
    for at, over, under in bridges(made, lines):
        spot = Rect(*at, 0.0, 0.0)
        ground = next((tint for lane, tint in lanes if lane.contains(spot)), canvas.theme.card.fill)
        adopts = {"over_adopts": over.edge.adopts, "under_adopts": under.edge.adopts}
        draw_bridge(canvas, at, inks[over.edge.parent], ground, **adopts)


def _node(canvas: Canvas, rect: Rect, cell: Cell, target: Target | None, *, marked: bool) -> None:
    """Draw a box with its names and layers, and above it what changed."""
    theme, node = canvas.theme, cell.node
    accent = theme.accent(node.family)
    if node.arch is None:
        canvas.box(rect, theme.card.fill, theme.quiet, dash=DASHES, role="node", source=node.name)
    else:
        fill = accent.tint if marked else theme.looks["plain"].fill
        canvas.box(rect, fill, accent.ink, width=3.4 if marked else 1.4, role="node", source=node.name)
    _names(canvas, rect, cell)
    if cell.looks:
        place = Rect(rect.x + PAD, rect.bottom - PAD - STRIP, rect.width - 2 * PAD, STRIP)
        draw_layers(canvas, place, cell.looks)
    inks: dict[str, Color] = {"documented": theme.ink, "nearest": theme.muted}
    for up, said in enumerate(reversed(cell.said)):
        y = rect.y - 8.0 - SAID * up
        width = canvas.text(rect.x, y, said.text, fill=inks[said.kind], role=said.kind)
        if said.source:
            canvas.link(Rect(rect.x, y - SMALL, width, 1.25 * SMALL), said.source, f"{cell.title[0]}: source")
    if target and (href := target(node)):
        canvas.link(rect, href, " ".join(cell.title))


def _names(canvas: Canvas, rect: Rect, cell: Cell) -> None:
    y = rect.y + PAD + LINE / 2
    fill = canvas.theme.ink if cell.node.arch else canvas.theme.muted
    for text in cell.title:
        canvas.text(
            rect.x + PAD,
            y + cap_height(cell.face, cell.size) / 2,
            text,
            face=cell.face,
            size=cell.size,
            fill=fill,
        )
        y += LINE
    for text in cell.others:
        canvas.text(rect.x + PAD, y + cap_height("regular", SMALL) / 2, text, fill=canvas.theme.muted)
        y += LINE
