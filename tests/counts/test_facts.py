from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from archposter.bundled import spec_names, spec_path
from archposter.counts.cache import bytes_at_context, bytes_per_token, state_bytes
from archposter.counts.facts import LayerFacts, facts
from archposter.spec.arch import Arch, Branch, Layer, Sublayer
from archposter.spec.load import load_spec
from archposter.spec.normalize import normalize
from archposter.spec.parts import Attention, NoPosition


def arch(name: str) -> Arch:
    return normalize(load_spec(spec_path(name)))


@pytest.mark.parametrize(
    ("name", "kind", "mix"),
    [
        ("deepseek-v3", "sparse-moe", "61 MLA"),
        ("gemma-3-27b", "dense", "52 sliding-window GQA + 10 global GQA"),
        ("gpt-2-xl", "dense", "48 MHA"),
        ("gpt-oss-20b", "sparse-moe", "12 sliding-window GQA + 12 global GQA"),
        ("kimi-linear-48b-a3b", "sparse-hybrid", "20 KDA + 7 MLA"),
        ("llama-3-8b", "dense", "32 GQA"),
        ("llama-4-maverick", "sparse-moe", "36 chunked GQA + 12 full GQA"),
        ("nemotron-3-nano-30b-a3b", "sparse-hybrid", "23 Mamba-2 + 23 MoE + 6 GQA"),
        ("olmo-2-7b", "dense", "32 MHA"),
        ("qwen3-235b-a22b", "sparse-moe", "94 GQA"),
        ("qwen3-next-80b-a3b", "sparse-hybrid", "36 Gated DeltaNet + 12 gated GQA"),
        ("tiny-aya", "dense", "27 sliding-window GQA + 9 global GQA"),
    ],
)
def test_kind_and_mix(name: str, kind: str, mix: str) -> None:
    found = facts(arch(name))
    assert (found.decoder_type, found.layer_mix) == (kind, mix)


# DeepSeek-V3 documents 11.5B unique parameters for its module: the decoder layer, rounded
# (README_WEIGHTS.md); three norms and the projection from twice the width come on top.
def test_multi_token_prediction_is_counted_apart() -> None:
    found = facts(arch("deepseek-v3")).parameters
    assert found.mtp == found.per_layer[-1] + 3 * 7168 + 7168 * 2 * 7168
    assert found.total == 671_026_404_352


# MiMo-V2-Flash's README: "lightweight", 0.33B parameters a block.
def test_modules_are_as_large_as_published() -> None:
    assert round(facts(arch("mimo-v2-flash")).parameters.mtp / 3e9, 2) == 0.33


def test_cache_respects_windows() -> None:
    model = arch("gpt-oss-20b")
    per_layer = 2 * 8 * 64 * 2
    assert bytes_per_token(model) == 24 * per_layer
    assert bytes_at_context(model, 0) == 0
    assert bytes_at_context(model, 128) == 24 * 128 * per_layer
    assert bytes_at_context(model, 1000) == 12 * (128 + 1000) * per_layer


def test_cache_respects_chunks() -> None:
    per_layer = 2 * 8 * 128 * 2
    assert bytes_at_context(arch("llama-4-maverick"), 100_000) == (36 * 8192 + 12 * 100_000) * per_layer


def test_latent_cache_grows_without_bound() -> None:
    assert bytes_at_context(arch("deepseek-v3"), 131_072) == 61 * 131_072 * (512 + 64) * 2


@pytest.mark.parametrize(
    ("name", "recurrent", "convolved"),
    [
        ("qwen3-next-80b-a3b", 36 * 32 * 128 * 128, 36 * (2 * 16 * 128 + 32 * 128) * 4),
        ("kimi-linear-48b-a3b", 20 * 32 * 128 * 128, 20 * 3 * 32 * 128 * 4),
        ("nemotron-3-nano-30b-a3b", 23 * 64 * 64 * 128, 23 * (64 * 64 + 2 * 8 * 128) * 4),
        ("llama-3-8b", 0, 0),
    ],
)
def test_states_are_float32_and_convolutions_bfloat16(name: str, recurrent: int, convolved: int) -> None:
    assert state_bytes(arch(name)) == 4 * recurrent + 2 * convolved


def test_layers_in_words() -> None:
    gemma = facts(arch("gemma-3-27b")).layers
    assert gemma[4] == LayerFacts(4, "gqa", "gated", 1024, "rope")
    assert gemma[5] == LayerFacts(5, "gqa", "gated", None, "rope")
    nemotron = facts(arch("nemotron-3-nano-30b-a3b")).layers
    assert nemotron[4:7] == (
        LayerFacts(4, "mamba2", None, None, None),
        LayerFacts(5, "gqa", None, None, "nope"),
        LayerFacts(6, None, "moe", None, None),
    )
    assert [layer.index for layer in nemotron] == list(range(52))


@pytest.mark.parametrize("name", spec_names())
def test_facts_as_json(name: str) -> None:
    plain = json.loads(json.dumps(facts(arch(name)).as_dict()))
    assert list(plain) == [
        *("name", "decoder_type", "context_length", "extended_context", "vocab_size"),
        *("hidden_size", "parameters"),
        *("kv_cache", "flops_per_token", "weight_bytes", "loops", "layers", "layer_mix", "warnings"),
    ]
    assert list(plain["parameters"]) == [
        *("total", "active", "active_mean", "active_with_tables", "active_without_embeddings"),
        *("embedding", "mtp", "per_layer"),
    ]
    assert list(plain["kv_cache"]) == [
        *("dtype", "bytes_per_token", "indexer_bytes_per_token", "state_bytes", "context"),
        *("bytes_at_context", "indexer_bytes_at_context", "total_bytes_at_context"),
        "bytes_per_token_at_context",
    ]
    assert list(plain["layers"][0]) == ["index", "mixer", "ffn", "window", "position"]
    assert isinstance(plain["kv_cache"]["bytes_per_token"], int)


def test_fractions_of_bytes_become_floats_in_json() -> None:
    found = facts(arch("gpt-2-xl"))
    compressed = found._replace(kv_cache=found.kv_cache._replace(bytes_per_token=Fraction(11, 2)))
    assert compressed.as_dict()["kv_cache"]["bytes_per_token"] == 5.5


@pytest.mark.parametrize(
    ("name", "context", "kept", "average"),
    [
        ("llama-3-8b", 8192, 2**30, 131_072),
        ("olmo-3-7b", 65_536, 9.5 * 2**30, 152 * 1024),
        ("deepseek-v3-2", 131_072, 61 * 131_072 * 2 * (512 + 64 + 128), 61 * 2 * (512 + 64 + 128)),
        ("xlstm-7b", 131_072, 32 * 8 * (256 * 513 + 1) * 4, 32 * 8 * (256 * 513 + 1) * 4 / 131_072),
        ("gemma-4-31b", 131_072, 50 * 1024 * 16_384 * 2 // 2 + 10 * 131_072 * 8192, 88_320),
    ],
)
def test_the_headline_is_the_average_at_the_common_context(
    name: str, context: int, kept: float, average: float
) -> None:
    cache = facts(arch(name)).kv_cache
    assert (cache.context, cache.total_bytes_at_context) == (context, kept)
    assert cache.bytes_per_token_at_context == average


@pytest.mark.parametrize("name", spec_names())
def test_the_parts_of_a_cache_sum_to_it(name: str) -> None:
    model = arch(name)
    for tokens in (1, 1000, 131_072):
        cache = facts(model, tokens).kv_cache.as_dict()
        parts = ("bytes_at_context", "indexer_bytes_at_context", "state_bytes")
        assert cache["total_bytes_at_context"] == sum(cache[part] for part in parts)
        assert cache["bytes_per_token_at_context"] == cache["total_bytes_at_context"] / tokens


def test_keys_and_values_of_one_projection_are_two_tensors_where_something_tells_them_apart() -> None:
    part = next(p for p in arch("gemma-4-31b").parts if isinstance(p, Attention) and p.key_value == "unified")
    bare = part.model_copy(update={"qk_norm": None, "v_norm": False, "position": NoPosition()})
    model = arch("gemma-4-31b")
    step = Sublayer((Branch(bare, None, None, 0, 1.0),), None, None)
    assert bytes_per_token(replace(model, layers=(Layer((step,), False, ""),))) == 4 * 512 * 2


def test_a_mean_where_choices_compute_nothing() -> None:
    counted = facts(arch("longcat-flash-lite")).parameters
    # 12 of 256 experts and 128 identities, in 14 layers
    assert counted.active - (counted.active_mean or 0) == 14 * 12 * 128 * 3 * 3072 * 1024 // 384
    assert facts(arch("deepseek-v3")).parameters.active_mean is None


@pytest.mark.parametrize(
    ("name", "active"),
    [
        # the embedding's row in place of its table; a tied one is the output layer; per-layer tables
        ("deepseek-v3", 37_552_282_624 - 129_280 * 7168 + 7168),
        ("gemma-3-270m", 268_098_176),
        ("gemma-4-e2b", 4_628_569_344 - 262_144 * 35 * 256 + 35 * 256),
        ("gpt-2-xl", 1_557_611_200 - 1024 * 1600 + 1600),
    ],
)
def test_of_tables_the_rows_are_active_that_a_token_reads(name: str, active: int) -> None:
    assert facts(arch(name)).parameters.active == active
