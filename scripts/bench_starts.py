"""Processes from start to end, run in turns, so that a busy machine is as slow for each of them."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping
from typing import Literal, NamedTuple

RUNS = 25

Cache = Literal["empty", "kept"]


class Command(NamedTuple):
    """A command line, and whether it finds what it drew before in the cache."""

    words: list[str]
    cache: Cache = "empty"


class Cost(NamedTuple):
    """Medians in milliseconds: CPU time, which other programs disturb little, and wall time."""

    cpu: float
    wall: float


def costs(commands: Mapping[str, Command], runs: int = RUNS) -> dict[str, Cost]:
    """Return what each command costs, after one run to warm up; an empty cache is a new one in every run."""
    seen: dict[str, list[Cost]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(runs + 1):
            for name, command in commands.items():
                cache = f"{folder}/{name}-{number if command.cache == 'empty' else 'kept'}"
                seen[name].append(_once(command.words, cache))
    return {name: Cost(*map(statistics.median, zip(*found[1:], strict=True))) for name, found in seen.items()}


def _once(words: list[str], cache: str) -> Cost:
    # Modules are read compiled, as pip leaves them.
    known = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(
        words,
        env={**known, "XDG_CACHE_HOME": cache},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    return Cost(1000 * (used.ru_utime + used.ru_stime), 1000 * wall)
