from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from archposter.bundled import spec_names, spec_path
from archposter.counts.cache import bytes_at_context, bytes_per_token, state_bytes
from archposter.counts.facts import LayerFacts, facts
from archposter.spec.arch import Arch
from archposter.spec.load import load_spec
from archposter.spec.normalize import normalize


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
        *("name", "decoder_type", "context_length", "vocab_size", "hidden_size", "parameters"),
        *("kv_cache", "flops_per_token", "weight_bytes", "loops", "layers", "layer_mix", "warnings"),
    ]
    assert list(plain["parameters"]) == [
        *("total", "active", "active_without_input_embedding", "active_without_embeddings"),
        *("embedding", "mtp", "per_layer"),
    ]
    assert list(plain["kv_cache"]) == [
        *("dtype", "bytes_per_token", "indexer_bytes_per_token", "state_bytes", "bytes_at_context"),
    ]
    assert list(plain["layers"][0]) == ["index", "mixer", "ffn", "window", "position"]
    assert isinstance(plain["kv_cache"]["bytes_per_token"], int)


def test_fractions_of_bytes_become_floats_in_json() -> None:
    found = facts(arch("gpt-2-xl"))
    compressed = replace(found, kv_cache=replace(found.kv_cache, bytes_per_token=Fraction(11, 2)))
    assert compressed.as_dict()["kv_cache"]["bytes_per_token"] == 5.5
