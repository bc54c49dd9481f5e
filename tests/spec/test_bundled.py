"""What every bundled spec says of its model beside the architecture."""

from __future__ import annotations

from functools import cache

import pytest

from archposter.bundled import spec_names, spec_path
from archposter.spec.load import load_spec
from archposter.spec.model import ArchSpec
from archposter.spec.normalize import normalize


@cache
def specs() -> dict[str, ArchSpec]:
    return {name: load_spec(spec_path(name)) for name in spec_names()}


@pytest.mark.parametrize("name", spec_names())
def test_the_facts_are_complete(name: str) -> None:
    spec = specs()[name]
    assert all((spec.size, spec.developer, spec.released, spec.license))
    assert len(spec.highlights) <= 3
    assert all(len(line.text) <= 90 for line in spec.highlights)
    assert len(set(spec.highlights)) == len(spec.highlights)


def test_lineage_leads_back_in_time() -> None:
    """A parent is a bundled model, or has a year; none is later than its child, so that none is its own."""
    for spec in specs().values():
        born = normalize(spec).released
        assert born
        for parent in spec.lineage:
            assert (parent.model in specs()) == (parent.year is None), parent.model
            if parent.year is None:
                day = normalize(specs()[parent.model]).released
                assert day
                assert day < born
            else:
                assert parent.year <= born.year


def test_what_is_looked_for_is_said() -> None:
    """No source is claimed that is not a page; what has none keeps its value."""
    for spec in specs().values():
        for said in (spec.released, spec.license, spec.context_length):
            assert said
            assert all(place.startswith("https://") for place in said.looked)


def test_titles_are_different() -> None:
    titles = [f"{spec.name} {spec.size}" for spec in specs().values()]
    assert len(set(titles)) == len(titles)


def test_a_family_has_one_developer() -> None:
    developers = {(spec.family, spec.developer) for spec in specs().values()}
    assert len(developers) == len({family for family, _ in developers})


@pytest.mark.parametrize("name", spec_names())
def test_every_fact_has_a_source(name: str) -> None:
    """The architecture's is known; of day, licence and context it may be unknown, but never left out."""
    spec = specs()[name]
    assert spec.links.config_read or spec.links.config
    for said in (spec.released, spec.license, spec.context_length):
        assert said
        assert said.source
