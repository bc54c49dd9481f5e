"""What work costs, however busy the machine is: processor time, in units of work done beside it."""

from __future__ import annotations

import gc
import resource
from collections.abc import Iterator
from contextlib import contextmanager

HANGS = 600
"""Seconds after which a program that does not end has hung; no test waits for them but a failing one."""
PATIENCE = 120_000
"""Milliseconds that a page in a browser has for a step, however busy the machine is."""


def spent() -> float:
    """Return the seconds of processor time of this process and of its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def unit() -> float:
    """Return the seconds of a fixed piece of work, done now: about 10 ms, and more where memory is traced."""
    start = spent()
    for _ in range(4):
        assert len({str(number): [number] for number in range(10_000)}) == 10_000
    return spent() - start


@contextmanager
def at_most(units: float) -> Iterator[None]:
    """Fail where the block, with the programs it runs, costs more than this many units."""
    gc.freeze()  # what other tests keep is no work of this one
    try:
        floor = unit()
        start = spent()
        yield
        cost = spent() - start
        floor = max(floor, unit())
    finally:
        gc.unfreeze()
    assert cost <= units * floor, f"cost {cost / floor:.0f} units of {floor:.4f} s, expected at most {units}"
