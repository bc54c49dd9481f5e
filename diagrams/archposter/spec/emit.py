"""Plain data to YAML as a person lays it out: short mappings on one line, long ones on many."""

import re
from decimal import Decimal
from typing import Any, NamedTuple

from archposter.spec.scalars import resolve

WIDTH = 110
"""The longest line of a mapping that stands on one line."""

_WORD = r"(?a:[A-Za-z0-9_][\w.+-]*\Z|https://[\w./%?=&~+:-]*[\w/]\Z)"
_PHRASE = rf"{_WORD}|(?a:[A-Za-z0-9_][\w.+-]*( [\w.+-]+)+\Z)"
_SENTENCE = r"[^\W_](?!.*(: | #|:\Z))"


class Alias(NamedTuple):
    """A mention of what stands elsewhere: `*name`."""

    name: str


class Anchor(NamedTuple):
    """A value with a name: `&name`."""

    name: str
    value: Any


def field(key: str, value: Any, *, several: bool = False) -> str:
    """Return the lines of a field at the top of a file; `several`: a mapping has a line for each entry."""
    if several and isinstance(value, dict):
        return "\n".join([f"{key}:", *_fields(value, 2)]) + "\n"
    return "\n".join(_field(f"{key}:", value, 2)) + "\n"


def fits(value: Any) -> bool:
    """Tell whether a value can stand on one line."""
    text = line(value)
    return text is not None and len(text) <= WIDTH


def _field(head: str, value: Any, indent: int) -> list[str]:
    """Return a field's lines: `head` and the value, whose own lines begin with `indent` blanks."""
    if isinstance(value, Anchor):
        head, value = f"{head} &{value.name}", value.value
    text = line(value)
    if text is not None and (not isinstance(value, dict | list) or len(head) + 1 + len(text) <= WIDTH):
        return [f"{head} {text}"]
    return [head, *(_fields(value, indent) if isinstance(value, dict) else _entries(value, indent))]


def _fields(mapping: dict[str, Any], indent: int) -> list[str]:
    blanks = " " * indent
    return [text for key, value in mapping.items() for text in _field(f"{blanks}{key}:", value, indent + 2)]


def _entries(values: list[Any], indent: int) -> list[str]:
    lines = []
    for value in values:
        block = (
            _fields(value, indent + 2) if isinstance(value, dict) else [" " * (indent + 2) + scalar(value)]
        )
        lines += [" " * indent + "- " + block[0].lstrip(), *block[1:]]
    return lines


def line(value: Any) -> str | None:
    """Return a value on one line, or None where it needs several: nested mappings, lists of sentences."""
    match value:
        case dict():
            parts = {key: _inner(entry, _PHRASE) for key, entry in value.items()}
            nested = sum(isinstance(entry, dict) for entry in value.values())
            if nested > 1 or None in parts.values():
                return None
            return "{" + ", ".join(f"{key}: {part}" for key, part in parts.items()) + "}"
        case list():
            words = [None if isinstance(entry, dict | list) else _inner(entry) for entry in value]
            return None if None in words else "[" + ", ".join(map(str, words)) + "]"
    return scalar(value)


def _inner(value: Any, text: str = _WORD) -> str | None:
    """Return a value within a line, or None for text that would need quotes there, and for anchors."""
    if isinstance(value, Anchor) or (isinstance(value, str) and not re.match(text, value)):
        return None
    return line(value)


def scalar(value: Any) -> str:
    """Return a single value, quoted where a plain word would be read as something else."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return f"{value:.0f}" if value.is_integer() else f"{Decimal(repr(value)):f}"
        case Alias(name):
            return f"*{name}"
    text = str(value)
    if re.match(_SENTENCE, text) and resolve(text) == text:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
