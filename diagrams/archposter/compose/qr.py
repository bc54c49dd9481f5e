"""An address as a QR code (ISO/IEC 18004), through segno."""

from __future__ import annotations

import segno

from archposter.diagnostics import UsageError, printable
from archposter.scene import Box, Command, Group, Path, Rect

_QUIET = 4  # modules of white that readers need on every side


def code(address: str, place: Rect) -> Group:
    """Return the code in a square place; raise `UsageError` for an address too long to be scanned.

    Dark on white whatever the style: many readers refuse it the other way round.
    """
    try:
        matrix = segno.make_qr(address, error="m", version=None, boost_error=False).matrix
    except segno.DataOverflowError:
        matrix = ()
    if not matrix or len(matrix) > 57:  # version 10: 213 bytes
        raise UsageError(f"address {printable(address)}: expected at most 213 characters for a QR code")
    size = len(matrix) + 2 * _QUIET
    commands: list[Command] = []
    for y, row in enumerate(matrix, _QUIET):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                left, right = float(start + _QUIET), float(x + _QUIET)
                commands += [
                    ("M", (left, float(y))),
                    ("L", (right, float(y))),
                    ("L", (right, y + 1.0)),
                    ("L", (left, y + 1.0)),
                    ("Z", ()),
                ]
            x += 1
    items = (
        Box(Rect(0, 0, size, size), "#FFFFFF", role="quiet zone"),
        Path(tuple(commands), "#000000", role="code"),
    )
    return Group(items, place.x, place.y, place.width / size)
