"""Quantised checkpoints of a small model: unpacked by shapes and bit width, and compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import archposter
from archposter.sources.checkpoint import Checkpoint, Stored
from archposter.sources.packing import unpacked
from archposter.sources.weights import Agreement, agreement
from archposter.spec.arch import Arch
from checkpoints import published

Scheme = Callable[[str, int, int, int], Iterator[Stored]]
"""The tensors that stand for a matrix: its module, rows, columns and bits."""

CONFIG: dict[str, Any] = {
    "model_type": "llama",
    "hidden_size": 128,
    "intermediate_size": 256,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 512,
    "max_position_embeddings": 4096,
    "tie_word_embeddings": False,
}
TOTAL = 426_624
GROUP = 64


@pytest.fixture(scope="module")
def arch(tmp_path_factory: pytest.TempPathFactory) -> Arch:
    file = tmp_path_factory.mktemp("model") / "config.json"
    file.write_text(json.dumps(CONFIG))
    return archposter.load(file).arch


def gptq(module: str, rows: int, columns: int, bits: int) -> Iterator[Stored]:
    groups = columns // GROUP
    yield Stored(f"{module}.qweight", (columns * bits // 32, rows), "I32")
    yield Stored(f"{module}.qzeros", (groups, rows * bits // 32), "I32")
    yield Stored(f"{module}.scales", (groups, rows), "F16")
    yield Stored(f"{module}.g_idx", (columns,), "I32")


def awq(module: str, rows: int, columns: int, bits: int) -> Iterator[Stored]:
    groups = columns // GROUP
    yield Stored(f"{module}.qweight", (columns, rows * bits // 32), "I32")
    yield Stored(f"{module}.qzeros", (groups, rows * bits // 32), "I32")
    yield Stored(f"{module}.scales", (groups, rows), "F16")


def compressed(module: str, rows: int, columns: int, bits: int) -> Iterator[Stored]:
    yield Stored(f"{module}.weight_packed", (rows, columns // (32 // bits)), "I32")
    yield Stored(f"{module}.weight_scale", (rows, columns // GROUP), "BF16")
    yield Stored(f"{module}.weight_shape", (2,), "I64")


def nf4(module: str, rows: int, columns: int, bits: int) -> Iterator[Stored]:
    weight = f"{module}.weight"
    yield Stored(weight, (rows * columns // 2, 1), "U8")
    yield Stored(f"{weight}.absmax", (rows * columns // GROUP,), "U8")
    yield Stored(f"{weight}.quant_map", (16,), "F32")
    yield Stored(f"{weight}.nested_absmax", (1,), "F32")
    yield Stored(f"{weight}.nested_quant_map", (256,), "F32")
    yield Stored(f"{weight}.quant_state.bitsandbytes__nf4", (80,), "U8")


def llm_int8(module: str, rows: int, columns: int, bits: int) -> Iterator[Stored]:
    yield Stored(f"{module}.weight", (rows, columns), "I8")
    yield Stored(f"{module}.SCB", (rows,), "F32")
    yield Stored(f"{module}.weight_format", (), "U8")


def eetq(module: str, rows: int, columns: int, bits: int) -> Iterator[Stored]:
    yield Stored(f"{module}.weight", (columns, rows), "I8")
    yield Stored(f"{module}.weight_scales", (rows,), "F16")


def w8a8(module: str, rows: int, columns: int, bits: int) -> Iterator[Stored]:
    yield Stored(f"{module}.weight", (rows, columns), "I8")
    yield Stored(f"{module}.weight_scale", (rows, 1), "BF16")


def fp8(*scales: str) -> Scheme:
    def tensors(module: str, rows: int, columns: int, bits: int) -> Iterator[Stored]:
        yield Stored(f"{module}.weight", (rows, columns), "F8_E4M3")
        for scale in scales:
            yield Stored(f"{module}.{scale}", (), "F32")

    return tensors


def nvfp4(module: str, rows: int, columns: int, bits: int) -> Iterator[Stored]:
    yield Stored(f"{module}.weight", (rows, columns // 2), "U8")
    yield Stored(f"{module}.weight_scale", (rows, columns // 16), "F8_E4M3")
    yield Stored(f"{module}.weight_scale_2", (), "F32")
    yield Stored(f"{module}.input_scale", (), "F32")


def nvfp4_packed(module: str, rows: int, columns: int, bits: int) -> Iterator[Stored]:
    yield Stored(f"{module}.weight_packed", (rows, columns // 2), "U8")
    yield Stored(f"{module}.weight_scale", (rows, columns // 16), "F8_E4M3")
    yield Stored(f"{module}.weight_global_scale", (1,), "F32")
    yield Stored(f"{module}.input_global_scale", (1,), "F32")


def mxfp4(module: str, rows: int, columns: int, bits: int) -> Iterator[Stored]:
    yield Stored(f"{module}.weight", (rows, columns // 2), "U8")
    yield Stored(f"{module}.weight_scale", (rows, columns // 32), "U8")


def mlx(module: str, rows: int, columns: int, bits: int) -> Iterator[Stored]:
    yield Stored(f"{module}.weight", (rows, columns * bits // 32), "U32")
    yield Stored(f"{module}.scales", (rows, columns // GROUP), "BF16")
    yield Stored(f"{module}.biases", (rows, columns // GROUP), "BF16")


def groups(bits: int) -> dict[str, Any]:
    return {
        "quantization_config": {
            "config_groups": {"g": {"targets": ["Linear"], "weights": {"num_bits": bits}}}
        }
    }


CASES: dict[str, tuple[Scheme, int, dict[str, Any], str]] = {
    "GPTQ, 4": (gptq, 4, {}, "GPTQ 4-bit"),
    "GPTQ, 3": (gptq, 3, {}, "GPTQ 3-bit"),
    "GPTQ, 8": (gptq, 8, {}, "GPTQ 8-bit"),
    "AWQ": (awq, 4, {}, "AWQ 4-bit"),
    "compressed-tensors, 4": (compressed, 4, groups(4), "compressed-tensors 4-bit"),
    "compressed-tensors, 8": (compressed, 8, groups(8), "compressed-tensors 8-bit"),
    "bitsandbytes, 4": (nf4, 4, {}, "bitsandbytes NF4"),
    "bitsandbytes, 8": (llm_int8, 8, {}, "8-bit integers"),
    "EETQ": (eetq, 8, {}, "8-bit integers"),
    "W8A8": (w8a8, 8, {}, "8-bit integers"),
    "DeepSeek FP8": (fp8("weight_scale_inv"), 8, {}, ""),
    "FBGEMM FP8": (fp8("weight_scale", "input_scale_ub"), 8, {}, ""),
    "Mistral FP8": (fp8("qscale_weight", "qscale_act"), 8, {}, ""),
    "ModelOpt FP8": (fp8("weight_scale", "input_scale"), 8, {}, ""),
    "NVFP4 of ModelOpt": (nvfp4, 4, {}, "NVFP4"),
    "NVFP4 of compressed-tensors": (nvfp4_packed, 4, {}, "NVFP4"),
    "MXFP4": (mxfp4, 4, {}, "MXFP4"),
    "MLX, 4": (mlx, 4, {"quantization": {"group_size": 64, "bits": 4}}, "MLX 4-bit"),
    "MLX, 6": (mlx, 6, {"quantization": {"group_size": 64, "bits": 6}}, "MLX 6-bit"),
}


def quantised(arch: Arch, scheme: Scheme, bits: int) -> tuple[Stored, ...]:
    found: list[Stored] = []
    for tensor in published(arch):
        if "proj" in tensor.name:
            found += scheme(tensor.name.removesuffix(".weight"), *tensor.shape, bits)
        else:
            found.append(tensor)
    return tuple(found)


def compared(arch: Arch, name: str) -> Agreement:
    scheme, bits, config, _ = CASES[name]
    return agreement(arch, Checkpoint("x", quantised(arch, scheme, bits), {**CONFIG, **config}))


@pytest.mark.parametrize("name", CASES)
def test_the_true_number_is_recovered(arch: Arch, name: str) -> None:
    found = compared(arch, name)
    assert (found.stored, found.counted, found.packed, found.differences) == (TOTAL, TOTAL, 0, ())
    said = CASES[name][3]
    assert found.schemes == ({said: 14} if said else {})
    assert list(found.left_out) == ["scales"]
    assert f"{TOTAL:,} parameters, equal (" in str(found)


@pytest.mark.parametrize(
    "name", ["GPTQ, 4", "AWQ", "compressed-tensors, 4", "NVFP4 of ModelOpt", "MLX, 4", "W8A8"]
)
def test_shapes_are_those_of_the_weights(arch: Arch, name: str) -> None:
    scheme, bits, config, _ = CASES[name]
    found = unpacked(Checkpoint("x", quantised(arch, scheme, bits), config))
    assert {t.name: t.shape for t in found.weights} == {t.name: t.shape for t in published(arch)}


@pytest.mark.parametrize("name", CASES)
def test_a_thinner_projection_is_seen(arch: Arch, name: str) -> None:
    scheme, bits, config, _ = CASES[name]
    module = "model.layers.1.self_attn.k_proj"
    tensors = [t for t in quantised(arch, scheme, bits) if not t.name.startswith(module)]
    tensors += scheme(module, 32, 128, bits)
    found = agreement(arch, Checkpoint("x", tuple(tensors), config))
    assert found.stored == TOTAL - 32 * 128
    assert (
        [line for line in found.differences if "proj" in line]
        == [line for line in found.differences if "self_attn.k_proj.weight" in line]
        != []
    )


@pytest.mark.parametrize("scheme", [compressed, mlx])
def test_without_a_bit_width_packed_numbers_are_called_so(arch: Arch, scheme: Scheme) -> None:
    tensors = quantised(arch, scheme, 4)
    found = agreement(arch, Checkpoint("x", tensors))
    assert (found.packed, found.equal) == (14, False)
    stored = sum(
        t.size for t in tensors if "scale" not in t.name and "biases" not in t.name and "shape" not in t.name
    )
    assert str(found).startswith(f"packed: {stored:,} stored numbers, 14 tensors in an unknown way")


def test_a_module_may_have_a_width_of_its_own(arch: Arch) -> None:
    module = "model.layers.0.mlp.down_proj"
    tensors = [t for t in quantised(arch, mlx, 4) if not t.name.startswith(module)]
    tensors += mlx(module, 128, 256, 8)
    config = {"quantization": {"group_size": 64, "bits": 4, module: {"group_size": 64, "bits": 8}}}
    found = agreement(arch, Checkpoint("x", tuple(tensors), config))
    assert found.equal
    assert found.schemes == {"MLX 4-bit": 13, "MLX 8-bit": 1}


@pytest.mark.parametrize("bits", [0, -4, 64, True, "4", None, 10**30])
def test_an_impossible_width_is_none(arch: Arch, bits: Any) -> None:
    config = {"quantization": {"bits": bits}}
    assert agreement(arch, Checkpoint("x", quantised(arch, mlx, 4), config)).packed == 14


def test_towers_and_talkers_are_named(arch: Arch) -> None:
    config = {"model_type": "qwen2_5_omni", "thinker_config": {"text_config": {}}}
    own = [Stored(f"thinker.{t.name}", t.shape, t.dtype) for t in published(arch)]
    others = [
        Stored("thinker.visual.blocks.0.attn.q.weight", (64, 64), "BF16"),
        Stored("talker.model.layers.0.self_attn.q_proj.weight", (64, 64), "BF16"),
        Stored("talker.model.norm.weight", (64,), "BF16"),
        Stored("talker.codec_head.weight", (100, 64), "BF16"),
        Stored("token2wav.dit.transformer_blocks.0.attn.to_q.weight", (64, 64), "F32"),
    ]
    found = agreement(arch, Checkpoint("x", (*others, *own), config))
    assert found.equal
    assert found.left_out == {"other towers": sum(t.size for t in others)}
    assert found.names == {"other towers": ("thinker.visual", "talker", "token2wav")}


def test_what_stands_outside_of_a_wrapped_decoder_is_a_tower(arch: Arch) -> None:
    config = {"model_type": "idefics3", "text_config": {}}
    own = [t._replace(name=t.name.replace("model.", "model.text_model.", 1)) for t in published(arch)]
    other = Stored("model.perceiver_of_another_kind.proj.weight", (128, 576), "BF16")
    found = agreement(arch, Checkpoint("x", (*own, other), config))
    assert found.equal
    assert found.names == {"other towers": ("model.perceiver_of_another_kind",)}
    assert not agreement(arch, Checkpoint("x", (*own, other))).equal
