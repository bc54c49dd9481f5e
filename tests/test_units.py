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


@pytest.mark.parametrize(
    ("words", "suffixes", "value"),
    [
        ("128k", units.TOKENS, 131_072),
        ("1M", units.TOKENS, 1_048_576),
        ("1m", units.TOKENS, 1_048_576),
        ("0.5 k", units.TOKENS, 512),
        ("131,072", units.TOKENS, 131_072),
        ("40B", units.PARAMETERS, 40_000_000_000),
        ("1.5t", units.PARAMETERS, 1_500_000_000_000),
        ("7k", units.PARAMETERS, 7_000),
        ("64KiB", units.BYTES, 65_536),
        ("4GB", units.BYTES, 4_000_000_000),
        ("4gib", units.BYTES, 4_294_967_296),
        ("2 TiB", units.BYTES, 2 * 2**40),
        ("12B", units.BYTES, 12),
        ("64k", units.BYTES, None),
        ("1B", units.TOKENS, None),
        ("1e6", units.PARAMETERS, None),
        ("-5", units.TOKENS, None),
        ("٣", units.TOKENS, None),
        ("", units.TOKENS, None),
        ("k", units.TOKENS, None),
        ("1" * 16, {}, None),
    ],
)
def test_parse(words: str, suffixes: dict[str, int], value: int | None) -> None:
    assert units.parse(words, suffixes) == value


@pytest.mark.parametrize("value", [1024, 131_072, 1_048_576, 1_572_864, 10_240_000, 999])
def test_tokens_are_read_as_they_are_written(value: int) -> None:
    assert units.parse(units.tokens(value), units.TOKENS) == value


@pytest.mark.parametrize("value", [2**10, 2**20, 5 * 2**30, 2**40])
def test_sizes_are_read_as_they_are_written(value: int) -> None:
    assert units.parse(units.size(value), units.BYTES) == value


@pytest.mark.parametrize("value", [1_000, 2_000_000, 26_000_000_000, 10**12])
def test_counts_are_read_as_they_are_written(value: int) -> None:
    assert units.parse(units.count(value), units.PARAMETERS) == value
