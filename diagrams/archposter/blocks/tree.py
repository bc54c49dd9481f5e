"""The Block tree: what is stacked, grouped, connected and said.  Roles, no coordinates.

A text that may be shortened is a tuple of `Wordings`, longest first; layout draws the first that fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Wordings = tuple[str, ...]
Square = Literal["on", "off", "shared"]


# ---- leaves


@dataclass(frozen=True, slots=True)
class Cell:
    """A labelled box.  `key` is what callouts and connectors hold on to."""

    names: Wordings
    details: Wordings = ()
    look: str = "plain"
    key: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Op:
    """A small circle with an operator: plus, times or a function of one argument."""

    symbol: Literal["+", "×", "σ"]


@dataclass(frozen=True, slots=True)
class Words:
    """Text without a box."""

    wordings: Wordings


@dataclass(frozen=True, slots=True)
class HeadGroups:
    """Query heads over the key-value heads that serve them."""

    query: int
    key_value: int
    look: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of small squares; each square is "on", "off" or "shared"."""

    rows: tuple[tuple[Square, ...], ...]
    look: str


# ---- the inside of an inset


@dataclass(frozen=True, slots=True)
class Node:
    """A leaf at a place of the diagram's grid; rows count upwards, the way data flows."""

    name: str
    block: Cell | Op | Words | HeadGroups | Grid
    row: int
    column: int = 0
    span: int = 1


@dataclass(frozen=True, slots=True)
class Edge:
    """Data that flows from one node to another.

    `side`: enter the target at its side instead of from below.  `enter`: where along the target's
    lower edge, from -1 (left) to 1 (right), when not straight above the start.
    """

    start: str
    end: str
    side: bool = False
    enter: float | None = None


@dataclass(frozen=True, slots=True)
class Diagram:
    """Nodes on a grid of rows and columns, and the edges between them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Mask:
    """One small attention mask with its caption."""

    wordings: Wordings
    grid: Grid


@dataclass(frozen=True, slots=True)
class Masks:
    """Attention masks side by side."""

    masks: tuple[Mask, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a whole."""

    name: str
    value: str
    fraction: float
    look: str


@dataclass(frozen=True, slots=True)
class Shares:
    """A whole divided into parts: bars, largest first."""

    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Inset:
    """What is inside a box of the tower; `key` names the box, empty: the model as a whole."""

    titles: Wordings
    body: Diagram | Masks | Shares
    key: str = ""
    source: str = ""


# ---- the tower


@dataclass(frozen=True, slots=True)
class Choice:
    """Parts of which each layer has one: how many layers have which."""

    options: tuple[tuple[int, Cell], ...]


Slot = Cell | Choice


@dataclass(frozen=True, slots=True)
class Lane:
    """A slot between norms of its own.  It joins at its own plus, or `joins_after` steps later."""

    pre: Cell | None
    slot: Slot
    post: Cell | None
    joins_after: int


@dataclass(frozen=True, slots=True)
class Step:
    """One residual step, from below: norm, lanes side by side, norm, plus."""

    pre: Cell | None
    lanes: tuple[Lane, ...]
    post: Cell | None


@dataclass(frozen=True, slots=True)
class Repeat:
    """A frame around the steps of equal layers."""

    times: int
    steps: tuple[Step, ...]
    key: str
    source: str


@dataclass(frozen=True, slots=True)
class Tower:
    """The whole model from below: input, embedding, frames of layers, final norm, output.

    `frames` holds the same layers more and more condensed; layout takes the first that fits.
    A Cell among the frames is a frame condensed to one line.
    """

    below: tuple[Cell, ...]
    positions: Cell | None
    frames: tuple[tuple[Repeat | Cell, ...], ...]
    above: tuple[Cell, ...]


# ---- the card


@dataclass(frozen=True, slots=True)
class Callout:
    """A short label beside the box `key`; its numbers stand in the accent colour.

    `headline` is a number that stands alone above the text.
    """

    key: str
    text: str
    headline: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class MapCell:
    """One sublayer of one layer.  `mark` tells kinds of one look apart."""

    look: str
    mark: int


@dataclass(frozen=True, slots=True)
class Legend:
    """What one look and mark of the map stands for, and how often."""

    cell: MapCell
    times: int
    wordings: Wordings


@dataclass(frozen=True, slots=True)
class LayerMap:
    """One column a layer, in order; a column holds the layer's sublayers from below."""

    columns: tuple[tuple[MapCell, ...], ...]
    legend: tuple[Legend, ...]
    pattern: Wordings


@dataclass(frozen=True, slots=True)
class Figure:
    """One fact of the strip; `level` from 0 to 1 draws a bar below it."""

    number: str
    label: str
    level: float | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a card says."""

    title: str
    size: str
    meta: Wordings
    highlights: Wordings
    badge: str
    family: str
    tower: Tower
    callouts: tuple[Callout, ...]
    insets: tuple[Inset, ...]
    layer_map: LayerMap
    figures: tuple[Figure, ...]
    description: str
    links: tuple[tuple[str, str], ...]
