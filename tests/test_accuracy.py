"""docs/accuracy.md is written by scripts/accuracy.py and current."""

from __future__ import annotations

import importlib.util
import sys
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("accuracy", ROOT / "scripts" / "accuracy.py")
    assert spec
    assert spec.loader
    module = sys.modules["accuracy"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


accuracy = script()


def test_the_page_is_current() -> None:
    written = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    assert accuracy.page() == written, "run `make accuracy`"


@pytest.mark.parametrize(
    ("figure", "counted", "expected"),
    [
        ("671B", 671_026_404_352, True),
        ("671B", 671_500_000_000, True),
        ("671B", 671_877_929_216, False),
        ("68.5B", 68_562_459_648, False),
        ("0.6B", 596_049_920, True),
        ("1.02T", 1_021_248_099_840, True),
        ("7.9 KiB", 8064, True),
        ("63 KiB", 32256, False),
        ("0 B", 0, True),
        ("0 B", 1, False),
        ("5.4 KiB", Fraction(11072, 2), True),
    ],
)
def test_a_figure_agrees_with_what_rounds_to_it(figure: str, counted: int, expected: bool) -> None:
    assert accuracy.agrees(figure, counted) is expected


def test_what_is_no_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="about 3B"):
        accuracy.agrees("about 3B", 3)
