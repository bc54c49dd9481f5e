"""The family tree of models: chosen, related, drawn and written.  No stage's logic is here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archposter.descent.cells import cells
from archposter.descent.draw import tree_frame
from archposter.descent.graph import to_dot
from archposter.diagnostics import UsageError, printable
from archposter.pipeline import DEFAULT_STYLE, AnyModel, Model, Picture, as_model, theme
from archposter.relate.tree import Node, Tree, family_tree
from archposter.sheets import loaded
from archposter.text.metrics import missing_characters


@dataclass(frozen=True, repr=False)
class Lineage:
    """Which of some models stems from which; `marked` are the names of those that it was asked for."""

    tree: Tree
    marked: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Lineage of {self._many} models>"

    @property
    def _many(self) -> int:
        return sum(len(node.members) for node in self.tree.nodes if node.arch)

    @property
    def title(self) -> str:
        """What the picture is called."""
        if len(self.marked) == 1:
            names = {member.name: member.title for node in self.tree.nodes for member in node.members}
            return f"What {names[self.marked[0]]} stems from, and what stems from it"
        return "Which model stems from which"

    def draw(
        self,
        style: str = DEFAULT_STYLE,
        *,
        title: str | None = None,
        key: bool = True,
        aspect: float | None = None,
        target: Callable[[Node], str] | None = None,
    ) -> Picture:
        """Return the picture; a node leads to the address that `target` gives, if it gives one.

        `title` is its own unless another is given, which may be empty; `key` is what lines and colours mean.
        With `aspect`, width by height, the tree is spread to fill that.  Raises `UsageError` where Graphviz
        is missing, for an unknown style, and for a title that the font cannot set.
        """
        said = self.title if title is None else title
        if missing := missing_characters(said):
            raise UsageError(f"title {printable(said)}: the font has no {printable(missing)}")
        frame = tree_frame(
            self.tree, theme(style), aspect=aspect, title=said, key=key, target=target, marked=self.marked
        )
        days = [member.released for node in self.tree.nodes for member in node.members if member.released]
        return Picture(frame, max(days, default=None))

    def dot(self) -> str:
        """Return the tree in Graphviz's language: time from left to right, families as clusters."""
        return to_dot(self.tree, cells(self.tree))

    def as_dict(self) -> dict[str, Any]:
        """Return nodes and both kinds of edges as plain data for JSON."""
        return self.tree.as_dict()


def lineage(models: Iterable[AnyModel] | None = None, of: AnyModel | Iterable[AnyModel] = ()) -> Lineage:
    """Return the family tree of models, by default all bundled ones.

    With `of`, one model or several, which need not be among the models: only what those stem from, and what
    stems from them.  Raises `UsageError` for descent that cannot be: from later or unknown models, or in a
    circle.
    """
    centres = [as_model(of)] if isinstance(of, Model | str | Path | Mapping) else loaded(of)
    tree = family_tree([(model.slug, model.arch) for model in (*centres, *loaded(models))])
    names = {member.name for node in tree.nodes for member in node.members}
    marked = tuple(dict.fromkeys(model.slug for model in centres if model.slug in names))
    return Lineage(tree.around(marked) if marked else tree, marked)
