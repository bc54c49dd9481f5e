"""`archposter import`, and a config.json wherever a model is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import archposter
from archposter.bundled import spec_path
from archposter.cli import cli
from archposter.diagnostics import SpecError, UsageError
from archposter.spec.load import load_spec, parse_spec

LLAMA = {
    "architectures": ["LlamaForCausalLM"],
    "attention_bias": False,
    "hidden_act": "silu",
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "max_position_embeddings": 8192,
    "mlp_bias": False,
    "model_type": "llama",
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "num_key_value_heads": 8,
    "rope_theta": 500000.0,
    "tie_word_embeddings": False,
    "vocab_size": 128256,
}


OWN_CODE = {"auto_map": {"AutoModelForCausalLM": "modeling_mine.MineForCausalLM"}}


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words, catch_exceptions=False)


def config(folder: Path, name: str = "config.json", **changes: Any) -> str:
    path = folder / name
    path.write_text(json.dumps(LLAMA | changes))
    return str(path)


def test_a_spec_on_standard_output(tmp_path: Path) -> None:
    result = run("import", config(tmp_path), "--name", "Mine")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("name: Mine\n")
    written = parse_spec(result.stdout, "x.yaml")
    by_hand = load_spec(spec_path("llama-3-8b"))
    assert written.stack == by_hand.stack
    assert written.output == by_hand.output


def test_a_spec_says_where_its_config_is_public(tmp_path: Path) -> None:
    page = "https://example.org/blob/0a1b2c3/config.json"
    written = parse_spec(run("import", config(tmp_path), "--from", page).stdout, "x.yaml")
    assert (written.links.config, written.links.config_read) == (None, page)
    assert written.context_length
    assert written.context_length.source == page
    with pytest.raises(UsageError, match="expected an address that starts with https://"):
        run("import", config(tmp_path), "--from", "example.org")


def test_a_spec_in_a_new_file(tmp_path: Path) -> None:
    target = tmp_path / "specs" / "x.yaml"
    result = run("import", config(tmp_path), "-o", str(target))
    assert result.stdout == f"{target}\n"
    assert [entry.repeat for entry in load_spec(target).stack] == [32]


def test_over_an_old_file_the_hand_keeps_its_work(tmp_path: Path) -> None:
    target = tmp_path / "x.yaml"
    old = spec_path("llama-3-8b").read_text().replace("vocab_size: 128256", "vocab_size: 7")
    target.write_text(old)
    run("import", config(tmp_path, max_position_embeddings=999), "-o", str(target))
    assert target.read_text() == old.replace("vocab_size: 7", "vocab_size: 128256")


def test_a_name_that_is_given_replaces_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "x.yaml"
    target.write_text(spec_path("llama-3-8b").read_text())
    run("import", config(tmp_path), "-o", str(target), "--name", "New name")
    assert target.read_text() == spec_path("llama-3-8b").read_text().replace(
        "name: Llama 3", "name: New name", 1
    )


def test_faults_of_the_old_file_leave_it_alone(tmp_path: Path) -> None:
    target = tmp_path / "x.yaml"
    target.write_text("name: [")
    with pytest.raises(SpecError, match=r"x\.yaml:2:1: not valid YAML"):
        run("import", config(tmp_path), "-o", str(target))
    assert target.read_text() == "name: ["


def test_unknown_keys_are_refused_or_warned_of(tmp_path: Path) -> None:
    path = config(tmp_path, frobnication_rank=64, **OWN_CODE)
    with pytest.raises(SpecError, match="frobnication_rank"):
        run("import", path)
    result = run("import", path, "--lenient")
    assert result.stderr.startswith("warning: ")
    assert "frobnication_rank" in result.stderr
    assert parse_spec(result.stdout, "x.yaml")


def test_a_config_is_a_model(tmp_path: Path) -> None:
    folder = tmp_path / "my-model"
    folder.mkdir()
    path = config(folder)
    facts = json.loads(run("facts", path, "--json").stdout)
    assert facts["parameters"]["total"] == 8_030_261_248
    assert facts["warnings"] == []
    assert run("card", path, "-o", str(tmp_path)).stdout == f"{tmp_path}/my-model.svg\n"


def test_warnings_go_into_the_facts(tmp_path: Path) -> None:
    path = config(tmp_path, frobnication_rank=64, **OWN_CODE)
    with pytest.raises(SpecError, match="frobnication_rank"):
        archposter.load(path)
    facts = json.loads(run("facts", path, "--lenient", "--json").stdout)
    assert ["frobnication_rank" in warning for warning in facts["warnings"]] == [True]
    assert "  warning " in run("facts", path, "--lenient").stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "not JSON"), ("[]", "expected a JSON object"), ('{"model_type": "bert"}', "bert")],
)
def test_what_is_no_config_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(SpecError, match=message):
        run("import", str(path))


def test_names_of_files_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    path = config(tmp_path, "\x1b[2Jx.json", frobnication_rank=64, **OWN_CODE)
    with pytest.raises(SpecError) as refused:
        run("import", path)
    assert str(refused.value).isprintable()


def test_a_lenient_card_says_so(tmp_path: Path) -> None:
    target = tmp_path / "x.svg"
    path = config(tmp_path, hyper_gizmo=3, **OWN_CODE)
    assert run("card", path, "--lenient", "-o", str(target)).exit_code == 0
    assert "Not all of its config was understood: 1 warning" in target.read_text()


def test_what_was_passed_over_is_listed_on_request(tmp_path: Path) -> None:
    path = config(tmp_path, frobnication_rank=64)
    assert run("facts", path).stderr == ""
    said = run("facts", path, "--verbose").stderr
    assert said == f"note: {path}: frobnication_rank: got 64; no class of llama reads the key\n"
