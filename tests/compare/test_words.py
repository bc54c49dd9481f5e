"""Ratios and values as people read them."""

from fractions import Fraction

import pytest

from archposter.compare.patterns import in_words
from archposter.compare.values import Kind, Row, Share, Varied
from archposter.compare.words import label, times, wordings


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (None, ""),
        (Fraction(4), "4×"),
        (Fraction(70272, 131072), "0.536×"),
        (Fraction(1), ""),
        (Fraction(1, 20), "0.05×"),
        (Fraction(1, 100), "0.01×"),
        (Fraction(1, 101), "1/101×"),
        (Fraction(1, 500), "1/500×"),
        (Fraction(999), "999×"),
        (Fraction(1000), "1k×"),
        (Fraction(123456), "123k×"),
    ],
)
def test_ratios(ratio: Fraction | None, words: str) -> None:
    assert times(ratio) == words


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (["dense"] * 3 + ["MoE"] * 58, "3 dense, then 58 MoE"),
        ((["local"] * 5 + ["global"]) * 10 + ["local"] * 2, "5 local : 1 global, × 10, then 2 local"),
        ([6144, 6144, 12288], "2 × 6144, then 1 × 12288"),
    ],
)
def test_sequences(column: list[object], words: str) -> None:
    assert in_words(column) == words


def test_values() -> None:
    def said(field: str, *values: object) -> list[tuple[str, ...]]:
        row = Row("ffn", "FFN", field, "", "scale", values, ())  # type: ignore[arg-type]
        return [wordings(row, place) for place in range(len(values))]

    assert said("intermediate_size", 14336, 0, None) == [("14,336",), ("none",), ("–",)]
    assert said("bytes_per_token", Fraction(70272), 0) == [("68.6 KiB",), ("none",)]
    assert said("total", 671_026_404_352, 31_577_940_288) == [("671B",), ("31.6B",)]
    assert said("bias", True, False) == [("yes",), ("no",)]
    widths = Varied((6144, 12288, 12288), (0, 1, 2))
    assert said("intermediate_size", widths) == [("1 × 6,144, then 2 × 12,288", "6,144 to 12,288")]


@pytest.mark.parametrize(
    ("field", "values", "words"),
    [
        ("total", (671_026_404_352, 671_026_404_353), ("671,026,404,352", "671,026,404,353")),
        ("bytes_per_token", (Fraction(70272), Fraction(70273)), ("70,272", "70,273")),
        ("rope_theta", (1.00001, 1.00002), ("1.00001", "1.00002")),
        (
            "rope_short_factor",
            ((1.0, *(2.0,) * 9, 4.0), (1.0, 3.0, *(2.0,) * 8, 4.0)),
            ("11, 1 to 4, no. 2: 2.0", "11, 1 to 4, no. 2: 3.0"),
        ),
        ("partial_rotary_factor", (Share(Fraction(64), 192), Share(Fraction(129, 2), 192)), ("64", "64.5")),
        (
            "x",
            (Varied((1.00001, 1.0), (0, 1)), Varied((1.0, 1.00001), (0, 1))),
            ("1 × 1.00001, then 1 × 1", "1 × 1, then 1 × 1.00001"),
        ),
    ],
)
def test_two_that_differ_never_read_the_same(field: str, values: tuple, words: tuple[str, ...]) -> None:
    row = Row("ffn", "", field, "", "scale", values, ())
    assert tuple(wordings(row, place)[0] for place in range(2)) == words


@pytest.mark.parametrize(
    ("kind", "values", "absent"),
    [("mechanism", (None, True), "no"), ("mechanism", (None, 128), "none"), ("scale", (None, 128), "–")],
)
def test_what_is_absent(kind: Kind, values: tuple, absent: str) -> None:
    assert wordings(Row("ffn", "", "x", "", kind, values, ()), 0) == (absent,)


def test_only_amounts_of_one_mechanism_have_a_ratio() -> None:
    def ratio(kind: Kind, *values: int) -> Fraction | None:
        return Row("residual", "", "x", "x", kind, values, ()).ratio

    assert ratio("scale", 4, 1) == ratio("tuning", 4, 1) == Fraction(1, 4)
    assert ratio("mechanism", 4, 1) is ratio("scale", 4, 1, 2) is ratio("scale", 0, 1) is None


def test_labels() -> None:
    def named(part: str, field: str, title: str) -> str:
        return label(Row("cache", part, field, title, "scale", (1, 2), ()), 8192)

    assert named("", "total_bytes_at_context", "cache") == "cache at 8k"
    assert named("local attention", "head_dim", "head size") == "local attention: head size"
    assert [named(part, "x", "size") for part in ("attention", "FFN", "mixer")] == ["size"] * 3
    assert named("local attention", "kind", "") == "local attention"
