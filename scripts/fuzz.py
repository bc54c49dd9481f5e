"""Mutate configs and headers of weights: facts or a clear refusal, in bounded time and memory.

    python scripts/fuzz.py [COUNT] [SEED]

A tenth as many headers as configs are mutated.

The seeds are the configs of the reference comparison (tests/corpus/oracle.json.gz), one or more of every
decoder type.  Exit code 1 where a config raises anything but SpecError, or takes too long or too much.
"""

from __future__ import annotations

import gzip
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archposter.counts.facts import facts
from archposter.counts.tensors import tensors
from archposter.diagnostics import SpecError
from archposter.importer.read import import_config
from archposter.sources.checkpoint import Checkpoint
from archposter.sources.safetensors import parse_header
from archposter.sources.weights import agreement
from archposter.spec.normalize import normalize

SAMPLE = Path(__file__).resolve().parents[1] / "tests" / "corpus" / "oracle.json.gz"
MOST_SECONDS = 1.0
MOST_MEGABYTES = 200

_HUGE = [0, -1, 1, 2**31, 10**12, -(10**30), 10**400, 0.5, -1.0, 1e300, float("inf"), float("nan")]
_WORDS = [
    "",
    "x",
    "gelu",
    "yarn",
    "full_attention",
    "sliding_attention",
    "MEM*-",
    "llama",
    "a\u202eb",
    "x" * 5000,
]


def configs() -> list[dict[str, Any]]:
    """Return the configs to mutate."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as file:
        return [row["config"] for row in json.load(file)]


def mutated(config: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return a config with one to five keys dropped, changed or added, at any depth."""
    found: dict[str, Any] = json.loads(json.dumps(config))
    for _ in range(chance.randint(1, 5)):
        target = found
        while (
            inner := [value for value in target.values() if isinstance(value, dict)]
        ) and chance.random() < 0.3:
            target = chance.choice(inner)
        if not target:
            continue
        key = chance.choice(sorted(target))
        match chance.choice(["drop", "nudge", "nudge", "replace", "add", "swap"]):
            case "drop":
                del target[key]
            case "nudge":
                target[key] = _nudged(target[key], chance)
            case "replace":
                target[key] = _value(chance)
            case "add":
                target[chance.choice(["new_key", "num_experts", "sliding_window", key + "_"])] = _value(
                    chance
                )
            case "swap":
                other = chance.choice(sorted(target))
                target[key], target[other] = target[other], target[key]
    return found


def _nudged(value: Any, chance: random.Random) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + chance.choice([-3, -1, 1, 2, 1000])
        case list():
            return [*value[: chance.randint(0, 70)], *([_value(chance)] * chance.randint(0, 1))]
        case _:
            return _value(chance)


def _value(chance: random.Random) -> Any:
    kinds: list[Any] = [
        None, True, False, chance.choice(_HUGE), chance.choice(_WORDS), chance.randint(-2, 300), [], {},
        [chance.randint(0, 3)] * chance.choice([1, 5, 3000]), {"rope_type": chance.choice(_WORDS)},
        [[["global"], 10**9]],
    ]  # fmt: skip
    return chance.choice(kinds)


def check(config: dict[str, Any]) -> str:
    """Return "facts" or "refused"; whatever else happens is raised."""
    try:
        arch = normalize(import_config(config, "config.json").spec)
    except SpecError:
        return "refused"
    assert facts(arch).parameters.total > 0
    return "facts"


def headers() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return small configs, each with the header of a safetensors file of its model."""
    small = [config for config in configs() if config.get("num_hidden_layers", 99) < 10]
    return [(config, _header(config)) for config in small]


def _header(config: dict[str, Any]) -> dict[str, Any]:
    found, end = {}, 0
    for tensor in tensors(normalize(import_config(config, "config.json").spec)):
        if tensor.group != "mtp":
            start, end = end, end + 2 * tensor.size
            shape = [tensor.copies, *tensor.shape] if tensor.copies > 1 else [*tensor.shape]
            found[tensor.name] = {"dtype": "BF16", "shape": shape, "data_offsets": [start, end]}
    return found


def spoilt(header: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return a header with one to four tensors dropped, renamed, doubled or changed."""
    found: dict[str, Any] = json.loads(json.dumps(header))
    for _ in range(chance.randint(1, 4)):
        name = chance.choice(sorted(found))
        match chance.choice(["drop", "rename", "double", "entry", "value", "value"]):
            case "drop" if len(found) > 1:
                del found[name]
            case "rename":
                found[chance.choice([name + "_scale", "visual." + name, name[5:], "x\n"])] = found.pop(name)
            case "double":
                found[name.replace("layers.0", f"layers.{10 ** chance.randint(1, 6)}") + "2"] = found[name]
            case "entry":
                found[name] = _value(chance)
            case "value" if isinstance(found[name], dict) and found[name]:
                key = chance.choice(sorted(found[name]))
                found[name][key] = chance.choice(
                    ["U8", "F8_E4M3", "I32", [1], [2**40, 2], [0, 3], [-1], _value(chance)]
                )
    return found


def check_header(config: dict[str, Any], header: dict[str, Any]) -> str:
    """Return "equal", "unequal" or "refused"; whatever else happens is raised."""
    arch = normalize(import_config(config, "config.json").spec)
    try:
        found = parse_header(json.dumps(header).encode(), "model.safetensors")
    except SpecError:
        return "refused"
    return "equal" if agreement(arch, Checkpoint("folder", found, config)).equal else "unequal"


def main(count: int, seed: int) -> None:
    """Check `count` mutated configs and a tenth as many headers, and say how it went."""
    chance, pool = random.Random(seed), configs()
    for config in pool:
        check(config)
    weighed = headers()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    verdicts: Counter[str] = Counter()
    slowest = 0.0

    def tried(judge: Callable[..., str], *given: dict[str, Any]) -> None:
        nonlocal slowest
        start = time.perf_counter()
        try:
            verdicts[judge(*given)] += 1
        except Exception as error:
            verdicts["raised"] += 1
            print(f"{type(error).__name__}: {error}"[:200], json.dumps(given)[-2000:], file=sys.stderr)
        slowest = max(slowest, time.perf_counter() - start)

    for _ in range(count):
        tried(check, mutated(chance.choice(pool), chance))
    for _ in range(count // 10):
        config, header = chance.choice(weighed)
        tried(check_header, config, spoilt(header, chance))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{dict(verdicts)}, slowest {slowest:.2f} s, memory grown by {grown:.0f} MB")
    raise SystemExit(bool(verdicts["raised"]) or slowest > MOST_SECONDS or grown > MOST_MEGABYTES)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:3]]
    main(*(numbers + [100_000, 1][len(numbers) :]))
