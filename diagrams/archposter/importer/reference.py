"""What the reference library's classes read of a config, and what they are called: `reference.json`.

Written from the library's source by `make oracle`.  A key that no class of a type reads changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_SHARED = ""
"""Stands for what all types share."""


@dataclass(frozen=True)
class Reference:
    """The keys that a type's classes read or declare, and what its model classes are called."""

    keys: frozenset[str]
    classes: frozenset[str]


def reference(kind: str) -> Reference | None:
    """Return what is known of a model type's classes; None where the library has none."""
    said, shared = _said().get(kind), _said()[_SHARED]
    if said is None:
        return None
    return Reference(frozenset(said["keys"]) | frozenset(shared["keys"]), frozenset(said["classes"]))


@cache
def _said() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return found
