"""Norms on the stream, streams in blocks, convolutions beside parts: from configs to counts and pictures."""

from __future__ import annotations

from typing import Any

import pytest

from archposter.audit import audit
from archposter.blocks.card import card as blocks
from archposter.compare.values import Value, Varied
from archposter.compare.whole import of_stack
from archposter.counts.cache import state_bytes
from archposter.counts.facts import facts
from archposter.counts.flops import flops_per_token, matrix_flops
from archposter.counts.listing import listing
from archposter.counts.parameters import parameters
from archposter.counts.tensors import tensors
from archposter.importer.read import import_config
from archposter.pipeline import Model
from archposter.scene import Frame, Path, Text
from archposter.spec.arch import Arch
from archposter.spec.normalize import normalize
from archposter.spec.parts import Attention, Relative

OPT_350M = {
    "model_type": "opt",
    "do_layer_norm_before": False,
    "ffn_dim": 4096,
    "hidden_size": 1024,
    "num_attention_heads": 16,
    "num_hidden_layers": 24,
    "word_embed_proj_dim": 512,
}
INKLING = {
    "model_type": "inkling_text",
    "hidden_size": 64,
    "num_hidden_layers": 7,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "swa_num_attention_heads": 4,
    "swa_num_key_value_heads": 4,
    "swa_head_dim": 8,
    "d_rel": 3,
    "rel_extent": 40,
    "sliding_window_size": 24,
}
INKLING_2 = {**INKLING, "model_type": "inkling2_text", "n_layers_per_attn_res_block": 3}


def placement(found: Arch) -> Value:
    return of_stack(found.layers, found.norm)["norm"]["norm placement"].value


def arch(config: dict[str, Any]) -> Arch:
    return normalize(import_config(config, "config.json", lenient=True).spec)


def shapes(found: Arch, layer: int) -> dict[str, tuple[int, ...]]:
    return {
        tensor.name.removeprefix(f"layers.{layer}."): tensor.shape
        for tensor in tensors(found)
        if tensor.layer == layer
    }


def card(config: dict[str, Any]) -> Frame:
    frame = Model(arch(config), "test").card().frame
    assert audit(frame) == ()
    return frame


def lowest(path: Path) -> float:
    return max(numbers[-1] for command, numbers in path.commands if command != "Z")


@pytest.mark.parametrize(
    ("config", "total"),
    [(OPT_350M, 331_196_416), ({"model_type": "openai-gpt"}, 116_534_784)],
)
def test_published_sizes_of_models_with_norms_of_the_sum(config: dict[str, Any], total: int) -> None:
    found = arch(config)
    assert parameters(found).total == total
    assert found.final_norm is None
    assert {step.sum_norm for layer in found.layers for step in layer.sublayers} == {found.norm}
    assert placement(found) == "sum"


def test_a_narrow_embedding_is_projected_there_and_back() -> None:
    found = {row.name: row.shape for row in listing(arch(OPT_350M)) if not row.place}
    assert found["embed_tokens.weight"] == (50272, 512)
    assert (found["project_in.weight"], found["project_out.weight"]) == ((1024, 512), (512, 1024))
    assert "lm_head.weight" not in found
    plain = arch({**OPT_350M, "word_embed_proj_dim": None})
    saved = 2 * 50272 * 512 - 2 * 2 * 1024 * 512
    assert matrix_flops(plain) - matrix_flops(arch(OPT_350M)) == saved


def test_a_norm_of_the_sum_stands_on_the_stream() -> None:
    frame = card({"model_type": "openai-gpt"})
    norms = [item.y for item in frame.items if isinstance(item, Text) and item.text == "LayerNorm"]
    lines = [item for item in frame.items if isinstance(item, Path) and item.role == "residual"]
    ends = [min(numbers[-1] for command, numbers in line.commands if command != "Z") for line in lines]
    assert len(norms) == len(lines) == 2
    # each plus, where a residual line ends, lies below the norm of its sum; the next line leaves above it
    assert all(end > norm for end, norm in zip(sorted(ends), sorted(norms), strict=True))
    assert min(map(lowest, lines)) < max(norms)


def test_convolutions_and_learned_distances() -> None:
    found = arch(INKLING)
    local, wide = shapes(found, 0), shapes(found, 5)
    assert local["self_attn.k_sconv.conv1d.weight"] == (4 * 8, 1, 4)
    assert wide["self_attn.v_sconv.conv1d.weight"] == (2 * 16, 1, 4)
    assert local["attn_sconv.conv1d.weight"] == local["mlp_sconv.conv1d.weight"] == (64, 1, 4)
    assert local["self_attn.rel_logits_proj.proj"] == (3, 24)
    assert wide["self_attn.rel_logits_proj.proj"] == (3, 40)
    assert wide["self_attn.r_proj.weight"] == (4 * 3, 64)
    assert wide["mlp.gate.weight"] == (256 + 2, 6144 // 96)
    assert state_bytes(found) == 4 * 4 * (6 * 2 * 4 * 8 + 2 * 2 * 16 + 7 * 2 * 64)


def test_the_bias_by_distance_costs_a_product_of_what_is_near() -> None:
    found = arch(INKLING)
    heads = {local: 2 * 4 * (2 * width * seen + 3 * near) for local, width, seen, near in (
        (True, 8, 24, 24), (False, 16, 100, 40),
    )}  # fmt: skip
    assert flops_per_token(found, 100) - matrix_flops(found) == 6 * heads[True] + heads[False]


def test_a_stream_in_blocks_begins_anew_and_is_read_by_every_step() -> None:
    found = arch(INKLING_2)
    steps = [step for layer in found.layers for step in layer.sublayers]
    assert [place for place, step in enumerate(steps) if step.restarts] == [0, 6, 12]
    assert [step.mixes for step in steps] == [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1, 1, 1]
    queries = [tensor.shape for tensor in tensors(found) if tensor.name.endswith("query")]
    assert queries == [(step.mixes, 64) for step in steps if step.mixes] + [(1, 64)]
    assert {"q_input_layernorm.weight", "k_input_layernorm.weight", "v_input_layernorm.weight"} <= set(
        shapes(found, 5)
    )
    # sums to read, layer by layer: the embedding, and one more for every block that has begun
    read = (0 + 2) + (2 + 2) + (2 + 2) + (2 + 3) + (3 + 3) + (3 * 3 + 3) + (3 + 4) + 4
    distances = [part.position for part in found.parts if isinstance(part, Attention)]
    assert all(isinstance(position, Relative) for position in distances)
    mixing = flops_per_token(found, 1) - matrix_flops(found)
    heads = 6 * 2 * 4 * (2 * 8 + 3) + 2 * 4 * (2 * 16 + 3)
    assert mixing - heads == 4 * 64 * read


def test_a_stream_in_blocks_is_drawn() -> None:
    frame = card({"model_type": "inkling2_text"})
    dashed = [item for item in frame.items if isinstance(item, Path) and item.dash and item.role != "link"]
    assert {"residual", "feed"} <= {item.role for item in dashed}
    found = arch({"model_type": "inkling2_text"})
    assert "What a step reads" in {inset.titles[0] for inset in blocks(found, facts(found)).insets}


def test_gated_norms_and_their_step() -> None:
    found = arch({"model_type": "axk2", "num_hidden_layers": 2})
    dense, sparse = shapes(found, 0), shapes(found, 1)
    for names in (dense, sparse):
        assert names["input_layernorm.mlp.fc1.weight"] == (16, 2048)
        assert names["self_attn.q_gate_proj.weight"] == (32 * (64 + 32 + 64), 2 * 384)
    assert "pre_feedforward_layernorm.mlp.fc2.weight" in sparse
    assert "pre_feedforward_layernorm.mlp.fc2.weight" not in dense
    said = placement(found)
    assert isinstance(said, Varied)
    assert said.values == ("gated pre", "pre", "gated pre", "gated pre")
    texts = {item.text for item in card({"model_type": "axk2"}).items if isinstance(item, Text)}
    assert {"Gated RMSNorm", "Final RMSNorm", "Gated norm, rank 16"} <= texts


def test_sums_scaled_by_depth_have_no_weights() -> None:
    found = arch({"model_type": "beam", "num_hidden_layers": 6})
    assert not any(row.group == "residual" or "residual" in row.name for row in listing(found))
    assert shapes(found, 3)["self_attn.gate_bias"] == (48,)
    kinds = [part.position.kind for part in found.parts if isinstance(part, Attention)]
    assert kinds == ["rope"] * 5 + ["nope"]
    marks = [
        item for item in card({"model_type": "beam"}).items if isinstance(item, Text) and "√" in item.text
    ]
    assert marks


def test_prediction_modules_without_a_class_are_told() -> None:
    inside = import_config({**INKLING, "num_mtp_layers": 2}, "config.json")
    assert [warning.path for warning in inside.warnings] == ["num_mtp_layers"]
    wrapped = {
        "model_type": "inkling_mm_model",
        "text_config": INKLING,
        "mtp_config": {"local_layer_ids": [1]},
    }
    outside = import_config(wrapped, "config.json")
    assert [warning.path for warning in outside.warnings] == ["mtp_config"]
    assert outside.spec.stack == import_config(INKLING, "config.json").spec.stack
