"""What a check finds and what it keeps silent about."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from folders import edit, made, manifest, state

from archposter import fingerprint, pipeline, theme
from archposter.blocks import card
from archposter.check import lock, run
from archposter.diagnostics import OutputError, SpecError, UsageError
from archposter.relate import nearest
from archposter.scene import Box, Frame

pytestmark = pytest.mark.costly


def kinds(folder: Path) -> dict[str, str]:
    return {finding.name: finding.kind for finding in run.check(folder).findings}


def draw_otherwise(monkeypatch: pytest.MonkeyPatch, change: Callable[[Frame], Frame]) -> None:
    """Make the program draw another card, as an edit of its code would."""
    real = pipeline._FRAMES["card"]
    monkeypatch.setitem(pipeline._FRAMES, "card", lambda card, look: change(real(card, look)))
    monkeypatch.setattr(fingerprint, "installed", lambda: "another program")


def with_first(frame: Frame, role: str, change: Callable[[Box], Box]) -> Frame:
    place = next(n for n, item in enumerate(frame.items) if isinstance(item, Box) and item.role == role)
    box = frame.items[place]
    assert isinstance(box, Box)
    return frame._replace(items=(*frame.items[:place], change(box), *frame.items[place + 1 :]))


def test_an_unchanged_folder_is_silent_and_nothing_is_drawn(tmp_path: Path) -> None:
    folder = made(tmp_path)
    before = state(folder)
    result = run.check(folder)
    assert (result.findings, result.text(), result.drawn) == ((), "", 0)
    assert run.update(folder) == run.Update((), ())
    assert state(folder) == before
    pictures = {"one.svg", "two.svg", "frames/one.json", "frames/two.json"}
    assert set(before) == {*pictures, "archposter.lock", ".gitattributes"}


def test_a_changed_number_is_found_and_only_its_picture_drawn(tmp_path: Path) -> None:
    folder = made(tmp_path)
    edit(folder / "one.yaml", "intermediate_size: 14336", "intermediate_size: 14337")
    result = run.check(folder)
    assert [(finding.name, finding.kind) for finding in result.findings] == [("one.svg", "changed")]
    assert any('"4,096 → 14,336" -> "4,096 → 14,337"' in line for line in result.findings[0].words)
    assert result.drawn == 1
    assert "pixels differ" in result.text()
    assert result.report == folder / "report.html"
    assert result.report.is_file()
    edit(folder / "one.yaml", "intermediate_size: 14337", "intermediate_size: 14336")
    assert not run.check(folder).differs
    assert not result.report.exists()


def test_a_box_moved_by_one_unit_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(tmp_path)
    draw_otherwise(
        monkeypatch,
        lambda frame: with_first(frame, "cell", lambda box: box._replace(rect=box.rect.moved(1, 0))),
    )
    result = run.check(folder)
    assert [finding.words for finding in result.findings] == 2 * [("vocab_size / cell: moved 1 unit right",)]
    assert all(finding.difference for finding in result.findings)


def test_a_changed_colour_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(tmp_path)
    paper = pipeline.theme("paper")
    other = paper._replace(card=theme.Look("#FEFEFE", paper.card.stroke, paper.card.text))
    monkeypatch.setattr(pipeline, "theme", lambda _: other)
    monkeypatch.setattr(fingerprint, "installed", lambda: "another style")
    words = {line for finding in run.check(folder).findings for line in finding.words}
    assert any("card" in line and line.endswith("fill #FFFFFF -> #FEFEFE") for line in words)


def test_models_that_came_and_went_are_found(tmp_path: Path) -> None:
    folder = made(tmp_path)
    manifest(folder, "two.yaml", "gpt-2-xl")
    assert kinds(folder) == {"gpt-2-xl.svg": "added", "one.svg": "removed"}
    assert run.update(folder) == run.Update(("gpt-2-xl.svg",), ("one.svg",))
    assert kinds(folder) == {}
    assert not (folder / "one.svg").exists()
    assert not (folder / "frames" / "one.json").exists()


def test_a_deleted_picture_is_found(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (folder / "one.svg").unlink()
    assert kinds(folder) == {"one.svg": "missing"}
    assert run.update(folder).written == ("one.svg",)


@pytest.mark.parametrize("name", ["one.svg", "frames/one.json"])
def test_a_tampered_file_is_found(tmp_path: Path, name: str) -> None:
    folder = made(tmp_path)
    before = state(folder)
    with (folder / name).open("a") as file:
        file.write("x")
    assert kinds(folder) == {name: "tampered"}
    run.update(folder)
    assert state(folder) == before


def test_line_ends_are_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(tmp_path)
    for name in ("one.svg", "frames/one.json", "archposter.toml", "archposter.lock"):
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content.replace(b"\n", b"\r\n"))
    result = run.check(folder)
    assert not result.differs
    assert {finding.name for finding in result.findings} == {"one.svg", "frames/one.json"}
    assert all("* -text" in finding.words[0] for finding in result.findings)
    # What differs is still found, and where.
    draw_otherwise(
        monkeypatch,
        lambda frame: with_first(frame, "cell", lambda box: box._replace(rect=box.rect.moved(1, 0))),
    )
    assert ("one.svg", "changed", ("vocab_size / cell: moved 1 unit right",)) in [
        (finding.name, finding.kind, finding.words) for finding in run.check(folder).findings
    ]


def test_a_formatted_frame_is_no_damage(tmp_path: Path) -> None:
    folder = made(tmp_path)
    frame = folder / "frames" / "one.json"
    frame.write_text(json.dumps(json.loads(frame.read_text()), indent=2))
    assert kinds(folder) == {"frames/one.json": "alike"}
    assert ".prettierignore" in run.check(folder).text()
    edit(frame, "8B", "9B")
    assert kinds(folder) == {"frames/one.json": "tampered"}


def test_a_pointer_of_git_lfs_is_called_one(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (folder / "one.svg").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n")
    (finding,) = run.check(folder).findings
    assert (finding.kind, finding.words[0][-12:]) == ("missing", "git lfs pull")


def test_an_update_keeps_git_off_the_line_ends(tmp_path: Path) -> None:
    folder = made(tmp_path)
    attributes = folder / ".gitattributes"
    assert "* -text" in attributes.read_text().splitlines()
    attributes.write_text("*.svg diff\n")
    (folder / "one.svg").unlink()
    run.update(folder)
    assert attributes.read_text() == "*.svg diff\n"


def test_what_differs_is_said_where_no_report_can_be_written(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (folder / "one.svg").unlink()
    (tmp_path / "file").touch()
    text = run.check(folder, tmp_path / "file" / "report.html").text()
    assert text.startswith("one.svg: missing")
    assert "1 file differs, of 2 pictures: without a report" in text


def test_a_digest_edited_to_fit_a_tampered_file_does_not_help(tmp_path: Path) -> None:
    folder = made(tmp_path)
    old = lock.digest((folder / "one.svg").read_bytes())
    edit(folder / "one.svg", ">8B<", ">9B<")
    edit(folder / "archposter.lock", old, lock.digest((folder / "one.svg").read_bytes()))
    assert kinds(folder) == {"one.svg": "changed"}


@pytest.mark.parametrize("format_", ["svg", "png", "pdf"])
@pytest.mark.parametrize("frame", [None, "", '{"kind": "frame", "size": [0, 0], "items": [], "title": 5}'])
def test_foreign_files_with_fitting_digests_are_changes(
    tmp_path: Path, format_: str, frame: str | None
) -> None:
    folder = made(tmp_path, format=format_)
    contents = {f"one.{format_}": "<svg <"} | ({"frames/one.json": frame} if frame is not None else {})
    for name, content in contents.items():
        old = lock.digest((folder / name).read_bytes())
        (folder / name).write_text(content)
        edit(folder / "archposter.lock", old, lock.digest(content.encode()))
    result = run.check(folder)
    assert [(finding.name, finding.kind) for finding in result.findings] == [(f"one.{format_}", "changed")]
    assert result.report.is_file()


def test_without_cairo_what_moved_is_still_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> bytes:
        raise OutputError("PNG needs the cairo library")

    folder = made(tmp_path)
    edit(folder / "one.yaml", "repeat: 32", "repeat: 30")
    monkeypatch.setattr("archposter.export.bands.picture", missing)
    [finding] = run.check(folder).findings
    assert any('"32 ×" -> "30 ×"' in line for line in finding.words)
    assert finding.words[-1].endswith('cannot be drawn: PNG needs the cairo library"')


def test_other_bytes_of_the_same_look_are_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(tmp_path)
    real = pipeline.Picture.encode
    monkeypatch.setattr(fingerprint, "installed", lambda: "another writer")
    monkeypatch.setattr(pipeline.Picture, "encode", lambda *words: real(*words).replace("><", ">\n<", 1))
    result = run.check(folder)
    assert {finding.kind for finding in result.findings} == {"alike"}
    assert not result.differs
    assert not result.report.exists()
    monkeypatch.setattr(pipeline.Picture, "encode", lambda *words: real(*words).replace("#A3164F", "#166BA3"))
    monkeypatch.setattr(fingerprint, "installed", lambda: "a broken writer")
    assert {finding.kind for finding in run.check(folder).findings} == {"changed"}


@pytest.mark.parametrize("format_", ["png", "pdf"])
def test_every_format_is_compared(tmp_path: Path, format_: str) -> None:
    folder = made(tmp_path, format=format_)
    assert kinds(folder) == {}
    edit(folder / "one.yaml", "repeat: 32", "repeat: 30")
    [finding] = run.check(folder).findings
    assert (finding.name, finding.kind) == (f"one.{format_}", "changed")
    assert all(picture and picture.startswith(b"\x89PNG") for picture in (finding.old, finding.new))
    assert finding.difference


def test_styles_and_variants_have_names_of_their_own(tmp_path: Path) -> None:
    manifest(tmp_path, "gpt-2-xl")
    with (tmp_path / "archposter.toml").open("a") as file:
        file.write('style = ["paper", "ink"]\nvariant = ["card", "figure"]\n')
    assert run.update(tmp_path).written == (
        "gpt-2-xl-figure-ink.svg",
        "gpt-2-xl-figure.svg",
        "gpt-2-xl-ink.svg",
        "gpt-2-xl.svg",
    )


def test_files_of_others_stay(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (folder / "own.svg").write_text("mine")
    (folder / "report.html").write_text("mine")
    manifest(folder, "two.yaml")
    run.update(folder)
    assert kinds(folder) == {}
    assert (folder / "own.svg").read_text() == (folder / "report.html").read_text() == "mine"


def test_what_is_broken_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected a folder"):
        run.check(tmp_path / "nowhere")
    with pytest.raises(UsageError, match=r"archposter\.toml: no such file; write one"):
        run.check(tmp_path)
    folder = made(tmp_path)
    stored = (folder / "archposter.lock").read_text()
    (folder / "archposter.lock").write_text(stored[:-30])
    with pytest.raises(UsageError, match=r"archposter\.lock: broken"):
        run.check(folder)
    (folder / "archposter.lock").unlink()
    with pytest.raises(UsageError, match="--update writes it"):
        run.check(folder)
    edit(folder / "one.yaml", "name: Model one", "nam: Model one")
    with pytest.raises(SpecError, match=r"one\.yaml:\d+:\d+: nam"):
        run.update(folder)


@pytest.mark.parametrize(
    "name", ["../x.svg", "/etc/x.svg", "a/x.svg", "archposter.toml", "x.yaml", "..svg", "frames/../x.json"]
)
def test_a_lock_file_names_no_other_files(tmp_path: Path, name: str) -> None:
    folder = made(tmp_path / "in")
    data = json.loads((folder / "archposter.lock").read_text())
    data["files"][name] = "0" * 64
    (folder / "archposter.lock").write_text(json.dumps(data))
    with pytest.raises(UsageError, match="broken"):
        run.update(folder)


def test_a_change_of_other_models_is_told_from_one_of_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made(tmp_path)
    of = nearest.corpus()
    monkeypatch.setattr(card, "corpus", lambda: dataclasses.replace(of, models=of.models[:1]))
    monkeypatch.setattr(run.cache, "read", lambda name: None)
    edit(folder / "two.yaml", "vocab_size: 128256", "vocab_size: 128000")
    one, two = run.check(folder).findings
    assert (one.name, one.kind, two.name, two.kind) == ("one.svg", "changed", "two.svg", "changed")
    assert "bundled models that it is compared with have changed" in one.words[0]
    assert not any("compared with" in words for words in two.words)
