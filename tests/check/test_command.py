"""`archposter check` and the pytest fixture, as people use them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from folders import edit, made

from archposter.cli import cli

pytest_plugins = ["pytester"]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, ["check", *map(str, words)])


def test_exit_codes_and_words(tmp_path: Path) -> None:
    folder = made(tmp_path / "pictures")
    same = run(folder)
    assert (same.exit_code, same.output) == (0, "")
    edit(folder / "one.yaml", "repeat: 32", "repeat: 31")
    other = run(folder, "--report", tmp_path / "out" / "page.html")
    assert other.exit_code == 1
    assert other.output.startswith("one.svg: changed, ")
    assert f"1 file differs, of 2 pictures: see {tmp_path / 'out' / 'page.html'}\n" in other.output
    assert (tmp_path / "out" / "page.html").is_file()
    assert run(folder, "--update").output == f"stored {folder / 'one.svg'}\n"
    assert run(folder).exit_code == 0


def test_other_formats_of_a_picture_are_not_said_twice(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (folder / "archposter.toml").write_text('models = ["one.yaml"]\nformat = ["svg", "png"]\n')
    run(folder, "--update")
    edit(folder / "one.yaml", "repeat: 32", "repeat: 31")
    assert "\n  as one.svg\n" in run(folder).output


@pytest.mark.filterwarnings("ignore::pytest.PytestAssertRewriteWarning")
def test_the_fixture(pytester: pytest.Pytester) -> None:
    folder = made(pytester.path / "pictures")
    pytester.makepyfile("def test_pictures(archposter_check):\n    archposter_check('pictures')\n")
    pytester.runpytest().assert_outcomes(passed=1)
    edit(folder / "one.yaml", "repeat: 32", "repeat: 31")
    failed = pytester.runpytest()
    failed.assert_outcomes(failed=1)
    failed.stdout.fnmatch_lines(["one.svg: changed, *pixels differ", "1 file differs, of 2 pictures: *"])
    pytester.runpytest("--archposter-update").assert_outcomes(passed=1)
    pytester.runpytest().assert_outcomes(passed=1)
    (folder / "archposter.toml").unlink()
    pytester.runpytest().stdout.fnmatch_lines(["*archposter.toml: no such file*"])
