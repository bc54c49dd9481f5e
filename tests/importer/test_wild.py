"""Configs as people publish them: keys of all sorts, former spellings, and the counts of their classes.

`tests/corpus/wild.json` has what their files say of the model; keys that say nothing are left out.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import groupby
from typing import Any

import pytest

from archposter.counts.cache import bytes_at_context
from archposter.counts.parameters import parameters
from archposter.diagnostics import SpecError
from archposter.importer.read import import_config
from archposter.spec.normalize import normalize
from configs import CORPUS, config


@cache
def wild() -> dict[str, dict[str, Any]]:
    rows = json.loads((CORPUS / "wild.json").read_text(encoding="utf-8"))
    return {row["name"]: row for row in rows}


@pytest.mark.parametrize("name", sorted(wild()))
def test_counts_are_those_of_the_class(name: str) -> None:
    row = wild()[name]
    counted = parameters(normalize(import_config(row["config"], f"{name}.json").spec))
    assert counted.total == row["total"]
    if row["per_layer"]:
        runs = [[size, len(list(run))] for size, run in groupby(counted.per_layer)]
        assert runs == row["per_layer"]


def test_global_layers_of_unified_gemma_keep_keys_and_values() -> None:
    arch = normalize(import_config(wild()["gemma4_12b"]["config"], "c.json").spec)
    assert bytes_at_context(arch, 100_001) - bytes_at_context(arch, 100_000) == 16_384
    assert bytes_at_context(arch, 101) - bytes_at_context(arch, 100) == 344_064


MPT = {"model_type": "mpt", "d_model": 64, "n_heads": 4, "n_layers": 2, "max_seq_len": 32, "vocab_size": 96}


def test_biases_of_mpt_are_heard_by_code_of_the_files_own() -> None:
    said = {"no_bias": False, "expansion_ratio": 3}
    own = {"auto_map": {"AutoModelForCausalLM": "modeling_mpt.MPTForCausalLM"}}

    def total(**more: Any) -> int:
        return parameters(normalize(import_config({**MPT, **more}, "c.json").spec)).total

    norms, table = 5 * 64, 96 * 64
    assert total(**said) == total() == table + norms + 2 * 12 * 64**2
    biases = 2 * (3 * 64 + 64 + 3 * 64 + 64)
    assert total(**said, **own) == table + 2 * norms + 2 * 10 * 64**2 + biases


def test_indexed_attention_has_a_former_name() -> None:
    data = config("glm-5")
    count = data["num_hidden_layers"]
    former = data | {"layer_types": ["deepseek_sparse_attention"] * count}
    assert import_config(former, "c.json").spec.stack == import_config(data, "c.json").spec.stack


CHAT = {
    "model_type": "internvl_chat",
    "architectures": ["InternVLChatModel"],
    "auto_map": {"AutoModel": "modeling_internvl_chat.InternVLChatModel"},
    "dynamic_image_size": True,
    "ps_version": "v2",
    "select_layer": -1,
    "template": "internvl2_5",
    "vision_config": {},
}


def test_a_chat_model_of_pictures_is_its_text_decoder() -> None:
    llama = config("llama-3-8b")
    assert (
        import_config({**CHAT, "llm_config": llama}, "c.json").spec.stack
        == import_config(llama, "c").spec.stack
    )
    with pytest.raises(SpecError, match="use_llm_lora: got 8"):
        import_config({**CHAT, "llm_config": llama, "use_llm_lora": 8}, "c.json")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"model_type": "phi3small"}, "heads that read near blocks"),
        ({"model_type": "phi4mm"}, "adapters that pictures and sound switch on"),
        ({"model_type": "minicpmv"}, "a text decoder whose type no key of the file names"),
        ({"model_type": "rwkv5"}, "states that are matrices"),
        (
            config("deepseek-v3") | {"use_mla": False},
            "use_mla: got false; attention without a latent",
        ),
        (wild()["phi_msft"]["config"] | {"num_local_experts": 4}, "num_local_experts: got 4"),
        (
            wild()["e5_mistral"]["config"] | {"is_causal": False},
            "is_causal: got false; tokens see later ones",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(data: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError) as caught:
        import_config(data, "c.json")
    assert message in str(caught.value)
