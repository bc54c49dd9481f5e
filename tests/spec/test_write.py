"""Written specs: they read back as the same model, and look as a person would have written them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from archposter.bundled import spec_names, spec_path
from archposter.spec.load import load_spec, parse_spec
from archposter.spec.model import ArchSpec
from archposter.spec.write import dump_spec
from meaning import meaning
from strategies import spec_data


def spec(**changes: Any) -> ArchSpec:
    attention = {"kind": "attention", "num_attention_heads": 8, "head_dim": 64}
    data = {
        "name": "Test",
        "context_length": 4096,
        "vocab_size": 1000,
        "hidden_size": 512,
        "output": {"tied": True},
        "stack": ({"layer": {"mixer": attention, "ffn": {"kind": "gated", "intermediate_size": 2048}}},),
    }
    return ArchSpec.model_validate(data | changes)


@given(spec_data())
def test_round_trip(data: dict[str, Any]) -> None:
    given_spec = ArchSpec.model_validate(data)
    text = dump_spec(given_spec)
    again = parse_spec(text, "x.yaml")
    assert meaning(again) == meaning(given_spec)
    assert dump_spec(again) == text


@pytest.mark.parametrize("name", spec_names())
def test_specs_by_hand_round_trip_and_fit_the_page(name: str) -> None:
    bundled = load_spec(spec_path(name))
    text = dump_spec(bundled)
    again = parse_spec(text, name)
    assert meaning(again) == meaning(bundled)
    assert dump_spec(again) == text
    assert [line for line in text.splitlines() if len(line) > 110 and "https://" not in line] == []


@pytest.mark.parametrize("name", ["llama-3-8b", "gpt-2-xl", "olmo-2-7b", "qwen3-235b-a22b"])
def test_simple_specs_are_written_as_the_hand_wrote_them(name: str) -> None:
    by_hand = spec_path(name).read_text(encoding="utf-8").partition("\n")[2]
    assert dump_spec(load_spec(spec_path(name))) == by_hand


@pytest.mark.parametrize("name", spec_names())
def test_what_is_said_by_hand_is_written_as_the_hand_wrote_it(name: str) -> None:
    """Facts before their sources, links on lines of their own, nothing that goes without saying."""
    by_hand, made = (
        text.partition("\nvocab_size:")[0]
        for text in (
            spec_path(name).read_text(encoding="utf-8").partition("\n")[2],
            dump_spec(load_spec(spec_path(name))),
        )
    )
    assert made == by_hand


def test_layers_fold_and_parts_have_names() -> None:
    text = dump_spec(load_spec(spec_path("kimi-linear-48b-a3b")))
    assert text[text.index("stack:") :] == (
        "stack:\n"
        "  - layer: {mixer: *kda, ffn: {kind: gated, intermediate_size: 9216}}\n"
        "  - repeat: 2\n"
        "    layer: {mixer: *kda, ffn: *moe}\n"
        "  - layer: {mixer: *mla, ffn: *moe}\n"
        "  - repeat: 5\n"
        "    stack:\n"
        "      - repeat: 3\n"
        "        layer: {mixer: *kda, ffn: *moe}\n"
        "      - layer: {mixer: *mla, ffn: *moe}\n"
        "  - repeat: 2\n"
        "    layer: {mixer: *kda, ffn: *moe}\n"
        "  - layer: {mixer: *mla, ffn: *moe}\n"
    )


@pytest.mark.parametrize(
    ("name", "defined"),
    [
        ("deepseek-v3", ["mla", "moe"]),
        ("gemma-3-27b", ["local", "global", "ffn"]),
        ("llama-4-maverick", ["chunked", "global", "dense", "moe"]),
        ("nemotron-3-nano-30b-a3b", ["mamba2", "attention", "moe"]),
        ("qwen3-next-80b-a3b", ["attention", "moe"]),
    ],
)
def test_names(name: str, defined: list[str]) -> None:
    assert parse_spec(dump_spec(load_spec(spec_path(name))), name).define.keys() == set(defined)


def ffn_layer(size: int, **more: Any) -> dict[str, Any]:
    return {"layer": {"ffn": {"kind": "gated", "intermediate_size": size, **more}}}


def test_parts_of_one_kind_are_told_apart_by_a_field_or_by_number() -> None:
    widths = spec(stack=(ffn_layer(10), ffn_layer(20), ffn_layer(10)))
    assert list(parse_spec(dump_spec(widths), "x").define) == ["ffn_10", "ffn_20"]
    biases = spec(stack=(ffn_layer(10), ffn_layer(10, bias=True), ffn_layer(10)))
    assert list(parse_spec(dump_spec(biases), "x").define) == ["ffn_1", "ffn_2"]


def test_parts_of_one_kind_have_the_names_of_their_variants() -> None:
    compressed = {
        "kind": "compressed",
        "num_attention_heads": 4,
        "head_dim": 8,
        "q_lora_rank": 8,
        "o_groups": 2,
        "o_lora_rank": 8,
        "sliding_window": 8,
    }
    heavy = compressed | {"compressor": {"compress_ratio": 128}}
    layers = [{"layer": {"mixer": mixer}} for mixer in (compressed, heavy, compressed)]
    assert list(parse_spec(dump_spec(spec(stack=tuple(layers))), "x").define) == ["window", "hca"]


def test_long_layers_have_names_too() -> None:
    steps = tuple({"part": {"kind": "gated", "intermediate_size": size}} for size in (10, 20))
    other = ffn_layer(30)
    text = dump_spec(spec(stack=({"layer": {"sublayers": steps}}, other, {"layer": {"sublayers": steps}})))
    assert text.endswith(
        "  ffn_10_layer: &ffn_10_layer\n"
        "    sublayers:\n"
        "      - part: *ffn_10\n"
        "      - part: *ffn_20\n"
        "\n"
        "stack:\n"
        "  - layer: *ffn_10_layer\n"
        "  - layer: {ffn: *ffn_30}\n"
        "  - layer: *ffn_10_layer\n"
    )


def test_defaults_are_left_out_and_kinds_are_said() -> None:
    text = dump_spec(spec(norm={"kind": "rmsnorm", "placement": "post"}, size="", developer="A", family="A"))
    assert text == (
        "name: Test\n"
        "developer: A\n"
        "\n"
        "context_length: 4096\n"
        "vocab_size: 1000\n"
        "hidden_size: 512\n"
        "norm: {kind: rmsnorm, placement: post}\n"
        "output: {tied: true}\n"
        "\n"
        "stack:\n"
        "  - layer:\n"
        "      mixer: {kind: attention, num_attention_heads: 8, head_dim: 64}\n"
        "      ffn: {kind: gated, intermediate_size: 2048}\n"
    )


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("GPT-2 (1.5B)", "GPT-2 (1.5B)"),
        ("12:30", '"12:30"'),
        ("true", '"true"'),
        ("1e5", '"1e5"'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("a:", '"a:"'),
        ("- a", '"- a"'),
        ('"a\\', '"\\"a\\\\"'),
        ("'a'", "\"'a'\""),
        ("*a", '"*a"'),
        ("a, {b} [c]", "a, {b} [c]"),
        ("Ünïcode", "Ünïcode"),
    ],
)
def test_text_is_quoted_where_it_must_be(name: str, written: str) -> None:
    text = dump_spec(spec(name=name))
    assert text.startswith(f"name: {written}\n")
    assert parse_spec(text, "x").name == name


@pytest.mark.parametrize(
    ("theta", "written"),
    [
        (1e7, "10000000"),
        (0.5, "0.5"),
        (1234.5678, "1234.5678"),
        (0.1352337788608801, "0.1352337788608801"),
        (1.25e-7, "0.000000125"),
        (1e12, "1000000000000"),
    ],
)
def test_numbers_are_written_in_plain_digits(theta: float, written: str) -> None:
    mixer = {
        "kind": "attention",
        "num_attention_heads": 1,
        "head_dim": 1,
        "position": {"kind": "rope", "theta": theta},
    }
    text = dump_spec(spec(stack=({"layer": {"mixer": mixer}},)))
    assert f"theta: {written}}}" in text
    assert meaning(parse_spec(text, "x")) == meaning(spec(stack=({"layer": {"mixer": mixer}},)))
