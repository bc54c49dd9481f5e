"""Operations, against sums worked out by hand from the configs."""

from __future__ import annotations

from math import inf, prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archposter.bundled import spec_names, spec_path
from archposter.counts.facts import facts
from archposter.counts.flops import flops_per_token, matrix_flops
from archposter.counts.listing import listing
from archposter.counts.parameters import parameters
from archposter.counts.weight_bytes import WeightBytes, weight_bytes
from archposter.spec.arch import Arch
from archposter.spec.load import load_spec
from archposter.spec.model import ArchSpec
from archposter.spec.normalize import normalize
from archposter.spec.parts import SharedBlock
from strategies import archs


def arch(name: str) -> Arch:
    return normalize(load_spec(spec_path(name)))


def one_layer(mixer: dict[str, Any]) -> Arch:
    """A model with one mixer; the products with its weights are known from their shapes."""
    data = {
        "name": "Test",
        "context_length": 1000,
        "vocab_size": 7,
        "hidden_size": 5,
        "output": {"tied": True},
        "stack": ({"layer": {"mixer": mixer}},),
    }
    return normalize(ArchSpec.model_validate(data))


def mixing(mixer: dict[str, Any], context: int) -> int:
    model = one_layer(mixer)
    return flops_per_token(model, context) - matrix_flops(model)


def test_matrices_of_llama() -> None:
    attention = 4096 * (4096 + 1024 + 1024) + 4096 * 4096
    head = 128256 * 4096
    assert matrix_flops(arch("llama-3-8b")) == 2 * (32 * (attention + 3 * 4096 * 14336) + head)


def test_context_of_llama() -> None:
    model = arch("llama-3-8b")
    assert flops_per_token(model, 8192) - matrix_flops(model) == 32 * 32 * 2 * (128 + 128) * 8192


def test_a_tied_head_is_a_product_and_look_ups_are_none() -> None:
    model = arch("gpt-2-xl")
    assert matrix_flops(model) == 2 * (48 * (4 * 1600 * 1600 + 2 * 1600 * 6400) + 50257 * 1600)


def test_only_chosen_experts_work() -> None:
    model = arch("qwen3-235b-a22b")
    attention = 4096 * 128 * (64 + 4 + 4) + 64 * 128 * 4096
    layer = attention + 128 * 4096 + 8 * 3 * 4096 * 1536
    assert matrix_flops(model) == 2 * (94 * layer + 151936 * 4096)


HEADS = {
    "kind": "attention",
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "head_dim": 4,
    "v_head_dim": 3,
}
LATENT = {
    "kind": "mla",
    "num_attention_heads": 6,
    "q_lora_rank": 8,
    "kv_lora_rank": 9,
    "qk_nope_head_dim": 4,
    "qk_rope_head_dim": 2,
    "v_head_dim": 3,
}
INDEXER = {"index_n_heads": 3, "index_head_dim": 5, "index_topk": 10}
BLOCKS = {"index_n_heads": 3, "index_head_dim": 5, "index_block_size": 8, "index_topk_blocks": 4}
COMPRESSED = {
    "kind": "compressed",
    "num_attention_heads": 6,
    "head_dim": 4,
    "q_lora_rank": 8,
    "o_groups": 2,
    "o_lora_rank": 3,
    "sliding_window": 20,
}


@pytest.mark.parametrize(
    ("mixer", "context", "expected"),
    [
        (HEADS, 100, 2 * 6 * (4 + 3) * 100),
        (HEADS, 0, 2 * 6 * (4 + 3) * 1),
        (HEADS | {"span": {"kind": "sliding", "size": 30}}, 29, 2 * 6 * 7 * 29),
        (HEADS | {"span": {"kind": "sliding", "size": 30}}, 100, 2 * 6 * 7 * 30),
        (HEADS | {"span": {"kind": "chunked", "size": 30}}, 60, 2 * 6 * 7 * 30),
        (HEADS | {"span": {"kind": "chunked", "size": 30}}, 61, 2 * 6 * 7 * 1),
        (HEADS | {"indexer": BLOCKS}, 20, 2 * 6 * 7 * 20 + 2 * 3 * 5 * 20),
        (HEADS | {"indexer": BLOCKS}, 96, 2 * 6 * 7 * (4 * 8) + 2 * 3 * 5 * 96),
        (HEADS | {"indexer": BLOCKS}, 100, 2 * 6 * 7 * (3 * 8 + 4) + 2 * 3 * 5 * 100),
        (HEADS | {"indexer": BLOCKS | {"pooling": "mean"}}, 100, 2 * 6 * 7 * (4 * 8 + 4) + 2 * 3 * 5 * 12),
        (LATENT, 100, 2 * 6 * (4 + 2 + 3) * 100),
        (LATENT | {"indexer": INDEXER}, 7, 2 * 6 * 9 * 7 + 2 * 3 * 5 * 7),
        (LATENT | {"indexer": INDEXER}, 100, 2 * 6 * 9 * 10 + 2 * 3 * 5 * 100),
        (LATENT | {"indexer": INDEXER | {"index_kpool": 5}}, 103, 2 * 6 * 9 * (10 + 3) + 2 * 3 * 5 * 20),
        (COMPRESSED, 100, 4 * 6 * 4 * 20),
        (COMPRESSED | {"compressor": {"compress_ratio": 8}}, 100, 4 * 6 * 4 * (20 + 12)),
        (
            COMPRESSED | {"compressor": {"compress_ratio": 8, "overlap": True, "indexer": INDEXER}},
            100,
            4 * 6 * 4 * (20 + 10) + 2 * 3 * 5 * 12,
        ),
        (
            {"kind": "cca", "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 4},
            9,
            4 * 6 * 4 * 9,
        ),
        ({"kind": "kda", "linear_num_heads": 3, "linear_head_dim": 4}, 9, 7 * 3 * 16),
        ({"kind": "lightning", "num_attention_heads": 3, "head_dim": 4}, 9, 5 * 3 * 16),
        ({"kind": "mlstm", "num_heads": 3, "qk_head_dim": 4, "v_head_dim": 6}, 9, 5 * 3 * 4 * 7),
        (
            {"kind": "mamba2", "mamba_num_heads": 3, "mamba_head_dim": 4, "ssm_state_size": 6},
            9,
            5 * 3 * 4 * 6,
        ),
        ({"kind": "short_conv"}, 9, 0),
        (
            {
                "kind": "gated_deltanet",
                "linear_num_key_heads": 2,
                "linear_num_value_heads": 4,
                "linear_key_head_dim": 3,
                "linear_value_head_dim": 5,
            },
            9,
            7 * 4 * 3 * 5,
        ),
    ],
)
def test_mixing(mixer: dict[str, Any], context: int, expected: int) -> None:
    assert mixing(mixer, context) == expected


def test_a_convolution_multiplies_once_a_column() -> None:
    narrow = one_layer({"kind": "short_conv", "conv_kernel": 3})
    wide = one_layer({"kind": "short_conv", "conv_kernel": 4})
    assert matrix_flops(wide) - matrix_flops(narrow) == 2 * 5


@pytest.mark.parametrize("name", spec_names())
def test_two_operations_for_each_active_weight_but_for_norms_and_look_ups(name: str) -> None:
    model = arch(name)
    counts = parameters(model)
    used = counts.active_without_embeddings + model.embedding.vocab_size * model.hidden_size
    again = model.loops > 1 or any(isinstance(part, SharedBlock) for part in model.parts)
    assert 0.99 * 2 * used < matrix_flops(model) <= (inf if again else 2 * used)


@given(archs(), st.integers(1, 10**6))
def test_a_longer_context_never_costs_less_than_the_matrices(model: Arch, context: int) -> None:
    assert flops_per_token(model, context) >= matrix_flops(model) > 0


@given(archs())
def test_tensor_rows_add_up(model: Arch) -> None:
    rows = listing(model)
    counts = parameters(model)
    assert all(row.size == prod(row.shape) * row.copies for row in rows)
    assert sum(row.size for row in rows if row.group != "mtp") == counts.total
    assert sum(row.size for row in rows if row.group == "mtp") == counts.mtp
    assert (
        sum(prod(row.shape) * row.active for row in rows if row.group != "mtp") == counts.active_with_tables
    )
    assert len({(row.place, row.name) for row in rows}) == len(rows)


def test_equal_layers_stand_once() -> None:
    places = list(dict.fromkeys(row.place for row in listing(arch("deepseek-v3"))))
    assert places == ["", "layers.0-2", "layers.3-60", "mtp.0"]


def test_weight_bytes() -> None:
    assert weight_bytes(7) == WeightBytes(bf16=14, fp8=7, int4=4)


def test_facts_of_a_context() -> None:
    model = arch("gpt-oss-20b")
    near, full = facts(model, 64), facts(model)
    assert near.flops_per_token == flops_per_token(model, 64)
    assert full.flops_per_token == flops_per_token(model, 131_072)
    assert near.kv_cache.bytes_at_context == 64 * full.kv_cache.bytes_per_token
    assert near._replace(kv_cache=full.kv_cache, flops_per_token=full.flops_per_token) == full
