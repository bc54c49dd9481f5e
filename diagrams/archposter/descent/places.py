"""Where nodes stand: rows within the family's lane, lanes packed below one another, singles near kin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import inf
from typing import Final, NamedTuple

from archposter.descent.columns import Column
from archposter.descent.graph import lanes_of
from archposter.relate.tree import Tree

_BUDGETS: Final = 10
"""How many numbers of rows are tried."""
_SWEEPS: Final = 4
_ROW: Final = 20.0
"""What a row more may save in the length of lines, in rows."""


class Place(NamedTuple):
    """A node's row and column, counted from the upper left."""

    row: int
    column: int


class Lane(NamedTuple):
    """A family's rows from `top` and columns from `first`, up to the last ones and with them."""

    family: str
    top: int
    bottom: int
    first: int
    last: int


@dataclass(frozen=True)
class Plan:
    """The place of each node, by its name, and the lanes of families of more than one node."""

    columns: tuple[Column, ...]
    places: Mapping[str, Place]
    lanes: tuple[Lane, ...]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return 1 + max(place.row for place in self.places.values())


def plan(tree: Tree, columns: Sequence[Column], heights: Mapping[str, float]) -> Plan:
    """Return where all nodes stand.

    `heights` is where the engine has them: that orders the rows of a lane, and each lane and single node is
    put there, the largest first, as near as there is room.  Then each goes where its lines are shortest.
    """
    shared = lanes_of(tree)
    if any(name in columns[0].names for members in shared.values() for name in members):
        # A lane's name stands in the column before its first node.
        columns = (columns[0]._replace(names=()), *columns)
    column = {name: number for number, column in enumerate(columns) for name in column.names}
    parents: dict[str, list[str]] = {name: [] for name in column}
    for edge in tree.edges:
        parents[edge.child].append(edge.parent)
    together = {name for members in shared.values() for name in members}
    blocks = [_block(name, members, column, parents, heights) for name, members in shared.items()]
    blocks += [_block("", (name,), column, parents, heights) for name in column if name not in together]
    pairs = [(edge.parent, edge.child) for edge in tree.edges]
    tops = min((_packed(blocks, pairs, rows) for rows in _budgets(blocks)), key=lambda found: found[0])[1]
    places = {
        name: Place(top + row, column[name])
        for block, top in zip(blocks, tops, strict=True)
        for name, row in block.rows.items()
    }
    lanes = tuple(
        Lane(block.family, top, top + block.height - 1, block.first, block.last)
        for block, top in zip(blocks, tops, strict=True)
        if block.family
    )
    return Plan(tuple(columns), places, lanes)


class _Block(NamedTuple):
    """A lane, or a node of its own: rows of its members from its top, and the columns it covers.

    `wanted` is where it should be, from 0 at the top to 1.
    """

    family: str
    rows: Mapping[str, int]
    first: int
    last: int
    wanted: float

    @property
    def height(self) -> int:
        return 1 + max(self.rows.values())

    @property
    def area(self) -> int:
        return self.height * (self.last - self.first + 1)


def _block(
    family: str,
    members: Sequence[str],
    column: Mapping[str, int],
    parents: Mapping[str, Sequence[str]],
    heights: Mapping[str, float],
) -> _Block:
    low, high = min(heights.values()), max(heights.values())
    mean = sum(heights[name] for name in members) / len(members)
    first, last = (end(column[name] for name in members) for end in (min, max))
    wanted = (mean - low) / (high - low) if high > low else 0.0
    return _Block(family, _rows(members, column, parents, heights), first - bool(family), last, wanted)


def _budgets(blocks: Sequence[_Block]) -> list[int]:
    """Return numbers of rows to try: from the fewest that can be to twice as many."""
    load: dict[int, int] = {}
    for block in blocks:
        for column in range(block.first, block.last + 1):
            load[column] = load.get(column, 0) + block.height
    fewest = max(load.values())
    return sorted({round(fewest * (1 + step / _BUDGETS)) for step in range(_BUDGETS + 1)})


def _packed(
    blocks: Sequence[_Block], pairs: Sequence[tuple[str, str]], rows: int
) -> tuple[float, tuple[int, ...]]:
    """Return the tops of all blocks, near where they should be in so many rows, and what that costs."""
    grid = _Grid()
    tops = [0] * len(blocks)
    for place in sorted(range(len(blocks)), key=lambda n: (-blocks[n].area, blocks[n].wanted, n)):
        block = blocks[place]
        wanted = round(block.wanted * max(0, rows - block.height))
        tops[place] = min(_around(grid.tops(block), wanted), key=lambda top: abs(top - wanted))
        grid.take(block, tops[place])
    best = (inf, tuple(tops))
    while True:
        _settle(blocks, tops, pairs, grid)
        best = min(best, (_cost(blocks, tops, pairs), tuple(tops)))
        if not _lowered(blocks, tops, grid):
            return best


def _cost(blocks: Sequence[_Block], tops: Sequence[int], pairs: Sequence[tuple[str, str]]) -> float:
    """Return what rows and the length of lines cost."""
    home = {
        name: top + row for block, top in zip(blocks, tops, strict=True) for name, row in block.rows.items()
    }
    return _ROW * (1 + max(home.values())) + sum(abs(home[a] - home[b]) for a, b in pairs)


def _lowered(blocks: Sequence[_Block], tops: list[int], grid: _Grid) -> bool:
    """Move what stands in the last row to where there is room above; tell whether there was for all of it."""
    last = max(top + block.height for top, block in zip(tops, blocks, strict=True)) - 1
    for n, block in enumerate(blocks):
        if tops[n] + block.height > last:
            grid.leave(block, tops[n])
            free = [*grid.tops(block, last - block.height)]
            if free:
                tops[n] = free[-1]
            grid.take(block, tops[n])
            if not free:
                return False
    return True


def _settle(blocks: Sequence[_Block], tops: list[int], pairs: Sequence[tuple[str, str]], grid: _Grid) -> None:
    """Move every block in turn to where its lines are shortest, a few times over."""
    owner = {name: n for n, block in enumerate(blocks) for name in block.rows}
    ends: list[list[tuple[int, str]]] = [[] for _ in blocks]
    for a, b in pairs:
        if owner[a] != owner[b]:
            ends[owner[a]].append((blocks[owner[a]].rows[a], b))
            ends[owner[b]].append((blocks[owner[b]].rows[b], a))
    limit = max(top + block.height for top, block in zip(tops, blocks, strict=True))
    order = sorted(range(len(blocks)), key=lambda n: (blocks[n].first, n))
    for _ in range(_SWEEPS):
        for n in order:
            block = blocks[n]
            others = [tops[owner[name]] + blocks[owner[name]].rows[name] - row for row, name in ends[n]]
            grid.leave(block, tops[n])
            # The farther from the middle one of them, the longer are all lines together.
            middle = sorted(others)[len(others) // 2] if others else 0
            free = _around(grid.tops(block, limit - block.height), middle)
            tops[n] = min((sum(abs(top - other) for other in others), top) for top in free)[1]
            grid.take(block, tops[n])


def _around(tops: Iterable[int], wanted: int) -> tuple[int, ...]:
    """Return, of rows that rise, the last one before one that is wanted and the first from it on."""
    before: tuple[int, ...] = ()
    for top in tops:
        if top >= wanted:
            return (*before, top)
        before = (top,)
    return before


class _Grid:
    """Which rows are taken in each column, a bit each."""

    def __init__(self) -> None:
        self._columns: dict[int, int] = {}

    def tops(self, block: _Block, last: int | None = None) -> Iterator[int]:
        """Return the rows at which a block has room, from the first up to the `last`."""
        taken = 0
        for column in range(block.first, block.last + 1):
            taken |= self._columns.get(column, 0)
        rows = (1 << block.height) - 1
        numbers = count() if last is None else range(last + 1)
        return (top for top in numbers if not taken & rows << top)

    def take(self, block: _Block, top: int) -> None:
        rows = ((1 << block.height) - 1) << top
        for column in range(block.first, block.last + 1):
            self._columns[column] = self._columns.get(column, 0) ^ rows

    leave = take
    """Taken twice, rows are free."""


def _rows(
    members: Sequence[str],
    column: Mapping[str, int],
    parents: Mapping[str, Sequence[str]],
    heights: Mapping[str, float],
) -> dict[str, int]:
    """Return each member's row in its lane: its parent's where that is free, else the nearest free."""
    own = set(members)
    by_column: dict[int, list[str]] = {}
    for name in sorted(members, key=lambda name: (column[name], heights[name])):
        by_column.setdefault(column[name], []).append(name)
    many = max(map(len, by_column.values()))
    rows: dict[str, int] = {}
    for number in sorted(by_column):
        free = list(range(many))
        waiting = []
        for name in by_column[number]:
            row = next((rows[parent] for parent in parents[name] if parent in own), None)
            if row in free:
                free.remove(row)
                rows[name] = row
            else:
                waiting.append((name, row))
        for place, (name, row) in enumerate(waiting):
            left = len(waiting) - place
            wanted = row if row is not None else free[(len(free) - left) // 2]
            best = min(free, key=lambda one: (abs(one - wanted), one))
            free.remove(best)
            rows[name] = best
    return rows
