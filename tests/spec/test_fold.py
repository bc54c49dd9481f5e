"""Folding: what people say of well-known stacks, that nothing is lost, and that it takes no time."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archposter.spec.fold import Run, fold
from cost import at_most


def said(runs: tuple[Run[str], ...]) -> str:
    return " ".join(
        (f"{run.repeat} " if run.repeat > 1 else "")
        + (f"({said(run.body)})" if isinstance(run.body, tuple) else run.body)
        for run in runs
    )


def unfolded(runs: tuple[Run[Any], ...]) -> list[Any]:
    return [
        item
        for run in runs
        for item in (unfolded(run.body) if isinstance(run.body, tuple) else [run.body]) * run.repeat
    ]


def lines(runs: tuple[Run[str], ...]) -> int:
    return sum((run.repeat > 1) + (1 + lines(run.body) if isinstance(run.body, tuple) else 1) for run in runs)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ("D" * 3 + "M" * 58, "3 D 58 M"),
        ("LLLLLG" * 10 + "LL", "10 (5 L G) 2 L"),
        ("DKKM" + "KKKM" * 5 + "KKM", "D 2 K M 5 (3 K M) 2 K M"),
        ("MEMEM*E" * 5 + "MEMEMEM*E" + "MEMEMEME", "5 (2 (M E) M * E) 3 (M E) M * E 4 (M E)"),
        ("GLLLLGLLLLLGLLLLLGLLLLLG", "G 4 L G 3 (5 L G)"),
        ("LG" * 12, "12 (L G)"),
        ("BBABB" * 10, "10 (2 B A 2 B)"),
        ("LGL", "L G L"),
        ("L", "L"),
    ],
)
def test_stacks_are_said_as_people_say_them(layers: str, words: str) -> None:
    assert said(fold(layers)) == words


@given(st.text("ab", max_size=200) | st.text("abc", max_size=60).map(lambda text: text * 3))
def test_folding_loses_nothing_and_never_lengthens(layers: str) -> None:
    runs = fold(layers)
    assert unfolded(runs) == list(layers)
    assert lines(runs) <= len(layers)


def fewest_lines(layers: str) -> int:
    """Return the optimum by trying everything."""
    best = [0] * (len(layers) + 1)
    for start in reversed(range(len(layers))):
        best[start] = 1 + best[start + 1]
        for period in range(1, (len(layers) - start) // 2 + 1):
            body = layers[start : start + period]
            cost = 2 if period == 1 else 2 + fewest_lines(body)
            end = start + period
            while layers.startswith(body, end):
                end += period
                best[start] = min(best[start], cost + best[end])
    return best[0]


def runs_are_whole(layers: str) -> bool:
    return "aa" not in layers and "bb" not in layers and "cc" not in layers


@given(st.text("abc", max_size=24).filter(runs_are_whole))
def test_no_way_of_writing_is_shorter(layers: str) -> None:
    assert lines(fold(layers)) == fewest_lines(layers)


def fibonacci(length: int) -> str:
    words = ["a", "ab"]
    while len(words[-1]) < length:
        words.append(words[-1] + words[-2])
    return words[-1][:length]


@pytest.mark.parametrize(
    "layers",
    ["a" * 1000, "ab" * 500, fibonacci(1000), "".join(random.Random(1).choices("ab", k=1000)), range(1000)],
    ids=["one kind", "alternating", "fibonacci", "random", "all different"],
)
def test_a_thousand_layers_take_no_time(layers: Any) -> None:
    with at_most(20):
        runs = fold(layers)
    assert unfolded(runs) == list(layers)
