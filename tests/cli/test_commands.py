"""The commands, as a user types them."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from archposter import __version__, bundled, load
from archposter.cli import COMMANDS, cli
from archposter.diagnostics import UsageError

ROOT = Path(__file__).parents[2]


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words, catch_exceptions=False)


@cache
def listed() -> list[dict[str, Any]]:
    """What the list of all models says as data."""
    return json.loads(run("list", "--json").output)


def test_help_names_every_command() -> None:
    shown = run("--help").output
    assert [name for name in COMMANDS if name not in shown] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    assert run(name, "--help").output.startswith("Usage:")


def test_version() -> None:
    assert run("--version").output == f"archposter, version {__version__}\n"


def test_card_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "new" / "x.svg"
    assert run("card", "llama-3-8b", "-o", str(target)).exit_code == 0
    assert target.read_text().startswith("<svg")


@pytest.mark.parametrize(("ending", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_cards_to_a_folder(tmp_path: Path, ending: str, start: bytes) -> None:
    result = run("card", "llama-3-8b", "gpt-2-xl", "-o", str(tmp_path), "--format", ending)
    assert result.output.splitlines() == [f"{tmp_path}/llama-3-8b.{ending}", f"{tmp_path}/gpt-2-xl.{ending}"]
    assert all(
        (tmp_path / f"{name}.{ending}").read_bytes().startswith(start) for name in ("llama-3-8b", "gpt-2-xl")
    )


def test_outlines_have_no_text(tmp_path: Path) -> None:
    run("card", "llama-3-8b", "-o", str(tmp_path / "x.svg"), "--text", "outlines")
    written = (tmp_path / "x.svg").read_text()
    assert "<text" not in written
    assert "Llama 3 8B" in written


def test_figure_is_a_column_wide(tmp_path: Path) -> None:
    run("card", "llama-3-8b", "-o", str(tmp_path / "x.svg"), "--variant", "figure")
    assert 'width="600"' in (tmp_path / "x.svg").read_text()


def test_card_of_a_file(tmp_path: Path) -> None:
    spec = tmp_path / "mine.yaml"
    spec.write_bytes(bundled.spec_path("llama-3-8b").read_bytes())
    assert run("card", str(spec), "-o", str(tmp_path)).output == f"{tmp_path}/mine.svg\n"


def test_poster(tmp_path: Path) -> None:
    target = tmp_path / "p.pdf"
    result = run("poster", "llama-3-8b", "gpt-2-xl", "--paper", "A3", "-o", str(target))
    assert result.output == f"{target}: 2 cards, 2 x 1, smallest type 9.8 pt\n"
    assert target.read_bytes().startswith(b"%PDF")


def test_facts_json_is_an_object_or_a_list() -> None:
    one = json.loads(run("facts", "deepseek-v3", "--json").output)
    assert one["parameters"]["total"] == 671_026_404_352
    assert one["kv_cache"]["bytes_per_token"] == 70272
    two = json.loads(run("facts", "deepseek-v3", "gpt-2-xl", "--json").output)
    assert two[0] == one
    assert [entry["name"] for entry in two] == ["DeepSeek V3 671B", "GPT-2 XL 1.5B"]


def test_facts_text() -> None:
    shown = run("facts", "deepseek-v3").output
    assert "671,026,404,352 (671B)" in shown
    assert "68.6 KiB a token, 8.58 GiB (bf16) at 131,072 tokens" in shown


def test_list_names_every_model() -> None:
    lines = run("list").output.splitlines()
    assert sorted(line.split()[0] for line in lines) == list(bundled.spec_names())
    dates = [line.split()[1] for line in lines]
    assert dates == sorted(dates)
    assert "68.6 KiB" in next(line for line in lines if line.startswith("deepseek-v3 "))


def test_list_what_is_asked_for() -> None:
    lines = run("list", "--where", "kind:moe dev:qwen", "--where", "since:2026", "--new").output.splitlines()
    names, news = [line.split()[0] for line in lines[::2]], [line.strip() for line in lines[1::2]]
    assert names[0] == "qwen3-5-397b-a17b"
    assert all("qwen" in name for name in names)
    assert "same as qwen3-5-35b-a3b" in news
    assert "new against qwen3-next-80b-a3b (parent): n-gram memory" in news[-1]
    assert news[0].startswith("as qwen3-next-80b-a3b (nearest): ")


def test_list_by_cache() -> None:
    order = [line.split()[0] for line in run("list", "--sort", "kv").output.splitlines()]
    means = {entry["name"]: entry["bytes_per_token_at_context"] for entry in listed()}
    assert order == sorted(order, key=lambda name: (means[name], name))


def test_validate() -> None:
    path = bundled.spec_path("gpt-2-xl")
    assert run("validate", str(path)).output == f"{path}: valid\n"


def test_schema_is_the_published_one() -> None:
    assert json.loads(run("schema").output) == json.loads((ROOT / "docs" / "spec.schema.json").read_text())


def test_render_py_is_the_same_program() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "render.py"), "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"archposter, version {__version__}\n"


def test_list_as_data() -> None:
    relatives = load("deepseek-v3").relatives().as_dict()
    assert [entry["name"] for entry in listed()] == [
        line.split()[0] for line in run("list").output.splitlines()
    ]
    assert next(entry for entry in listed() if entry["name"] == "deepseek-v3") == {
        "name": "deepseek-v3",
        "title": "DeepSeek V3 671B",
        "developer": "DeepSeek",
        "released": "2024-12-26",
        "decoder_type": "sparse-moe",
        "parameters": 671_026_404_352,
        "active": json.loads(run("facts", "deepseek-v3", "--json").output)["parameters"]["active"],
        "bytes_per_token_at_context": 70_272,
        "context_length": json.loads(run("facts", "deepseek-v3", "--json").output)["context_length"],
        "extended_context": None,
        "same_as": None,
        **{key: relatives[key] for key in ("compared_with", "documented", "new")},
    }
    assert "MLA" not in relatives["new"]


def test_a_context_in_the_words_of_cards() -> None:
    said = [run("facts", "llama-3-8b", "--context", words).output for words in ("131072", "128k", "131,072")]
    assert said[0] == said[1] == said[2]
    assert "at 131,072 tokens" in said[0]
    assert "at 1,048,576 tokens" in run("facts", "llama-3-8b", "--context", "1M").output


def test_a_figure_and_a_style_have_names_of_their_own(tmp_path: Path) -> None:
    for words in (
        (),
        ("--variant", "figure"),
        ("--style", "ink"),
        ("--variant", "figure", "--style", "mono"),
    ):
        run("card", "llama-3-8b", "-o", str(tmp_path), *words)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "llama-3-8b-figure-mono.svg",
        "llama-3-8b-figure.svg",
        "llama-3-8b-ink.svg",
        "llama-3-8b.svg",
    ]


def test_a_style_of_ones_own(tmp_path: Path) -> None:
    style = tmp_path / "mine.yaml"
    style.write_text(bundled.style_path("paper").read_text().replace('fill: "#FFFFFF"', 'fill: "#FFF0E0"'))
    result = run("card", "llama-3-8b", "--style", str(style), "-o", str(tmp_path))
    assert result.output == f"{tmp_path}/llama-3-8b-mine.svg\n"
    assert "#FFF0E0" in (tmp_path / "llama-3-8b-mine.svg").read_text()


def test_width_and_resolution(tmp_path: Path) -> None:
    for name, words in {
        "width": ("--width", "300"),
        "dpi": ("--dpi", "144"),
        "both": ("--width", "300", "--dpi", "600"),
    }.items():
        run("card", "llama-3-8b", "-o", str(tmp_path / f"{name}.png"), *words)
    found = {}
    for path in tmp_path.iterdir():
        with Image.open(path) as picture:
            found[path.stem] = (picture.size[0], round(picture.info.get("dpi", (0, 0))[0]))
    assert found == {"width": (300, 43), "dpi": (2000, 144), "both": (300, 600)}


def test_posters_take_the_options_of_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = run("poster", "llama-3-8b", "--variant", "figure", "--format", "svg", "--paper", "A5").output
    assert shown.startswith("output/poster.svg: 1 tower in 1 column, ")
    assert Path("output/poster.svg").is_file()


def test_quiet_is_quiet(tmp_path: Path) -> None:
    target = str(tmp_path / "x.svg")
    for words in (
        ("card", "llama-3-8b", "-o", target),
        ("legend", "-o", target),
        ("diff", "deepseek-v3", "deepseek-r1"),
        ("poster", "llama-3-8b", "--paper", "A5", "-o", target),
        ("validate", str(bundled.spec_path("gpt-2-xl"))),
        ("verify", "gpt-2-xl", "--config", "gpt-2-xl"),
    ):
        result = run(*words, "--quiet")
        assert (result.exit_code, result.output, result.stderr) == (0, "", "")
    assert run("diff", "llama-3-8b", "gpt-2-xl", "-q").exit_code == 1


def test_tensors_add_up() -> None:
    shown = run("facts", "deepseek-v3", "--tensors").output
    assert "  layers.3-60\n" in shown
    assert shown.splitlines()[-2].split() == ["total", "671,026,404,352"]
    listed = json.loads(run("facts", "deepseek-v3", "--tensors", "--json").output)
    sizes = [row["size"] for row in listed["tensors"] if row["group"] != "mtp"]
    assert sum(sizes) == listed["total"] == 671_026_404_352
    assert listed["tensors"][1]["shape"] == [7168]


def test_facts_of_a_context() -> None:
    shown = run("facts", "llama-3-8b", "--context", "1000").output
    assert "cache                 128 KiB a token, 125 MiB (bf16) at 1,000 tokens" in shown
    assert "operations per token  15.5B at 1,000 tokens" in shown
    assert "15 GiB (bf16), 7.48 GiB (fp8), 3.74 GiB (4-bit)" in shown


def test_a_snippet_instead_of_the_name(tmp_path: Path) -> None:
    target = tmp_path / "x.svg"
    shown = run("card", "llama-3-8b", "-o", str(target), "--snippet", "html").output
    assert shown.startswith(f'<img src="{target}" width="1000"')
    assert target.is_file()
    with pytest.raises(UsageError, match="add --format pdf"):
        run("card", "gpt-2-xl", "-o", str(tmp_path / "y.svg"), "--snippet", "latex")
    assert not (tmp_path / "y.svg").exists()


def test_facts_say_relatives() -> None:
    equal = json.loads(run("facts", "deepseek-r1", "--json").output)["relatives"]
    assert (equal["same_as"], equal["new"]) == ("deepseek-v3", [])
    child = json.loads(run("facts", "qwen3-8b", "--json").output)["relatives"]
    assert (child["compared_with"], child["documented"], child["new"]) == ("qwen2-5-7b", True, ["QK-norm"])
    assert (
        "  parent                Qwen2.5 7B\n  new                   QK-norm\n"
        in run("facts", "qwen3-8b").output
    )
    same = {model["name"]: model["same_as"] for model in listed()}
    assert (same["deepseek-r1"], same["qwen3-8b"]) == ("deepseek-v3", None)
