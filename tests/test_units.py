"""Numbers in words."""

from fractions import Fraction

import pytest

from archposter import units


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (124_439_808, "124M"),
        (999_499_999, "999M"),
        (999_500_000, "1B"),
        (1_557_611_200, "1.56B"),
        (26_000_000_000, "26B"),
        (31_577_937_344, "31.6B"),
        (671_026_404_352, "671B"),
        (1_026_000_000_000, "1.03T"),
        (10**24, "1Y"),
    ],
)
def test_count(value: int, said: str) -> None:
    assert units.count(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0 B"),
        (512, "512 B"),
        (6144, "6 KiB"),
        (8064, "7.88 KiB"),
        (70272, "68.6 KiB"),
        (507904, "496 KiB"),
        (524288, "512 KiB"),
        (2**20 - 1, "1 MiB"),
        (Fraction(11071, 2), "5.41 KiB"),
        (2**30 * 3, "3 GiB"),
    ],
)
def test_size(value: int | Fraction, said: str) -> None:
    assert units.size(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1024, "1k"),
        (131072, "128k"),
        (1048576, "1M"),
        (1572864, "1536k"),
        (10240000, "10,240,000"),
        (200000, "200,000"),
        (100, "100"),
    ],
)
def test_tokens(value: int, said: str) -> None:
    assert units.tokens(value) == said
