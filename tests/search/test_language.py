"""Queries over the bundled models: a table of cases, what they mean, and the same in a page's script."""

import json
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import archposter
import loaded
from archposter import load
from archposter.blocks.card import BADGES
from archposter.diagnostics import UsageError
from archposter.relate.nearest import PARENTS
from archposter.search.language import FIELDS, LONGEST, search
from archposter.search.names import matching, within
from archposter.search.page import export
from archposter.search.record import DECODER_TYPES, NAMES, Record, records
from programs import run

HERE = Path(__file__).parent
TABLE = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))
MODELS = tuple(loaded.MODELS.values())
BUNDLED = frozenset(archposter.model_names())
SCRIPT = Path(archposter.__file__).parent / "site" / "assets" / "where.js"


def known(models: Iterable[archposter.Model]) -> list[Record]:
    return records((model.slug, model.arch, model.facts()) for model in models)


ALL = known(MODELS)
FEW = known(map(load, TABLE["models"]))


def met(query: str) -> set[str]:
    return {model.name for model, yes in zip(ALL, search(query, ALL), strict=True) if yes}


def all_with(predicate) -> set[str]:
    return {model.slug for model in MODELS if predicate(model)}


@cache
def descends(name: str, origin: str) -> bool:
    """Tell whether a model's documented parents lead to another; a part that was taken makes no parent."""
    stems = [edge.model for edge in load(name).arch.lineage if edge.relation in PARENTS]
    return any(parent == origin or (parent in BUNDLED and descends(parent, origin)) for parent in stems)


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["query"])
def test_cases(case) -> None:
    try:
        answer = {"models": [m.name for m, yes in zip(FEW, search(case["query"], FEW), strict=True) if yes]}
    except UsageError as error:
        answer = {"error": str(error)}
    assert {"query": case["query"], **answer} == case


def test_no_query_stands_twice() -> None:
    queries = [case["query"] for case in TABLE["cases"]]
    assert len(set(queries)) == len(queries)


@pytest.mark.parametrize(
    ("query", "predicate"),
    [
        ("decoder_type=hybrid", lambda m: "hybrid" in m.facts().decoder_type),
        ("decoder_type = Sparse MoE", lambda m: m.facts().decoder_type == "sparse-moe"),
        ("decoder_type=sparse", lambda m: m.facts().decoder_type.startswith("sparse-")),
        ("decoder_type!=dense", lambda m: m.facts().decoder_type != "dense"),
        ("kind:moe", lambda m: m.facts().decoder_type.startswith("sparse-")),
        ("parameters>=100B", lambda m: m.facts().parameters.total >= 100 * 10**9),
        ("active<3.5b", lambda m: m.facts().parameters.active < 3_500_000_000),
        ("kv<=64KiB", lambda m: m.facts().kv_cache.bytes_per_token_at_context <= 65536),
        ("cache<4gb", lambda m: m.facts(131_072).kv_cache.total_bytes_at_context < 4 * 10**9),
        ("cache>=1.5gib", lambda m: m.facts(131_072).kv_cache.total_bytes_at_context >= 1.5 * 2**30),
        ("context=128k", lambda m: m.arch.longest_context == 131072),
        ("context>=1M", lambda m: (m.arch.longest_context or 2**60) >= 2**20),
        ("layers<30", lambda m: len(m.arch.layers) < 30),
        ("hidden_size==4096", lambda m: m.arch.hidden_size == 4096),
        ("released>=2025", lambda m: m.arch.released.year >= 2025),
        ("since:2025-09", lambda m: m.arch.released.isoformat() >= "2025-09"),
        ("before:2024-12-26", lambda m: m.arch.released.isoformat() < "2024-12-26"),
        ("released=2025-09", lambda m: m.arch.released.isoformat().startswith("2025-09")),
        ("mixer=mla", lambda m: any(layer.mixer == "mla" for layer in m.facts().layers)),
        ("ffn!=moe", lambda m: not m.facts().decoder_type.startswith("sparse-")),
        ("family=qwen", lambda m: m.arch.family == "Qwen"),
        ("dev:alibaba", lambda m: m.arch.developer == "Alibaba Cloud"),
        ("license=apache license 2.0", lambda m: m.arch.license == "Apache License 2.0"),
        ("of:deepseek-v3", lambda m: descends(m.slug, "deepseek-v3")),
        (
            "same:deepseek-v3",
            lambda m: m.slug == "deepseek-v3" or m.relatives().as_dict()["same_as"] == "deepseek-v3",
        ),
        (
            "nearest:deepseek-v3",
            lambda m: "deepseek-v3" in [one["name"] for one in m.relatives().as_dict()["nearest"]],
        ),
        pytest.param("new:mla", lambda m: "MLA" in m.relatives().as_dict()["new"], marks=pytest.mark.whole),
    ],
)
def test_what_conditions_mean(query: str, predicate) -> None:
    found = met(query)
    assert found == all_with(predicate)
    assert 0 < len(found) < len(MODELS)


@pytest.mark.parametrize("field", FIELDS)
def test_a_condition_and_its_negation_share_all_models(field: str) -> None:
    values = {"released": "2025", "since": "2025", "before": "2025", "kv": "64KiB"}
    value = values.get(field, "4096")
    if field in NAMES:
        value = json.dumps(sorted(name for model in ALL for name in model.names[field])[0])
    found, others = met(f"{field}:{value}"), met(f"-{field}:{value}")
    assert not found & others
    assert found | others == {model.slug for model in MODELS}
    if field not in ("since", "before"):
        assert met(f"{field}!={value}") == others


@pytest.mark.parametrize("field", NAMES)
def test_every_name_finds_its_models(field: str) -> None:
    """Also written as one word, which a name without regard to what stands between its words allows."""
    for name in {name for model in ALL for name in model.names[field]}:
        expected = {model.name for model in ALL if name in model.names[field]}
        assert expected <= met(f'{field}:"{name}"'), name
        assert met(f'{field}="{name}"') == met(f'{field}:"{name}"')


def test_a_million_tokens_is_a_power_of_two() -> None:
    lengths = (1_000_000, 2**20 - 1, 2**20, float("inf"))
    models = [replace(ALL[0], numbers={**ALL[0].numbers, "context": length}) for length in lengths]
    assert search("context>=1M", models) == [False, False, True, True]


def test_what_a_model_does_not_say_meets_no_condition() -> None:
    silent = replace(ALL[0], released=None, names={field: frozenset() for field in NAMES})
    for query in ("since:1900", "before:2100", "released=2019", "developer:OpenAI", "license:MIT"):
        assert search(query, [silent, *ALL])[0] is False
    assert search("released!=2019", [silent])[0]
    assert search("developer!=OpenAI", [silent, *ALL])[0]


def test_every_decoder_type_is_known() -> None:
    assert set(DECODER_TYPES) == set(BADGES)


@pytest.mark.whole
def test_the_page_has_all_fields_and_its_examples_mean_something() -> None:
    page = (HERE.parents[1] / "docs" / "search.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    assert sorted(re.findall(r"`(\w+)`", " ".join(row[0] for row in rows))) == sorted(FIELDS)
    examples = re.findall(r"`(\w+(?:[:=<>]|<=|>=)[^`]+)`", " ".join(row[1] for row in rows))
    examples += re.findall(r"--where '([^']+)'", page.partition("$ ")[0])
    assert len(examples) > 20
    for query in examples:
        assert 0 < len(met(query)) < len(MODELS), query
    (asked, message) = re.findall(r"--where '(.*)'\nError: (.*)", page)[0]
    with pytest.raises(UsageError) as caught:
        met(asked)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("wanted", "name", "yes"),
    [
        ("qwen 3", "Qwen3-VL 8B", True),
        ("3.1", "Llama 3.1 8B", True),
        ("3", "Llama 13B", False),
        ("k norm", "QK-norm", False),
        ("sliding", "window, sliding", True),
        ("relu2", "ReLU²", True),
        ("ＭＬＡ", "MLA", True),
    ],
)
def test_names(wanted: str, name: str, yes: bool) -> None:
    assert within(wanted, name) is yes


def test_a_whole_name_comes_before_longer_ones() -> None:
    assert matching("mamba", ["Mamba", "Mamba-2"]) == {"Mamba"}
    assert matching("mam", ["Mamba", "Mamba-2"]) == {"Mamba", "Mamba-2"}
    assert matching("--", ["Mamba"]) == frozenset()


def test_queries_have_a_longest() -> None:
    assert search("a " * 0, ALL[:2]) == [True, True]
    with pytest.raises(UsageError, match="1,000 characters"):
        search("q" * (LONGEST + 1), ALL)


def queries(count: int) -> list[str]:
    """Return random queries, most of which mean something."""
    chance = random.Random(7)
    names = sorted({name for model in ALL for field in NAMES for name in model.names[field]})
    values = ["4k", "1.5 GB", "64KiB", "3.55b", "1,024", "2025", "2024-07", "1e3", "qwne", "", "é²", '"a b']
    values += names
    signs = (":", ":", "=", "!=", "<", ">=", " > ", " : ")
    found = []
    for _ in range(count):
        words = []
        for _ in range(chance.randint(1, 3)):
            value = chance.choice(values)
            value = chance.choice((value, value.lower(), value[: chance.randint(1, 9)], f'"{value}"'))
            field = chance.choice(FIELDS)[: chance.choice((99, 99, 99, 4))]
            if field in NAMES and chance.random() < 0.8:
                value = f'"{chance.choice(sorted(chance.choice(ALL).names[field]) or [value])}"'
            sign = chance.choice(signs) if chance.random() < 0.8 else ""
            words.append(f"{chance.choice(('', '', '-'))}{field if sign else ''}{sign}{value}")
        found.append(chance.choice((" ", "  ", "\t")).join(words))
    return found


def answer(query: str, models: list[Record]) -> list[bool] | str:
    try:
        return search(query, models)
    except UsageError as error:
        return str(error)


@pytest.mark.programs
@pytest.mark.parametrize(
    ("models", "ask"),
    [
        (FEW, lambda: [case["query"] for case in TABLE["cases"]]),
        (ALL, lambda: ["x" * 1001, "x\u2028\x07\x00", "KV layers", *queries(600)]),
    ],
    ids=["cases", "random"],
)
def test_the_script_answers_as_the_program_does(
    tmp_path: Path, models: list[Record], ask: Callable[[], list[str]]
) -> None:
    asked = ask()
    (tmp_path / "exported.json").write_text(json.dumps(export(models)), encoding="utf-8")
    (tmp_path / "queries.json").write_text(json.dumps(asked), encoding="utf-8")
    answers = json.loads(run(tmp_path, "node", HERE / "run.js", SCRIPT, "exported.json", "queries.json"))
    own = [answer(query, models) for query in asked]
    differing = [found for found in zip(asked, answers, own, strict=True) if found[1] != found[2]]
    assert differing == []
    assert sum(isinstance(found, list) for found in answers) > len(asked) / 10
