"""Files of models whose attention reads what an indexer chooses, as their makers spell them."""

from __future__ import annotations

from typing import Any

import pytest

from archposter.counts.cache import bytes_per_token, indexer_bytes_per_token, state_bytes
from archposter.counts.flops import flops_per_token
from archposter.counts.listing import listing
from archposter.counts.parameters import parameters
from archposter.diagnostics import SpecError
from archposter.importer.families.qwen import primes
from archposter.importer.read import import_config
from archposter.spec.arch import Arch
from archposter.spec.model import ArchSpec
from archposter.spec.normalize import normalize
from archposter.spec.parts import Attention, Mla, NgramMemory
from configs import config

SPARSE = [0] * 3 + [1] * 57
CHOICE = {
    "use_sparse_attention": True,
    "sparse_index_dim": 128,
    "sparse_num_index_heads": 4,
    "sparse_topk_blocks": 16,
    "sparse_block_size": 128,
    "sparse_disable_index_value": SPARSE,
    "sparse_score_type": "max",
    "sparse_init_block": 0,
    "sparse_local_block": 1,
    "sparse_attention_freq": SPARSE,
}
MINIMAX_M3: dict[str, Any] = {
    "hidden_size": 6144,
    "num_hidden_layers": 60,
    "max_position_embeddings": 1_048_576,
    "use_gemma_norm": True,
    "rope_theta": 5_000_000,
    "rotary_dim": 64,
    "partial_rotary_factor": 0.5,
    "hidden_act": "swigluoai",
    "n_shared_experts": 1,
    "moe_layer_freq": SPARSE,
    "qk_norm_type": "per_head",
    "num_mtp_modules": 7,
    "sparse_attention_config": CHOICE,
}
DOTS3 = {
    "model_type": "dots3_note",
    "vocab_size": 152_064,
    "scoring_func": "noaux_tc",
    "use_dsa": True,
    "attention_gate_type": "headwise",
    "swa_num_attention_heads": 64,
    "swa_kv_lora_rank": 1024,
    "swa_qk_nope_head_dim": 192,
    "swa_qk_rope_head_dim": 64,
    "swa_rope_theta": 50_000.0,
    "sliding_window_size": 513,
    "num_nextn_predict_layers": 1,
    "layer_types": [
        "full_attention" if index < 2 or index % 4 == 1 else "sliding_attention" for index in range(46)
    ],
    "vision_config": {},
}
QWEN4 = {
    "model_type": "qwen4_exp_text",
    "hidden_size": 2560,
    "num_hidden_layers": 48,
    "num_attention_heads": 24,
    "linear_num_value_heads": 48,
    "moe_intermediate_size": 640,
    "shared_expert_intermediate_size": 640,
    "max_position_embeddings": 262_144,
    "indexer_n_heads": 4,
    "indexer_kv_heads": 1,
    "indexer_head_dim": 128,
    "indexer_budget": 2048,
    "indexer_compress_ratio": 4,
    "output_gate_type": "sigmoid",
    "partial_rotary_factor": 0.25,
    "ple_layer_ids": [2],
    "mtp_num_hidden_layers": 1,
}


GLM53 = {
    "model_type": "glm5_next",
    "text_config": {
        "num_hidden_layers": 45,
        "qk_rope_head_dim": 0,
        "mhc": True,
        "scoring_func": "sigmoid",
        "first_k_dense_replace": 3,
        "linear_attn_config": {"num_heads": 64, "head_dim": 128, "gate_lower_bound": -5.0},
        "layer_types": [
            "linear_attention" if index % 4 < 3 else "deepseek_sparse_attention" for index in range(45)
        ],
    },
}


def spec(data: dict[str, Any]) -> ArchSpec:
    found = import_config(data, "c.json")
    assert found.warnings == ()
    return found.spec


def arch(data: dict[str, Any]) -> Arch:
    return normalize(spec(data))


def refusal(data: dict[str, Any]) -> str:
    with pytest.raises(SpecError) as caught:
        import_config(data, "c.json")
    return str(caught.value)


def minimax(**changes: Any) -> dict[str, Any]:
    return {"model_type": "minimax_m3_vl", "text_config": MINIMAX_M3 | changes}


def test_a_choice_that_layers_share_has_three_spellings() -> None:
    types = ["full"] * 2 + (["full"] + ["shared"] * 3) * 19
    every_fourth = spec(config("glm-5") | {"index_topk_freq": 4, "index_skip_topk_offset": 3})
    assert spec(config("glm-5") | {"indexer_types": types}) == every_fourth
    letters = "".join(word[0].upper() for word in types)
    assert spec(config("glm-5") | {"index_topk_pattern": letters}) == every_fourth
    assert "S for each of 78" in refusal(config("glm-5") | {"index_topk_pattern": letters[1:]})


def test_a_layer_that_shares_the_choice_has_no_indexer_but_reads_as_many_tokens() -> None:
    own = arch(config("glm-5"))
    shared = arch(config("glm-5") | {"index_topk_freq": 4, "index_skip_topk_offset": 3})
    indexer = 2048 * 32 * 128 + 6144 * (128 + 32) + 2 * 128
    assert parameters(own).total - parameters(shared).total == 57 * indexer
    assert indexer_bytes_per_token(shared) == 21 * 128 * 2
    saved = flops_per_token(own, 100_000) - flops_per_token(shared, 100_000)
    assert saved == 57 * 2 * (indexer - 2 * 128 + 32 * 128 * 100_000)


def test_nothing_can_be_shared_that_no_layer_below_has() -> None:
    types = ["shared"] + ["full"] * 77
    assert "no earlier layer has an indexer" in refusal(config("glm-5") | {"indexer_types": types})


def test_minimax_m3_as_released() -> None:
    model = arch(minimax())
    assert parameters(model).total == 426_174_565_632
    assert indexer_bytes_per_token(model) == 57 * 128 * 2
    blocks = [part.indexer for part in model.parts if isinstance(part, Attention)]
    assert blocks[:3] == [None] * 3
    assert {(block.index_block_size, block.index_topk_blocks) for block in blocks[3:] if block} == {(128, 16)}


def test_an_indexer_with_values_cannot_be_said() -> None:
    values = CHOICE | {"sparse_disable_index_value": [0] * 60}
    assert "values of an indexer" in refusal(minimax(sparse_attention_config=values))
    scored = CHOICE | {"sparse_score_type": "mean"}
    assert "sparse_score_type" in refusal(minimax(sparse_attention_config=scored))


def test_dots3_note_as_released() -> None:
    model = arch(DOTS3)
    assert parameters(model).total == 279_551_718_016
    latents = {
        (part.span.kind, part.num_attention_heads, part.kv_lora_rank, bool(part.indexer))
        for part in model.parts
        if isinstance(part, Mla)
    }
    assert latents == {("full", 128, 512, True), ("sliding", 64, 1024, False)}


def test_sizes_of_single_layers_win() -> None:
    listed = {"2": {"kv_lora_rank": 256}, "03": {"kv_lora_rank": 128}}
    data = DOTS3 | {"per_layer_config": listed, "use_dsa": True}
    ranks = [part.kv_lora_rank for part in arch(data).parts if isinstance(part, Mla)]
    assert ranks[:5] == [512, 512, 256, 128, 512]
    assert "number of a layer" in refusal(DOTS3 | {"per_layer_config": {"46": {"kv_lora_rank": 1}}})


def test_qwen4_as_released() -> None:
    model = arch(QWEN4)
    assert parameters(model).total == 176_943_899_520
    (memory,) = {part for part in model.parts if isinstance(part, NgramMemory)}
    (table,) = [row for row in listing(model) if "ngram_embedding" in row.name]
    assert (table.copies, table.active, table.shape) == (memory.ngram_vocab_size, 16, (160,))
    assert parameters(model).active < parameters(model).total - table.size
    assert state_bytes(model) - state_bytes(arch(QWEN4 | {"ple_layer_ids": []})) == 4 * 2560 * 9 * 2


def test_glm_5_3_as_released() -> None:
    model = arch(GLM53)
    assert parameters(model).total == 313_326_816_766
    assert indexer_bytes_per_token(model) == 11 * 2 * 128 * 2
    assert bytes_per_token(model) == 11 * 512 * 2
    read = {part.indexer.index_topk for part in model.parts if isinstance(part, Mla) and part.indexer}
    assert read == {2048}
    assert model.layers == arch({"model_type": "glm5_next_text", "vocab_size": 154_880}).layers


def test_tables_have_primes_for_sizes() -> None:
    assert primes(31, 5) == [31, 37, 41, 43, 47]
    assert primes(1, 3) == [2, 3, 5]
    assert primes(20_000_000, 2) == [20_000_003, 20_000_023]
    assert primes(65_500, 4) == [65_519, 65_521, 65_537, 65_539]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"indexer_budget": 2047}, "no multiple of indexer_compress_ratio 4"),
        ({"ple_layer_ids": [49]}, "there are 48 layers"),
        ({"ple_layer_ids": list(range(1, 49)), "heads_per_ngram": 64}, "at most 4,096"),
        ({"ple_embed_dim": 2559}, "not a multiple"),
    ],
)
def test_what_qwen4_cannot_be(changes: dict[str, Any], message: str) -> None:
    assert message in refusal(QWEN4 | changes)


def test_glmga_holds_a_glm_4_6v() -> None:
    sizes = {"vocab_size": 151_552, "num_hidden_layers": 4}
    outer = spec({"model_type": "glmga", "text_config": sizes, "image_start_token_id": 151_339})
    assert outer.stack == spec({"model_type": "glm4v_text", **sizes}).stack
