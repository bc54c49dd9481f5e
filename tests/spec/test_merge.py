"""A new import over an old file: the hand's work survives, the architecture is the new one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from archposter.bundled import spec_names, spec_path
from archposter.diagnostics import SpecError
from archposter.spec.load import load_spec, parse_spec
from archposter.spec.merge import HAND_WRITTEN, merge_spec
from archposter.spec.model import ArchSpec
from archposter.spec.write import dump_spec
from meaning import meaning
from quick import examples
from strategies import spec_data

FILE = "x.yaml"


def text(name: str) -> str:
    return spec_path(name).read_text()


def spec(name: str) -> ArchSpec:
    return load_spec(spec_path(name))


@pytest.mark.parametrize("name", spec_names())
def test_what_has_not_changed_keeps_its_text(name: str) -> None:
    assert merge_spec(text(name), spec(name), FILE) == text(name)
    assert merge_spec(text(name), parse_spec(dump_spec(spec(name)), FILE), FILE) == text(name)


def test_hand_written_fields_and_comments_survive() -> None:
    old = text("kimi-k2").replace("define:", "# the parts\ndefine:").replace("stack:", "# the layers\nstack:")
    old = old.replace("vocab_size: 163840", "vocab_size: 163840  # with specials") + "# the end\n"
    merged = merge_spec(old, spec("gemma-3-27b"), FILE)
    head = old[: old.index("vocab_size")]
    assert merged.startswith(head)
    found = parse_spec(merged, FILE)
    assert {key: getattr(found, key) for key in HAND_WRITTEN} == {
        key: getattr(spec("kimi-k2"), key) for key in HAND_WRITTEN
    }
    gemma = meaning(spec("gemma-3-27b"))
    assert (meaning(found).layers, meaning(found).mtp) == (gemma.layers, None)
    assert "\n\n# the parts\ndefine:\n  local: &local\n" in merged
    assert "\n\n# the layers\nstack:\n  - repeat: 10\n" in merged
    assert "with specials" not in merged
    assert merged.endswith("# the end\n")


def test_unchanged_fields_keep_their_comments() -> None:
    old = text("llama-3-8b").replace("hidden_size: 4096", "# as in Llama 2\nhidden_size: 4096  # wide")
    wider = spec("llama-3-8b").model_copy(update={"vocab_size": 1000})
    assert merge_spec(old, wider, FILE) == old.replace("vocab_size: 128256", "vocab_size: 1000")


def test_new_fields_stand_where_they_belong() -> None:
    merged = merge_spec(text("llama-3-8b"), spec("gemma-3-27b"), FILE)
    keys = [line.split(":")[0] for line in merged.splitlines() if line[:1].isalpha()]
    assert keys == [key for key in ArchSpec.model_fields if key in keys]
    assert "norm" in keys


def test_a_name_can_be_given_up() -> None:
    merged = merge_spec(
        text("llama-3-8b"), spec("gpt-2-xl").model_copy(update={"name": "New"}), FILE, {"size"}
    )
    found = parse_spec(merged, FILE)
    assert (found.name, found.size, found.developer) == ("New", "8B", "OpenAI")


def test_what_follows_from_hand_written_fields_is_not_written() -> None:
    old = text("llama-3-8b").replace("family: Llama\n", "")
    new = {"name": "X", "context_length": 1, "vocab_size": 1, "hidden_size": 1, "output": {"tied": True}}
    layer = {"layer": {"ffn": {"kind": "plain", "intermediate_size": 1}}}
    merged = merge_spec(old, ArchSpec.model_validate(new | {"stack": (layer,)}), FILE)
    assert "family" not in merged
    assert parse_spec(merged, FILE).family == "Meta"


def test_files_of_another_layout_are_written_anew() -> None:
    lines = text("llama-3-8b").split("\n", 1)[1].replace("\n\n", "\n").splitlines()
    indented = "".join(f"  {line}\n" for line in lines)
    for old in (indented, indented.rstrip("\n")):
        assert meaning(parse_spec(merge_spec(old, spec("llama-3-8b"), FILE), FILE)) == meaning(
            spec("llama-3-8b")
        )
    flow = "{name: X, context_length: 9, vocab_size: 9, hidden_size: 9, output: {tied: true},\n"
    flow += "stack: [{layer: {ffn: {kind: plain, intermediate_size: 9}}}]\n}"
    assert parse_spec(merge_spec(flow, spec("llama-3-8b"), FILE), FILE).name == "X"


def test_faults_of_the_old_file_are_refused() -> None:
    with pytest.raises(SpecError, match=r"x\.yaml:.*vocab_sise"):
        merge_spec(text("llama-3-8b").replace("vocab_size", "vocab_sise"), spec("llama-3-8b"), FILE)


def test_a_result_with_faults_is_refused() -> None:
    with pytest.raises(SpecError, match="longer than the 1,024 learned positions"):
        merge_spec(text("llama-3-8b"), spec("gpt-2-xl"), FILE)


@settings(max_examples=examples(50))
@given(spec_data(), spec_data())
def test_any_over_any(old: dict[str, object], new: dict[str, object]) -> None:
    before, after = ArchSpec.model_validate(old), ArchSpec.model_validate(new)
    kept = HAND_WRITTEN - {"context_length"}
    merged = merge_spec(dump_spec(before), after, FILE, kept)
    found = parse_spec(merged, FILE)
    assert meaning(found).layers == meaning(after).layers
    assert found.name == before.name
    assert merge_spec(merged, after, FILE, kept) == merged
