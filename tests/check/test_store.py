"""A kill at any moment leaves the old state or the new one."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from folders import edit, made, manifest, state

from archposter.check import run, store
from archposter.diagnostics import OutputError, UsageError

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

STEPS = ("mkdir", "write", "replace", "unlink", "rmdir")


class Steps:
    """Counts what the process does to files, and kills it before a step."""

    def __init__(self, last: int) -> None:
        self.left = last

    def count(self) -> None:
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


def killed_before(step: int, folder: Path) -> bool:
    """Update the folder in a process that is killed before its n-th change of a file; tell whether it was."""
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    steps = Steps(step)

    def hook(event: str, words: tuple[object, ...]) -> None:
        changes = event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir")
        writes = event == "open" and isinstance(words[1], str) and set(words[1]) & set("wax+")
        if (changes or writes) and str(folder) in str(words[0]):
            steps.count()

    sys.addaudithook(hook)
    try:
        run.update(folder)
    finally:
        os._exit(0)


def changed(folder: Path) -> Iterator[Path]:
    """Yield a folder of which one picture changes, one goes and one comes."""
    made(folder)
    edit(folder / "one.yaml", "repeat: 32", "repeat: 31")
    shutil.copy(folder / "two.yaml", folder / "three.yaml")
    manifest(folder, "one.yaml", "three.yaml")
    yield folder


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return next(changed(tmp_path / "before"))


@pytest.mark.costly
def test_every_step_of_an_update_may_be_the_last(before: Path, tmp_path: Path) -> None:
    old = state(before)
    shutil.copytree(before, tmp_path / "after")
    run.update(tmp_path / "after")
    new = state(tmp_path / "after")
    assert new.keys() - old.keys() == {"three.svg", "frames/three.json"}
    assert old.keys() - new.keys() == {"two.svg", "frames/two.json"}
    folder = tmp_path / "folder"
    seen = []
    for step in range(100):
        shutil.copytree(before, folder)
        killed = killed_before(step, folder)
        with store.opened(folder):
            pass
        seen.append(state(folder))
        run.update(folder)
        assert state(folder) == new
        assert run.check(folder).findings == ()
        shutil.rmtree(folder)
        if not killed:
            break
    # First the old state, from one step on the new one, and nothing else.
    assert seen == [old] * seen.count(old) + [new] * seen.count(new)
    assert min(seen.count(old), seen.count(new)) >= 5


@pytest.mark.costly
def test_kills_at_random_moments(before: Path, tmp_path: Path) -> None:
    old = state(before)
    shutil.copytree(before, tmp_path / "after")
    run.update(tmp_path / "after")
    new = state(tmp_path / "after")
    chance = random.Random(7)
    for _ in range(2):
        folder = tmp_path / "folder"
        shutil.copytree(before, folder)
        child = subprocess.Popen([sys.executable, "-m", "archposter.cli", "check", str(folder), "--update"])
        try:
            child.wait(chance.uniform(0.1, 0.6))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        with store.opened(folder):
            assert state(folder) in (old, new)
        shutil.rmtree(folder)


def test_a_failure_leaves_the_old_state(before: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = state(before)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(OutputError, match="cannot be updated: No space left on device"):
            run.update(before)
    run.check(before)
    assert state(before) == old
    run.update(before)
    assert run.check(before).findings == ()


@pytest.mark.parametrize(
    "journal",
    [
        {"moves": {"0": "../x.svg"}, "removed": []},
        {"moves": {"0": "one.yaml"}, "removed": []},
        {"moves": {"../one.yaml": "x.svg"}, "removed": []},
        {"moves": {}, "removed": ["/etc/x.svg"]},
        {"moves": {}, "removed": ["archposter.toml"]},
        [],
    ],
)
def test_a_foreign_journal_is_refused(tmp_path: Path, journal: object) -> None:
    folder = made(tmp_path)
    before = state(folder)
    (folder / store.STAGE).mkdir()
    (folder / store.STAGE / "0").write_text("x")
    (folder / store.STAGE / "journal.json").write_text(json.dumps(journal))
    with pytest.raises(UsageError, match="delete this folder"):
        run.check(folder)
    shutil.rmtree(folder / store.STAGE)
    assert state(folder) == before


def test_links_that_lead_out_are_refused(tmp_path: Path) -> None:
    folder = made(tmp_path / "in")
    shutil.rmtree(folder / "frames")
    (folder / "frames").symlink_to(tmp_path)
    with pytest.raises(UsageError, match="must not be links"):
        run.update(folder)


def test_two_updates_wait_for_each_other(before: Path) -> None:
    command = [sys.executable, "-m", "archposter.cli", "check", str(before), "--update"]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    assert run.check(before).findings == ()
