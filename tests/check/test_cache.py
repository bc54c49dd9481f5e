"""A cache file that is damaged or not ours never changes a result."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from folders import edit, made

from archposter import cache, fingerprint
from archposter.check import run
from archposter.check.manifest import read_manifest


@pytest.fixture
def folder() -> Path:
    return cache.folder()


def test_what_was_written_is_read(folder: Path) -> None:
    cache.write("x", b"data")
    assert cache.read("x") == b"data"
    assert cache.read("y") is None
    assert sorted(path.name for path in folder.iterdir()) == ["x"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, *folder.iterdir()))


@pytest.mark.parametrize("place", [0, 31, 32, -1])
def test_damage_anywhere_is_noticed(folder: Path, place: int) -> None:
    cache.write("x", b"some data")
    content = bytearray((folder / "x").read_bytes())
    content[place] ^= 1
    (folder / "x").write_bytes(content)
    assert cache.read("x") is None


def test_cut_and_empty_files_are_noticed(folder: Path) -> None:
    cache.write("x", b"some data")
    for length in (0, 5, 32, 40):
        (folder / "x").write_bytes((folder / "x").read_bytes()[:length])
        assert cache.read("x") is None


def test_a_file_under_another_name_is_foreign(folder: Path) -> None:
    cache.write("x", b"data")
    shutil.copy(folder / "x", folder / "y")
    assert cache.read("y") is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_what_others_may_read_or_write_is_not_believed(folder: Path, mode: int) -> None:
    cache.write("x", b"data")
    (folder / "x").chmod(mode)
    assert cache.read("x") is None
    cache.write("x", b"data")
    assert cache.read("x") == b"data"


def test_what_another_user_left_is_not_believed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write("x", b"data")
    monkeypatch.setattr("os.geteuid", lambda: (folder / "x").stat().st_uid + 1)
    assert cache.read("x") is None


def test_no_folder_to_write_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cache.write("x", b"data")
    assert cache.read("x") is None


def test_poison_does_not_reach_a_check(folder: Path, tmp_path: Path) -> None:
    pictures = made(tmp_path / "pictures")
    [kept] = folder.glob("check-*")
    old = json.loads(cache.read(kept.name) or b"")
    before = {entry.name: run._key(entry) for entry in read_manifest(pictures)}
    edit(pictures / "one.yaml", "repeat: 32", "repeat: 31")
    after = {entry.name: run._key(entry) for entry in read_manifest(pictures)}
    # A file that says that the new spec gives the old picture, and that another could have written.
    forged = json.dumps({after[name]: old[before[name]] for name in before}).encode()
    cache.write(kept.name, forged)
    kept.chmod(0o666)
    assert [finding.name for finding in run.check(pictures).findings] == ["one.svg"]
    # Had it been believed, the check would have been silent: the test can fail.
    cache.write(kept.name, forged)
    assert run.check(pictures).findings == ()


def test_another_program_version_draws_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = made(tmp_path)
    assert run.check(pictures).drawn == 0
    monkeypatch.setattr(fingerprint, "installed", lambda: "another")
    assert run.check(pictures).drawn == 2
    assert run.check(pictures).drawn == 0


@pytest.mark.parametrize("found", [fingerprint.program, fingerprint.installed])
def test_the_key_knows_code_fonts_and_styles(
    found: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "archposter"
    shutil.copytree(fingerprint._PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    monkeypatch.setattr(fingerprint, "_PACKAGE", package)

    def digest() -> str:
        found.cache_clear()
        return str(found())

    seen = {digest()}
    for name in (
        "layout/card.py",
        "text/fonts/Inter-Regular.ttf",
        "text/fonts/Inter-Regular.json",
        "check/page.html",
    ):
        with (package / name).open("ab") as file:
            file.write(b" ")
        seen.add(digest())
    assert len(seen) == 5
    assert digest() in seen
    found.cache_clear()


def test_a_file_of_the_program_changed_in_place_draws_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "one.py"
    code.write_text("a = 1")
    monkeypatch.setattr(fingerprint, "_PACKAGE", tmp_path)
    seen = set()
    for content in ("a = 1", "a = 2"):
        code.write_text(content)
        os.utime(code, ns=(0, len(seen)))
        fingerprint.installed.cache_clear()
        seen.add(fingerprint.installed())
    assert len(seen) == 2
    fingerprint.installed.cache_clear()
