from __future__ import annotations

from math import prod

from hypothesis import given

from archposter.bundled import spec_path
from archposter.counts.cache import bytes_at_context, bytes_per_token, state_bytes
from archposter.counts.facts import facts
from archposter.counts.parameters import parameters
from archposter.counts.tensors import tensors
from archposter.spec.arch import Arch
from archposter.spec.load import load_spec
from archposter.spec.normalize import normalize
from archposter.spec.parts import Attention, Cca, CompressedAttention, NgramMemory, RecurrentMixer
from strategies import archs


def shapes(name: str, layer: int) -> dict[str, tuple[int, ...]]:
    arch = normalize(load_spec(spec_path(name)))
    prefix = f"layers.{layer}."
    return {t.name.removeprefix(prefix): t.shape for t in tensors(arch) if t.layer == layer}


def test_a_layer_of_llama() -> None:
    assert shapes("llama-3-8b", 31) == {
        "input_layernorm.weight": (4096,),
        "self_attn.q_proj.weight": (4096, 4096),
        "self_attn.k_proj.weight": (1024, 4096),
        "self_attn.v_proj.weight": (1024, 4096),
        "self_attn.o_proj.weight": (4096, 4096),
        "pre_feedforward_layernorm.weight": (4096,),
        "mlp.gate_proj.weight": (14336, 4096),
        "mlp.up_proj.weight": (14336, 4096),
        "mlp.down_proj.weight": (4096, 14336),
    }


def test_experts_have_copies_of_which_some_are_active() -> None:
    arch = normalize(load_spec(spec_path("deepseek-v3")))
    experts = {
        tensor.name.removeprefix("layers.3.mlp."): (tensor.shape, tensor.copies, tensor.active)
        for tensor in tensors(arch)
        if tensor.name.startswith("layers.3.mlp.")
    }
    assert experts == {
        "gate.weight": ((256, 7168), 1, 1),
        "experts.gate_proj.weight": ((2048, 7168), 256, 8),
        "experts.up_proj.weight": ((2048, 7168), 256, 8),
        "experts.down_proj.weight": ((7168, 2048), 256, 8),
        "shared_experts.gate_proj.weight": ((2048, 7168), 1, 1),
        "shared_experts.up_proj.weight": ((2048, 7168), 1, 1),
        "shared_experts.down_proj.weight": ((7168, 2048), 1, 1),
    }


def test_an_element_gate_doubles_the_query_projection() -> None:
    assert shapes("qwen3-next-80b-a3b", 3)["self_attn.q_proj.weight"] == (2 * 16 * 256, 2048)


def test_tables_and_norms_of_gpt_2() -> None:
    arch = normalize(load_spec(spec_path("gpt-2-xl")))
    outside = {tensor.name: tensor.shape for tensor in tensors(arch) if tensor.layer is None}
    assert outside == {
        "embed_tokens.weight": (50257, 1600),
        "embed_positions.weight": (1024, 1600),
        "norm.weight": (1600,),
        "norm.bias": (1600,),
    }


@given(archs())
def test_totals_are_sums_over_the_tensors(arch: Arch) -> None:
    every = list(tensors(arch))
    assert len({tensor.name for tensor in every}) == len(every)
    own = [tensor for tensor in every if tensor.group != "mtp"]
    counts = parameters(arch)
    assert counts.total == sum(prod(tensor.shape) * tensor.copies for tensor in own)
    assert counts.active_with_tables == sum(prod(tensor.shape) * tensor.active for tensor in own)
    assert counts.mtp == sum(tensor.size for tensor in every if tensor.group == "mtp")
    assert counts.per_layer == tuple(
        sum(tensor.size for tensor in own if tensor.layer == index) for index in range(len(arch.layers))
    )
    assert counts.active_without_embeddings < counts.active <= counts.active_with_tables <= counts.total
    assert counts.active_mean is None or counts.active_mean < counts.active


@given(archs())
def test_the_cache_grows_by_a_token_and_never_shrinks(arch: Arch) -> None:
    if not any(isinstance(part, CompressedAttention) for part in arch.parts):
        assert bytes_at_context(arch, 1) == bytes_per_token(arch)
    sizes = [bytes_at_context(arch, tokens) for tokens in (0, 1, 2, 1000, arch.context_length + 1000)]
    assert sizes == sorted(sizes)
    remembers = any(
        isinstance(part, RecurrentMixer | Cca)
        or (isinstance(part, Attention) and part.conv)
        or (isinstance(part, NgramMemory) and part.ple_conv_kernel_size > 1)
        for part in arch.parts
    ) or any(step.conv_kernel for layer in arch.layers for step in layer.sublayers)
    assert (state_bytes(arch) > 0) == remembers


@given(archs())
def test_facts_of_any_model(arch: Arch) -> None:
    found = facts(arch)
    assert len(found.layers) == len(arch.layers)
    assert sum(int(part.split()[0]) for part in found.layer_mix.split(" + ")) == len(arch.layers)
