"""View models as data: what pages say is what the model's counts say."""

from __future__ import annotations

import pytest

from archposter import bundled
from archposter.blocks.card import card
from archposter.layout.card import card_frame
from archposter.pipeline import load, theme
from archposter.site import evidence
from archposter.site.living import Anatomy, listed, spots


@pytest.mark.parametrize("name", bundled.spec_names())
def test_every_sum_of_evidence_is_the_number(name: str) -> None:
    model = load(name)
    facts, found = model.facts(), evidence.places(model.tensors())
    assert sum(row.value for row in evidence.total(found)) == facts.parameters.total
    assert sum(row.value for row in evidence.active(found, tied=model.arch.tied)) == facts.parameters.active
    kept = evidence.cache(Anatomy(model.arch, facts))
    assert sum(row.value for row in kept) == facts.kv_cache.total_bytes_at_context
    assert sum(place.size for place in found if not place.counted) == facts.parameters.mtp


@pytest.mark.parametrize("name", bundled.spec_names())
def test_the_card_is_alive_in_every_part(name: str) -> None:
    model = load(name)
    blocks = card(model.arch, model.facts())
    found = spots(blocks, card_frame(blocks, theme("auto")), Anatomy(model.arch, model.facts()))
    layers = len(model.arch.layers)
    assert [spot.layers for spot in found if spot.kind == "layer"] == [(place,) for place in range(layers)]
    said = {place for spot in found if spot.kind in ("frame", "layers") for place in spot.layers}
    assert said == set(range(layers))
    facts = [spot for spot in found if spot.kind == "fact"]
    assert len(facts) == len(blocks.figures)
    assert all(spot.number for spot in facts)
    parts = [spot for spot in listed(found) if spot.kind == "part"]
    assert all(spot.concepts and spot.layers for spot in parts)
    assert all(spot.name and spot.label for spot in found)
    counted = sum(spot.parameters for spot in listed(found) if spot.source != "mtp")
    rest = model.facts().parameters.total - counted
    # What has no box of its own: norms, residual factors, projections.
    assert -1 < rest < 0.03 * model.facts().parameters.total


def test_a_part_says_its_share_and_leads_to_its_concept() -> None:
    model = load("deepseek-v3")
    blocks = card(model.arch, model.facts())
    found = listed(spots(blocks, card_frame(blocks, theme("auto")), Anatomy(model.arch, model.facts())))
    experts = next(spot for spot in found if spot.name == "Mixture of experts")
    assert experts.layers == tuple(range(3, 61))
    assert experts.concepts[0] == "mixture-of-experts"
    rows = [row for row in model.tensors() if row.place == "layers.3-60" and row.name.startswith("mlp.")]
    assert experts.parameters == sum(row.size for row in rows)
    assert experts.source == "stack[1].layer"
