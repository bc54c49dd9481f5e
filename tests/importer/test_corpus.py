"""Real configs against the bundled specs of the same models: one architecture."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from archposter.bundled import spec_names, spec_path
from archposter.importer.read import import_config
from archposter.spec.arch import Arch
from archposter.spec.load import load_spec, parse_spec
from archposter.spec.normalize import normalize
from archposter.spec.write import dump_spec
from configs import SLUGS, config

MODULES = {"mimo-v2-flash": 3, "mimo-v2-5": 3, "mimo-v2-5-pro": 3, "qwen3-next-80b-a3b": 1}
"""Prediction modules that the weights have, as their makers say, and no key of the config counts."""


def imported(slug: str) -> Arch:
    return normalize(import_config(config(slug), f"{slug}.json").spec)


def bundled(slug: str) -> Arch:
    return normalize(load_spec(spec_path(slug)))


def test_every_config_has_its_bundled_spec() -> None:
    assert set(SLUGS) <= set(spec_names())


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_but_prediction_modules_is_left_to_warn_of(slug: str) -> None:
    warnings = import_config(config(slug), f"{slug}.json").warnings
    assert [str(said) for said in warnings if "prediction modules" not in str(said)] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_key_of_a_field_holds_its_value(slug: str) -> None:
    said, (spec, _, _, keys) = config(slug), import_config(config(slug), f"{slug}.json")
    arch = normalize(spec)
    known = {
        "context_length": arch.context_length,
        "vocab_size": spec.vocab_size,
        "hidden_size": arch.hidden_size,
        "stack": len(arch.layers),
    }
    for field, path in keys:
        value: Any = said
        for step in path.split("."):
            value = value[step]
        assert value == known[field]
    assert {"vocab_size", "hidden_size"} & set(dict(keys))


def bare(arch: Arch) -> Arch:
    """Return the architecture without what no config says, and without the documented context."""
    module = arch.mtp and arch.mtp._replace(layer=replace(arch.mtp.layer, source=""))
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
        released_by=False,
        lineage=(),
        context_length=None,
        extended_context=None,
        context_method=None,
        sources=(),
        layers=layers,
        mtp=module,
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_a_spec_and_its_config_are_one_architecture(slug: str) -> None:
    read, said = imported(slug), bundled(slug)
    if slug in MODULES:
        assert said.mtp is not None
        assert (read.mtp, said.mtp.depth, "mtp" in dict(said.sources)) == (None, MODULES[slug], True)
        said = replace(said, mtp=None)
    assert bare(read) == bare(said)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_context_that_is_not_the_configs_has_another_source(slug: str) -> None:
    spec = load_spec(spec_path(slug))
    if imported(slug).context_length != spec.context_length.native:
        assert spec.context_length.page not in (spec.links.config, spec.links.config_read)


@pytest.mark.parametrize("slug", SLUGS)
def test_an_imported_spec_can_be_written_and_read_back(slug: str) -> None:
    spec = import_config(config(slug), f"{slug}.json").spec
    again = normalize(parse_spec(dump_spec(spec), f"{slug}.yaml"))
    assert bare(again) == bare(normalize(spec))
