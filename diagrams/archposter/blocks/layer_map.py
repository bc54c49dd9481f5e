"""The layer map: one column a layer, in order, coloured by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from archposter.blocks.layers import Seen, distinct, pattern
from archposter.blocks.tree import LayerMap, Legend, MapCell
from archposter.blocks.view import View

_MOST_KINDS = 6
_MOST_MARKS = 3


def layer_map(layers: Sequence[Seen]) -> LayerMap:
    """Return the map; kinds beyond the sixth share one entry."""
    times: Counter[str] = Counter()
    views: dict[str, View] = {}
    slots: dict[str, int] = {}
    for layer in layers:
        for slot, part in enumerate(part for step in layer.views for part in step):
            times[part.kind] += 1
            views.setdefault(part.kind, part)
            slots.setdefault(part.kind, slot)
    views = dict(sorted(views.items(), key=lambda entry: slots[entry[0]]))
    named = {
        kind for kind, _ in times.most_common(_MOST_KINDS if len(times) <= _MOST_KINDS else _MOST_KINDS - 1)
    }
    marks: Counter[str] = Counter()
    cells: dict[str, MapCell] = {}
    legend = []
    for kind, part in views.items():
        if kind in named and marks[part.look] <= _MOST_MARKS:
            cells[kind] = MapCell(part.look, marks[part.look])
            marks[part.look] += 1
            legend.append(Legend(cells[kind], times[kind], _wordings(kind, slots)))
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
    columns = tuple(tuple(cells[kind] for kind in layer.kinds) for layer in layers)
    return LayerMap(columns, tuple(legend), pattern(layers))


def _wordings(kind: str, slots: Mapping[str, int]) -> tuple[str, ...]:
    """Return a kind's name, then without its detail, then without what all kinds of its slot say."""
    base = kind.split(" (")[0]
    rivals = {other.split(" (")[0] for other in slots if slots[other] == slots[kind]}
    return tuple(dict.fromkeys((kind, base, distinct(base, rivals))))
