"""View models as data: what pages say is what the model's counts say."""

from __future__ import annotations

import pytest

from archposter import bundled
from archposter.blocks.card import card
from archposter.layout.card import card_frame
from archposter.pipeline import load, theme
from archposter.site import evidence
from archposter.site.living import Anatomy, listed, spots
from archposter.site.spec_text import SpecText


@pytest.mark.parametrize("name", bundled.spec_names())
def test_every_sum_of_evidence_is_the_number(name: str) -> None:
    model = load(name)
    facts, found = model.facts(), evidence.places(model.tensors())
    assert sum(row.value for row in evidence.total(found)) == facts.parameters.total
    assert sum(row.value for row in evidence.active(found, tied=model.arch.tied)) == facts.parameters.active
    anatomy, kept = Anatomy(model.arch, facts), facts.kv_cache
    growing = kept.bytes_per_token + kept.indexer_bytes_per_token
    for rows, whole in (
        (evidence.cache(anatomy), kept.total_bytes_at_context),
        (evidence.growing(anatomy), growing),
        (evidence.states(anatomy), kept.state_bytes),
        (evidence.operations(anatomy), facts.flops_per_token),
        (evidence.weighed(found, 2), facts.weight_bytes.bf16),
    ):
        assert sum(row.value for row in rows) == whole
        assert all(row.value > 0 for row in rows)
    assert all(evidence.holding(found, layer) for layer in range(len(model.arch.layers)))
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
    titles = {title for inset in blocks.insets for title in inset.titles}
    assert {spot.name for spot in found if spot.kind == "inset"} <= titles | {"Not drawn"}
    insets = [spot for spot in found if spot.kind == "inset" and spot.layers]
    assert all(spot.field for spot in insets)
    heads = [spot for spot in found if spot.kind == "inset" and spot.concepts and not spot.field]
    assert [spot.key for spot in heads] == [spot.key for spot in insets]
    beside = [spot for spot in found if spot.kind == "label"]
    assert all(("hidden size" in spot.name) == (spot.field == "hidden_size") for spot in beside)
    assert all(spot.field or spot.layers or spot.group for spot in beside)
    counted = sum(spot.parameters for spot in listed(found) if spot.source != "mtp")
    rest = model.facts().parameters.total - counted
    # What has no box of its own: norms, residual factors, projections.
    assert -1 < rest < 0.03 * model.facts().parameters.total


def test_a_field_leads_to_its_line() -> None:
    spec = SpecText("a: 1\ndefine:\n  moe: &moe\n    kind: moe\nstack:\n  - layer: {ffn: *moe, mixer: x}\n")
    paths = (
        "a",
        "stack[0].layer",
        "stack[0].layer.ffn",
        "stack[0].layer.ffn.kind",
        "stack[0].layer.norm",
        "none",
    )
    assert [spec.line(path) for path in paths] == [1, 6, 3, 4, 6, 1]


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
