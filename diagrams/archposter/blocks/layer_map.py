"""The layer map: one column a layer, in order, coloured by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archposter.blocks.joined import joined
from archposter.blocks.layers import Group, distinct, pattern, segments
from archposter.blocks.tree import LayerMap, Legend, MapCell
from archposter.blocks.view import View

_MOST_KINDS = 6
_MOST_MARKS = 3


def layer_map(layers: Group) -> LayerMap:
    """Return the map; kinds beyond the sixth share one entry."""
    times = layers.kinds
    views: dict[str, View] = {}
    slots: dict[str, int] = {}
    for layer in layers.distinct:
        for slot, part in enumerate(part for step in layer.views for part in step):
            views.setdefault(part.kind, part)
            slots.setdefault(part.kind, slot)
    views = dict(sorted(views.items(), key=lambda entry: slots[entry[0]]))
    named = {
        kind for kind, _ in times.most_common(_MOST_KINDS if len(times) <= _MOST_KINDS else _MOST_KINDS - 1)
    }
    cells = _cells([part for kind, part in views.items() if kind in named], times)
    legend = [Legend(cells[kind], times[kind], _wordings(kind, slots)) for kind in views if kind in cells]
    others = {kind: times[kind] for kind in views if kind not in cells}
    if others:
        rest = MapCell("empty", 0)
        cells.update(dict.fromkeys(others, rest))
        legend.append(
            Legend(
                rest,
                sum(others.values()),
                (f"of {len(others)} other kinds" if len(others) > 1 else "other", "other"),
            )
        )
    column = {layer: tuple(cells[kind] for kind in layer.kinds) for layer in layers.distinct}
    return LayerMap(tuple(column[layer] for layer in layers.layers), tuple(legend), pattern(_joined(layers)))


def _joined(layers: Group) -> Group:
    """Return the layers as those of one frame, if one draws them all."""
    groups = [group for part in segments(layers) for group in joined(part)]
    return groups[0] if len(groups) == 1 else layers


def _cells(parts: Sequence[View], times: Mapping[str, int]) -> dict[str, MapCell]:
    """Return the cell of each kind: of one look the plain and common is plain, the others are marked."""
    cells: dict[str, MapCell] = {}
    for part in sorted(parts, key=lambda part: (part.unusual, -times[part.kind])):
        taken = set(cells.values())
        cell = MapCell(part.look, int(part.unusual))
        while cell in taken:
            cell = cell._replace(mark=cell.mark + 1)
        if cell.mark <= _MOST_MARKS:
            cells[part.kind] = cell
    return cells


def _wordings(kind: str, slots: Mapping[str, int]) -> tuple[str, ...]:
    """Return a kind's name, then without its detail, then without what all kinds of its slot say."""
    base = kind.split(" (")[0]
    rivals = {other.split(" (")[0] for other in slots if slots[other] == slots[kind]}
    return tuple(dict.fromkeys((kind, base, distinct(base, rivals))))
