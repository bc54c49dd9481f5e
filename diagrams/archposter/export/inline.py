"""Several SVGs in one HTML page, with each font stored once."""

from __future__ import annotations

import re
from collections.abc import Iterable

_FONT = re.compile(r"@font-face\{[^{}]*\}")


def inline(svgs: Iterable[str]) -> list[str]:
    """Return the SVG documents for one page, in this order: a font stays where it first occurs.

    In a page all styles are everybody's, and a font's family has the same name in every picture.
    """
    seen: set[str] = set()

    def once(rule: re.Match[str]) -> str:
        known = rule[0] in seen
        seen.add(rule[0])
        return "" if known else rule[0]

    return [_FONT.sub(once, svg) for svg in svgs]
