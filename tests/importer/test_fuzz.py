"""A small run of scripts/fuzz.py: facts or a refusal, whatever a config says."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from types import ModuleType

from cost import spent, unit
from quick import examples

ROOT = Path(__file__).parents[2]
RUNS = 600


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz", ROOT / "scripts" / "fuzz.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_facts_or_a_refusal() -> None:
    fuzz, chance = script(), random.Random(0)
    pool, verdicts, slowest = fuzz.configs(), set(), 0.0
    for _ in range(examples(RUNS)):
        config = fuzz.mutated(chance.choice(pool), chance)
        started = spent()
        verdicts.add(fuzz.check(config))
        slowest = max(slowest, spent() - started)
    assert verdicts == {"facts", "refused"}
    assert slowest < 100 * unit()
