"""What the readers of some families make of their own words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archposter.counts.parameters import parameters
from archposter.diagnostics import SpecError
from archposter.importer import families
from archposter.importer.read import import_config
from archposter.importer.table import READERS, reader
from archposter.spec.arch import Arch
from archposter.spec.normalize import normalize
from archposter.spec.parts import Attention, InnerNorm, Mamba1, Mamba2, Moe
from archposter.spec.parts.position import (
    DynamicScaling,
    LinearScaling,
    Llama3Scaling,
    NtkScaling,
    YarnScaling,
)
from configs import config

SMALL = {"vocab_size": 96, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
LATENT = {"kv_lora_rank": 8, "q_lora_rank": 8, "qk_nope_head_dim": 8, "qk_rope_head_dim": 8, "v_head_dim": 8}


def test_every_reader_is_there() -> None:
    for kind in READERS:
        assert reader(kind).__doc__, kind


def test_every_file_of_a_family_has_a_reader_in_the_table() -> None:
    files = {path.stem for path in Path(families.__path__[0]).glob("[!_]*.py")}
    assert files == {name.split(".")[0] for name in READERS.values()}


def read(kind: str, **fields: Any) -> Arch:
    return normalize(import_config({"model_type": kind, **fields}, "c.json").spec)


@pytest.mark.parametrize(
    ("kind", "fields", "total"),
    [
        (
            "doge",
            {
                "intermediate_size": 48,
                "is_moe": True,
                "num_experts": 20,
                "num_experts_per_tok": 4,
                "mlp_bias": True,
            },
            27_464,
        ),
        (
            "ernie4_5_moe",
            {
                "num_key_value_heads": 2,
                "intermediate_size": 48,
                "moe_intermediate_size": 16,
                "moe_num_experts": 4,
                "moe_k": 2,
                "use_bias": True,
                "tie_word_embeddings": False,
            },
            26_916,
        ),
        (
            "deepseek_v2",
            {
                **LATENT,
                "num_key_value_heads": 4,
                "intermediate_size": 48,
                "moe_intermediate_size": 16,
                "n_routed_experts": 4,
                "num_experts_per_tok": 2,
                "n_shared_experts": 2,
                "first_k_dense_replace": 1,
                "mlp_bias": True,
            },
            26_144,
        ),
        (
            "zaya",
            {
                "num_key_value_heads": 2,
                "head_dim": 8,
                "num_experts": 4,
                "moe_intermediate_size": 16,
                "router_hidden_size": 8,
                "attention_bias": True,
                "lm_head_bias": True,
            },
            25_372,
        ),
    ],
)
def test_biases_and_experts_of_single_neurons_are_counted_as_the_class_does(
    kind: str, fields: dict[str, Any], total: int
) -> None:
    assert parameters(read(kind, **SMALL, **fields)).total == total


@pytest.mark.parametrize(("kind", "total"), [("exaone", 7_818_448_896), ("lara_mini", 7_281_684_672)])
def test_sizes_of_the_class_defaults(kind: str, total: int) -> None:
    found = import_config({"model_type": kind}, "c.json", lenient=True)
    assert parameters(normalize(found.spec)).total == total


def test_experts_that_no_layer_has_need_not_fit_one_another() -> None:
    dense = config("deepseek-v3") | {"n_group": 3, "num_nextn_predict_layers": 0}
    layers = {"first_k_dense_replace": dense["num_hidden_layers"]}
    arch = normalize(import_config(dense | layers, "c.json").spec)
    assert not any(isinstance(part, Moe) for part in arch.parts)
    with pytest.raises(SpecError, match="topk_group 4 is larger than n_group 3"):
        import_config(dense, "c.json")


def test_mamba_of_zamba_and_falcon() -> None:
    falcon, zamba = (
        next(part for part in read(kind, vocab_size=96).parts if isinstance(part, Mamba1))
        for kind in ("falcon_mamba", "zamba")
    )
    assert (falcon.inner_norms, falcon.n_mamba_heads) == (InnerNorm(weight=False), 1)
    assert (zamba.inner_norms, zamba.n_mamba_heads) == (None, 2)


def test_falcon_h1_may_norm_before_the_gate() -> None:
    ways = {}
    for normed in (False, True):
        for before in (False, True):
            arch = read("falcon_h1", vocab_size=96, mamba_rms_norm=normed, mamba_norm_before_gate=before)
            (part,) = {part for part in arch.parts if isinstance(part, Mamba2)}
            ways[normed, before] = part.norm
    assert ways == {
        (False, False): None,
        (False, True): None,
        (True, False): "after_gate",
        (True, True): "before_gate",
    }


@pytest.mark.parametrize(
    ("said", "scaling"),
    [
        ({"rope_type": "default"}, None),
        ({"rope_type": "linear", "factor": 4.0}, LinearScaling(factor=4.0)),
        ({"rope_type": "dynamic", "factor": 4.0}, DynamicScaling(factor=4.0)),
        ({"rope_type": "dynamic", "alpha": 1000.0}, NtkScaling(alpha=1000.0)),
        (
            {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 512},
            YarnScaling(factor=4.0, original_max_position_embeddings=512, beta_fast=32.0, beta_slow=1.0),
        ),
        (
            {
                "rope_type": "yarn",
                "original_max_position_embeddings": 512,
                "beta": 16,
                "alpha": 2,
                "truncate": False,
            },
            YarnScaling(
                factor=4.0,
                original_max_position_embeddings=512,
                beta_fast=16.0,
                beta_slow=2.0,
                truncate=False,
            ),
        ),
        (
            {"rope_type": "yarn", "factor": 2.0},
            YarnScaling(factor=2.0, original_max_position_embeddings=2048),
        ),
        (
            {"rope_type": "llama3", "factor": 8.0, "original_max_position_embeddings": 512},
            Llama3Scaling(
                factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=512
            ),
        ),
    ],
)
def test_what_a_scaling_of_positions_does_not_say_is_as_in_the_library(
    said: dict[str, Any], scaling: object
) -> None:
    model = read("llama", **SMALL, max_position_embeddings=2048, rope_theta=1e4, rope_scaling=said)
    assert {part.position.scaling for part in model.parts if isinstance(part, Attention)} == {scaling}


def test_a_length_that_a_file_stands_for_goes_beyond_its_first_positions() -> None:
    """Command R was trained further than its positions say; without the longer length they are the limit."""
    said = {"max_position_embeddings": 8192, "model_max_length": 131072}
    assert read("cohere", **SMALL, **said).context_length == 131072
    assert read("cohere", **SMALL, max_position_embeddings=8192).context_length == 8192
