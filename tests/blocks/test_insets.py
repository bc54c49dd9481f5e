"""What the insets say of the parts they explain."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from archposter.blocks.attention import masks_inset
from archposter.blocks.table import BUILDERS
from archposter.blocks.tree import Cell, Compression, Diagram, Grid, HeadGroups, Masks, State
from archposter.pipeline import load
from archposter.scene import Box, Text
from archposter.spec.arch import Arch
from archposter.spec.parts import AnyPart, Attention, CompressedAttention, Mla, Moe
from configs import CORPUS, SLUGS

CONFIGS = CORPUS / "configs"


def arch(slug: str) -> Arch:
    return load(CONFIGS / f"{slug}.json").arch


def body(part: AnyPart, of: Arch) -> Diagram:
    drawn = BUILDERS[type(part)].inset(part, of).body
    assert isinstance(drawn, Diagram)
    return drawn


def cells(drawn: Diagram) -> Iterator[Cell]:
    return (node.block for node in drawn.nodes if isinstance(node.block, Cell))


def first(slug: str, kind: type) -> tuple[AnyPart, Arch]:
    found = arch(slug)
    return next(part for part in found.parts if isinstance(part, kind)), found


def cached_width(drawn: Diagram) -> int:
    """The sum of what the cached boxes say: "512", or heads times their size as "8 × 128"."""
    total = 0
    before = {edge.end: edge.start for edge in drawn.edges}
    blocks = {node.name: node.block for node in drawn.nodes}
    for name, cell in blocks.items():
        if isinstance(cell, Cell) and cell.cached:
            sized = cell if cell.details or cell.facts else blocks[before[name]]
            assert isinstance(sized, Cell)
            words = (*sized.facts, sized.details)[0][0]
            numbers = [int(word.replace(",", "")) for word in re.findall(r"[\d,]+", words.split(" + ")[0])]
            total += numbers[0] * (numbers[1] if len(numbers) > 1 else 1)
    return total


@pytest.mark.parametrize("slug", ["deepseek-v3", "deepseek-v3-2", "sarvam-105b", "kimi-linear-48b-a3b"])
def test_latent_attention_marks_what_is_cached(slug: str) -> None:
    part, of = first(slug, Mla)
    assert isinstance(part, Mla)
    index = part.indexer.index_head_dim if part.indexer else 0
    assert cached_width(body(part, of)) == part.kv_lora_rank + part.qk_rope_head_dim + index


def test_grouped_attention_marks_keys_and_values() -> None:
    part, of = first("gpt-2-xl", Attention)
    assert cached_width(body(part, of)) == 2 * 1600


@pytest.mark.parametrize("slug", SLUGS)
def test_every_inset_has_its_edges_between_its_nodes(slug: str) -> None:
    found = arch(slug)
    for part in dict.fromkeys(found.parts):
        drawn = body(part, found)
        names = [node.name for node in drawn.nodes]
        assert len(names) == len(set(names))
        rows = [
            f"{node.name} {row}"
            for node in drawn.nodes
            if isinstance(node.block, HeadGroups)
            for row in "qkv"
        ]
        assert {name for edge in drawn.edges for name in (edge.start, edge.end)} <= {*names, *rows}
        assert all(node.column + node.span <= len(drawn.weights) for node in drawn.nodes)


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_read_reaches_what_is_put_out(slug: str) -> None:
    found = arch(slug)
    for part in dict.fromkeys(found.parts):
        drawn = body(part, found)
        leads = defaultdict(set)
        for edge in drawn.edges:
            leads[edge.start].add("heads" if edge.end.startswith("heads ") else edge.end)
        reached, left = set(), ["x"]
        while left:
            node = left.pop()
            left += leads[node] - reached
            reached.add(node)
        ends = {node.name for node in drawn.nodes if not leads[node.name]}
        assert len(ends) == 1
        assert ends <= reached


def test_queries_keys_and_values_end_at_their_own_rows() -> None:
    for slug in ("gpt-2-xl", "gemma-4-e2b", "gemma-4-31b", "qwen3-next-80b-a3b"):
        part, of = first(slug, Attention)
        ends = [edge.end for edge in body(part, of).edges if edge.end.startswith("heads")]
        assert sorted(ends) == ["heads k", "heads q", "heads v"]


def test_routed_experts_read_the_token_and_the_latent_norms_are_drawn() -> None:
    part, of = first("deepseek-v3", Moe)
    edges = {(edge.start, edge.end) for edge in body(part, of).edges}
    assert {("x", "router"), ("x", "lane"), ("lane", "grid"), ("x", "beside"), ("beside", "sum")} <= edges
    part, of = first("deepseek-v3", Mla)
    edges = {(edge.start, edge.end) for edge in body(part, of).edges}
    assert {
        ("q_a", "c_q"),
        ("c_q", "q"),
        ("kv_a", "c_kv"),
        ("c_kv", "k"),
        ("c_kv", "v"),
        ("k_r", "k"),
    } <= edges


@pytest.mark.parametrize("slug", SLUGS)
def test_no_text_of_an_inset_is_cut(slug: str) -> None:
    frame = load(CONFIGS / f"{slug}.json").card().frame
    frames = [item.rect for item in frame.items if isinstance(item, Box) and item.role == "inset"]
    assert 1 <= len(frames) <= 3
    texts = [item for item in frame.items if isinstance(item, Text) and "…" in item.text]
    inside = [
        text.text
        for text in texts
        for rect in frames
        if rect.x < text.x < rect.right and rect.y < text.y < rect.bottom
    ]
    assert inside == []


@pytest.mark.parametrize(
    ("slug", "rows", "columns", "decay"),
    [
        ("qwen3-next-80b-a3b", 128, 128, "head"),
        ("kimi-linear-48b-a3b", 128, 128, "channel"),
        ("ling-2-5-1t", 128, 128, "fixed"),
        ("xlstm-7b", 256, 512, "head"),
        ("nemotron-3-nano-30b-a3b", 64, 128, "head"),
    ],
)
def test_states_have_their_size_and_their_decay(slug: str, rows: int, columns: int, decay: str) -> None:
    found = arch(slug)
    states = {
        node.block
        for part in dict.fromkeys(found.parts)
        for node in body(part, found).nodes
        if isinstance(node.block, State)
    }
    assert {(state.rows, state.columns, state.decay) for state in states} == {(rows, columns, decay)}


def test_choices_that_compute_nothing_are_squares_of_their_own() -> None:
    part, of = first("longcat-flash-lite", Moe)
    assert isinstance(part, Moe)
    grid = next(node.block for node in body(part, of).nodes if isinstance(node.block, Grid))
    squares = [square for row in grid.rows for square in row]
    assert squares.count("zero") == part.num_choices - part.num_experts == 128
    assert len(squares) == part.num_experts + 128


def test_chosen_experts_are_in_open_groups() -> None:
    part, of = first("deepseek-v3", Moe)
    grid = next(node.block for node in body(part, of).nodes if isinstance(node.block, Grid))
    assert (grid.groups, len(grid.open_groups), len(grid.rows)) == (8, 4, 8)
    assert {row for row, squares in enumerate(grid.rows) if "on" in squares} == set(grid.open_groups)


def test_heads_have_the_widths_of_keys_and_values() -> None:
    part, of = first("mimo-v2-flash", Attention)
    heads = next(node.block for node in body(part, of).nodes if isinstance(node.block, HeadGroups))
    assert (heads.key_width, heads.value_width) == (192, 128)


def test_compression_differs_by_variant() -> None:
    found = arch("deepseek-v4-flash")
    drawn = {}
    for part in found.parts:
        if isinstance(part, CompressedAttention):
            pictures = [node.block for node in body(part, found).nodes if isinstance(node.block, Compression)]
            drawn[part.variant] = [(it.ratio, it.overlap, it.chosen) for it in pictures]
    assert drawn == {"window": [], "csa": [(4, True, True)], "hca": [(128, False, False)]}


def test_masks_are_true_to_the_scale_that_they_name() -> None:
    for slug, share, title in (("gemma-2-9b", 0.5, "8k"), ("olmo-3-7b", 1 / 16, "64k")):
        drawn = masks_inset(load(slug).arch)
        assert isinstance(drawn.body, Masks)
        assert {mask.reach: mask.share for mask in drawn.body.masks} == {"sliding": share, "full": 1.0}
        assert drawn.titles[0] == f"What a token of {title} sees"
