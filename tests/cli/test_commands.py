"""The commands, as a user types them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archposter import __version__, resources
from archposter.cli import COMMANDS, cli
from archposter.diagnostics import UsageError

ROOT = Path(__file__).parents[2]


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words, catch_exceptions=False)


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
    spec.write_bytes(resources.spec_path("llama-3-8b").read_bytes())
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
    assert "68.6 KiB (bf16)" in shown


def test_list_names_every_model() -> None:
    lines = run("list").output.splitlines()
    assert sorted(line.split()[0] for line in lines) == list(resources.spec_names())
    dates = [line.split()[1] for line in lines]
    assert dates == sorted(dates)


def test_validate() -> None:
    path = resources.spec_path("gpt-2-xl")
    assert run("validate", str(path)).output == f"{path}: valid\n"


def test_schema_is_the_published_one() -> None:
    assert json.loads(run("schema").output) == json.loads((ROOT / "docs" / "spec.schema.json").read_text())


def test_render_py_is_the_same_program() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "render.py"), "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"archposter, version {__version__}\n"


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
    assert "KV cache              125 MiB at 1,000 tokens" in shown
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
