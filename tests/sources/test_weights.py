"""Checkpoints' shapes against the counts: equal only where equal, and what is left out is named."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy
import pytest
from safetensors.numpy import save_file

import archposter
from archposter.diagnostics import SpecError
from archposter.sources.checkpoint import Checkpoint, Stored
from archposter.sources.safetensors import Folder, read_file
from archposter.sources.weights import Agreement, agreement
from archposter.spec.arch import Arch
from checkpoints import header, published, write_folder
from configs import SLUGS, text


def arch_of(slug: str) -> Arch:
    return archposter.load(slug).arch


@cache
def tensors_of(slug: str) -> list[Stored]:
    return published(arch_of(slug))


def compared(slug: str, stored: list[Stored]) -> Agreement:
    return agreement(arch_of(slug), Checkpoint("x", tuple(stored)))


@pytest.mark.costly
@pytest.mark.parametrize("slug", SLUGS[::9])
def test_a_models_own_tensors_are_equal(slug: str) -> None:
    arch = arch_of(slug)
    found = agreement(arch, Checkpoint("x", tuple(published(arch))))
    assert (found.differences, found.packed, found.left_out) == ((), 0, {})
    assert found.equal
    assert found.stored == found.counted == archposter.load(slug).facts().parameters.total


def test_the_words_of_an_equal_checkpoint() -> None:
    assert str(compared("gpt-2-xl", published(arch_of("gpt-2-xl")))) == "1,557,611,200 parameters, equal"


@pytest.mark.costly
@pytest.mark.parametrize(
    ("slug", "extra", "left_out"),
    [
        ("deepseek-v3", ("model.layers.3.mlp.gate.e_score_correction_bias", (256,), "F32"), "router biases"),
        ("deepseek-v3", ("model.layers.3.mlp.up_proj.weight_scale_inv", (3, 5), "F32"), "scales"),
        ("deepseek-v3", ("model.layers.61.eh_proj.weight", (7168, 14336), "BF16"), "MTP"),
        ("qwen3-30b-a3b", ("mtp.layers.0.mlp.gate.weight", (512, 2048), "BF16"), "MTP"),
        ("llama-3-8b", ("model.layers.0.self_attn.rotary_emb.inv_freq", (64,), "F32"), "buffers"),
        ("gemma-4-31b", ("model.layers.0.layer_scalar", (1,), "BF16"), "buffers"),
        ("gpt-2-xl", ("h.0.attn.bias", (1, 1, 1024, 1024), "F32"), "buffers"),
        (
            "gemma-3-27b",
            ("vision_tower.encoder.layers.0.mlp.fc1.weight", (4304, 1152), "BF16"),
            "other towers",
        ),
        ("gemma-3-27b", ("language_model.lm_head.weight", (262208, 5376), "BF16"), "a copy of the embedding"),
    ],
)
def test_what_is_no_parameter_of_the_decoder_is_named(
    slug: str, extra: tuple[str, tuple[int, ...], str], left_out: str
) -> None:
    stored = Stored(*extra)
    found = compared(slug, [*tensors_of(slug), stored])
    assert found.equal
    assert found.left_out == {left_out: stored.size}
    assert f"{left_out} {stored.size:,}" in str(found)


@pytest.mark.costly
@pytest.mark.parametrize(
    "extra",
    [
        ("model.layers.3.self_attn.q_proj.bias", (4096,), "BF16"),
        ("model.layers.32.self_attn.q_proj.weight", (4096, 4096), "BF16"),  # a layer more, not an MTP module
        ("model.extra.weight", (7,), "BF16"),
        ("h.0.attn.bias", (4800,), "BF16"),
    ],
)
def test_what_is_not_understood_is_never_equal(extra: tuple[str, tuple[int, ...], str]) -> None:
    found = compared("llama-3-8b", [*tensors_of("llama-3-8b"), Stored(*extra)])
    assert not found.equal
    assert found.differences
    assert f"{Stored(*extra).size:,} more than the 8,030,261,248 counted" in str(found)


@pytest.mark.costly
@pytest.mark.parametrize("name", ["self_attn.q_scale", "self_attn.inv_freq", "e_score_correction_bias"])
def test_a_weight_under_the_name_of_a_buffer_is_missed(name: str) -> None:
    place = "model.layers.0."
    stored = [
        t._replace(name=place + name) if t.name == f"{place}self_attn.q_proj.weight" else t
        for t in tensors_of("llama-3-8b")
    ]
    found = compared("llama-3-8b", stored)
    assert not found.equal
    assert "layer 0: only in the spec: self_attn.q_proj.weight" in found.differences


def test_a_difference_names_layers_tensor_and_both_shapes() -> None:
    stored = [
        tensor._replace(shape=(2048, 4096)) if "q_proj" in tensor.name else tensor
        for tensor in tensors_of("llama-3-8b")
    ]
    assert compared("llama-3-8b", stored).differences == (
        "layers 0-31: 209,723,392 numbers in the weights, 218,112,000 in the spec",
        "layers 0-31: self_attn.q_proj.weight is 2048 x 4096 in the weights, 4096 x 4096 in the spec",
    )


def test_a_difference_is_told_in_the_names_of_the_file() -> None:
    renamed = {"self_attn.k_proj": "attention.wk", "self_attn.q_proj": "attention.wq"}
    stored = []
    for t in tensors_of("llama-3-8b"):
        name = t.name
        for ours, theirs in renamed.items():
            name = name.replace(ours, theirs)
        name = name.replace("pre_feedforward_layernorm", "ffn_norm")
        stored.append(
            t._replace(name=name, shape=(512, 4096) if "layers.7.attention.wk" in name else t.shape)
        )
    assert compared("llama-3-8b", stored).differences == (
        "layer 7: 216,014,848 numbers in the weights, 218,112,000 in the spec",
        "layer 7: attention.wk.weight is 512 x 4096 in the weights, 1024 x 4096 in the spec",
    )


def test_a_head_of_another_shape_is_no_copy_of_the_embedding() -> None:
    head = Stored("lm_head.weight", (262_208, 640), "BF16")
    found = compared("gemma-3-270m", [*tensors_of("gemma-3-270m"), head])
    assert not found.equal
    assert "only in the weights: lm_head.weight" in found.differences[1]


def test_sums_that_agree_by_chance_do_not_hide_a_difference() -> None:
    swapped = {"q_proj": (1024, 4096), "k_proj": (4096, 4096)}
    stored = [
        t._replace(shape=next((s for name, s in swapped.items() if name in t.name), t.shape))
        for t in tensors_of("llama-3-8b")
    ]
    found = compared("llama-3-8b", stored)
    assert found.stored == found.counted
    assert not found.equal
    assert "equal in all, not in every layer" in str(found)


def test_numbers_that_moved_to_another_layer_are_seen() -> None:
    stored = tensors_of("llama-3-8b")
    moved = next(t for t in stored if t.name == "model.layers.4.mlp.up_proj.weight")
    stored = [*(t for t in stored if t is not moved), moved._replace(name="model.layers.5.mlp.again.weight")]
    found = compared("llama-3-8b", stored)
    assert found.stored == found.counted
    assert [line.partition(":")[0] for line in found.differences] == ["layer 4"] * 2 + ["layer 5"] * 2


def test_packed_weights_are_not_called_equal() -> None:
    stored = [
        Stored(t.name.replace(".weight", ".qweight"), (t.shape[0], t.shape[1] // 8), "I32")
        if "proj" in t.name
        else t
        for t in tensors_of("llama-3-8b")
    ]
    found = compared("llama-3-8b", stored)
    assert (found.packed, found.equal, found.differences) == (224, False, ())
    assert str(found) == "packed: 1,923,354,624 stored numbers, 224 tensors in an unknown way"


def test_mxfp4_holds_two_numbers_in_a_byte() -> None:
    stored: list[Stored] = []
    for tensor in published(arch_of("gpt-oss-20b")):
        if "experts" in tensor.name and len(tensor.shape) == 2:
            rows, columns = tensor.shape
            stem = tensor.name.removesuffix(".weight")
            stored.append(Stored(f"{stem}_blocks", (rows, columns // 32, 16), "U8"))
            stored.append(Stored(f"{stem}_scales", (rows, columns // 32), "U8"))
        else:
            stored.append(tensor)
    found = compared("gpt-oss-20b", stored)
    assert found.equal
    assert list(found.left_out) == ["scales"]
    assert found.schemes == {"MXFP4": 2304}


def test_a_folder_is_a_model(tmp_path: Path) -> None:
    arch = arch_of("qwen3-0-6b")
    for files in (1, 3):
        folder = write_folder(tmp_path / f"mine-{files}", text("qwen3-0-6b"), published(arch), files)
        model = archposter.load(folder)
        found = model.weights()
        assert model.slug == f"mine-{files}"
        assert found
        assert found.equal
        assert json.dumps(found.as_dict())


def test_a_folder_without_weights_has_facts(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(text("qwen3-0-6b"))
    assert archposter.load(str(tmp_path)).weights() is None


def test_a_folder_as_mistral_publishes_it_is_a_model(tmp_path: Path) -> None:
    said = {"dim": 64, "n_layers": 2, "head_dim": 16, "hidden_dim": 96, "n_heads": 4, "n_kv_heads": 2}
    (tmp_path / "params.json").write_text(json.dumps({**said, "norm_eps": 1e-5, "vocab_size": 128}))
    model = archposter.load(tmp_path)
    (tmp_path / "consolidated.safetensors").write_bytes(header(published(model.arch)))
    found = archposter.load(tmp_path).weights()
    assert found
    assert found.equal
    assert found.counted == 2 * 128 * 64 + 2 * (64 * 64 * 2 + 64 * 32 * 2 + 3 * 64 * 96 + 2 * 64) + 64


def test_a_file_of_the_library_is_read(tmp_path: Path) -> None:
    file = tmp_path / "x.safetensors"
    save_file({"a": numpy.zeros((2, 3), "float16"), "b": numpy.zeros(5, "int32")}, file)
    assert set(read_file(file)) == {Stored("a", (2, 3), "F16"), Stored("b", (5,), "I32")}


@pytest.mark.costly
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "ends within the header"),
        (b"\0" * 8, "unusual length"),
        ((2**40).to_bytes(8, "little") + b"{}", "unusual length"),
        (header([Stored("a", (2,), "F16")])[:-3], "ends within the header"),
        (
            header([Stored("a", (2,), "F16")]).replace(b"0, 0", b"0, 9"),
            "incomplete: 103 bytes, and its header says 112",
        ),
        (header([Stored("a", (2,), "F16")]).replace(b"[0, 0]", b'"0, 0"'), "impossible shape"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n",
            "a Git LFS pointer.*run git lfs pull",
        ),
        ((4).to_bytes(8, "little") + b"[1] ", "not a JSON object"),
        ((4).to_bytes(8, "little") + b"[[[[", "not JSON"),
        (header([Stored("a", (-2,), "F16")]), "impossible shape"),
        (header([Stored("a", (2**60, 2**60), "F16")]), "impossible shape"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "x.safetensors"
    file.write_bytes(content)
    with pytest.raises(SpecError, match=message):
        read_file(file)


@pytest.mark.costly
@pytest.mark.parametrize("name", ["../x.safetensors", "/x.safetensors", "x.bin", "a\nb.safetensors"])
def test_an_index_does_not_lead_out_of_its_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": name}}))
    with pytest.raises(SpecError, match=r"not the name of a \.safetensors file"):
        Folder(tmp_path).checkpoint()
