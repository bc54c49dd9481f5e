"""Conditions on facts, over the bundled models."""

from dataclasses import replace

import pytest

from archposter import bundled, load
from archposter.counts.where import DECODER_TYPES, FIELDS, condition, made_by
from archposter.diagnostics import UsageError

MODELS = [load(name) for name in bundled.spec_names()]


def meet(words: str) -> set[str]:
    test = condition(words)
    return {model.slug for model in MODELS if test(model.arch, model.facts())}


def all_with(predicate) -> set[str]:
    return {model.slug for model in MODELS if predicate(model)}


@pytest.mark.parametrize(
    ("words", "predicate"),
    [
        ("decoder_type=hybrid", lambda m: "hybrid" in m.facts().decoder_type),
        ("decoder_type = Sparse MoE", lambda m: m.facts().decoder_type == "sparse-moe"),
        ("decoder_type=sparse", lambda m: m.facts().decoder_type.startswith("sparse-")),
        ("decoder_type=dense", lambda m: m.facts().decoder_type == "dense"),
        ("decoder_type!=dense", lambda m: m.facts().decoder_type != "dense"),
        ("parameters>=100B", lambda m: m.facts().parameters.total >= 100 * 10**9),
        ("active<3.5b", lambda m: m.facts().parameters.active < 3_500_000_000),
        ("kv<=64KiB", lambda m: m.facts().kv_cache.bytes_per_token_at_context <= 65536),
        ("kv>65,536", lambda m: m.facts().kv_cache.bytes_per_token_at_context > 65536),
        ("context=128k", lambda m: m.arch.longest_context == 131072),
        ("context>=1M", lambda m: (m.arch.longest_context or 2**60) >= 2**20),
        ("layers<30", lambda m: len(m.arch.layers) < 30),
        ("hidden_size==4096", lambda m: m.arch.hidden_size == 4096),
        ("released>=2025", lambda m: m.arch.released.year >= 2025),
        ("released=2025-09", lambda m: m.arch.released.isoformat().startswith("2025-09")),
        ("released<2024-12-26", lambda m: m.arch.released.isoformat() < "2024-12-26"),
        ("mixer=mla", lambda m: any(layer.mixer == "mla" for layer in m.facts().layers)),
        ("ffn!=moe", lambda m: all(layer.ffn != "moe" for layer in m.facts().layers)),
        ("family=qwen", lambda m: m.arch.family == "Qwen"),
        ("license=apache license 2.0", lambda m: m.arch.license == "Apache License 2.0"),
    ],
)
def test_conditions(words: str, predicate) -> None:
    found = meet(words)
    assert found == all_with(predicate)
    assert 0 < len(found) < len(MODELS)


@pytest.mark.parametrize("name", [field for field in FIELDS if field not in ("mixer", "ffn")])
def test_a_condition_and_its_opposite_share_all_models(name: str) -> None:
    values = {"decoder_type": "hybrid", "released": "2025", "kv": "64KiB"}
    value = values.get(name, "4096")
    alike, other = meet(f"{name}={value}"), meet(f"{name}!={value}")
    assert not alike & other
    assert alike | other == {model.slug for model in MODELS}


def test_a_million_tokens_is_a_power_of_two() -> None:
    test = condition("context>=1M")
    lengths = (1_000_000, 2**20 - 1, 2**20, None)
    archs = [replace(MODELS[0].arch, context_length=length, extended_context=None) for length in lengths]
    met = [test(arch, MODELS[0].facts()) for arch in archs]
    assert met == [False, False, True, True]


def test_every_decoder_type_is_known() -> None:
    from archposter.blocks.card import BADGES

    assert set(DECODER_TYPES) == set(BADGES)


def test_who_made_it() -> None:
    for who in ("Qwen", "qwen", "Alibaba Cloud"):
        test = made_by(who)
        found = {model.slug for model in MODELS if test(model.arch, model.facts())}
        assert found == all_with(lambda model: model.arch.family == "Qwen")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "FIELD=VALUE"),
        ("hybrid", "FIELD=VALUE"),
        ("decoder_typ=hybrid", 'did you mean "decoder_type"?'),
        ("size=7B", "unknown field"),
        ("decoder_type=hybird", 'did you mean "hybrid"?'),
        ("decoder_type>dense", "expected = or !="),
        ("developer<A", "expected = or !="),
        ("parameters>many", "k, M, B, T"),
        ("parameters>7KiB", "k, M, B, T"),
        ("kv<64k", "KiB, MiB, GiB"),
        ("layers<30k", "expected a number"),
        ("layers<-1", "expected a number"),
        ("layers<1e9", "expected a number"),
        ("released>yesterday", "2026-01-31"),
        ("released>2026-13", "2026-01-31"),
    ],
)
def test_conditions_that_make_no_sense(words: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        condition(words)
    assert said in str(caught.value)
