"""Multimodal files: sizes of the classes' own defaults, and structures that only these decoders have."""

from __future__ import annotations

from typing import Any

import pytest

from archposter.counts.cache import bytes_per_token, indexer_bytes_per_token
from archposter.counts.parameters import parameters
from archposter.diagnostics import SpecError
from archposter.importer.read import import_config
from archposter.importer.table import NOT_DECODERS, READERS
from archposter.importer.wrappers import BEYOND, FLAT, MERGED, OWN, THINKERS, TIES, WRAPPERS
from archposter.spec.arch import Arch
from archposter.spec.normalize import normalize
from archposter.spec.parts import Attention, Mla, Moe


def arch(kind: str, **text: Any) -> Arch:
    return normalize(import_config({"model_type": kind, "text_config": text}, "c.json", lenient=True).spec)


@pytest.mark.parametrize(
    ("kind", "total"),
    [
        ("apertus1p5", 8_091_086_912),
        ("cosmos3_edge", 1_946_273_792),
        ("emu3", 8_492_011_520),
        ("granite_docling", 386_630_656),
        ("hy_v4_vl", 769_907_389_085),
        ("inkling2", 593_718_478_848),
        ("mistral_large4", 1_050_118_202_912),
        ("molmo2", 8_191_259_648),
        ("muse_glimmer", 27_854_780_928),
        ("muse_spark", 819_990_536_192),
        ("paddleocr_vl", 360_748_032),
        ("qwen3_omni_moe_thinker", 17_201_485_816),
        ("voxtral", 4_014_136_320),
    ],
)
def test_sizes_of_the_class_defaults(kind: str, total: int) -> None:
    assert parameters(arch(kind)).total == total


def test_missing_keys_have_what_the_multimodal_class_says() -> None:
    assert (len(arch("glmasr").layers), arch("glmasr").hidden_size) == (28, 2048)


def test_the_tables_agree() -> None:
    assert set(WRAPPERS.values()) <= set(READERS)
    assert not set(WRAPPERS) & (set(READERS) | set(NOT_DECODERS) | set(BEYOND))
    assert FLAT | MERGED | THINKERS | set(OWN) | set(TIES) <= set(WRAPPERS)


def test_norms_of_muse_spark() -> None:
    spark = arch("muse_spark", num_hidden_layers=4, mlp_layer_types=["dense", "sparse", "sparse", "sparse"])
    first, second = spark.layers[0].sublayers
    weights = [norm and norm.weight for step in (first, second) for norm in (step.pre_norm, step.post_norm)]
    assert weights == [True, False, True, True]
    assert spark.embedding.norm
    assert not spark.embedding.norm.weight
    mixers = [part for layer in spark.layers for part in layer.mixers if isinstance(part, Attention)]
    assert [part.position.kind for part in mixers] == ["rope", "rope", "rope", "nope"]
    assert all(part.head_output_norm for part in mixers)
    latents = [part.latent for layer in spark.layers for part in layer.ffns if isinstance(part, Moe)]
    assert latents
    assert all(latent and latent.expert_norms for latent in latents)


def test_latents_that_layers_of_mistral_large_4_share() -> None:
    sources = [0, 1, 0, 3, 0, 1, 0, 3]
    with pytest.raises(SpecError, match="got 0; expected the last shared layer of its kind"):
        arch("mistral_large4", num_hidden_layers=8, kv_source_layers=sources)
    types = ["full", "shared"] * 4
    sources = [0, 0, 0, 3, 0, 0, 0, 3]
    shared = arch("mistral_large4", num_hidden_layers=8, kv_source_layers=sources, indexer_types=types)
    mixers = [part for layer in shared.layers for part in layer.mixers if isinstance(part, Mla)]
    assert [part.key_value == "separate" for part in mixers] == [index in (0, 3) for index in range(8)]
    assert [part.qk_rope_head_dim for part in mixers] == [64, 64, 64, 0] * 2
    assert bytes_per_token(shared) == 2 * (512 + 64 + 512)
    assert indexer_bytes_per_token(shared) == 4 * 2 * 128


def test_tokens_of_molmo_2_that_are_only_read() -> None:
    more = parameters(arch("molmo2", additional_vocab_size=1128)).total - parameters(arch("molmo2")).total
    assert more == 1000 * 4096
