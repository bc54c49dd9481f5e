from pathlib import Path

import pytest
from folders import SPEC

from archposter.check.manifest import Wanted, read_manifest
from archposter.diagnostics import SpecError


def read(folder: Path, text: str) -> tuple[Wanted, ...]:
    (folder / "archposter.toml").write_text(text, encoding="utf-8")
    return read_manifest(folder)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        read(folder, text)
    return [str(fault).replace(f"{folder}/", "") for fault in caught.value.diagnostics]


def test_lists_give_every_combination(tmp_path: Path) -> None:
    text = 'models = ["gpt-2-xl", "llama-3-8b"]\nstyle = ["mono", "paper"]\nformat = ["svg", "pdf"]\n'
    assert [entry.name for entry in read(tmp_path, text)] == [
        f"{model}{style}.{format_}"
        for model in ("gpt-2-xl", "llama-3-8b")
        for style in ("-mono", "")
        for format_ in ("svg", "pdf")
    ]


def test_files_are_found_from_the_folder(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "mine.yaml").write_text(SPEC)
    [entry] = read(tmp_path, 'models = ["specs/mine.yaml"]')
    assert (entry.name, entry.source) == ("mine.svg", (tmp_path / "specs" / "mine.yaml").absolute())


def test_all_faults_are_named_with_their_places(tmp_path: Path) -> None:
    text = """\
models = [
  "lama-3-8b",
  "no/such.yaml",
  "gpt-2-xl", "gpt-2-xl",
]
style = "inky"
  format = ["svg", 3]
text = ["live", "outlines"]
colour = 1
"""
    assert faults(tmp_path, text) == [
        'archposter.toml:2:3: models: unknown model "lama-3-8b" (did you mean "llama-3-8b"?)',
        'archposter.toml:3:3: models: no such file: "no/such.yaml"',
        'archposter.toml:4:3: models: "gpt-2-xl" is named twice',
        'archposter.toml:6:9: style: got "inky", expected auto, ink, mono or paper (did you mean "ink"?)',
        "archposter.toml:7:3: format: expected a word or a list of words in quotes",
        "archposter.toml:8:1: text: expected one of live and outlines, not both",
        "archposter.toml:9:1: colour: unknown key; expected models, style, variant, format, text",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "archposter.toml: models: missing; expected a list of models"),
        ("models = []", "archposter.toml:1:1: models: expected a list of words in quotes"),
        ('models = "gpt-2-xl"', "archposter.toml:1:1: models: expected a list of words in quotes"),
        (r'models = ["\u0000.yaml"]', 'archposter.toml:1:1: models: no such file: "\\x00.yaml"'),
        ("[models]", "archposter.toml:1:1: models: expected a list of words in quotes"),
        ('models = ["a\n', "archposter.toml:1:13: not TOML: illegal character '\\n'"),
        ("models = [\n", "archposter.toml: not TOML: invalid value"),
        ("models = " + "[" * 5000, "archposter.toml: nested too deep"),
    ],
)
def test_one_fault(tmp_path: Path, text: str, fault: str) -> None:
    assert faults(tmp_path, text) == [fault]


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, f'models = ["{"x" * 5000}.yaml"]')
    assert fault == f'archposter.toml:1:11: models: no such file: "{"x" * 59}…"'


def test_not_text(tmp_path: Path) -> None:
    (tmp_path / "archposter.toml").write_bytes(b"# \xe9\n# x\n\xff")
    with pytest.raises(SpecError, match=r"archposter\.toml:1:1: not UTF-8 text"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("name", ["-x.yaml", " .yaml", "a\u202eb.yaml", "a<b.yaml"])
def test_names_that_cannot_be_files_everywhere(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(SPEC)
    [fault] = faults(tmp_path, f'models = ["{name}"]')
    assert "cannot name a picture" in fault
    assert fault.isprintable()


def test_two_files_of_one_name(tmp_path: Path) -> None:
    for folder, name in (("a", "x"), ("b", "X"), ("c", "y-ink"), ("d", "y")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.yaml").write_text(SPEC)
    [fault] = faults(tmp_path, 'models = ["a/x.yaml",\n "b/X.yaml"]')
    assert fault == 'archposter.toml:2:2: models: "a/x.yaml" and "b/X.yaml" would both be drawn as X.svg'
    [fault] = faults(tmp_path, 'models = ["c/y-ink.yaml", "d/y.yaml"]\nstyle = ["paper", "ink"]')
    assert fault.endswith("would both be drawn as y-ink.svg")
