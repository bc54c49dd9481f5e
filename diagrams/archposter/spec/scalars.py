"""What a plain YAML scalar stands for, or why it is refused.

YAML 1.1 and 1.2 disagree about `no`, `010`, `1e6`, `1_000` and `12:30`, and 3.10 loses its zero.  A word
that some reader would turn into something else than it looks like is refused instead of converted.
"""

import re
from decimal import Decimal
from typing import NamedTuple

_CONSTANTS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_TRUTH_ELSEWHERE = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false"})

_FIRST_OF_NUMBERS = "+-.0123456789"
_INTEGER = re.compile(r"(0|-?[1-9][0-9]{0,17})\Z")
_FRACTION = re.compile(r"-?(0|[1-9][0-9]{0,15})\.(0|[0-9]{0,23}[1-9])\Z")
_NUMBER = re.compile(r"[-+]?(\.[0-9][0-9_]*|[0-9][0-9_]*(\.[0-9_]*)?)(e[-+]?[0-9]+)?\Z", re.IGNORECASE)
_NUMBER_ELSEWHERE = re.compile(
    r"[-+]?(0b[01_]+|0o[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|\.inf|\.nan)\Z",
    re.IGNORECASE,
)


class Refused(NamedTuple):
    """A word that reads differently from reader to reader: what was expected instead, and a hint."""

    expected: str
    hint: str


def resolve(word: str) -> bool | int | float | str | Refused | None:
    """Return the value of an unquoted word."""
    if word in _CONSTANTS:
        return _CONSTANTS[word]
    if _INTEGER.match(word):
        return int(word)
    if _FRACTION.match(word) and _exact(word):
        return float(word)
    if word.lower() in _TRUTH_ELSEWHERE:
        return Refused("true or false", "quote it if it is text")
    if word in ("Null", "NULL"):
        return Refused("null", "quote it if it is text")
    if word[0] not in _FIRST_OF_NUMBERS:
        return word
    if _NUMBER.match(word):
        plain = _plainly(word)
        return Refused(
            "a number in plain digits", f"write {plain}, or quote it if it is text" if plain else _QUOTE
        )
    if _NUMBER_ELSEWHERE.match(word):
        return Refused("a number in plain digits", _QUOTE)
    return word


_QUOTE = "quote it if it is text"


def _exact(word: str) -> bool:
    """Tell whether a fraction has no more digits than a float keeps."""
    return Decimal(repr(float(word))) == Decimal(word)


def _plainly(word: str) -> str:
    """Return a number in the only form that is accepted, or nothing when it has none."""
    value = float(word.replace("_", ""))
    text = f"{Decimal(repr(value)):f}" if abs(value) < 1e15 else ""
    text = text.rstrip("0").rstrip(".") if "." in text else text
    accepted = _INTEGER.match(text) or _FRACTION.match(text)
    return text if accepted else ""
