"""What pages count in scripts is what the program counts, to the byte, for every model and context."""

import random
from fractions import Fraction
from pathlib import Path

import pytest
from page_scripts import evaluated

from archposter import units
from archposter.counts.cache import indexer_terms, kept_terms
from archposter.counts.weight_bytes import weight_bytes
from archposter.site.memory_page import FORMATS, gpus, record
from archposter.site.summary import merged
from loaded import MODELS

CONTEXTS = (1, 2, 3, 127, 128, 129, 1000, 4096, 8191, 8192, 32_768, 100_001, 131_072, 1_048_576, 10**7 + 3)


def sizes(name: str) -> dict[str, object]:
    arch, facts = MODELS[name].arch, MODELS[name].facts()
    terms = {"kept": merged(kept_terms(arch)), "indexed": merged(indexer_terms(arch))}
    return {**terms, "state": facts.kv_cache.state_bytes, "total": facts.parameters.total}


@pytest.mark.programs
def test_caches_and_weights_are_those_of_facts(tmp_path: Path) -> None:
    given = {"models": [sizes(name) for name in MODELS], "contexts": CONTEXTS, "formats": FORMATS}
    found = evaluated(
        tmp_path,
        "bytes",
        given,
        "given.models.map((model) => ({caches: given.contexts.map((tokens) => Bytes.parts(model, tokens)),"
        " weights: given.formats.map((format) => Bytes.weights(model, format))}))",
    )
    for (name, model), own in zip(MODELS.items(), found, strict=True):
        for tokens, parts in zip(CONTEXTS, own["caches"], strict=True):
            cache = model.facts(tokens).kv_cache
            counted = (cache.bytes_at_context, cache.indexer_bytes_at_context, cache.state_bytes)
            assert (parts["keys"], parts["indexer"], parts["state"]) == counted, (name, tokens)
        weights = weight_bytes(model.facts().parameters.total)
        assert own["weights"] == [weights.bf16, weights.fp8, weights.int4], name


@pytest.mark.programs
def test_formats_of_the_cache_are_shares_of_it(tmp_path: Path) -> None:
    given = [sizes(name) for name in MODELS]
    every = (
        "given.map((model) => ['bf16', 'fp8', '4-bit'].map((format) => Bytes.parts(model, 100003, format)))"
    )
    for full, half, quarter in evaluated(tmp_path, "bytes", given, every):
        assert half["keys"] == -(-full["keys"] // 2)
        assert quarter["keys"] == -(-full["keys"] // 4)
        assert full["state"] == half["state"] == quarter["state"]


@pytest.mark.programs
def test_the_longest_context_is_the_last_that_fits(tmp_path: Path) -> None:
    given = [
        sizes(name) for name in ("gemma-3-27b", "deepseek-v3", "codestral-mamba-7b", "kimi-linear-48b-a3b")
    ]
    expression = (
        "given.map((model) => { const fits = (tokens) => 3 * Bytes.total(model, tokens) <= 50e9;"
        " const found = Bytes.longest(model, 50e9, 3, 'bf16', 1e9);"
        " return [found, fits(found), !fits(found + 1) || found === 1e9]; })"
    )
    found = evaluated(tmp_path, "bytes", given, expression)
    assert all(fits and last for _, fits, last in found)
    assert found[2][0] == 10**9


@pytest.mark.programs
def test_units_are_those_of_the_program(tmp_path: Path) -> None:
    chance = random.Random(3)
    numbers = [
        0,
        1,
        9,
        10,
        99,
        999,
        1000,
        1023,
        1024,
        9994,
        9995,
        9996,
        2047,
        2**20 - 1,
        2**17,
        128_000,
        202_752,
    ]
    numbers += [int(10 ** chance.uniform(0, 15)) for _ in range(2000)] + [1024 * n for n in range(1, 400)]
    divisors = [chance.choice((1, 3, 1000, 131_072)) for _ in numbers]
    said = "[Units.count(n), Units.size(n), Units.size(n, d), Units.tokens(n), Units.exact(n)]"
    expression = f"given.map(([n, d]) => {said})"
    found = evaluated(tmp_path, "units", list(zip(numbers, divisors, strict=True)), expression)
    for number, by, said in zip(numbers, divisors, found, strict=True):
        own = [units.count(number), units.size(number), units.size(Fraction(number, by))]
        assert said == [*own, units.tokens(number), units.exact(number)], number


def test_gpus_have_sizes_and_sources() -> None:
    names = [name for source in gpus() for name in source.gpus]
    assert len(set(names)) == len(names)
    for source in gpus():
        assert all(10**10 < size < 10**12 for size in source.sizes.values()), source


def test_a_record_has_no_more_than_scripts_need() -> None:
    import json

    from archposter.pipeline import theme
    from archposter.site.source import sources
    from archposter.site.summary import Summary, summarize

    (source,) = sources(("deepseek-v4-pro",))
    summary = summarize(*source.read(), (), theme("auto"))
    assert Summary.from_dict(json.loads(json.dumps(summary.as_dict()))) == summary
    assert record(summary)["kept"] == merged(kept_terms(source.read()[1].arch))
