"""Numbers as people read them.  Exact values stay integers everywhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

PARAMETERS: Final = {"k": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
TOKENS: Final = {"k": 2**10, "M": 2**20}
_DECIMAL: Final = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_BINARY: Final = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
BYTES: Final = _DECIMAL | _BINARY
"""What may stand after a number that a person writes, and what it multiplies; read in any case."""

_QUANTITY: Final = r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([A-Za-z]*)\Z"
_COUNT_STEPS = tuple((1000**power, suffix) for power, suffix in zip(range(8, 0, -1), "YZEPTBMk", strict=True))
_SI_STEPS = tuple((1000**power, suffix) for power, suffix in zip(range(8, 0, -1), "YZEPTGMk", strict=True))
_BYTE_STEPS = tuple(
    (1024**power, f"{letter}iB") for power, letter in zip(range(8, 0, -1), "YZEPTGMK", strict=True)
)


def _significant(value: Fraction) -> str:
    """Return `value` with three significant digits and no trailing zeros after the point."""
    digits = 2 if value < 10 else 1 if value < 100 else 0
    text = f"{round(value * 10**digits) / 10**digits:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(value: int) -> str:
    """Return a count in three significant digits: 671026404352 -> "671B"."""
    return _stepped(value, _COUNT_STEPS)


def flops(value: int) -> str:
    """Return operations in three significant digits: 728000000000 -> "728 GFLOP"."""
    return f"{_stepped(value, _SI_STEPS, ' ')}FLOP"


def decimal_size(value: int) -> str:
    """Return bytes in decimal units, three significant digits: 1342052808704 -> "1.34 TB"."""
    return f"{_stepped(value, _SI_STEPS, ' ')}B"


def _stepped(value: int, steps: tuple[tuple[int, str], ...], blank: str = "") -> str:
    for step, suffix in steps:
        if value * 10_000 >= step * 9_995:
            return _significant(Fraction(value, step)) + blank + suffix
    return str(value) + blank


def exact(value: int) -> str:
    """Return a whole number with thousands separators: 7168 -> "7,168"."""
    return f"{value:,}"


def counted(number: int, noun: str) -> str:
    """Return a number of things: "1 expert", "1,024 experts"."""
    return f"{exact(number)} {noun}{'s' * (number != 1)}"


def wordings(value: int, form: str = "{}") -> tuple[str, ...]:
    """Return a whole number exactly, then in three digits, each put into `form`: for scarce room."""
    return form.format(exact(value)), form.format(count(value))


def size(value: int | Fraction) -> str:
    """Return bytes in binary units, three significant digits: 70272 -> "68.6 KiB"."""
    for step, suffix in _BYTE_STEPS:
        if value * 2048 >= step * 2047:
            return f"{_significant(Fraction(value) / step)} {suffix}"
    return f"{_significant(Fraction(value))} B" if value else "0 B"


def tokens(value: int) -> str:
    """Return a context length: multiples of 1024 in binary k and M ("128k"), others exactly.

    Five digits before a k would be read as no number at all, and 202,752 is known by no other name.
    """
    if value % 2**20 == 0:
        return f"{value // 2**20}M"
    if value % 1024 == 0 and (value < 2**16 or value % 2**13 == 0) and value < 10_000 * 1024:
        return f"{value // 1024}k"
    return exact(value)


def parse(words: str, suffixes: Mapping[str, int]) -> Fraction | None:
    """Return the number that `words` write, "128k" or "1,024", exactly; None for anything else."""
    match = re.match(_QUANTITY, words.strip().replace(",", ""))
    if not match:
        return None
    known = {suffix.lower(): factor for suffix, factor in suffixes.items()}
    factor = known.get(match[2].lower()) if match[2] else 1
    return None if factor is None else Fraction(match[1]) * factor
