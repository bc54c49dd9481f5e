import os
from pathlib import Path

import pytest

from archposter.diagnostics import OutputError
from archposter.export.files import write


def test_text_and_bytes_are_written_and_folders_made(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "x.svg", "é")
    write(tmp_path / "a" / "x.png", b"\x89")
    assert (tmp_path / "a" / "b" / "x.svg").read_bytes() == "é".encode()
    assert (tmp_path / "a" / "x.png").read_bytes() == b"\x89"
    assert sorted(entry.name for entry in (tmp_path / "a").iterdir()) == ["b", "x.png"]


def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "x.svg"
    target.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OutputError, match=r"x\.svg: cannot be written: No space left on device"):
        write(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written: Is a directory"):
        write(tmp_path, "new")
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "file" / "x.svg", "new")


def test_a_link_keeps_pointing_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "real.svg").write_text("old")
    (tmp_path / "link.svg").symlink_to(tmp_path / "real.svg")
    write(tmp_path / "link.svg", "new")
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "real.svg").read_text() == "new"


def test_a_name_that_is_too_long_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="File name too long"):
        write(tmp_path / ("x" * 300), "new")
