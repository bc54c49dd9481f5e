"""The layer map as a small picture for pages: a path for each kind of part, a unit a layer."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import Any, NamedTuple

from archposter.blocks.tree import LayerMap


class Kind(NamedTuple):
    """One kind of part: its colour's name, its mark among those of that colour, its words, and where it is.

    `path` draws it on a grid of a unit a layer, a unit a step, from below.
    """

    look: str
    mark: int
    times: int
    words: str
    path: str


class Strip(NamedTuple):
    """A layer map of `width` layers of at most `height` steps, and its pattern in words."""

    width: int
    height: int
    kinds: tuple[Kind, ...]
    pattern: str

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Strip:
        """Return what `_asdict` gave, also after JSON."""
        return cls(**{**plain, "kinds": tuple(Kind(*kind) for kind in plain["kinds"])})


def strip(layer_map: LayerMap) -> Strip:
    """Return a layer map as paths: layers that follow one another and are alike are one stroke."""
    columns = layer_map.columns
    height = max(map(len, columns))
    paths: dict[Any, str] = defaultdict(str)
    for row in range(height):
        cells = [column[row] if row < len(column) else None for column in columns]
        place = 0
        for cell, run in groupby(cells):
            many = len(list(run))
            if cell:
                paths[cell] += f"M{place} {height - row - 1}h{many}v1h-{many}z"
            place += many
    kinds = tuple(
        Kind(entry.cell.look, entry.cell.mark, entry.times, entry.wordings[0], paths[entry.cell])
        for entry in layer_map.legend
    )
    return Strip(len(columns), height, kinds, layer_map.pattern[0])
