"""The texts that come with archposter: concepts, conventions, changes; in a wheel inside the package."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

import archposter

_PACKAGE = Path(archposter.__file__).parent


class Reference(NamedTuple):
    """A publication."""

    title: str
    url: str


class Concept(NamedTuple):
    """A page of docs/concepts: `parts` are references as in `having`; `text` is Markdown."""

    name: str
    title: str
    short: str
    summary: str
    source: tuple[Reference, ...]
    parts: tuple[str, ...]
    section: str
    text: str


def _document(path: str) -> Path:
    inside = _PACKAGE / "documents" / path
    return inside if (_PACKAGE / "documents").is_dir() else _PACKAGE.parents[1] / path


@cache
def concepts() -> tuple[Concept, ...]:
    """Return the pages of concepts, in the order of their index."""
    index = _document("docs/concepts/README.md").read_text(encoding="utf-8")
    found, section = [], ""
    for line in index.splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif match := re.match(r"- \[.*\]\((.+)\.md\): ", line):
            found.append(_concept(match[1], section))
    return tuple(found)


def _concept(name: str, section: str) -> Concept:
    text = _document(f"docs/concepts/{name}.md").read_text(encoding="utf-8")
    _, front, body = text.split("---\n", 2)
    said: dict[str, Any] = yaml.load(front, Loader=yaml.CSafeLoader)
    sources = tuple(Reference(entry["title"], entry["url"]) for entry in said["source"])
    words = said["title"], str(said["short"]), said["summary"]
    return Concept(name, *words, sources, tuple(said["parts"]), section, body)


def changelog() -> str:
    """Return the text of CHANGELOG.md."""
    return _document("CHANGELOG.md").read_text(encoding="utf-8")


def conventions() -> str:
    """Return how numbers are counted: docs/accuracy.md up to its table, and the remarks after it."""
    text = _document("docs/accuracy.md").read_text(encoding="utf-8")
    return re.sub(r"(?m)^(#.*|<!--.*|\|.*)\n", "", text)
