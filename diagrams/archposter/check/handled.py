"""Stored files as other programs leave them: all that was stored, in other bytes, and the cure."""

from __future__ import annotations

from typing import NamedTuple

from archposter.check import lock
from archposter.scene import from_json, to_json

ATTRIBUTES = ".gitattributes"
ATTRIBUTES_TEXT = b"""\
# Each byte of these files is checked.
* -text
*.svg linguist-generated
frames/* -diff linguist-generated
"""

_LINE_ENDS = (
    f"as stored, but for its line ends, which Git changes: commit a {ATTRIBUTES} with the line '* -text' "
    "beside the pictures (--update writes one), and check the files out again"
)
_REFORMATTED = (
    f"as stored, but formatted anew: keep formatters off, with a line '{lock.FRAMES}/' in .prettierignore or "
    "the like, and run --update"
)


class Handled(NamedTuple):
    """The bytes as they were stored, and what keeps them so."""

    content: bytes
    cure: str


def handled(name: str, content: bytes, stored: str) -> Handled | None:
    """Return what was stored under a digest if `content` holds just that, else None."""
    plain = content.replace(b"\r\n", b"\n")
    if lock.digest(plain) == stored:
        return Handled(plain, _LINE_ENDS)
    if name.startswith(f"{lock.FRAMES}/"):
        try:
            again = to_json(from_json(content.decode())).encode()
        except ValueError:
            return None
        if lock.digest(again) == stored:
            return Handled(again, _REFORMATTED)
    return None
