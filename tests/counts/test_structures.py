"""What no count of parameters shows: names of weights, caches, indexers and states of unusual structures."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from archposter.bundled import spec_path
from archposter.counts.cache import bytes_at_context, bytes_per_token, indexer_bytes_per_token, state_bytes
from archposter.counts.facts import facts
from archposter.counts.tensors import tensors
from archposter.spec.arch import Arch
from archposter.spec.load import load_spec
from archposter.spec.normalize import normalize


def arch(name: str) -> Arch:
    return normalize(load_spec(spec_path(name)))


def shapes(name: str, layer: int) -> dict[str, tuple[int, ...]]:
    return {t.name.removeprefix(f"layers.{layer}."): t.shape for t in tensors(arch(name)) if t.layer == layer}


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("glm-5", Fraction(78 * 128 * 2)),
        ("deepseek-v4-flash", Fraction(21 * 128 * 2, 4)),
        ("gemma-4-e2b", Fraction()),
    ],
)
def test_indexers_keep_one_key_a_token_or_entry(name: str, size: Fraction) -> None:
    assert indexer_bytes_per_token(arch(name)) == size


def test_compressed_attention_keeps_its_window_and_whole_entries() -> None:
    model = arch("deepseek-v4-flash")
    assert bytes_per_token(model) == Fraction(512 * 2 * 21, 4) + Fraction(512 * 2 * 20, 128)
    assert bytes_at_context(model, 3) == 43 * 3 * 512 * 2
    assert bytes_at_context(model, 1000) == 512 * 2 * (43 * 128 + 21 * 250 + 20 * 7)


def test_layers_that_share_keys_and_values_cache_none() -> None:
    model = arch("gemma-4-e2b")
    assert bytes_at_context(model, 1000) == 2 * 2 * (12 * 512 * 256 + 3 * 1000 * 512)
    assert {name for name in shapes("gemma-4-e2b", 34) if name.startswith("self_attn")} == {
        "self_attn.q_proj.weight",
        "self_attn.q_norm.weight",
        "self_attn.o_proj.weight",
    }


def test_unified_keys_and_values_have_one_projection() -> None:
    names = shapes("gemma-4-26b-a4b", 5)
    assert names["self_attn.k_proj.weight"] == (2 * 512, 2816)
    assert "self_attn.v_proj.weight" not in names


def test_the_second_module_of_a_name_is_numbered() -> None:
    names = shapes("longcat-flash-lite", 0)
    assert names["self_attn.q_a_proj.weight"] == names["self_attn.1.q_a_proj.weight"] == (1536, 3072)
    assert names["mlp.gate_proj.weight"] == names["mlp.2.gate_proj.weight"] == (6144, 3072)
    assert names["mlp.1.experts.gate_proj.weight"] == (1024, 3072)
    assert names["mlp.1.gate.weight"] == (256 + 128, 3072)


def test_ngram_tables_differ_in_rows() -> None:
    tables = [t for t in tensors(arch("longcat-flash-lite")) if t.group == "extra_embedding"]
    assert [table.shape for table in tables] == [(78 * 131_072 + 2 * i + 1, 256) for i in range(12)]


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("xlstm-7b", 32 * 8 * (256 * 512 + 256 + 1) * 4),
        ("ling-2-5-1t", 70 * 64 * 128 * 128 * 4),
        ("zaya1-8b", 40 * ((8 + 2) * 128 * 2 + 128) * 2),
    ],
)
def test_states(name: str, size: int) -> None:
    assert state_bytes(arch(name)) == size


def test_loops_keep_a_cache_each_and_share_the_weights() -> None:
    once = arch("glm-5")
    looped = replace(once, loops=4)
    one, four = facts(once), facts(looped)
    assert four.parameters == one.parameters
    assert four.kv_cache.bytes_per_token == 4 * one.kv_cache.bytes_per_token
    assert four.kv_cache.bytes_at_context == 4 * one.kv_cache.bytes_at_context
    head = 2 * once.embedding.vocab_size * once.hidden_size
    assert four.flops_per_token - head == 4 * (one.flops_per_token - head)
