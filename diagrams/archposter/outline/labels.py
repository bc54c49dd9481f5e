"""Lines of text for labels, before a language escapes them."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap


def line(text: str) -> str:
    """Return text on one line: whatever does not print is a space, and many are one."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def broken(lines: Iterable[str], width: int) -> list[str]:
    """Return lines of at most `width` characters, but for longer words."""
    return [part for text in lines for part in wrap(line(text), width, break_long_words=False)]
