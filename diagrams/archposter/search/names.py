"""Names as people type them: "qknorm" is QK-norm, "qwen 3" is Qwen3, "sliding" begins a longer name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*|[^\W0-9_]+")


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[str, ...]:
    """Return the words and numbers of a name: "Qwen3-VL 2.5B" -> qwen, 3, vl, 2.5, b."""
    return tuple(_TOKEN.findall(unicodedata.normalize("NFKC", text).lower()))


def same(wanted: str, name: str) -> bool:
    """Tell whether both are one name, whatever stands between its words."""
    return "".join(tokens(wanted)) == "".join(tokens(name))


def within(wanted: str, name: str) -> bool:
    """Tell whether a name goes on as wanted from the beginning of one of its words."""
    sought, words = "".join(tokens(wanted)), tokens(name)
    return any("".join(words[start:]).startswith(sought) for start in range(len(words)))


def matching(wanted: str, names: Iterable[str]) -> frozenset[str]:
    """Return the names that are the one wanted; where none is, those that have it within."""
    if not tokens(wanted):
        return frozenset()
    known = list(names)
    whole = frozenset(name for name in known if same(wanted, name))
    return whole or frozenset(name for name in known if within(wanted, name))


def nearest(wanted: str, names: Iterable[str]) -> str:
    """Return the name most like the one wanted, in small letters; an empty string where none is near."""
    close = get_close_matches(wanted.lower()[:60], sorted({name.lower() for name in names}), n=1, cutoff=0.6)
    return close[0] if close else ""
