from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archposter.bundled import spec_names, spec_path
from archposter.diagnostics import SpecError
from archposter.spec.load import MAX_BYTES, load_spec, parse_spec
from archposter.spec.model import ArchSpec
from archposter.spec.normalize import normalize
from cost import at_most
from part_strategies import Data
from quick import examples
from strategies import spec_data

HEAD = """\
name: X
developer: D
released: 2024-12-26
license: MIT
context_length: 1024
vocab_size: 100
hidden_size: 64
output: {tied: true}
"""
FFN = "{kind: gated, intermediate_size: 8}"


def faults(text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        parse_spec(text, "x.yaml")
    return str(caught.value).splitlines()


def test_the_least_a_spec_must_say() -> None:
    spec = parse_spec(HEAD + f"stack:\n  - layer: {{ffn: {FFN}}}\n", "x.yaml")
    assert spec.family == spec.developer


def test_facts_that_nobody_knows_are_left_out() -> None:
    unknown = "".join(line + "\n" for line in HEAD.splitlines() if line[:3] not in ("dev", "rel", "lic"))
    spec = parse_spec(unknown + f"stack:\n  - layer: {{ffn: {FFN}}}\n", "x.yaml")
    assert (spec.developer, spec.released, spec.license) == (None, None, None)
    assert spec.family == spec.name


def test_the_norm_of_a_spec_that_names_none() -> None:
    spec = parse_spec(HEAD + f"stack:\n  - layer: {{ffn: {FFN}}}\n", "x.yaml")
    assert spec.norm.kind == "rmsnorm"
    assert spec.norm.bias is False


def test_every_missing_field_is_named() -> None:
    assert faults("size: 7B\n") == [
        "x.yaml:1:1: context_length: missing; expected a whole number",
        "x.yaml:1:1: hidden_size: missing; expected a whole number",
        "x.yaml:1:1: name: missing; expected text",
        "x.yaml:1:1: output: missing; expected a mapping",
        "x.yaml:1:1: stack: missing; expected a list",
        "x.yaml:1:1: vocab_size: missing; expected a whole number",
    ]


FFN_KINDS = "gated, plain, moe, per_layer_input, ngram_memory, channel_mix, low_rank"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("size: 3.5", "7: size: got 3.5, expected text (quote it)"),
        ("size: " + "x" * 21, f'7: size: got "{"x" * 21}", expected at most 20 characters'),
        ("hidden_sise: 3", '1: hidden_sise: unknown field (did you mean "hidden_size"?)'),
        ("zzz: 3", "1: zzz: unknown field"),
        ("norm: rmsnorm", '7: norm: got "rmsnorm", expected a mapping'),
        (
            "norm: {kind: rmsnrm}",
            '14: norm.kind: got "rmsnrm", expected "rmsnorm" or "layernorm" (did you mean "rmsnorm"?)',
        ),
        ("norm: {bias: true}", "7: norm: an rmsnorm has no bias"),
        (
            "links: {config: a.org}",
            '17: links.config: got "a.org", expected an address that starts with https:// and has no blanks',
        ),
        ("highlights: [a, b, c, d]", "13: highlights: got a list, expected at most 3 entries"),
        ('highlights: ["a\\u202eb"]', "14: highlights[0].text: the character U+202E cannot be printed"),
        ("highlights: [漢]", "14: highlights[0].text: the card's font has no glyph for 漢 (U+6F22)"),
        ("highlights: [' a']", '14: highlights[0].text: got " a", expected text without blanks at its ends'),
        ("mtp: {layer: {}}", "14: mtp.layer: expected a mixer, an ffn or both, or else sublayers"),
    ],
)
def test_one_fault_in_the_head(line: str, message: str) -> None:
    assert faults(f"{HEAD}{line}\nstack: [{{layer: {{ffn: {FFN}}}}}]\n") == [f"x.yaml:9:{message}"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{}", "9: stack[0]: expected either layer or stack"),
        ("layer", '9: stack[0]: got "layer", expected a mapping'),
        ("{stack: []}", "17: stack[0].stack: got a list, expected at least one entry"),
        (
            f"{{repeat: true, layer: {{ffn: {FFN}}}}}",
            "18: stack[0].repeat: got true, expected a whole number",
        ),
        (f"{{repeat: 1001, layer: {{ffn: {FFN}}}}}", "18: stack[0].repeat: got 1001, expected at most 1,000"),
        (
            "{stack: [{layer: {ffn: {kind: gated, intermediate_size: wide}}}]}",
            '65: stack[0].stack[0].layer.ffn.intermediate_size: got "wide", expected a whole number',
        ),
    ],
)
def test_one_fault_in_the_stack(entry: str, message: str) -> None:
    assert faults(f"{HEAD}stack: [{entry}]\n") == [f"x.yaml:9:{message}"]


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("", "10: stack[0].layer: expected a mixer, an ffn or both, or else sublayers"),
        (f"parallel: true, ffn: {FFN}", "10: stack[0].layer: a parallel layer needs a mixer and an ffn"),
        (
            "ffn: {intermediate_size: 8}",
            f"16: stack[0].layer.ffn.kind: missing; expected one of {FFN_KINDS}",
        ),
        ("ffn: {kind: gatet}", '23: stack[0].layer.ffn.kind: unknown kind "gatet" (did you mean "gated"?)'),
        (
            "ffn: {kind: 3}",
            f"23: stack[0].layer.ffn.kind: unknown kind 3 (known: {FFN_KINDS})",
        ),
        (
            'ffn: {kind: gated, intermediate_size: "8"}',
            '49: stack[0].layer.ffn.intermediate_size: got "8", expected a whole number (remove the quotes)',
        ),
        (
            "ffn: {kind: gated, intermediate_size: 0}",
            "49: stack[0].layer.ffn.intermediate_size: got 0, expected 1 or more",
        ),
        ("ffn: {kind: gated, intermediate_size: 8, gated: 3}", "52: stack[0].layer.ffn.gated: unknown field"),
        (
            "mixer: {kind: attention, num_attention_heads: 8, num_key_value_heads: 3, head_dim: 8}",
            "18: stack[0].layer.mixer: num_attention_heads 8 is not a multiple of num_key_value_heads 3",
        ),
        (
            "mixer: {kind: attention, num_attention_heads: 8, head_dim: 8, position: {kind: learned}}",
            "83: stack[0].layer.mixer.position: learned positions need a table; embedding has none",
        ),
        (
            "mixer: {kind: attention, num_attention_heads: 8, head_dim: 8, position: {kind: rope, theta: 0}}",
            "103: stack[0].layer.mixer.position.theta: got 0, expected more than 0",
        ),
    ],
)
def test_one_fault_in_a_layer(layer: str, message: str) -> None:
    assert faults(f"{HEAD}stack:\n- layer: {{{layer}}}\n") == [f"x.yaml:10:{message}"]


def test_a_stack_of_too_many_layers() -> None:
    text = f"stack: [{{repeat: 100, stack: [{{repeat: 11, layer: {{ffn: {FFN}}}}}]}}]\n"
    assert faults(HEAD + text) == ["x.yaml:1:1: the stack has 1,100 layers; at most 1,000 can be drawn"]


def test_positions_of_the_embedding_fit_the_layers_and_the_context() -> None:
    table = "embedding: {max_position_embeddings: 512}\n"
    layer = "mixer: {kind: attention, num_attention_heads: 8, head_dim: 8, position: {kind: learned}}"
    assert faults(f"{HEAD}{table}stack: [{{layer: {{ffn: {FFN}}}}}]\n") == [
        "x.yaml:9:12: embedding: no layer uses the learned positions"
    ]
    assert faults(f"{HEAD}{table}stack: [{{layer: {{{layer}}}}}]\n") == [
        "x.yaml:5:17: context_length: context_length 1,024 is longer than the 512 learned positions"
    ]


def test_a_fault_in_an_anchor_is_reported_once_and_where_it_stands() -> None:
    text = """\
define:
  ffn: &ffn {kind: gated, intermediate_size: wide, bios: true}
stack:
  - layer: {ffn: *ffn}
  - repeat: 2
    stack:
      - layer: {ffn: *ffn}
"""
    assert faults(HEAD + text) == [
        'x.yaml:10:46: stack[0].layer.ffn.intermediate_size: got "wide", expected a whole number',
        'x.yaml:10:52: stack[0].layer.ffn.bios: unknown field (did you mean "bias"?)',
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.yaml", "no such file"),
        (".", "expected a file, got a folder"),
        ("x" * 5000, "cannot be read: File name too long"),
        ("a\0b", "cannot be read: embedded null byte"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        load_spec(tmp_path / name)
    assert caught.value.diagnostics[0].message == message
    assert str(caught.value).isprintable()


def test_files_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(b"name: X\nsize: \xff\xfe")
    with pytest.raises(SpecError) as caught:
        load_spec(file)
    assert str(caught.value) == f"{file}:2:7: not UTF-8 text"


def test_large_files_are_refused_before_they_are_read(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    with file.open("wb") as sparse:
        sparse.truncate(2**40)
    with at_most(1), pytest.raises(SpecError) as caught:
        load_spec(file)
    assert str(caught.value) == f"{file}: 1,099,511,627,776 bytes; a spec has at most {MAX_BYTES:,}"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_are_refused_and_do_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.yaml")
    with pytest.raises(SpecError, match="expected a regular file"):
        load_spec(tmp_path / "x.yaml")


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    text = spec_path("gpt-2-xl").read_text(encoding="utf-8")
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8-sig")
    assert load_spec(tmp_path / "x.yaml") == load_spec(spec_path("gpt-2-xl"))


@given(spec_data())
def test_what_is_written_is_read_back(data: Data) -> None:
    # JSON is YAML with every text in quotes, so that "Y" stays text
    text = json.dumps(data, ensure_ascii=False)
    assert parse_spec(text, "x.yaml") == ArchSpec.model_validate(data)


@settings(max_examples=examples(300))
@given(st.sampled_from(spec_names()), st.data())
def test_a_damaged_spec_is_read_or_refused(name: str, data: st.DataObject) -> None:
    text = spec_path(name).read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    patch = data.draw(
        st.text(max_size=12) | st.sampled_from([": ", "- ", "*ffn", "\n", "9" * 30, "null", "{}"])
    )
    with suppress(SpecError):
        parse_spec(text[:start] + patch + text[end:], "x.yaml")


def test_only_a_model_without_attention_has_no_limit_of_context() -> None:
    endless = HEAD.replace("context_length: 1024", "context_length: null")
    recurrent = "{mixer: {kind: short_conv}}"
    assert parse_spec(endless + f"stack:\n  - layer: {recurrent}\n", "x.yaml").context_length.native is None
    attention = "{mixer: {kind: attention, num_attention_heads: 1, head_dim: 8}}"
    assert faults(endless + f"stack:\n  - layer: {attention}\n") == [
        "x.yaml:5:17: context_length: only a model without attention has no limit; expected a whole number"
    ]


SAID = """\
name: X
released: {day: 2024-12-26, source: https://example.org/release}
license: {name: MIT License, source: unknown, looked: [https://example.org/licence]}
links: {config: https://example.org/config, config_read: https://example.org/copy}
highlights: [plain, {text: shown, source: https://example.org/report}]
lineage:
  - {relation: follows, model: Parent, year: 2024, what: wider, source: https://example.org/report}
context_length: {native: 1024, extended: 4096, method: YaRN, source: https://example.org/card}
vocab_size: 10
hidden_size: 8
output: {tied: true}
stack: [{layer: {ffn: {kind: gated, intermediate_size: 8}}}]
"""


def test_what_is_said_by_hand_has_its_source_beside_it() -> None:
    arch = normalize(parse_spec(SAID, "x.yaml"))
    assert (arch.released, arch.released_by, arch.license) == (date(2024, 12, 26), False, "MIT License")
    assert (arch.context_length, arch.extended_context, arch.context_method) == (1024, 4096, "YaRN")
    assert arch.longest_context == 4096
    card = "https://example.org/card"
    assert arch.links == (("config", "https://example.org/config"),)
    assert arch.sources == (
        ("config", "https://example.org/copy"),
        *(("released", "https://example.org/release"), ("context_length", card)),
        *(("extended_context", card), ("highlights[1]", "https://example.org/report")),
    )
    assert arch.highlights == ("plain", "shown")
    (parent,) = arch.lineage
    assert (parent.relation, parent.model, parent.year, parent.what) == ("follows", "Parent", 2024, "wider")


def test_a_day_may_be_that_of_a_package_or_unknown() -> None:
    released = "released: {day: 2024-12-26, source: https://example.org/release}"
    package = normalize(parse_spec(SAID.replace(released, "released: {by: 2025-01-02}"), "x.yaml"))
    assert (package.released, package.released_by) == (date(2025, 1, 2), True)
    looked = "released: {day: unknown, source: unknown, looked: [the maker's blog]}"
    assert normalize(parse_spec(SAID.replace(released, looked), "x.yaml")).released is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2024-12-26", "2024-13-01", 'released.day: got "2024-13-01", expected a date as 2024-12-26'),
        ("day: 2024-12-26, ", "", "released: expected either day or by"),
        (", looked: [https://example.org/licence]", "", "license: a source that is unknown needs looked"),
        ("method: YaRN, ", "", "context_length: extended needs its method"),
        ("extended: 4096", "extended: 512", "context_length: extended must be longer than native"),
        ("https://example.org/card", "card", 'context_length.source: got "card", expected an address'),
        (
            "relation: follows",
            "relation: copies",
            'lineage[0].relation: got "copies", expected "follows", "initialised_from"',
        ),
        ("year: 2024", "years: 2024", "lineage[0].years: unknown field"),
    ],
)
def test_a_fault_of_what_is_said_stands_where_it_is(old: str, new: str, message: str) -> None:
    assert old in SAID
    (fault,) = faults(SAID.replace(old, new))
    assert message in fault
