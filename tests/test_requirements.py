"""The locked requirements: every release with its hashes, one release of a package, and nothing else."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "requirements").glob("*.txt")}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = re.compile(r"(?:[a-z0-9-]+==\S+(?: ; [^\\\n]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n)+")


def normal(requirement: str) -> str:
    """Return the name of the package that a requirement is about, as the index writes it."""
    name = re.match(r"[\w.-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def locked(file: str) -> dict[str, str]:
    return dict(re.findall(r"(?m)^([a-z0-9-]+)==([^\s;]+)", FILES[file]))


def test_there_are_four() -> None:
    assert set(FILES) == {"run", "test", "lint", "build"}


@pytest.mark.parametrize("file", FILES)
def test_releases_with_hashes_and_nothing_else(file: str) -> None:
    """No options, paths or hosts, which would be those of the machine that locked."""
    assert LOCK.fullmatch(FILES[file])


def test_one_release_of_a_package() -> None:
    releases = {release for file in FILES for release in locked(file).items()}
    assert len(releases) == len({name for name, _ in releases})


def test_what_the_project_asks_for_is_locked() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    asked = {
        "run": [*PROJECT["project"]["dependencies"], *extras["graph"], *extras["site"]],
        "test": [*extras["hub"], *extras["fonts"], *extras["test"]],
        "lint": extras["lint"],
        "build": PROJECT["build-system"]["requires"],
    }
    missing = {file: {normal(each) for each in wanted} - set(locked(file)) for file, wanted in asked.items()}
    assert missing == {file: set() for file in asked}
