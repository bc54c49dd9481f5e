"""A quick run, `pytest --quick`: no programs of the system, a sample of the models, nothing that takes long.

A sample is as large however many models there are, and hashes choose it: a new model seldom moves it.  Marked
`costly`, a test is left out, or a few of its cases stay; what is true of all models alone is `whole`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pytest

from archposter import bundled

SIZE = 5
FEW = 2
"""Cases of a costly test."""
MANY = 30
"""Models of what is made of all: charts, posters, the family tree."""
WIDE = 48
"""Models whose pictures a full run looks at: a rule for all needs no more; `--every` takes all."""
DRAWING = frozenset({"audit", "blocks", "layout", "outline", "text"})
"""Folders of tests in which each model is drawn."""

FEWEST_EXAMPLES = 6

_NAMES = frozenset(bundled.spec_names())
_on = False


def switch(*, on: bool) -> None:
    """Say whether this is a quick run; before the modules of tests are imported."""
    global _on  # noqa: PLW0603
    _on = on


def running() -> bool:
    return _on


def sampled(names: Iterable[str], size: int = SIZE, always: Iterable[str] = ()) -> list[str]:
    """Return all of the names, or in a quick run those of the sample and those that are always in it."""
    listed = list(names)
    chosen = {*sample(listed, size), *always} if _on else set(listed)
    return [name for name in listed if name in chosen]


def examples(number: int) -> int:
    """Return how many random examples to try where a full run tries so many."""
    return min(number, FEWEST_EXAMPLES) if _on else number


def sample(names: Iterable[str], size: int = SIZE) -> list[str]:
    """Return so many of the names, in their order: those with the smallest hashes."""
    listed = list(names)
    chosen = set(sorted(set(listed), key=lambda name: sha256(name.encode()).digest())[:size])
    return [name for name in listed if name in chosen]


def left_out(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """Return the tests that a quick run leaves out."""
    out = {item for item in items if _needs_more(item) or _costs_alone(item)}
    listed = [item for item in items if item not in out]
    cases = {item: _case(item) for item in listed}
    out |= _thinned(((item, names) for item, names in cases.items() if names), FEW)
    return out | _thinned(((item, _models(item)) for item in listed if not cases[item]), SIZE)


def left_to_every(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """Return the drawings of models that only a run of `--every` looks at."""
    drawn = (item for item in items if item.path.parent.name in DRAWING)
    return _thinned(((item, _models(item)) for item in drawn), WIDE)


def _thinned(items: Iterable[tuple[pytest.Item, list[str]]], size: int) -> set[pytest.Item]:
    """Return the cases that are not in the sample of their test."""
    rules: dict[str, list[tuple[pytest.Item, str]]] = defaultdict(list)
    for item, names in items:
        rules[item.nodeid.partition("[")[0]] += [(item, name) for name in names]
    out = set()
    for tests in rules.values():
        kept = set(sample((name for _, name in tests), size))
        out |= {item for item, name in tests if name not in kept}
    return out


def _needs_more(item: pytest.Item) -> bool:
    return any(map(item.get_closest_marker, ("programs", "whole")))


def _costs_alone(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("costly")) and not hasattr(item, "callspec")


def _case(item: pytest.Item) -> list[str]:
    """Return the name of a case of a costly test."""
    return [item.callspec.id] if item.get_closest_marker("costly") and hasattr(item, "callspec") else []


def _models(item: pytest.Item) -> list[str]:
    """Return the bundled models that a test's parameters name, alone or at the end of a path."""
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    named = (value.stem if isinstance(value, Path) else value for value in values)
    names = [value.rpartition("/")[2] for value in named if isinstance(value, str)]
    return [name for name in names if name in _NAMES]
