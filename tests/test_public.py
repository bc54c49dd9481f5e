"""What `import archposter` offers."""

import inspect
import subprocess
import sys

import pytest

import archposter


def test_all_is_sorted_and_there() -> None:
    assert archposter.__all__ == sorted(archposter.__all__)
    assert all(getattr(archposter, name) is not None for name in archposter.__all__)


def test_dir_is_what_there_is() -> None:
    # a fresh process: importing a room gives the package an attribute
    words = "import archposter; print(*dir(archposter)); print(archposter.__all__ == dir(archposter))"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    names, same = done.stdout.splitlines()
    assert same == "True"
    assert {"load", "poster", "Model", "Printing", "verify", "__version__"} <= set(names.split())
    assert not [name for name in names.split() if name.startswith("_") and name != "__version__"]


def test_importing_it_imports_nothing_else() -> None:
    words = "import sys, archposter; print(sorted(n for n in sys.modules if n.startswith('archposter')))"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout == "['archposter', 'archposter._version']\n"


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'laod'"):
        archposter.laod  # noqa: B018


def test_everything_is_documented_and_typed() -> None:
    functions = [
        member
        for name in archposter.__all__
        for owner in [getattr(archposter, name)]
        for member in (owner, *(vars(owner).values() if isinstance(owner, type) else ()))
        if inspect.isfunction(member)
        and not member.__name__.startswith("_")
        and "archposter" in member.__module__
    ]
    assert len(functions) > 30
    assert [each.__qualname__ for each in functions if not each.__doc__] == []
    untyped = [
        f"{each.__qualname__}.{name}"
        for each in functions
        for name in (*inspect.signature(each).parameters, "return")
        if name != "self" and name not in each.__annotations__
    ]
    assert untyped == []


def test_model_and_card(tmp_path) -> None:
    model = archposter.load("deepseek-v3")
    assert model.facts().parameters.total == 671_026_404_352
    card = model.card()
    assert card._repr_svg_().startswith("<svg")
    assert card.save(tmp_path / "x.svg").read_text() == card.svg()
    assert card.save(tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    assert card.save(tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")


def test_version_is_in_the_changelog() -> None:
    from pathlib import Path

    changelog = Path(__file__).parents[1] / "CHANGELOG.md"
    assert f"## {archposter.__version__}" in changelog.read_text()
