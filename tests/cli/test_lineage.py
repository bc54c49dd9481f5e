"""`archposter lineage`, as a user types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

import archposter
from archposter import bundled
from archposter.cli import cli
from archposter.diagnostics import ArchposterError

CONFIG = {
    "model_type": "llama",
    "_name_or_path": "me/Tiny-Llama",
    "vocab_size": 32000,
    "hidden_size": 512,
    "intermediate_size": 1536,
    "num_hidden_layers": 8,
    "num_attention_heads": 8,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
}


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ("lineage", *words), catch_exceptions=False)


@pytest.mark.parametrize(
    ("ending", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("dot", b"digraph")]
)
def test_a_file_in_every_format(tmp_path: Path, ending: str, start: bytes) -> None:
    target = tmp_path / f"tree.{ending}"
    assert run("llama-2-7b", "llama-3-8b", "-o", str(target)).output == f"{target}\n"
    assert target.read_bytes().startswith(start)


def test_a_png_is_as_wide_as_the_picture(tmp_path: Path) -> None:
    run("llama-2-7b", "llama-3-8b", "-o", str(tmp_path / "x.png"))
    wide = archposter.lineage(["llama-2-7b", "llama-3-8b"]).draw().frame.size.width
    with Image.open(tmp_path / "x.png") as image:
        assert image.width == wide
    run("gpt-1", "-o", str(tmp_path / "y.png"), "--width", "300")
    with Image.open(tmp_path / "y.png") as image:
        assert image.width == 300


def test_standard_output() -> None:
    assert run("gpt-1", "-o", "-").output.startswith("<svg")
    assert run("gpt-1", "-o", "-", "--format", "dot").output.startswith("digraph")


def test_json_is_alone_unless_a_file_is_named(tmp_path: Path) -> None:
    data = json.loads(run("--where", "released<2023", "--json").output)
    assert {node["name"] for node in data["nodes"]} > {"gpt-1", "opt-175b"}
    assert list(data) == ["nodes", "documented", "nearest"]
    run("gpt-1", "--json", "-o", str(tmp_path / "x.svg"))
    assert (tmp_path / "x.svg").exists()


def test_a_config_of_ones_own_hangs_where_it_belongs(tmp_path: Path) -> None:
    path = tmp_path / "tiny" / "config.json"
    path.parent.mkdir()
    path.write_text(json.dumps(CONFIG))
    data = json.loads(run("--of", str(path), "--json").output)
    (edge,) = [edge for edge in data["nearest"] if edge["child"] == "tiny"]
    assert edge["likeness"] > 0.8
    assert "gpt-1" in {node["name"] for node in data["nodes"]}


def lineage(tmp_path: Path, name: str, parent: str, year: str = "") -> str:
    text = bundled.spec_path("olmo-7b").read_text(encoding="utf-8")
    text += f"\nlineage:\n  - relation: follows\n    model: {parent}\n{year}    what: More of it\n"
    text += "    source: https://example.org/paper\n"
    text = text.replace("\nname: ", f"\nname: {name} ")
    path = tmp_path / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_bad_descent_is_refused(tmp_path: Path) -> None:
    one, two = lineage(tmp_path, "one", "two"), lineage(tmp_path, "two", "one")
    unknown, later = lineage(tmp_path, "un", "lama-2-7b"), lineage(tmp_path, "late", "kimi-k3")
    target = tmp_path / "x.svg"
    for words, said in (
        ((one, two), "lineage goes round in a circle"),
        ((unknown,), 'did you mean "llama-2-7b"'),
        ((later,), "was released later, 2026-07-27"),
        (("--where", "released<1999"), "no model of"),
        (("--of", "kimi-k22"), 'did you mean "kimi-k2"'),
        (("gpt-1", "-o", str(tmp_path / "x.dot"), "--width", "10"), "a .dot file has no dots"),
        (("gpt-1", "-o", "-", "--json"), "name a file"),
        (("gpt-1", "-o", str(tmp_path / "x.txt")), "ends with .svg, .png, .pdf or .dot"),
        (("gpt-1", "-o", str(tmp_path / "x.dot"), "--format", "svg"), "does not end with .svg"),
        (("gpt-1", "--title", "\x1b[31m \u202e"), "the font has no"),
        (("gpt-1", "--style", "nosuch"), "unknown style"),
    ):
        with pytest.raises(ArchposterError, match=said.replace(".", r"\.")):
            run(*words, *(() if "-o" in words else ("-o", str(target))))
        assert not target.exists()
