"""What the reference library's classes read of a config, and what they are called: `reference.json`.

Written from the library's source by `make oracle`.  A key that no class of a type reads changes nothing.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

_SHARED = ""
"""Stands for what all types share."""


class Reference(NamedTuple):
    """The keys that a type's classes read or declare, and what its model classes are called."""

    keys: frozenset[str]
    classes: frozenset[str]


def reference(kind: str) -> Reference | None:
    """Return what is known of a model type's classes; None where the library has none."""
    said, shared = stated("reference", kind), stated("reference", _SHARED)
    if said is None:
        return None
    return Reference(frozenset(said["keys"]) | frozenset(shared["keys"]), frozenset(said["classes"]))


def type_of_class(name: str) -> str:
    """Return the model type that a class is of; of several the one that it is named after, empty for none."""
    lines = (line.partition('"classes":') for line in _text("reference").splitlines())
    kinds = [before.split('"')[1] for before, _, classes in lines if json.dumps(name) in classes]
    family = re.split("For|LMHead|Model", name)[0].casefold().replace("_", "")
    named = [kind for kind in kinds if re.sub(r"\W|_", "", kind) == family]
    return (named or kinds if len(kinds) == 1 else named or [""])[0]


@cache
def stated(table: str, kind: str) -> Any:
    """Return what a JSON file beside this one says of a model type, None where it says nothing.

    Such a file has a line for each type: to read the one takes a hundredth of the time of all.
    """
    _, key, rest = _text(table).partition(f"\n{json.dumps(kind)}: ")
    return json.loads(rest.partition("\n")[0].removesuffix(",")) if key else None


@cache
def _text(table: str) -> str:
    return Path(__file__).with_name(f"{table}.json").read_text(encoding="utf-8")
