"""The Block tree as plain data, in which every block says its kind."""

from __future__ import annotations

from typing import Any, Final

from archposter.blocks.tree import Card

VERSION: Final = 1
"""Rises when a block's fields change their names or meaning."""


def dump_blocks(card: Card) -> dict[str, Any]:
    """Return a card's blocks as JSON data, as `blocks_schema` describes it."""
    return {"version": VERSION, **_plain(card)}


def kind(block: type) -> str:
    """Return what a type of block is called: "LayerMap" is "layer_map"."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in block.__name__).lstrip("_")


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        if hasattr(value, "_fields"):
            fields = {name: _plain(entry) for name, entry in zip(value._fields, value, strict=True)}
            return {"kind": kind(type(value)), **fields}
        return [_plain(entry) for entry in value]
    return value
