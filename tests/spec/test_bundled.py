"""What every bundled spec says of its model beside the architecture."""

from __future__ import annotations

import pytest

from archposter.bundled import spec_names, spec_path
from archposter.spec.load import load_spec

SPECS = {name: load_spec(spec_path(name)) for name in spec_names()}
WITHOUT_LINKS = {"llama-3-2-1b", "llama-3-2-3b"}
"""Models of which no public config or report is known."""


@pytest.mark.parametrize("name", SPECS)
def test_the_facts_are_complete(name: str) -> None:
    spec = SPECS[name]
    assert all((spec.size, spec.developer, spec.released, spec.license))
    assert 2 <= len(spec.highlights) <= 3
    assert max(map(len, spec.highlights)) <= 90
    assert len(set(spec.highlights)) == len(spec.highlights)
    assert bool(spec.links.config or spec.links.report) == (name not in WITHOUT_LINKS)


def test_titles_are_different() -> None:
    titles = [f"{spec.name} {spec.size}" for spec in SPECS.values()]
    assert len(set(titles)) == len(titles)


def test_a_family_has_one_developer() -> None:
    developers = {(spec.family, spec.developer) for spec in SPECS.values()}
    assert len(developers) == len({family for family, _ in developers})
