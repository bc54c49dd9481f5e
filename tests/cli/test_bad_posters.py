"""Posters and books that cannot be: one clear message, exit code 2, and no file or the old one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cost import HANGS
from programs import start

pytestmark = pytest.mark.costly

PROGRAM = (sys.executable, "-m", "archposter.cli")


def refused(folder: Path, *words: str, code: int = 2) -> str:
    """Return the message of a run that must fail and leave the folder as it was."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = subprocess.run([*PROGRAM, *words], capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    return done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("poster", "--where", "decoder_typ=hybrid"), 'did you mean "decoder_type"?'),
        (("poster", "--where", "layers>9999"), "no model of"),
        (("poster", "--since", "soon"), "2026-01-31"),
        (("poster", "--developer", "Nobody"), "Nobody"),
        (("poster", "llama-3-8b", "--paper", "ARCHD"), 'did you mean "ARCH-D"?'),
        (("poster", "llama-3-8b", "--bleed", "400mm"), "at most 25 mm"),
        (("poster", "llama-3-8b", "--bleed", "3"), "such as 3mm"),
        (("poster", "llama-3-8b", "--pages", "2"), "2 pages for one card: expected 1\n"),
        (("poster", "llama-3-8b", "--icc", "none.icc", "--condition", "x"), "none.icc"),
        (("poster", "llama-3-8b", "--icc", "some.txt", "--condition", "x"), "not an ICC profile"),
        (("poster", "llama-3-8b", "--icc", "some.txt"), "needs both"),
        (("poster", "llama-3-8b", "--screen", "--marks"), "screens"),
        (("poster", "llama-3-8b", "--dpi", "300", "-o", "x.pdf"), "--dpi"),
        (("poster", "llama-3-8b", "--url", "x" * 300), "213 characters"),
        (("book", "llama-3-8b", "-o", "x.png"), "a .pdf file"),
        (("poster", "llama-3-8b", "--title", "模型"), "the font has no"),
    ],
)
def test_wishes(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "some.txt").write_text("not a profile" * 99)
    assert said in refused(tmp_path, *words)


def test_a_folder_that_takes_no_files(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    target = "/proc/poster.pdf" if os.geteuid() == 0 else "closed/poster.pdf"
    assert "cannot be written" in refused(tmp_path, "poster", "llama-3-8b", "-o", target)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a small disk")
@pytest.mark.parametrize("name", ["poster.pdf", "poster.png"])
def test_a_full_disk(name: str, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(disk)]
    if subprocess.run(options, capture_output=True, check=False).returncode:
        pytest.skip("this machine mounts no small disk")
    try:
        (disk / name).write_text("old")
        said = refused(tmp_path, "poster", "llama-3-8b", "--paper", "A4", "-o", f"disk/{name}")
        assert "No space left" in said
        assert [path.name for path in disk.iterdir()] == [name]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_control_c_half_way(tmp_path: Path) -> None:
    target = tmp_path / "poster.png"
    target.write_text("old")
    words = ("poster", "llama-3-8b", "gpt-2-xl", "--paper", "A0", "--dpi", "300", "-o", "poster.png")
    running = start(*PROGRAM, *words, cwd=tmp_path)
    while len(list(tmp_path.iterdir())) < 2 and running.poll() is None:
        time.sleep(0.02)
    assert len(list(tmp_path.iterdir())) == 2
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=HANGS)
    assert running.returncode == 130
    assert said.strip() == "interrupted"
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_warning_names_what_would_do(tmp_path: Path) -> None:
    words = ("poster", "llama-3-8b", "gpt-2-xl", "--paper", "A5", "-o", "x.pdf")
    done = subprocess.run([*PROGRAM, *words], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "smallest type 4.8 pt" in done.stdout
    assert done.stderr.startswith("warning: ")
    assert "--paper" in done.stderr
    assert "--pages 2" in done.stderr
