"""A graph in Graphviz's language, with all colours of a style."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from graphviz import Digraph

from archposter.outline.graph import Edge, Graph, Group, GroupKind, Line, Node, Shape
from archposter.outline.labels import broken, line
from archposter.outline.paint import look
from archposter.scene import Color, light
from archposter.theme import Theme

_WIDTH = 44
_SMALL = 11
_NAME = re.compile(r"\\(?=[NGETHL])")
_TITLE = 60
_SHAPES: dict[Shape, dict[str, str]] = {
    "box": {},
    "norm": {"style": "filled,rounded"},
    "sum": {"shape": "circle", "width": "0.24", "fixedsize": "true", "margin": "0"},
    "end": {"shape": "plaintext", "style": ""},
    "note": {"shape": "plaintext", "style": ""},
}
_LINES: dict[Line, dict[str, str]] = {
    "flow": {"weight": "8"},
    "residual": {},
    "feed": {"style": "dashed"},
    "loop": {"constraint": "false", "penwidth": "1.6"},
}
_GROUPS: dict[GroupKind, dict[str, str]] = {
    "stack": {"style": "rounded,dotted"},
    "layers": {"style": "rounded,filled", "penwidth": "1.8"},
    "choice": {"style": "rounded,dashed"},
}


def to_dot(graph: Graph, theme: Theme) -> str:
    """Return the source of a directed graph, from below to above."""
    ink, flow, paper = light(theme.ink), light(theme.flow), light(theme.card.fill)
    font = {"fontname": "Helvetica", "fontcolor": ink}
    digraph = Digraph(
        comment=line(graph.description),
        graph_attr={
            **font,
            "rankdir": "BT",
            "label": _label((graph.title, *graph.facts)),
            "labelloc": "t",
            "fontsize": "16",
            "bgcolor": paper,
            "pad": "0.3",
            "nodesep": "0.3",
            "ranksep": "0.3",
        },
        node_attr={**font, "shape": "box", "style": "filled", "fontsize": "13", "margin": "0.16,0.08"},
        edge_attr={**font, "color": flow, "arrowsize": "0.6", "fontsize": str(_SMALL)},
    )
    _fill(digraph, graph.members, graph, theme)
    for edge in graph.edges:
        digraph.edge(edge.start, edge.end, **_said(edge), **_LINES[edge.line])
    return str(digraph.source)


def _fill(digraph: Any, members: tuple[Node | Group, ...], graph: Graph, theme: Theme) -> None:
    for member in members:
        if isinstance(member, Node):
            paint = look(member.look, graph.family, theme)
            colors = {} if member.shape in ("end", "note") else _colors(paint.fill, paint.stroke, paint.text)
            digraph.node(member.id, _label(member.lines), **colors, **_SHAPES[member.shape])
            continue
        with digraph.subgraph(name=f"cluster_{member.id}") as cluster:
            paint = look("group" if member.kind == "layers" else "empty", graph.family, theme)
            title = "".join(f'{escaped(text)}<br align="left"/>' for text in broken((member.title,), _TITLE))
            cluster.attr(label=f"<<b>{title}</b>>", fontsize="13", labeljust="l")
            cluster.attr(labelloc="b")  # which is above where the graph climbs
            cluster.attr(**_colors(paint.fill, paint.stroke))
            cluster.attr(**_GROUPS[member.kind])
            _fill(cluster, member.members, graph, theme)


def _colors(fill: Color, stroke: Color, text: Color | None = None) -> dict[str, str]:
    colors = {"fillcolor": light(fill), "color": light(stroke)}
    return {**colors, "fontcolor": light(text)} if text else colors


def _said(edge: Edge) -> dict[str, str]:
    return {"label": "<" + _rows(broken((edge.label,), _WIDTH // 2)) + ">"} if edge.label else {}


def _label(lines: tuple[str, ...]) -> str:
    """Return a label in Graphviz's HTML: a name in bold, below it the rest, small."""
    name, rest = broken(lines[:1], _WIDTH), broken(lines[1:], _WIDTH)
    small = f'<br/><font point-size="{_SMALL}">{_rows(rest)}</font>' if rest else ""
    return f"<<b>{_rows(name)}</b>{small}>"


def _rows(lines: list[str]) -> str:
    return "<br/>".join(map(escaped, lines))


def escaped(text: str) -> str:
    """Return text for a label; a backslash is parted from a letter that it would make a node's name of."""
    return escape(_NAME.sub("\\\\\N{ZERO WIDTH SPACE}", text))
