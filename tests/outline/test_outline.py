from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import archposter
from archposter.blocks.card import card
from archposter.blocks.schema import blocks_schema
from archposter.bundled import spec_names
from archposter.outline.graph import Graph, groups, nodes
from archposter.outline.tower import outline
from archposter.spec.dump import to_json
from quick import sampled

PUBLISHED = Path(__file__).parents[2] / "docs" / "blocks.schema.json"


def drawn(name: str) -> Graph:
    model = archposter.load(name)
    return outline(card(model.arch, model.facts()))


@pytest.mark.parametrize("name", spec_names())
def test_everything_lies_between_tokens_and_output(name: str) -> None:
    graph = drawn(name)
    ids = [node.id for node in nodes(graph.members)]
    names = [*ids, *(group.id for group in groups(graph.members))]
    assert len(set(names)) == len(names)
    assert {end for edge in graph.edges for end in edge[:2]} == set(ids) - {"order"}
    assert not [edge for edge in graph.edges if edge.start == edge.end]
    assert len({edge[:2] for edge in graph.edges}) == len(graph.edges)
    ends = {edge.end for edge in graph.edges}
    starts = {edge.start for edge in graph.edges}
    assert {node for node in ids if node not in ends} <= {"tokens", "order", "added"}
    assert {node for node in ids if node not in starts} <= {"output", "order"}


def test_a_sum_takes_the_part_and_what_went_past_it() -> None:
    edges = drawn("deepseek-v3").edges
    into = {end: [edge[:3:2] for edge in edges if edge.end == end] for end in ("sum", "sum2", "sum3", "sum4")}
    assert into == {
        "sum": [("part", "flow"), ("embedding", "residual")],
        "sum2": [("part2", "flow"), ("sum", "residual")],
        "sum3": [("part3", "flow"), ("sum2", "residual")],
        "sum4": [("part4", "flow"), ("sum3", "residual")],
    }


def test_frames_say_how_many_layers_and_which() -> None:
    assert [group.title for group in groups(drawn("deepseek-v3").members)] == [
        "3 × layers 1 to 3",
        "58 × layers 4 to 61",
    ]
    assert [group.title for group in groups(drawn("gemma-3-270m").members)] == [
        "18 layers: 5 sliding MQA : 1 global MQA, × 3",
        "each layer has one of these, all QK-norm · RoPE",
    ]


def test_layers_by_turns_stand_in_a_frame_that_tells_their_order() -> None:
    graph = drawn("nemotron-3-nano-30b-a3b")
    first = next(groups(graph.members))
    assert first.title == "52 layers: 1 Mamba-2 : 1 MoE, × 23 · NoPE GQA in layers 6, 13, 20, 27, 34, 43"
    assert [part.lines[0] for part in nodes(first.members) if part.id.startswith("part")] == [
        "23 × Mamba-2",
        "23 × Mixture of experts",
        "6 × Grouped-query attention",
    ]


def test_choices_say_how_many_layers_have_which_and_their_sizes() -> None:
    parts = [node.lines for node in nodes(drawn("qwen3-next-80b-a3b").members) if node.id.startswith("part")]
    assert parts[0] == ("36 × Gated DeltaNet", "linear attention", "32 value, 16 key heads of 128")
    assert parts[1][0].startswith("12 × ")


def test_parallel_parts_meet_in_one_sum() -> None:
    edges = drawn("command-a-plus").edges
    into = [edge.start for edge in edges if edge.end == "sum" and edge.line == "flow"]
    assert len(into) == 3
    assert {edge.start for edge in edges if edge.end in into} == {"norm"}


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == to_json(blocks_schema())


def test_blocks_say_their_kinds_as_the_schema_asks() -> None:
    validator = jsonschema.Draft202012Validator(blocks_schema())
    validator.check_schema(blocks_schema())
    for name in sampled(spec_names()):
        data = json.loads(archposter.load(name).write("json"))
        validator.validate(data)
        assert data["kind"] == "card"
        del data["tower"]["embedding"]["kind"]
        assert not validator.is_valid(data)
    assert json.loads(json.dumps(archposter.load("llama-3-8b").blocks()))["tower"]["embedding"] == {
        "kind": "cell",
        "names": ["Token embedding", "Embedding"],
        "details": [],
        "look": "plain",
        "key": "embedding",
        "source": "vocab_size",
        "cached": False,
        "share": 0.0,
        "part": "",
        "marked": False,
        "facts": [],
        "holds": [],
    }
