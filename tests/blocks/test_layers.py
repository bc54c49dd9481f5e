"""Segments, classes and patterns of layers."""

from typing import Any

import pytest

from archposter.blocks.card import card
from archposter.blocks.layer_map import layer_map
from archposter.blocks.layers import Group, classes, pattern, see, segments
from archposter.blocks.naming import views
from archposter.blocks.tree import Repeat
from archposter.pipeline import load


def seen(name: str) -> Group:
    arch = load(name).arch
    return see(arch, views(arch))


def shapes(name: str) -> list[list[int]]:
    layers = seen(name)
    return [[len(group) for group in classes(segment)] for segment in segments(layers)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("llama-3-8b", [[32]]),
        ("deepseek-v3", [[3], [58]]),
        ("gemma-3-27b", [[62]]),
        ("kimi-linear-48b-a3b", [[1], [26]]),
        ("llama-4-maverick", [[48]]),
        ("nemotron-3-nano-30b-a3b", [[52]]),
    ],
)
def test_segments_and_classes(name: str, expected: list[list[int]]) -> None:
    assert shapes(name) == expected


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("llama-3-8b", "32 × the same layer"),
        ("deepseek-v3", "3 dense FFN, then 58 MoE"),
        ("gemma-3-27b", "5 sliding GQA : 1 global GQA, × 10, + 2 sliding GQA"),
        ("gpt-oss-20b", "1 sliding GQA : 1 global GQA, × 12"),
        ("tiny-aya", "3 sliding GQA : 1 global NoPE GQA, × 9"),
        ("qwen3-next-80b-a3b", "3 Gated DeltaNet : 1 GQA, × 12"),
        ("kimi-linear-48b-a3b", "3 KDA : 1 NoPE MLA, × 6, + 2 KDA + 1 NoPE MLA · 1 dense FFN, then 26 MoE"),
        ("llama-4-maverick", "3 chunked GQA : 1 global NoPE GQA, × 12 · 1 dense FFN : 1 MoE, × 24"),
    ],
)
def test_pattern(name: str, words: str) -> None:
    assert pattern(seen(name))[0] == words


FACTORS = {
    "name": "Test",
    "context_length": 512,
    "vocab_size": 100,
    "hidden_size": 64,
    "output": {"tied": True},
}
MIXER = {"kind": "attention", "num_attention_heads": 4, "head_dim": 16}


@pytest.mark.parametrize(
    "other",
    [
        {"sublayers": [{"part": MIXER}], "layer_scalar": True},
        {"sublayers": [{"part": MIXER, "stream_multiplier": 2.0}]},
        {"sublayers": [{"branches": [{"part": MIXER, "multiplier": 0.5}]}]},
        {"sublayers": [{"branches": [{"part": MIXER, "input_multiplier": 0.5}]}]},
    ],
)
def test_layers_that_differ_in_a_factor_stand_apart(other: dict[str, Any]) -> None:
    plain = {"sublayers": [{"part": MIXER}]}
    arch = load({**FACTORS, "stack": [{"layer": plain}, {"layer": other}, {"layer": plain}]}).arch
    layers = see(arch, views(arch))
    assert [group.places for group in classes(layers)] == [(0, 2), (1,)]
    assert pattern(layers)[0] == "3 layers of one kind, 2 arrangements"


@pytest.mark.parametrize("name", ["deepseek-v4-pro", "deepseek-v4-flash"])
def test_a_mark_belongs_to_a_kind(name: str) -> None:
    marks = {entry.wordings[0]: entry.cell.mark for entry in layer_map(seen(name)).legend}
    assert marks == {**dict.fromkeys(marks, 0), "HCA": 1, "hash-routed MoE": 1}


def test_of_two_plain_kinds_the_rarer_is_marked() -> None:
    entries = {
        name: {entry.cell: entry.times for entry in layer_map(seen(name)).legend}
        for name in ("smollm3-3b", "gemma-4-31b", "qwen3-next-80b-a3b")
    }
    for times in entries.values():
        for cell, number in times.items():
            assert cell.mark == 0 or number <= times[cell._replace(mark=0)]


def test_a_pattern_too_long_to_be_said_is_told_by_its_rarest_kind() -> None:
    wordings = pattern(seen("nemotron-3-nano-30b-a3b"))
    assert "NoPE GQA in layers 6, 13, 20, 27, 34, 43" in wordings[-3:]
    assert wordings[-1] == ""


@pytest.mark.parametrize(
    ("name", "frames", "words"),
    [
        ("zamba-7b", {76: ["Mamba", "Shared block"]}, "shared block in layers 3, 8"),
        ("olmo-hybrid-7b", {32: ["pre-norm", "post-norm"]}, "3 Gated DeltaNet : 1 NoPE MHA, × 8"),
        ("qwen3-8-flash-next-125b-a6b", {48: ["N-gram memory"]}, "· n-gram memory in layer 2"),
        ("gemma-3-27b", {62: ["Global GQA"]}, "5 sliding GQA : 1 global GQA"),
    ],
)
def test_layers_in_turns_share_a_frame(name: str, frames: dict[int, list[str]], words: str) -> None:
    found = card(load(name).arch, load(name).facts())
    plan = found.tower.plans[found.tower.drawn]
    framed = {frame.times: repr(frame) for frame in plan.frames if isinstance(frame, Repeat)}
    assert framed.keys() == frames.keys()
    assert all(word in framed[times] for times, said in frames.items() for word in said)
    assert words in found.layer_map.pattern[0]
