"""Bad input: one clear message, exit code 2, in bounded time, no traceback, no partial file."""

import subprocess
import sys
from pathlib import Path

import pytest

from archposter import bundled
from cost import HANGS, at_most

pytestmark = pytest.mark.costly

UNITS = 200
GOOD = bundled.spec_path("llama-3-8b").read_text()


def run(*words: str, cwd: Path) -> tuple[int, str]:
    """Run the program and return its exit code and what it said on stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "archposter.cli", *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        timeout=HANGS,
        check=False,
    )
    return done.returncode, done.stderr


def refused(tmp_path: Path, *words: str) -> str:
    """Return the message of a run that must fail and leave nothing behind."""
    before = sorted(tmp_path.rglob("*"))
    with at_most(UNITS):
        code, said = run(*words, cwd=tmp_path)
    assert code == 2
    assert "Traceback" not in said
    assert said.strip()
    assert all(character.isprintable() or character == "\n" for character in said)
    assert sorted(tmp_path.rglob("*")) == before
    return said


def spec(tmp_path: Path, text: str | bytes) -> str:
    path = tmp_path / "bad.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


BOMB = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(20)
)

FILES = {
    "empty": ("", "empty"),
    "binary": (bytes(range(256)) * 40, "UTF-8"),
    "a list": ("- 1\n- 2\n", "mapping"),
    "alias bomb": (BOMB, "values"),
    "deeply nested": ("[" * 200_000, "deep"),
    "large": (b"#" * 100_000_000, "1,048,576"),
    "negative": (changed("hidden_size: 4096", "hidden_size: -4096"), "hidden_size"),
    "absurd": (changed("hidden_size: 4096", "hidden_size: 4096000000000"), "hidden_size"),
    "a billion layers": (changed("repeat: 32", "repeat: 1000000000"), "repeat"),
    "heads that do not divide": (changed("num_key_value_heads: 8", "num_key_value_heads: 7"), "multiple"),
    "not a number": (changed("hidden_size: 4096", "hidden_size: .nan"), "hidden_size"),
    "control characters": (changed("\nname: Llama 3", '\nname: "Llama\\e[31m 3"'), "U+001B"),
    "right-to-left mark": (changed("\nname: Llama 3", '\nname: "Llama\\u202e 3"'), "U+202E"),
    "yes for true": (changed("tied: false", "tied: no"), "tied"),
    "a number in E notation": (changed("hidden_size: 4096", "hidden_size: 4e3"), "hidden_size"),
    "a misspelt field": (changed("hidden_size", "hiden_size"), 'did you mean "hidden_size"?'),
    "a duplicate key": (GOOD + "\nhidden_size: 1\n", "hidden_size"),
}


@pytest.mark.parametrize("name", FILES)
def test_files(name: str, tmp_path: Path) -> None:
    content, hint = FILES[name]
    said = refused(tmp_path, "card", spec(tmp_path, content), "-o", "x.svg")
    assert "bad.yaml" in said
    assert hint in said


def test_every_fault_of_a_file_at_once(tmp_path: Path) -> None:
    text = changed("hidden_size: 4096", "hidden_size: many").replace("head_dim: 128", "head_dims: 128")
    said = refused(tmp_path, "validate", spec(tmp_path, text))
    assert said.count("bad.yaml:") == 3
    assert 'hidden_size: got "many", expected a whole number' in said
    assert 'did you mean "head_dim"?' in said


def test_hostile_name_is_drawn_as_text(tmp_path: Path) -> None:
    path = spec(tmp_path, changed("\nname: Llama 3", "\nname: <script>alert(1)</script> ../../x"))
    code, said = run("card", path, "-o", "x.svg", cwd=tmp_path)
    assert (code, said) == (0, "")
    written = (tmp_path / "x.svg").read_text()
    assert "<script" not in written
    assert "&lt;script&gt;" in written


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("card", "no-such-model"), "no-such-model"),
        (("card", "llama-3-8c"), 'did you mean "llama-3-8b"?'),
        (("card", "missing.yaml"), "no such file"),
        (("card", "../../../etc/passwd"), "passwd"),
        (("card", "llama-3-8b\x1b[2J"), "llama-3-8b"),
        (("card", "llama-3-8b", "--style", "papper"), 'did you mean "paper"?'),
        (("card", "llama-3-8b", "--style", "../paper"), "style"),
        (("card", "llama-3-8b", "-o", "x.jpg"), ".svg, .png or .pdf"),
        (("card", "llama-3-8b", "gpt-2-xl", "-o", "x.svg"), "name a folder"),
        (("card", "llama-3-8b", "-o", "x.svg", "--format", "png"), ".png"),
        (("poster", "llama-3-8b", "--paper", "A9", "-o", "x.pdf"), "A0 to A5"),
        (("poster", "llama-3-8b", "--paper", "1x1mm", "-o", "x.pdf"), "100 mm"),
        (("poster", "nobody", "-o", "x.pdf"), "nobody"),
        (("no-such-command",), "expected card, poster"),
        (("crad", "llama-3-8b"), 'error: unknown command "crad" (did you mean "card"?)\n'),
        (("card", "--styel", "ink"), "error: No such option '--styel'"),
        (("no-such-model",), 'error: unknown command "no-such-model" (expected'),
        (("facts", "nobody"), "(archposter list shows the"),
        (("card", "meta-llama/Llama-3-8B"), "a model of the hub is hf:meta-llama/Llama-3-8B"),
        (("card", "llama-3-8b", "--style", "dark"), "ink (dark)"),
        (("card", "llama-3-8b", "--style", "none.yaml"), "none.yaml: no such file"),
        (("card", "llama-3-8b", "-o", "x.png", "--width", "0"), "error: Invalid value for '--width'"),
        (("card", "llama-3-8b", "-o", "x.svg", "--width", "9"), "is for a PNG"),
        (("card", "llama-3-8b", "gpt-2-xl", "-o", "-"), "one file for 2 models"),
        (("card", "llama-3-8b", "-o", "-", "--snippet", "html"), "cannot both go to standard output"),
        (("diff", "llama-3-8b", "gpt-2-xl", "-o", "-", "--json"), "cannot both go to standard output"),
        (("facts", "-"), "standard input: the file is empty"),
        (("facts", "llama-3-8b", "--context", "0"), "expected 1 to 1,000,000,000 tokens"),
        (("facts", "llama-3-8b", "--context", "128q"), "such as 131072, 128k or 1M"),
        (("facts", "llama-3-8b", "--context", "1.0001k"), "such as 131072"),
        (("poster", "llama-3-8b", "--pages", "3"), "3 pages for one card: expected 1\n"),
        (("poster", "llama-3-8b", "gpt-2-xl", "--pages", "2", "-o", "-", "--format", "svg"), "one as pdf"),
        (("book", "-o", "x.svg"), "a book is a .pdf file"),
        (("card",), "MODEL"),
    ],
)
def test_words(words: tuple[str, ...], hint: str, tmp_path: Path) -> None:
    assert hint in refused(tmp_path, *words)


def test_a_folder_is_not_a_spec(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    assert "folder" in refused(tmp_path, "card", "folder.yaml", "-o", "x.svg")


def test_a_file_that_cannot_be_written_stays(tmp_path: Path) -> None:
    (tmp_path / "x.svg").mkdir()
    refused(tmp_path, "card", "llama-3-8b", "-o", "x.svg/y.svg/z.txt.svg", "--style", "nope")
    blocked = tmp_path / "file"
    blocked.write_text("old")
    assert "file" in refused(tmp_path, "card", "llama-3-8b", "-o", "file/x.svg")
    assert blocked.read_text() == "old"


def test_output_that_nobody_reads_is_no_crash(tmp_path: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m archposter.cli schema | head -1",
        shell=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.stderr == ""
