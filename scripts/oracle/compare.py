"""One model type: the reference class's numbers beside ours, for its defaults and for random variations."""

from __future__ import annotations

import copy
import dataclasses
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import catalogue
import reference
import vary

from archposter.counts.cache import bytes_at_context, indexer_bytes_per_token
from archposter.counts.parameters import parameters
from archposter.diagnostics import SpecError
from archposter.importer.read import import_config
from archposter.importer.wrappers import THINKERS, WRAPPERS
from archposter.spec.arch import Arch
from archposter.spec.normalize import normalize

_BF16 = 2
_LARGEST = 30_000_000
_DRAWS = 40


@dataclass(frozen=True)
class Case:
    """A configuration, what the class makes of it, and what we do.

    `growth`: how many numbers the class's cache gains between the two lengths; None: no forward pass.
    `verdict`: "exact", "refused" or "wrong"; `cache`: "equal", "wrong" or "" where nothing was compared.
    """

    config: dict[str, Any]
    counts: reference.Counts
    growth: int | None
    verdict: str
    cache: str
    message: str = ""


@dataclass
class Report:
    """All cases of a type, the default first; `skipped` variations were refused by the class itself."""

    kind: str
    cases: list[Case] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    trouble: str = ""

    def skip(self, error: Exception) -> None:
        """Note that the class itself refused a variation."""
        self.skipped[f"{type(error).__name__}: {error}".strip()[:160].replace("\n", " ")] += 1

    def count(self, verdict: str) -> int:
        """Return how many variations had a verdict."""
        return sum(case.verdict == verdict for case in self.cases[1:])


def compared(kind: str, wanted: int, seconds: float) -> Report:
    """Return the report on a type, with as many variations as are found in time."""
    report = Report(kind)
    make, model_class = catalogue.config_class(kind), catalogue.model_class(kind)
    try:
        config = make(**catalogue.needed(kind))
        report.cases.append(_case(config, model_class, "meta"))
    except Exception as error:  # the library's own classes raise anything
        report.trouble = f"{type(error).__name__}: {error}"[:120]
        return report
    until = time.perf_counter() + seconds
    for varied in _variations(kind, make, report, until):
        try:
            report.cases.append(_case(varied, model_class, "meta" if kind in WRAPPERS else "cpu"))
        except Exception as error:
            report.skip(error)
            continue
        if len(report.cases) > wanted:
            break
    return report


def _variations(kind: str, make: Any, report: Report, until: float) -> Iterator[Any]:
    """Yield small configurations: a walk whose every accepted step is where the next one may start.

    None starts at a refused one, which would be refused again for the same reason.
    """
    chance = random.Random(kind)
    needed = catalogue.needed(kind)
    first = make(**needed)
    if kind in WRAPPERS:
        first = first.get_text_config(decoder=True)
    default = json.loads(first.to_json_string(use_diff=False))
    declared = {field.name for field in dataclasses.fields(type(first))}
    default = {key: value for key, value in default.items() if key in declared}
    if kind in WRAPPERS:
        needed = needed.get("text_config", {})
    bases: list[vary.Overrides] = []
    while time.perf_counter() < until:
        base = chance.choice(bases) if bases and chance.random() < 0.9 else None
        said = vary.changed(base, default, chance) if base else vary.small(default, chance, needed)
        before = len(report.cases)
        try:
            config = _made(make, kind, first.model_type, copy.deepcopy(said), chance)
            model = reference.build(catalogue.model_class(kind), config, "meta")
            if kind not in WRAPPERS and sum(p.numel() for p in model.parameters()) > _LARGEST:
                raise ValueError("too large to run")
        except Exception as error:
            report.skip(error)
            continue
        yield config
        if len(report.cases) > before and report.cases[-1].verdict != "refused":
            bases = [*bases[-15:], said]


def _made(make: Any, kind: str, text: str, said: vary.Overrides, chance: random.Random) -> Any:
    """Return a configuration; of a multimodal model only the text decoder varies, and who ties what."""
    if kind not in WRAPPERS:
        return make(**said)
    needed = copy.deepcopy(catalogue.needed(kind))
    outer: vary.Overrides = {**needed, "text_config": {"model_type": text, **said}}
    if kind in catalogue.FOLLOWING:
        outer |= catalogue.FOLLOWING[kind](said)
    if chance.random() < 0.5:
        outer["tie_word_embeddings"] = chance.random() < 0.5
    return make(**({"thinker_config": outer} if kind in THINKERS else outer))


def _case(config: Any, model_class: Any, device: str) -> Case:
    """Return the comparison; a variation that the class cannot run raises what the class raises."""
    model = reference.build(model_class, config, device)
    counts = reference.counts(model, config)
    text = config.get_text_config(decoder=True)
    try:
        first, second = reference.cached_numbers(model, text.vocab_size, device)
        growth: int | None = second - first
    except Exception:
        if device == "cpu":
            raise
        growth = None
        _run_decoder(model, text.vocab_size)
    data = json.loads(config.to_json_string(use_diff=False))
    return judged(data, counts, growth)


def _run_decoder(model: Any, vocab_size: int) -> None:
    """Run the text decoder of a multimodal model by itself, if it is small; raise what it raises."""
    decoder = model.get_decoder()
    if decoder is not model and sum(p.numel() for p in decoder.parameters()) <= _LARGEST:
        reference.cached_numbers(decoder.to_empty(device="cpu"), vocab_size, "cpu")


def judged(data: dict[str, Any], counts: reference.Counts, growth: int | None) -> Case:
    """Return the case with our verdict."""
    try:
        arch = normalize(import_config(data, "config.json").spec)
    except SpecError as error:
        return Case(data, counts, growth, "refused", "", str(error).replace("\n", " | ")[:300])
    except Exception as error:
        return Case(data, counts, growth, "wrong", "", f"{type(error).__name__}: {error}"[:300])
    found = parameters(arch)
    exact = found.total == counts.total and list(found.per_layer) == counts.per_layer
    message = "" if exact else _difference(found.total, list(found.per_layer), counts)
    if growth is None:
        return Case(data, counts, growth, "exact" if exact else "wrong", "", message)
    ours = _growth(arch)
    if ours != growth:
        message += f" cache {ours} not {growth}"
    return Case(
        data, counts, growth, "exact" if exact else "wrong", "equal" if ours == growth else "wrong", message
    )


def _growth(arch: Arch) -> int:
    first, second = reference.LENGTHS
    kept = bytes_at_context(arch, second) - bytes_at_context(arch, first)
    return int(kept + (second - first) * indexer_bytes_per_token(arch)) // _BF16


def _difference(total: int, per_layer: list[int], counts: reference.Counts) -> str:
    if len(per_layer) != len(counts.per_layer):
        return f"{len(per_layer)} layers, not {len(counts.per_layer)}"
    pairs = enumerate(zip(per_layer, counts.per_layer, strict=True))
    first = next((f"; layer {i}: {a:,} not {b:,} ({a - b:+,})" for i, (a, b) in pairs if a != b), "")
    return f"total {total:,} not {counts.total:,} ({total - counts.total:+,}){first}"
