"""Seventy-two real configs against the bundled specs of the same models: one architecture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archposter.bundled import spec_names, spec_path
from archposter.importer.read import import_config
from archposter.spec.arch import Arch
from archposter.spec.load import load_spec, parse_spec
from archposter.spec.normalize import normalize
from archposter.spec.write import dump_spec
from configs import SLUGS, config

DOCUMENTED_CONTEXT = {
    "command-a-plus": (200_000, 128_000),
    "deepseek-r1": (163_840, 131_072),
    "deepseek-v3": (163_840, 131_072),
    "deepseek-v3-2": (163_840, 131_072),
    "ling-2-5-1t": (131_072, 262_144),
    "longcat-flash-lite": (327_680, 262_144),
    "mistral-large-3": (294_912, 262_144),
    "mistral-small-4": (1_048_576, 262_144),
    "nemotron-3-nano-30b-a3b": (262_144, 1_048_576),
    "nemotron-3-super-120b-a12b": (262_144, 1_048_576),
    "qwen3-0-6b": (40_960, 32_768),
    "qwen3-235b-a22b": (40_960, 32_768),
    "qwen3-30b-a3b": (40_960, 32_768),
    "qwen3-32b": (40_960, 32_768),
    "qwen3-4b": (40_960, 32_768),
    "qwen3-8b": (40_960, 32_768),
    "tiny-aya": (5_000_000, 8192),
    "trinity-large": (262_144, 524_288),
}
"""The context of the config, and the documented one, which the spec says, where they differ."""


def imported(slug: str) -> Arch:
    return normalize(import_config(config(slug), f"{slug}.json").spec)


def bundled(slug: str) -> Arch:
    return normalize(load_spec(spec_path(slug)))


def test_every_bundled_spec_has_its_config() -> None:
    assert list(spec_names()) == SLUGS
    assert len(SLUGS) == 72


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
    assert bare(imported(slug)) == bare(bundled(slug))


def test_contexts_differ_where_documented() -> None:
    pairs = {slug: (imported(slug).context_length, bundled(slug).context_length) for slug in SLUGS}
    assert {slug: pair for slug, pair in pairs.items() if pair[0] != pair[1]} == DOCUMENTED_CONTEXT


@pytest.mark.parametrize("slug", SLUGS)
def test_an_imported_spec_can_be_written_and_read_back(slug: str) -> None:
    spec = import_config(config(slug), f"{slug}.json").spec
    again = normalize(parse_spec(dump_spec(spec), f"{slug}.yaml"))
    assert bare(again) == bare(normalize(spec))
