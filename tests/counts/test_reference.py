"""The bundled models against the counts of the reference classes: equal, not close."""

from __future__ import annotations

from itertools import groupby

import pytest

from archposter.bundled import spec_names
from archposter.pipeline import load
from configs import known

PARAMETERS = known("params.json")
CACHE = known("kv.json")


def test_every_model_has_a_reference() -> None:
    assert list(spec_names()) == sorted(PARAMETERS) == sorted(CACHE)


@pytest.mark.parametrize("name", spec_names())
def test_counts_equal_the_reference(name: str) -> None:
    expected = dict(PARAMETERS[name])
    found = load(name).facts()
    counted = found.parameters
    runs = [[len(list(run)), size] for size, run in groupby(counted.per_layer)]
    assert runs == expected.pop("per_layer")
    assert {key: getattr(counted, key) for key in expected} == expected
    assert found.kv_cache.bytes_per_token == CACHE[name]
