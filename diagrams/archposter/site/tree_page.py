"""Which model stems from which: the tree, whose nodes lead to models, and its edges as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from archposter.diagnostics import UsageError
from archposter.export.svg import to_bare, to_svg
from archposter.lineages import lineage
from archposter.pipeline import Model
from archposter.relate.tree import Node
from archposter.scene import Frame
from archposter.site.page import Page, Site
from archposter.site.render import compact, html


class Listed(NamedTuple):
    """A model of the tree: its slug, title, and the slug that its node leads to."""

    slug: str
    title: str
    node: str


class Drawn(NamedTuple):
    """The tree as a picture and as data, and the site's models in it, node by node."""

    frame: Frame
    plain: Mapping[str, object]
    listed: Sequence[Listed]


def drawn(models: Sequence[Model]) -> Drawn | None:
    """Return the tree; None where it cannot be drawn, for lack of Graphviz."""
    slugs = {model.slug for model in models}

    def shown(node: Node) -> list[Listed]:
        own = [member for member in node.members if member.name in slugs]
        return [Listed(member.name, member.title, own[0].name) for member in own]

    def target(node: Node) -> str:
        return f"models/{found[0].node}.html" if (found := shown(node)) else ""

    tree = lineage(models)
    listed = [one for node in tree.tree.nodes for one in shown(node)]
    try:
        frame = tree.draw("auto", target=target).frame
    except UsageError:
        return None
    return Drawn(frame, tree.as_dict(), listed)


def pages(site: Site, tree: Drawn) -> list[Page]:
    """Return the page of the tree, and the tree as a picture and as data."""
    frame, plain, listed = tree
    shown = {"svg": to_bare(frame), "width": frame.size.width, "title": frame.title, "listed": listed}
    return [
        html(site, "tree", "tree.html", words=frame.description, **shown),
        Page("charts/tree.svg", to_svg(frame).encode()),
        Page("charts/tree.json", (compact(plain) + "\n").encode()),
    ]
