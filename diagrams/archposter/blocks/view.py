"""How a part is called: in the tower, in the layer map and beside the tower."""

from __future__ import annotations

from typing import NamedTuple

from archposter.blocks.tree import Cell, Wordings


class View(NamedTuple):
    """`kind` is the map's word for the part and its identity: parts of one kind share a box."""

    kind: str
    look: str
    names: Wordings
    details: Wordings
    callout: str

    @property
    def key(self) -> str:
        """The anchor of the part's box in the tower."""
        return f"part {self.kind}"

    def cell(self, source: str, key: str = "") -> Cell:
        """Return the part's box."""
        return Cell(self.names, tuple(filter(None, self.details)), self.look, key, source, part=self.kind)
