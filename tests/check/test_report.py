import re
from pathlib import Path

from folders import edit, made

from archposter.check import report, run
from archposter.check.findings import Finding


def test_the_page_is_self_contained(tmp_path: Path) -> None:
    folder = made(tmp_path / "a & <b>")
    edit(folder / "one.yaml", "repeat: 32", "repeat: 31")
    page = run.check(folder).report.read_text(encoding="utf-8")
    sources = re.findall(r'(?:src|href)="([^"]{0,19})', page)
    assert sources == ["data:image/svg+xml;", "data:image/svg+xml;", "data:image/png;base"]
    assert "url(" not in re.sub(r'"data:[^"]*"', "", page)
    assert "a &amp; &lt;b&gt;" in page
    assert "<b>" not in page
    assert re.findall(r'data-to="(\w+)"', page) == ["side", "flicker", "slide"]


def test_hostile_words_and_files_stay_words_and_pictures() -> None:
    finding = Finding("x.svg", "tampered", ("<script>1</script>",), b"<svg onload='x'>", b"not a picture")
    page = report.page([finding], "<script>")
    assert page.count("<script>") == 1
    assert "onload='" not in page
    assert 'class="old"' in page
    assert 'class="new"' not in page


def test_another_file_of_that_name_stays(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text("<!doctype html>mine")
    report.remove(target)
    assert target.exists()
    report.write(target, [], "x")
    report.remove(target)
    assert not target.exists()
    report.remove(target)
