"""The bundled models against the counts of the reference classes: equal, not close."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from archposter.counts.facts import facts
from archposter.resources import spec_names, spec_path
from archposter.spec.load import load_spec
from archposter.spec.normalize import normalize

CORPUS = Path(__file__).parents[1] / "corpus"
REFERENCE: dict[str, Any] = json.loads((CORPUS / "reference_counts.json").read_text(encoding="utf-8"))[
    "models"
]
MORE = {path.stem: path for path in CORPUS.glob("*.yaml")}


def test_every_model_has_a_reference() -> None:
    assert sorted(REFERENCE) == sorted([*spec_names(), *MORE])


@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_counts_equal_the_reference(name: str) -> None:
    expected = REFERENCE[name]
    found = facts(normalize(load_spec(MORE.get(name) or spec_path(name))))
    assert found.parameters.total == expected["total"]
    assert found.parameters.embedding == expected["embedding"]
    assert found.parameters.active == expected["active"]
    assert found.parameters.active_without_embeddings == expected["active_without_embeddings"]
    if "active_without_input_embedding" in expected:
        assert found.parameters.active_without_input_embedding == expected["active_without_input_embedding"]
    runs = [[len(list(run)), size] for size, run in groupby(found.parameters.per_layer)]
    assert runs == expected["per_layer"]
    assert found.kv_cache.bytes_per_token == expected["kv_bytes_per_token"]
