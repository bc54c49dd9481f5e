"""What cards say is new, and where they mark it."""

from functools import cache

import pytest

from archposter import bundled
from archposter.blocks.card import card
from archposter.blocks.dump import dump_blocks
from archposter.blocks.naming import views
from archposter.blocks.news import news
from archposter.compare.comparison import compare
from archposter.pipeline import load
from archposter.relate.nearest import Corpus, corpus, index, parse, relative
from archposter.scene import Box
from quick import sampled

NAMES = sampled(bundled.spec_names())


def ringed(name: str) -> set[str]:
    """The names of the boxes that have a ring where there is most room."""
    found = dump_blocks(card(load(name).arch, load(name).facts()))

    def cells(value: object) -> list[dict]:
        if isinstance(value, dict):
            own = [value] if value.get("marked") is True and "names" in value else []
            return own + [cell for inner in value.values() for cell in cells(inner)]
        return [cell for inner in value for cell in cells(inner)] if isinstance(value, list) else []

    found["tower"]["plans"] = found["tower"]["plans"][:1]
    return {cell["names"][0] for cell in cells(found["tower"])}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_new_in_what_is_equal(name: str) -> None:
    arch = load(name).arch
    found, of = news(arch, views(arch), corpus()), relative(arch)
    if of is None:
        assert found.lead == ""
        return
    compared = compare([load(of.model.name).arch, arch])
    assert found.lead.startswith("= ") == compared.identical
    if found.new:
        assert compared.of_kind("mechanism")
    if not compared.of_kind("mechanism"):
        assert not found.kinds


@pytest.mark.parametrize("name", NAMES)
def test_rings_and_their_key_go_together(name: str) -> None:
    frame = load(name).card().frame
    rings = [item for item in frame.items if isinstance(item, Box) and item.role == "ring"]
    assert len(rings) != 1 or not ringed(name)
    assert bool(ringed(name)) <= bool(rings)


@pytest.mark.parametrize(
    ("name", "boxes"),
    [
        ("deepseek-r1", set()),
        ("kimi-k2", set()),
        ("qwen3-8b", {"Grouped-query attention"}),
        ("olmo-2-7b", {"Multi-head attention", "RMSNorm", "Final RMSNorm"}),
        ("ling-2-6-1t", {"MTP"}),
    ],
)
def test_what_is_marked(name: str, boxes: set[str]) -> None:
    assert ringed(name) == boxes


FEW = (
    *("gpt-2-xl", "llama-3-8b", "olmo-2-7b", "deepseek-v3", "deepseek-r1", "glm-4-5", "glm-5", "kimi-k2"),
    *("kimi-linear-48b-a3b", "qwen2-5-7b", "qwen3-8b", "qwen3-30b-a3b", "qwen3-coder-30b-a3b"),
    *("mimo-v2-flash", "mimo-v2-5"),
)


@cache
def few() -> Corpus:
    """A corpus that does not grow."""
    return parse(index({name: load(name).arch for name in FEW}))


@pytest.mark.parametrize(
    ("name", "lead", "line"),
    [
        ("gpt-2-xl", "", None),
        ("deepseek-r1", "= DeepSeek V3", None),
        ("olmo-2-7b", "New against Llama 3 (nearest)", "post-norm, MHA, QK-norm"),
        ("glm-5", "New against GLM-4.5 (parent)", "MLA, sparse indexer"),
        ("qwen3-8b", "New against Qwen2.5 (parent)", "QK-norm"),
        ("kimi-linear-48b-a3b", "New against Kimi K2 (nearest)", "KDA, NoPE"),
        ("qwen3-coder-30b-a3b", "As Qwen3 30B-A3B (nearest)", "RoPE base 10,000,000 for 1,000,000"),
        ("mimo-v2-5", "As MiMo-V2-Flash (parent)", "RoPE base 10,000,000 for 5,000,000"),
    ],
)
def test_what_is_said(name: str, lead: str, line: str | None) -> None:
    arch = load(name).arch
    found = news(arch, views(arch), few())
    assert (found.lead, ", ".join(found.said[0]) if found.said else None) == (lead, line)
