"""The middle of the pipeline says what it said: `make review` tells in words what a change does to it."""

from __future__ import annotations

import pytest

from conftest import Golden
from middle import PAIRS, SOURCES, comparison, diff_text, digest, facts_text, frames, imports, model, tensors


@pytest.mark.parametrize("name", SOURCES)
def test_facts(name: str, golden: Golden) -> None:
    golden(f"facts/{name}.json", facts_text(model(name).facts()))


@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
def test_diffs(pair: tuple[str, str], golden: Golden) -> None:
    name = "--".join(each.partition("/")[2] for each in pair)
    golden(f"diffs/{name}.json", diff_text(comparison(pair)))


@pytest.mark.costly
def test_frames(golden: Golden) -> None:
    golden("frames.txt", "".join(f"{name} {digest(frame)}\n" for name, frame in frames()))


def test_tensors(golden: Golden) -> None:
    golden("tensors.txt", "".join(f"{name} {digest(rows)}\n" for name, rows in tensors()))


def test_imports(golden: Golden) -> None:
    golden("imports.txt", "".join(f"{name} {digest(spec)}\n" for name, spec in imports()))


@pytest.mark.parametrize("folder", ["facts/specs", "facts/kinds", "diffs"])
def test_no_golden_is_left_over(folder: str, golden_names) -> None:
    expected = {
        "facts/specs": {name.partition("/")[2] for name in SOURCES if name.startswith("specs/")},
        "facts/kinds": {name.partition("/")[2] for name in SOURCES if name.startswith("kinds/")},
        "diffs": {"--".join(each.partition("/")[2] for each in pair) for pair in PAIRS},
    }
    assert golden_names(folder) == expected[folder]
