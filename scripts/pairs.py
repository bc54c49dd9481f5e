"""Compare every pair of the corpus both ways, as data and in words; end with 1 if two do not mirror."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from archposter import load
from archposter.cli.diff_command import lines
from archposter.pipeline import Model

CONFIGS = Path(__file__).resolve().parents[1] / "tests" / "corpus" / "configs"


def mirror(first: Model, second: Model) -> bool:
    """Compare two models both ways; tell whether the differences are the same with their values swapped."""
    there, back = first.compare(second), second.compare(first)
    for comparison in (there, back):
        json.dumps(comparison.as_dict())
        lines(comparison)
    swapped = [replace(row, values=row.values[::-1], layers=row.layers[::-1]) for row in there.rows]
    return swapped == list(back.rows)


def main() -> None:
    """Print how many pairs were compared, how many are the same architecture, and the time."""
    models = [load(path) for path in sorted(CONFIGS.glob("*.json"))]
    start = time.perf_counter()
    pairs = list(combinations(models, 2))
    failed = [f"{a.slug} and {b.slug}" for a, b in pairs if not mirror(a, b)]
    print(f"{len(pairs)} pairs, both ways, in {time.perf_counter() - start:.1f} s")
    if failed:
        sys.exit("not mirrored: " + ", ".join(failed))


if __name__ == "__main__":
    main()
