"""What a card says."""

from pathlib import Path

import pytest

from archposter import bundled
from archposter.blocks.card import KV_ENDS, KV_SCALE, cache_level, card
from archposter.blocks.model_wide import scaled
from archposter.blocks.moe import inset as moe_inset
from archposter.blocks.tree import Diagram, Grid
from archposter.pipeline import load
from archposter.spec.parts import Moe


@pytest.mark.parametrize("name", bundled.spec_names())
def test_cache_scale_holds_every_bundled_model_that_caches_tokens(name: str) -> None:
    cache = load(name).facts().kv_cache
    drawn = cache.bytes_per_token_at_context
    assert drawn <= KV_SCALE[1]
    assert KV_SCALE[0] <= drawn or not cache.bytes_per_token


@pytest.mark.parametrize("page", ["README.md", "docs/concepts/kv-cache.md"])
def test_documents_name_the_ends_of_the_scale(page: str) -> None:
    assert f"scale from {KV_ENDS[0]} to {KV_ENDS[1]}" in Path(page).read_text(encoding="utf-8")


def test_cache_level() -> None:
    assert [cache_level(n) for n in (0, 2**11, 2**17, 2**23, 2**30)] == [0.0, 0.02, 0.5, 1.0, 1.0]


@pytest.mark.parametrize("name", bundled.spec_names())
def test_experts_are_drawn_one_by_one(name: str) -> None:
    arch = load(name).arch
    for part in {part for part in arch.parts if isinstance(part, Moe)}:
        body = moe_inset(part, arch).body
        assert isinstance(body, Diagram)
        grid = next(node.block for node in body.nodes if isinstance(node.block, Grid))
        squares = [square for row in grid.rows for square in row]
        assert len(squares) == part.num_choices
        assert squares.count("on") == part.num_experts_per_tok


def test_numbers_come_from_the_counts() -> None:
    model = load("deepseek-v3")
    drawn = card(model.arch, model.facts())
    assert [
        (figure.number, figure.beside[0] or figure.above[0], figure.label[0]) for figure in drawn.figures
    ] == [
        ("671B", "parameters", "1.34 TB in bf16"),
        ("36.6B", "", "active per token"),
        ("68.6 KiB", "cache a token", "8.58 GiB at 128k"),
        ("728 GFLOP", "for a token", "at 128k"),
        ("11.6B", "1 MTP layer", "not in the total"),
    ]
    assert "671,026,404,352 parameters, 36,625,610,752 active" in drawn.description


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("deepseek-v3", "parameters"),
        ("deepseek-v3-2", "parameters, counted"),
        ("llama-4-maverick", "parameters, counted"),
        ("gemma-4-e2b", "parameters"),
    ],
)
def test_a_total_that_is_not_the_name_s_says_whose_it_is(name: str, words: str) -> None:
    model = load(name)
    assert card(model.arch, model.facts()).figures[0].above[0] == words


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (0.0625, "/ 16"),
        (0.166667, "/ 6"),
        (0.70710678, "/ √2"),
        (0.22, "× 0.22"),
        (2.446, "× 2.446"),
        (0, "× 0"),
    ],
)
def test_a_factor_that_divides_is_said_so(factor: float, said: str) -> None:
    assert scaled(factor) == said
