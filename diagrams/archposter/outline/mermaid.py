"""A graph in Mermaid's language, which GitHub, GitLab and Obsidian draw by themselves.

Only what mixes tokens or channels is coloured: the rest takes the page's own colours, light or dark.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from archposter.outline.graph import Edge, Graph, Group, Line, Node, Shape, groups, nodes
from archposter.outline.labels import broken, line
from archposter.outline.paint import PLAIN, look
from archposter.scene import light
from archposter.theme import Theme

_WIDTH = 38
_CONFIG = (
    "config:",
    "  flowchart:",
    "    wrappingWidth: 400",
    "    nodeSpacing: 30",
    "    rankSpacing: 28",
    "    subGraphTitleMargin: {top: 2, bottom: 12}",
)
"""Lines are broken here, not there; a tower is narrow and high."""
_SPECIAL = re.compile(r"[!-'*+:-@\[-`{-~]|(?<!\w)[-.]|[-.](?!\w)", re.ASCII)
"""What could mean something to Mermaid, to Markdown or to HTML."""
_SHAPES: dict[Shape, str] = {
    "box": '["{}"]',
    "norm": '("{}")',
    "sum": '(("{}"))',
    "end": '(["{}"])',
    "note": '["{}"]',
}
_ARROWS: dict[Line, str] = {"flow": "-->", "residual": "-->", "feed": "-.->", "loop": "==>"}


def to_mermaid(graph: Graph, theme: Theme) -> str:
    """Return the text of a flowchart."""
    title = " · ".join((graph.title, *graph.facts))
    return "\n".join(
        (
            "---",
            f"title: {json.dumps(line(title), ensure_ascii=False)}",
            *_CONFIG,
            "---",
            "flowchart BT",
            f"    accTitle: {_plain(graph.title)}",
            f"    accDescr: {_plain(graph.description)}",
            *(f"    {text}" for member in graph.members for text in _member(member)),
            *(f"    {text}" for text in _edges(graph.edges)),
            *(f"    {text}" for text in _colors(graph, theme)),
            "",
        )
    )


def _member(member: Node | Group) -> Iterator[str]:
    if isinstance(member, Node):
        yield member.id + _SHAPES[member.shape].format(_text(member.lines))
        return
    yield f'subgraph {member.id}["{_escaped(member.title)}"]'
    for inner in member.members:
        yield from (f"    {text}" for text in _member(inner))
    yield "end"


def _edges(edges: Sequence[Edge]) -> Iterator[str]:
    """Yield the edges: the flow as chains, then what goes past it."""
    chain, end = "", ""
    for edge in sorted(edges, key=lambda edge: edge.line != "flow"):
        label = f'|"{_text((edge.label,))}"|' if edge.label else ""
        if chain and edge.start != end:
            yield chain
            chain = ""
        chain = f"{chain or edge.start} {_ARROWS[edge.line]}{label} {edge.end}"
        end = edge.end
    if chain:
        yield chain


def _colors(graph: Graph, theme: Theme) -> Iterator[str]:
    """Yield the classes in use, and who is of which."""
    used: dict[str, list[str]] = {}
    for node in nodes(graph.members):
        name = "note" if node.shape == "note" else "plain" if node.look in PLAIN else node.look
        used.setdefault(name, []).append(node.id)
    for group in groups(graph.members):
        used.setdefault(group.kind, []).append(group.id)
    quiet, ink = light(theme.quiet), light(look("group", graph.family, theme).stroke)
    styles = {
        "plain": f"fill:transparent,stroke:{quiet}",
        "note": "fill:transparent,stroke:transparent",
        "group": f"fill:transparent,stroke:{ink}",
        "stack": f"fill:transparent,stroke:{quiet}",
        "layers": f"fill:transparent,stroke:{ink},stroke-width:2px",
        "choice": f"fill:transparent,stroke:{quiet},stroke-dasharray:4",
    }
    for name, ids in used.items():
        if name in styles:
            style = styles[name]
        else:
            paint = look(name, graph.family, theme)
            style = f"fill:{light(paint.fill)},stroke:{light(paint.stroke)},color:{light(paint.text)}"
        yield f"classDef {name} {style}"
        yield f"class {','.join(ids)} {name}"


def _text(lines: tuple[str, ...]) -> str:
    return "<br/>".join(map(_escaped, broken(lines, _WIDTH)))


def _plain(text: str) -> str:
    """Return text for a line that knows neither quotes nor entities."""
    return re.sub(r"[{}<>#;`%]", " ", line(text))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", line(text))
