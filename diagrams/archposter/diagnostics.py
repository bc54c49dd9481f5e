"""Errors a person can act on: where it is, what came, what was expected, and a hint.

    ArchposterError                     anything the program refuses
    |- SpecError, a ValueError          one file's faults, all of them, each with file:line:col
    |- UsageError, a ValueError         words and arguments: an unknown model, style, paper or folder
    |- OutputError                      a file that cannot be written

Library code raises these; only the command line prints them (exit code 2).
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple


class Position(NamedTuple):
    """A place in a file, counted from one; line 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Diagnostic(NamedTuple):
    """One fault: its place, the path of the field it is about, the message and a hint."""

    position: Position
    path: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.position}: {self.path}: " if self.path else f"{self.position}: "
        return f"{place}{self.message}" + (f" ({self.hint})" if self.hint else "")


class ArchposterError(Exception):
    """The root of everything the program refuses."""


class UsageError(ArchposterError, ValueError):
    """A name, option or argument that cannot be used."""


class OutputError(ArchposterError):
    """A file that cannot be written."""


class SpecError(ArchposterError, ValueError):
    """One input file's faults, in the order of their places."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(set(diagnostics)))
        super().__init__("\n".join(map(str, self.diagnostics)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return 'did you mean "x"?' for the nearest known word, or an empty string."""
    import difflib

    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else ""


def printable(text: str, limit: int = 60) -> str:
    """Return `text` in quotes, control characters escaped and cut to `limit`, safe on a terminal."""
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return f'"{safe[: limit - 1]}…"' if len(safe) > limit else f'"{safe}"'


def written(value: object) -> str:
    """Return an argument as messages name it."""
    return printable(value) if isinstance(value, str) else printable(repr(value))[1:-1]


def one_of(what: str, value: object, known: Collection[str]) -> None:
    """Raise `UsageError` unless `value` is one of the words that `what` may be."""
    if not isinstance(value, str) or value not in known:
        *most, last = known
        hint = did_you_mean(value[:60], known) if isinstance(value, str) else ""
        raise UsageError(
            f"{what}: got {written(value)}, expected {', '.join(most)}{' or ' * bool(most)}{last}"
            + (f" ({hint})" if hint else "")
        )


def whole(what: str, value: object, most: int, least: int = 1) -> None:
    """Raise `UsageError` unless `value` is a whole number from `least` to `most`."""
    if type(value) is not int or not least <= value <= most:
        raise UsageError(f"{what}: got {written(value)}, expected a whole number from {least:,} to {most:,}")
