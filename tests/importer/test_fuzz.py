"""A small run of scripts/fuzz.py: facts or a refusal, whatever a config says."""

from __future__ import annotations

import random

import fuzz
from cost import spent, unit

RUNS = 600


def test_facts_or_a_refusal() -> None:
    chance = random.Random(0)
    pool, verdicts, slowest = fuzz.configs(), set(), 0.0
    for _ in range(RUNS):
        config = fuzz.mutated(chance.choice(pool), chance)
        started = spent()
        verdicts.add(fuzz.check(config))
        slowest = max(slowest, spent() - started)
    assert verdicts == {"facts", "refused"}
    assert slowest < 100 * unit()


def test_headers_are_equal_unequal_or_refused() -> None:
    chance = random.Random(0)
    pool = fuzz.headers()[:40]
    assert all(fuzz.check_header(config, header) == "equal" for config, header in pool)
    verdicts = {
        fuzz.check_header(config, fuzz.spoilt(header, chance))
        for config, header in (chance.choice(pool) for _ in range(RUNS // 4))
    }
    assert verdicts >= {"unequal", "refused"}
