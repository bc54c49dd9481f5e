"""What the middle of the pipeline says of every bundled model and of a tiny one for every kind of part.

As short texts, a fact a line: facts, comparisons of telling pairs, and digests of Frames, of lists of weights
and of the specs that configs make.  Run as a program it prints all of them as JSON:
`scripts/review_goldens.py` compares two.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from archposter import bundled
from archposter.compare.comparison import Comparison
from archposter.counts.facts import Facts
from archposter.importer.read import import_config
from archposter.kinds import VARIANTS
from archposter.pipeline import Model, legend, load
from archposter.scene import Frame, to_json
from archposter.spec.write import dump_spec
from configs import CORPUS, SLUGS, config

KINDS = CORPUS / "kinds"

SOURCES: dict[str, str | Path] = {
    **{f"specs/{name}": name for name in bundled.spec_names()},
    **{f"kinds/{path.stem}": path for path in sorted(KINDS.glob("*.yaml"))},
}

PAIRS = (
    ("specs/deepseek-v3", "specs/deepseek-r1"),  # the same architecture
    ("specs/deepseek-v3", "specs/deepseek-v3-2"),  # one mechanism more
    ("specs/deepseek-v3-2", "specs/glm-5"),  # one mechanism, other sizes
    ("specs/deepseek-v3", "specs/kimi-k2"),  # sizes alone
    ("specs/deepseek-v4-flash", "specs/deepseek-v4-pro"),  # orders of compressed layers
    ("specs/gemma-3-27b", "specs/gemma-4-31b"),  # a pattern, spans, norms
    ("specs/gemma-4-e2b", "specs/gemma-4-e4b"),  # shared caches, widths by layer
    ("specs/gpt-2-xl", "specs/llama-3-8b"),  # positions, norms, FFN
    ("specs/gpt-oss-20b", "specs/gpt-oss-120b"),  # depth and experts
    ("specs/llama-4-maverick", "specs/longcat-flash-lite"),  # layers of other shapes
    ("specs/mimo-v2-flash", "specs/step-3-5-flash"),  # sinks, gates, prediction modules
    ("specs/nemotron-3-nano-30b-a3b", "specs/nemotron-3-super-120b-a12b"),  # latent experts
    ("specs/qwen3-next-80b-a3b", "specs/kimi-linear-48b-a3b"),  # two recurrent mixers
    ("specs/xlstm-7b", "specs/zaya1-8b"),  # next to nothing in common
    ("kinds/attention", "kinds/attention-keys"),
    ("kinds/mamba", "kinds/mamba2"),
    ("kinds/moe", "kinds/mixture_attention"),
    ("kinds/plain", "kinds/plain-none"),  # heads
)


@cache
def model(name: str) -> Model:
    return load(SOURCES[name])


@cache
def comparison(pair: tuple[str, str]) -> Comparison:
    return model(pair[0]).compare(model(pair[1]))


def frames() -> Iterator[tuple[str, Frame]]:
    """Yield every Frame and its name: cards and figures, comparisons, the key to the cards."""
    for name in SOURCES:
        for variant in VARIANTS:
            yield f"{name} {variant}", model(name).draw(variant).frame
    for first, second in PAIRS:
        yield f"{first} {second} diff", model(first).diff(model(second)).frame
    yield "legend card", legend().frame


def tensors() -> Iterator[tuple[str, str]]:
    """Yield every weight of every model, a line each."""
    for name in SOURCES:
        yield name, "\n".join(json.dumps(row.as_dict()) for row in model(name).tensors())


def imports() -> Iterator[tuple[str, str]]:
    """Yield the specs that configs make: the released models' and, of each reference class, the sample's."""
    for slug in SLUGS:
        yield f"configs/{slug}", dump_spec(import_config(config(slug), "config.json").spec)
    with gzip.open(CORPUS / "oracle.json.gz", "rt", encoding="utf-8") as file:
        rows = json.load(file)
    for kind, sample in groupby(rows, lambda row: str(row["type"])):
        made = [dump_spec(import_config(row["config"], "config.json").spec) for row in sample]
        yield f"classes/{kind}", "\n".join(made)


def everything() -> dict[str, dict[str, str]]:
    """Return facts, comparisons and Frames as JSON, by their names."""
    return {
        "facts": {name: facts_text(model(name).facts()) for name in SOURCES},
        "diffs": {" ".join(pair): diff_text(comparison(pair)) for pair in PAIRS},
        "frames": {name: to_json(frame) for name, frame in frames()},
        "tensors": dict(tensors()),
        "imports": dict(imports()),
    }


def digest(content: Frame | str) -> str:
    text = content if isinstance(content, str) else to_json(content)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def facts_text(facts: Facts) -> str:
    """Return what `facts --json` prints, equal layers once: under their numbers, with their parameters."""
    data = facts.as_dict()
    same: dict[str, list[int]] = defaultdict(list)
    for layer, count in zip(data["layers"], data["parameters"].pop("per_layer"), strict=True):
        same[json.dumps({**layer, "index": None, "parameters": count})].append(layer["index"])
    layers = {_runs(numbers): json.loads(said) for said, numbers in same.items()}
    for layer in layers.values():
        del layer["index"]
    return lines({**data, "layers": layers}, depth=2)


def diff_text(compared: Comparison) -> str:
    """Return what `diff --json` prints, a difference a line."""
    return lines(compared.as_dict(), depth=2)


def lines(value: Any, depth: int, indent: str = "") -> str:
    """Return JSON with a line for each entry down to a depth, in the order that it has."""
    if depth == 0 or not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=False)
    inner = indent + " "
    if isinstance(value, dict):
        entries = [f"{json.dumps(key)}: {lines(entry, depth - 1, inner)}" for key, entry in value.items()]
    else:
        entries = [lines(entry, depth - 1, inner) for entry in value]
    joined = ",\n".join(inner + entry for entry in entries)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n{joined}\n{indent}{closing}" + ("\n" if not indent else "")


def _runs(numbers: list[int]) -> str:
    """Return "0-2, 5" of 0, 1, 2, 5."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


if __name__ == "__main__":
    json.dump(everything(), sys.stdout)
