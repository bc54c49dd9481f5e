"""Paper sizes, lengths and bleeds, in a person's words."""

import pytest

from archposter.compose.paper import MM, PAPERS, SERIES, bleed_size, length, paper_size, turned
from archposter.diagnostics import UsageError
from archposter.scene import Size


def test_names_and_sizes() -> None:
    assert paper_size("a4") == paper_size("A4") == paper_size("210x297mm")
    assert tuple(paper_size("21x29.7cm")) == pytest.approx(tuple(paper_size("A4")))
    assert paper_size("24x36in") == paper_size("ARCH-D") == paper_size("arch d") == Size(1728, 2592)
    assert paper_size("ANSI_E") == Size(34 * 72, 44 * 72)


def test_iso_sizes_halve() -> None:
    for larger, smaller in (
        ("2A0", "A0"),
        ("A0", "A1"),
        ("A3", "A4"),
        ("A4", "A5"),
        ("B0", "B1"),
        ("B3", "B4"),
    ):
        assert PAPERS[larger].width / MM == pytest.approx(PAPERS[smaller].height / MM, abs=1)
        assert PAPERS[larger].height / MM / 2 == pytest.approx(PAPERS[smaller].width / MM, abs=1)


def test_series_go_from_small_to_large() -> None:
    for series in SERIES:
        areas = [PAPERS[name].width * PAPERS[name].height for name in series]
        assert areas == sorted(areas)
    assert all(size.width < size.height for size in PAPERS.values())


@pytest.mark.parametrize(
    "name", ["A9", "letterr", "0x0mm", "1x1mm", "99999x99999mm", "nanxinfmm", "", "A4\x1b[31m", "4901x300mm"]
)
def test_papers_that_do_not_exist(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        paper_size(name)
    assert "\x1b" not in str(caught.value)


def test_hint() -> None:
    with pytest.raises(UsageError, match='did you mean "ARCH-D"'):
        paper_size("archd")


def test_lengths() -> None:
    assert length("3mm", "bleed") == pytest.approx(3 * MM)
    assert length("0.125in", "bleed") == 9
    for wrong in ("3", "mm", "-3mm", "3 mm", "1e9mm", "3m"):
        with pytest.raises(UsageError, match="such as 3mm"):
            length(wrong, "bleed")


def test_a_bleed_larger_than_the_paper() -> None:
    assert bleed_size("3mm", PAPERS["A4"]) == pytest.approx(3 * MM)
    for words in ("300mm", "30mm", "12in"):
        with pytest.raises(UsageError, match="at most 25 mm"):
            bleed_size(words, PAPERS["A4"])


def test_turned() -> None:
    assert turned(Size(3, 2), "portrait") == turned(Size(2, 3), "portrait") == Size(2, 3)
    assert turned(Size(2, 3), "landscape") == Size(3, 2)
