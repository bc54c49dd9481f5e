"""Seventy-two real configs against the counts of the reference classes: equal, not close."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest

from archposter.counts.facts import facts
from archposter.importer.read import import_config
from archposter.resources import spec_names, spec_path
from archposter.spec.arch import Arch
from archposter.spec.load import load_spec, parse_spec
from archposter.spec.normalize import normalize
from archposter.spec.write import dump_spec
from configs import CORPUS, SLUGS, config, known

PARAMETERS = known("params.json")
CACHE = known("kv.json")

SPELLED_OUT = [*map(spec_path, spec_names()), *sorted(CORPUS.glob("*.yaml"))]


def imported(slug: str) -> Arch:
    return normalize(import_config(config(slug), f"{slug}.json").spec)


def test_the_corpus_is_whole() -> None:
    assert len(SLUGS) == 72
    assert SLUGS == sorted(PARAMETERS) == sorted(CACHE)


@pytest.mark.parametrize("slug", SLUGS)
def test_counts_equal_the_reference(slug: str) -> None:
    expected = PARAMETERS[slug]
    found = facts(imported(slug))
    counted = found.parameters
    assert counted.total == expected["total"]
    runs = [[len(list(run)), size] for size, run in groupby(counted.per_layer)]
    assert runs == expected["per_layer"]
    for name in ("active", "active_without_input_embedding", "active_without_embeddings"):
        if name in expected:
            assert getattr(counted, name) == expected[name]
    assert found.kv_cache.bytes_per_token == CACHE[slug]


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_is_left_to_warn_of(slug: str) -> None:
    assert import_config(config(slug), f"{slug}.json").warnings == ()


def bare(arch: Arch) -> Arch:
    """Return the architecture without what no config says, and without the documented context."""
    module = arch.mtp and replace(arch.mtp, layer=replace(arch.mtp.layer, source=""))
    layers = tuple(replace(layer, source="") for layer in arch.layers)
    return replace(
        arch,
        name="",
        size="",
        family="",
        developer=None,
        released=None,
        license=None,
        links=(),
        highlights=(),
        context_length=None,
        layers=layers,
        mtp=module,
    )


@pytest.mark.parametrize("path", SPELLED_OUT, ids=lambda path: path.stem)
def test_a_spec_and_its_config_are_one_architecture(path: Path) -> None:
    assert bare(imported(path.stem)) == bare(normalize(load_spec(path)))


@pytest.mark.parametrize("slug", SLUGS)
def test_an_imported_spec_can_be_written_and_read_back(slug: str) -> None:
    spec = import_config(config(slug), f"{slug}.json").spec
    again = normalize(parse_spec(dump_spec(spec), f"{slug}.yaml"))
    assert bare(again) == bare(normalize(spec))
