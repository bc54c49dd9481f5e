"""`archposter diff`, and `facts` of several models, as a user types them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archposter.cli import cli
from archposter.diagnostics import UsageError
from archposter.pipeline import load

CONFIGS = Path(__file__).parents[1] / "corpus" / "configs"
PAIR = ("llama-3-8b", "olmo-2-7b")


def run(*words: str, color: bool = False) -> Result:
    return CliRunner().invoke(cli, words, catch_exceptions=False, color=color)


def rows(text: str) -> dict[str, list[str]]:
    lines = [line.strip().split("  ") for line in text.splitlines()]
    return {line[0]: [word.strip() for word in line[1:] if word.strip()] for line in lines if len(line) > 1}


def test_a_difference_ends_with_one() -> None:
    result = run("diff", *PAIR)
    assert result.exit_code == 1
    said = rows(result.output)
    assert said["norm placement"] == ["pre", "post"]
    assert said["attention"] == ["GQA", "MHA"]
    assert said["cache per token at 4k"] == ["128 KiB", "512 KiB", "4×"]
    assert said["licence"] == ["Llama 3 Community License", "Apache License 2.0"]
    assert result.output.splitlines()[-1].startswith("The same: layers, hidden size, position")


def test_the_same_ends_with_zero() -> None:
    result = run("diff", "deepseek-v3", str(CONFIGS / "deepseek-r1.json"))
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == "The architectures are the same."
    # what the config does not say is not known, and its context is the one of R1
    assert rows(result.output) == {
        "DeepSeek V3 671B": ["deepseek-r1"],
        "developer": ["DeepSeek", "not known"],
        "released": ["2024-12-26", "not known"],
        "licence": ["DeepSeek License Agreement v1.0", "not known"],
        "context": ["131,072", "163,840"],
    }
    assert result.output.splitlines()[1:3] == ["", "Not architecture"]
    assert run("diff", "llama-3-8b", "llama-3-8b").exit_code == 0


def test_a_pipe_gets_no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in run("diff", *PAIR).output
    colored = run("diff", *PAIR, color=True).output
    assert "\x1b[36m" in colored
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("diff", *PAIR, color=True).output


def test_json() -> None:
    result = run("diff", *PAIR, "--json")
    assert result.exit_code == 1
    data = json.loads(result.output)
    assert data["models"] == ["Llama 3 8B", "OLMo 2 7B"]
    assert data["identical"] is False
    heads = next(row for row in data["differences"] if row["field"] == "num_key_value_heads")
    assert heads == {
        "aspect": "attention",
        "part": "attention",
        "field": "num_key_value_heads",
        "kind": "scale",
        "values": [8, 32],
        "ratio": 4.0,
        "layers": [32, 32],
    }
    assert data["not_architecture"]["released"] == ["2024-04-18", "2024-11-26"]


@pytest.mark.parametrize(("ending", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_pictures(tmp_path: Path, ending: str, start: bytes) -> None:
    target = tmp_path / f"x.{ending}"
    result = run("diff", *PAIR, "-o", str(target), "--style", "ink")
    assert result.exit_code == 1
    assert result.output == f"{target}\n"
    assert target.read_bytes().startswith(start)


def test_several_in_a_table() -> None:
    result = run("diff", *PAIR, "deepseek-v3", "gpt-2-xl")
    assert result.exit_code == 1
    assert rows(result.output)["hidden size"] == ["4,096", "4,096", "7,168", "1,600"]


@pytest.mark.parametrize(
    "words",
    [
        ("llama-3-8b",),
        ("llama-3-8b",) * 7,
        ("llama-3-8b", "lama"),
        (*PAIR, "gpt-2-xl", "-o", "x.svg"),
        (*PAIR, "-o", "x.jpg"),
        (*PAIR, "-o", "x.svg", "--style", "paint"),
    ],
)
def test_bad_input_is_refused(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError):
        run("diff", *words)
    assert list(tmp_path.iterdir()) == []


def test_exit_code_of_the_program() -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "archposter.cli", "diff", *PAIR], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")


def test_facts_side_by_side() -> None:
    said = rows(run("facts", "llama-3-8b", "kimi-linear-48b-a3b").output)
    assert said["hidden size"] == ["4,096", "2,304"]
    assert said["recurrent state"] == ["–", "41.9 MiB"]


def test_from_python(tmp_path: Path) -> None:
    first, second = map(load, PAIR)
    assert not first.compare(second).identical
    assert first.diff(second).save(tmp_path / "x.svg").read_text() == first.diff(second).svg()
