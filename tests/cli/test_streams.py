"""Standard input and output: `-` for a MODEL and for a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from archposter import bundled, load
from archposter.bundled import spec_path

pytestmark = pytest.mark.costly

SPEC = spec_path("llama-3-8b").read_bytes()
CONFIG = {
    "model_type": "llama",
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 100,
    "max_position_embeddings": 64,
}


def run(*words: str, given: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "archposter.cli", *words],
        input=given,
        capture_output=True,
        cwd=cwd,
        check=False,
    )


def test_a_picture_from_pipe_to_pipe() -> None:
    done = run("card", "-", "-o", "-", given=SPEC)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == load("llama-3-8b").card().svg()


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
@pytest.mark.parametrize(
    "words", [("card", "gpt-2-xl"), ("legend",), ("poster", "gpt-2-xl", "--paper", "A5")]
)
def test_every_format_to_standard_output(words: tuple[str, ...], kind: str) -> None:
    done = run(*words, "-o", "-", "--format", kind)
    assert done.returncode == 0
    assert done.stdout.startswith({"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF"}[kind])
    assert (b"standard output: 1 card" in done.stderr) is (words[0] == "poster")


def test_a_book_to_standard_output() -> None:
    done = run("book", "gpt-2-xl", "-o", "-")
    assert done.stdout.startswith(b"%PDF")
    assert done.stderr.startswith(b"standard output: 3 pages")


def test_a_difference_to_standard_output() -> None:
    done = run("diff", "-", "gpt-2-xl", "-o", "-", given=SPEC)
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.decode() == load("llama-3-8b").diff("gpt-2-xl").svg()


def test_a_config_from_standard_input(tmp_path: Path) -> None:
    given = json.dumps(CONFIG).encode()
    assert json.loads(run("facts", "-", "--json", given=given).stdout)["hidden_size"] == 64
    spec = run("import", "-", "-o", "-", "--name", "Tiny", given=given)
    assert spec.returncode == 0
    assert run("validate", "-", given=spec.stdout).stdout == b"standard input: valid\n"
    assert run("card", "-", given=spec.stdout, cwd=tmp_path).stdout.split() == [b"output/tiny.svg"]
    (tmp_path / "tiny.yaml").write_bytes(spec.stdout)
    assert run("verify", "tiny.yaml", "--config", "-", given=given, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("command", ["validate", "facts"])
def test_faults_have_their_places(command: str) -> None:
    done = run(command, "-", given=SPEC.replace(b"hidden_size: 4096", b"hidden_size: many"))
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: standard input:")
    assert b'hidden_size: got "many", expected a whole number' in done.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"\xff\xff", b"not UTF-8"),
        (b"{", b"not JSON"),
        (b"", b"the file is empty"),
        (b"#" * (2**22 + 1), b"at most 4,194,304 bytes"),
    ],
)
def test_bad_standard_input(given: bytes, said: bytes) -> None:
    done = run("facts", "-", given=given)
    assert done.returncode == 2
    assert said in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("words", [("card", "gpt-2-xl", "-o", "-"), ("list",), ("schema",)])
def test_a_reader_that_goes_away_is_no_error(words: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "archposter.cli", *words], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("words", [("card", "gpt-2-xl", "-o", "-"), ("list",)])
def test_a_full_disk_is_an_error(words: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "archposter.cli", *words], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: ")
    assert b"Traceback" not in done.stderr


# ---- completion


def completed(*words: str) -> list[str]:
    """Return what bash is offered for the last of the words."""
    environment = {
        **os.environ,
        "_ARCHPOSTER_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("archposter", *words)),
        "COMP_CWORD": str(len(words)),
    }
    done = subprocess.run(
        [sys.executable, "-m", "archposter.cli"], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.mark.parametrize("command", ["card", "facts", "diff", "poster", "book", "verify"])
def test_models_are_completed(command: str) -> None:
    known = [name for name in bundled.spec_names() if name.startswith("llama-3")]
    assert completed(command, "llama-3") == ["file,llama-3", *(f"plain,{name}" for name in known)]


def test_styles_options_and_commands_are_completed() -> None:
    assert completed("card", "--style", "") == [
        "file,",
        *(f"plain,{name}" for name in bundled.style_names()),
    ]
    assert completed("ca") == ["plain,card"]
    assert "plain,--variant" in completed("card", "--va")
    assert completed("card", "--variant", "f") == ["plain,figure"]
