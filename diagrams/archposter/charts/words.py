"""Words that several charts say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from archposter.blocks.card import MONTHS
from archposter.charts.subject import Subject
from archposter.units import counted

KEPT: Final = "Keys and values, indexer keys and states of one sequence, in bf16"
COLORS: Final = "A colour is the kind of most of a model's mixers."


def month(day: date, *, short: bool = False) -> str:
    """Return a day's month: "September 2026", or "Sep 2026"."""
    name = MONTHS[day.month - 1]
    return f"{name[:3] if short else name} {day.year}"


def percent(share: float) -> str:
    """Return a share in percent, with a digit after the point where it is small; it does not break."""
    value = 100 * share
    return (
        f"{value:.1f}\u00a0%" if value < 9.95 and round(value, 1) != round(value) else f"{value:.0f}\u00a0%"
    )


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them: "a, b and c"."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def included(many: int, of: Sequence[Subject], without: str) -> str:
    """Return how many models are shown, and what the others lack: "{without}" is said of them."""
    said = counted(many, "model")
    left = len(of) - many
    return f"{said}; {left} {without}." if left else f"{said}."


def dated(subjects: Sequence[Subject]) -> str:
    """Return how many of the models have a day, and how many have none and are left out."""
    many = sum(one.day is not None for one in subjects)
    return included(many, subjects, "without a day left out")
