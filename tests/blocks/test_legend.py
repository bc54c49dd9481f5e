"""The legend explains what cards are made of, and is itself a card without fault."""

import pytest

from archposter import bundled
from archposter.audit import audit
from archposter.blocks.legend import legend as blocks
from archposter.blocks.tree import Cell, Diagram
from archposter.pipeline import legend
from archposter.scene import Text
from archposter.theme import LOOKS


def test_every_kind_of_part_is_named() -> None:
    body = blocks().insets[0].body
    assert isinstance(body, Diagram)
    named = {node.block.look for node in body.nodes if isinstance(node.block, Cell)}
    assert named == set(LOOKS) - {"model", "plain", "inset", "empty"}


@pytest.mark.parametrize("style", bundled.style_names())
def test_no_fault(style: str) -> None:
    frame = legend(style).frame
    assert audit(frame) == ()
    assert [item.text for item in frame.items if isinstance(item, Text) and "…" in item.text] == []


def test_all_insets_are_shown() -> None:
    shown = {item.text for item in legend().frame.items if isinstance(item, Text)}
    assert {inset.titles[0] for inset in blocks().insets} <= shown
