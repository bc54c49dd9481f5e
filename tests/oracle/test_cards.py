"""Cards and figures of every decoder type with its class's defaults: no fault."""

from __future__ import annotations

import pytest
from test_replay import ROWS

from archposter.audit import audit
from archposter.blocks.card import card
from archposter.counts.facts import facts
from archposter.importer.read import import_config
from archposter.layout.card import card_frame
from archposter.layout.figure import figure_frame
from archposter.resources import style_path
from archposter.spec.normalize import normalize
from archposter.theme import load_theme

THEME = load_theme("paper", style_path("paper"))


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_no_fault(kind: str) -> None:
    arch = normalize(import_config(ROWS[kind][0]["config"], f"{kind}.json").spec)
    blocks = card(arch, facts(arch))
    assert audit(card_frame(blocks, THEME)) == ()
    assert audit(figure_frame(blocks, THEME)) == ()
