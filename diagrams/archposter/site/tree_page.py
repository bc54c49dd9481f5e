"""Which model stems from which: the tree, whose nodes lead to models, and its edges as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archposter.diagnostics import UsageError
from archposter.export.svg import to_bare, to_svg
from archposter.lineages import lineage
from archposter.pipeline import Model
from archposter.relate.tree import Node
from archposter.scene import Frame
from archposter.site.page import Page, Site
from archposter.site.render import compact, html


def drawn(models: Sequence[Model]) -> tuple[Frame, Mapping[str, object]] | None:
    """Return the tree as a picture and as data; None where it cannot be drawn, for lack of Graphviz."""
    slugs = {model.slug for model in models}

    def target(node: Node) -> str:
        name = next((member.name for member in node.members if member.name in slugs), "")
        return f"models/{name}.html" if name else ""

    found = lineage(models)
    try:
        return found.draw("auto", target=target).frame, found.as_dict()
    except UsageError:
        return None


def pages(site: Site, tree: tuple[Frame, Mapping[str, object]]) -> list[Page]:
    """Return the page of the tree, and the tree as a picture and as data."""
    frame, plain = tree
    shown = {"svg": to_bare(frame), "width": frame.size.width, "title": frame.title}
    return [
        html(site, "tree", "tree.html", words=frame.description, **shown),
        Page("charts/tree.svg", to_svg(frame).encode()),
        Page("charts/tree.json", (compact(plain) + "\n").encode()),
    ]
