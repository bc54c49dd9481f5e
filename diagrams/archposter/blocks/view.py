"""How a part is called: in the tower, in the layer map and beside the tower."""

from typing import NamedTuple

from archposter.blocks.tree import Cell, Wordings


class View(NamedTuple):
    """`kind` is the map's word for the part and its identity: parts of one kind share a box.

    `facts` stand below the name, all of them; `callout` beside the tower, with what is `inside` the part
    where no inset tells it.  `new`: an earlier model lacks the part, or something of it.

    `unusual`: it is not the plain kind of its look, and the map marks it on every card.
    """

    kind: str
    look: str
    names: Wordings
    callout: str
    facts: tuple[Wordings, ...] = ()
    inside: tuple[Wordings, ...] = ()
    new: bool = False
    unusual: bool = False

    @property
    def key(self) -> str:
        """The anchor of the part's box in the tower."""
        return f"part {self.kind}"

    def cell(self, source: str, key: str = "") -> Cell:
        """Return the part's box."""
        own = Cell(self.names, look=self.look, key=key, source=source, facts=self.facts)
        return own._replace(part=self.kind, marked=self.new)
