"""JSON files to plain data, whatever the file holds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archposter.diagnostics import Diagnostic, Position, SpecError, printable
from archposter.spec.load import plain, read_text

MAX_DEPTH = 20
MAX_BYTES = 2**22
"""Room for the longest released files: their quantisation lists every weight by name."""


def load_config(path: Path) -> dict[str, Any]:
    """Return the config in the JSON file at `path`.

    `Infinity`, which released configs hold in places that do not matter here, is read; where a number
    is wanted it is refused.  Raises SpecError for everything that is not a JSON object.
    """
    file = str(path) if str(path).isprintable() else printable(str(path))
    return parse_config(read_text(path, file, "config", MAX_BYTES), file)


def parse_config(text: str, file: str) -> dict[str, Any]:
    """Return the config that `text` states; `file` is the name that messages give."""

    def refused(message: str, line: int = 0, column: int = 0) -> SpecError:
        return SpecError([Diagnostic(Position(file, line, column), "", message)])

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
            raise refused(f"the key {printable(twice)} occurs twice")
        return found

    try:
        data = json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise refused(*_syntax(text, error)) from None
    except SpecError:
        raise
    except RecursionError:
        raise refused(f"nested deeper than {MAX_DEPTH} levels") from None
    except ValueError:
        raise refused("a number has thousands of digits") from None
    if not isinstance(data, dict):
        raise refused("expected a JSON object")
    if _deeper(data, MAX_DEPTH):
        raise refused(f"nested deeper than {MAX_DEPTH} levels")
    return data


def state_config(data: Mapping[str, Any], file: str) -> dict[str, Any]:
    """Return the config that plain data states, as a file's would be read; raise SpecError for other data."""
    return parse_config(json.dumps(plain(data, file)), file)


def _syntax(text: str, error: json.JSONDecodeError) -> tuple[str, int, int]:
    """Return what is wrong with a text that is no JSON, its line and column."""
    rest, before = text[error.pos :], text[: error.pos].rstrip()
    if rest.startswith(("//", "/*", "#")):
        return "not JSON: comments are not part of it; take them out", error.lineno, error.colno
    if rest[:1] in ("}", "]") and before.endswith(","):
        comma = len(before) - 1
        line, column = text.count("\n", 0, comma) + 1, comma - text.rfind("\n", 0, comma)
        return f"not JSON: a comma before the closing {rest[0]}; take it out", line, column
    return f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}", error.lineno, error.colno


def _deeper(data: Any, levels: int) -> bool:
    """Tell whether collections nest deeper than `levels`, level by level."""
    current: list[Any] = [data]
    for _ in range(levels):
        current = [
            entry
            for value in current
            for entry in (value.values() if isinstance(value, dict) else value)
            if isinstance(entry, dict | list)
        ]
        if not current:
            return False
    return True
