"""Cards and figures of every decoder type with its class's defaults: no fault, and layers that are shown."""

from __future__ import annotations

import pytest
from test_replay import ROWS

from archposter.audit import audit
from archposter.blocks.card import card
from archposter.blocks.tree import Repeat
from archposter.bundled import style_path
from archposter.counts.facts import facts
from archposter.importer.read import import_config
from archposter.importer.table import READERS
from archposter.layout.card import card_frame
from archposter.layout.figure import figure_frame
from archposter.layout.tower import framing
from archposter.spec.normalize import normalize
from archposter.theme import load_theme

pytestmark = pytest.mark.costly

THEME = load_theme("paper", style_path("paper"))

TOWER_HEIGHT = 684.0
"""What a card without a second line leaves to its tower."""


@pytest.mark.parametrize("kind", sorted(set(ROWS) & set(READERS)))
def test_no_fault(kind: str) -> None:
    arch = normalize(import_config(ROWS[kind][0]["config"], f"{kind}.json").spec)
    blocks = card(arch, facts(arch))
    assert audit(card_frame(blocks, THEME)) == ()
    assert audit(figure_frame(blocks, THEME)) == ()
    assert any(isinstance(frame, Repeat) for frame in framing(blocks.tower, TOWER_HEIGHT).plan.frames)
