"""`archposter verify`: agree, disagree with both values named, or bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import archposter
from archposter.cli import cli
from archposter.diagnostics import UsageError
from archposter.pipeline import verify
from archposter.sources.fields import NOTED
from checkpoints import published, write_folder
from configs import CORPUS, SLUGS, text


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["verify", *words], catch_exceptions=False)


def config(slug: str) -> str:
    return str(CORPUS / "configs" / f"{slug}.json")


@pytest.mark.parametrize("slug", SLUGS[::5])
def test_bundled_specs_agree_with_their_configs(slug: str) -> None:
    verdict = verify(archposter.load(slug), config(slug), None)
    assert verdict.agrees
    assert {each.field for each in verdict.config or ()} <= {NOTED}


def test_both_agree(tmp_path: Path) -> None:
    arch = archposter.load("qwen3-0-6b").arch
    folder = write_folder(tmp_path, text("qwen3-0-6b"), published(arch))
    result = run("qwen3-0-6b", "--config", str(folder), "--weights", str(folder))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Qwen3 0.6B: agrees",
        "  config: equal",
        "    context_length: 32,768 in the spec, 40,960 in the config; a spec states the documented length",
        "  weights: 596,049,920 parameters, equal",
    ]


def test_every_disagreement_is_named(tmp_path: Path) -> None:
    spec = tmp_path / "x.yaml"
    old = archposter.bundled.spec_path("llama-3-8b").read_text()
    spec.write_text(
        old.replace("num_key_value_heads: 8", "num_key_value_heads: 4").replace("128256", "128000")
    )
    arch = archposter.load("llama-3-8b").arch
    folder = write_folder(tmp_path / "w", text("llama-3-8b"), published(arch))
    result = run(str(spec), "--config", config("llama-3-8b"), "--weights", str(folder))
    assert result.exit_code == 1
    attention, outside = "sublayers[0].branches.attention", "outside of the layers"
    sizes = "is 128256 x 4096 in the weights, 128000 x 4096 in the spec"
    assert result.stdout.splitlines() == [
        "Llama 3 8B: disagrees",
        "  config: 2 fields differ",
        "    embedding.vocab_size: 128,000 in the spec, 128,256 in the config",
        f"    layers 0-31: {attention}.num_key_value_heads: 4 in the spec, 8 in the config",
        "  weights: 8,030,261,248 parameters, 136,314,880 more than the 7,893,946,368 counted",
        f"    {outside}: 1,050,677,248 numbers in the weights, 1,048,580,096 in the spec",
        f"    {outside}: embed_tokens.weight {sizes}",
        f"    {outside}: lm_head.weight {sizes}",
        "    layers 0-31: 218,112,000 numbers in the weights, 213,917,696 in the spec",
        "    layers 0-31: self_attn.k_proj.weight is 1024 x 4096 in the weights, 512 x 4096 in the spec",
        "    layers 0-31: self_attn.v_proj.weight is 1024 x 4096 in the weights, 512 x 4096 in the spec",
    ]
    as_json = json.loads(run(str(spec), "--config", config("llama-3-8b"), "--json").stdout)
    assert as_json["agrees"] is False
    assert as_json["config"][0] == {
        "where": "",
        "field": "embedding.vocab_size",
        "ours": "128,000",
        "theirs": "128,256",
    }


def test_another_depth_and_other_parts() -> None:
    said = run("gemma-3-27b", "--config", config("deepseek-v3")).stdout
    assert "layers: 62 in the spec, 61 in the config" in said
    assert "layers 3-60: sublayers[0].branches.part: attention in the spec, mla in the config" in said


def test_lenient_warnings_are_told(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(
        json.dumps(
            {**json.loads(text("llama-3-8b")), "frobnication_rank": 3, "auto_map": {"AutoModel": "mine.Mine"}}
        )
    )
    result = run("llama-3-8b", "--config", str(path), "--lenient")
    assert (result.exit_code, "frobnication_rank" in result.stderr) == (0, True)


def test_something_to_compare_with_is_needed(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="--config, --weights or both"):
        CliRunner().invoke(cli, ["verify", "llama-3-8b"], standalone_mode=False, catch_exceptions=False)
    with pytest.raises(UsageError, match="no weights"):
        run("llama-3-8b", "--weights", str(tmp_path))
    with pytest.raises(UsageError, match="no such folder"):
        run("llama-3-8b", "--weights", str(tmp_path / "no"))


@pytest.mark.parametrize(("other", "code"), [("llama-3-8b", 0), ("llama-3-2-3b", 1), ("nothing", 2)])
def test_exit_codes(other: str, code: int) -> None:
    words = [sys.executable, "-m", "archposter.cli", "verify", "llama-3-8b", "--config", config(other)]
    assert subprocess.run(words, capture_output=True, check=False).returncode == code
