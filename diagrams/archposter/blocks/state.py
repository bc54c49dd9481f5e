"""The inside of a mixer with a state: projections, what they pass, the state, and the gated output."""

from typing import NamedTuple

from archposter.blocks.tree import Cell, Diagram, Edge, Node, Op, State, Wordings, Words
from archposter.spec.arch import Arch
from archposter.units import count, exact

_MIXED = 2
"""How many of the first inputs pass a convolution together: v, and B with C."""


class Input(NamedTuple):
    """One projection of the token, what it passes on its way to the state, and its share of the width."""

    cell: Cell
    passes: Cell | Op | None = None
    weight: float = 1.0


def sizes(heads: int, rows: int, columns: int) -> Wordings:
    """Return how many matrices of which size: "32 states 128 × 128"."""
    matrix = f"{exact(rows)} × {exact(columns)}"
    return f"{exact(heads)} states {matrix}", f"{count(heads)} × {matrix}", f"{count(heads)} states", "States"


def gated(
    arch: Arch,
    inputs: tuple[Input, ...],
    state: State,
    norm: Wordings,
    gate: Input,
    mixed: Cell | None = None,
) -> Diagram:
    """Draw a state whose normed output is gated: norm, then times the gate, then the projection.

    `mixed`: what the first two inputs pass together.
    """
    last = len(inputs)
    nodes, edges = _below(arch, inputs, state, gate, mixed)
    nodes += [
        Node("norm", Cell(norm), 4, 0, last),
        Node("times", Op("×"), 4, last),
        Node("out", Cell(_output(arch)), 5, 0, last + 1),
    ]
    edges += [Edge("state", "norm"), Edge("norm", "times"), Edge("act", "times"), Edge("times", "out")]
    return Diagram(tuple(nodes), tuple(edges), _weights(inputs, gate))


def gated_before_norm(
    arch: Arch, inputs: tuple[Input, ...], mixed: Cell, state: State, norm: str, gate: Input
) -> Diagram:
    """Draw a state whose output is gated, then normed, or not; the first two inputs pass `mixed` together."""
    last = len(inputs)
    nodes, edges = _below(arch, inputs, state, gate, mixed)
    nodes += [
        Node("times", Op("×"), 4, 0, last),
        Node(
            "out",
            Cell(tuple(f"{norm}, {words.lower()}" if norm else words for words in _output(arch))),
            5,
            0,
            last + 1,
        ),
    ]
    edges += [
        Edge("state", "times"),
        Edge("act", "times", side=True),
        Edge("times", "out"),
    ]
    return Diagram(tuple(nodes), tuple(edges), _weights(inputs, gate))


def _output(arch: Arch) -> Wordings:
    return f"Output → {exact(arch.hidden_size)}", "Output"


def _weights(inputs: tuple[Input, ...], gate: Input) -> tuple[float, ...]:
    return *(entry.weight for entry in inputs), gate.weight


def _below(
    arch: Arch, inputs: tuple[Input, ...], state: State, gate: Input, mixed: Cell | None
) -> tuple[list[Node], list[Edge]]:
    """Return the rows up to the state and the gate beside it."""
    last = len(inputs)
    nodes = [
        Node("x", Words((f"input {exact(arch.hidden_size)}", "input")), 0, 0, last + 1),
        Node("state", state, 3, 0, last),
        Node("gate", gate.cell, 1, last),
        Node("act", gate.passes or Op("σ"), 3, last),
    ]
    edges = [Edge("x", "gate"), Edge("gate", "act")]
    for column, entry in enumerate(inputs):
        name = f"in {column}"
        nodes.append(Node(name, entry.cell, 1, column))
        edges.append(Edge("x", name))
        if entry.passes:
            nodes.append(Node(f"pass {column}", entry.passes, 2, column))
            edges.append(Edge(name, f"pass {column}"))
            name = f"pass {column}"
        edges.append(Edge(name, "mixed" if mixed and column < _MIXED else "state"))
    if mixed:
        nodes.append(Node("mixed", mixed, 2, 0, _MIXED))
        edges.append(Edge("mixed", "state"))
    return nodes, edges
