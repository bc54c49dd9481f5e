"""Many cards at once."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from archposter import bundled, load
from archposter.cli import cli
from archposter.diagnostics import UsageError
from cost import HANGS
from programs import start

pytestmark = pytest.mark.costly

MANY = 96
NAMES = ["llama-3-8b", "gpt-2-xl", "gemma-3-27b"]


def test_processes_draw_what_one_draws(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        cli, ["card", *NAMES, "-o", str(tmp_path), "--format", "png"], catch_exceptions=False
    )
    assert done.stdout.splitlines() == [f"{tmp_path}/{name}.png" for name in NAMES]
    assert done.stderr == ""
    assert (tmp_path / "gpt-2-xl.png").read_bytes() == load("gpt-2-xl").card().png()


def test_two_models_for_one_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="would be written to"):
        CliRunner().invoke(
            cli,
            ["card", NAMES[0], NAMES[0], "-o", str(tmp_path)],
            catch_exceptions=False,
            standalone_mode=False,
        )
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_whole_files_only(tmp_path: Path) -> None:
    specs = tmp_path / "specs"
    specs.mkdir()
    for number in range(MANY):
        (specs / f"{number}.yaml").write_bytes(bundled.spec_path(NAMES[0]).read_bytes())
    words = ["card", *map(str, sorted(specs.glob("*.yaml"))), "-o", str(tmp_path / "out"), "--format", "png"]
    process = start(sys.executable, "-m", "archposter.cli", *words)
    while process.poll() is None and not list((tmp_path / "out").glob("*.png")):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=HANGS)
    assert process.returncode == 130
    assert said.strip() == "interrupted"
    written = [path.read_bytes() for path in (tmp_path / "out").iterdir()]
    assert 0 < len(written) < MANY
    assert all(png.endswith(b"IEND\xaeB`\x82") for png in written)
