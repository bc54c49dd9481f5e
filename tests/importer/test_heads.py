"""`architectures`: whose class it is and what head it has; files that do not state their type."""

from __future__ import annotations

from typing import Any

import pytest

from archposter import Model
from archposter.audit import audit
from archposter.compare.comparison import compare
from archposter.counts.parameters import parameters
from archposter.diagnostics import SpecError
from archposter.importer.read import Imported, import_config
from archposter.importer.table import NOT_DECODERS
from archposter.scene import Text
from archposter.spec.arch import Arch
from archposter.spec.normalize import normalize
from archposter.spec.parts import Attention, Llama3Scaling, Moe, Rope
from configs import config

LLAMA = 8_030_261_248
TABLE = 128_256 * 4096


def read(data: dict[str, Any], **options: Any) -> Imported:
    return import_config(data, "config.json", **options)


def headed(*names: str, slug: str = "llama-3-8b", **fields: Any) -> Arch:
    found = read(config(slug) | {"architectures": list(names), **fields})
    assert found.warnings == ()
    return normalize(found.spec)


def refusal(data: dict[str, Any]) -> str:
    with pytest.raises(SpecError) as caught:
        read(data)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "fields", "total"),
    [
        ("LlamaForCausalLM", {}, LLAMA),
        ("LlamaForCausalLM", {"num_labels": 3}, LLAMA),
        ("LlamaModel", {}, LLAMA - TABLE),
        ("LlamaModel", {"tie_word_embeddings": True}, LLAMA - TABLE),
        ("LlamaForSequenceClassification", {}, LLAMA - TABLE + 2 * 4096),
        ("LlamaForSequenceClassification", {"num_labels": 5}, LLAMA - TABLE + 5 * 4096),
        ("LlamaForSequenceClassification", {"id2label": {"0": "LABEL_0"}}, LLAMA - TABLE + 4096),
        ("LlamaForTokenClassification", {"id2label": {"0": "a", "1": "b"}}, LLAMA - TABLE + 2 * 4097),
        ("LlamaForTokenClassification", {"token_classification_bias": False}, LLAMA - TABLE + 2 * 4096),
    ],
)
def test_heads_are_counted(name: str, fields: dict[str, Any], total: int) -> None:
    assert parameters(headed(name, **fields)).total == total


def texts(arch: Arch) -> set[str]:
    frame = Model(arch, "test").card().frame
    assert audit(frame) == ()
    return {item.text for item in frame.items if isinstance(item, Text)}


def test_heads_are_drawn() -> None:
    whole = texts(headed("LlamaForCausalLM"))
    score = texts(headed("LlamaForSequenceClassification", num_labels=1))
    bare = texts(headed("LlamaModel"))
    assert "Output layer" in whole
    assert "Score head" in score
    assert not {"Output layer", "Score head"} & bare
    assert "Output layer" not in score


@pytest.mark.parametrize("name", ["LlamaModel", "LlamaForSequenceClassification"])
def test_another_head_is_a_difference(name: str) -> None:
    found = compare([headed("LlamaForCausalLM"), headed(name)])
    assert "output_head" in {row.field for row in found.rows}


def test_names_of_one_family_are_heard() -> None:
    for name in ("LLaMAForCausalLM", "Llama4ForCausalLM", "TFLlamaForCausalLM"):
        found = read(config("llama-3-8b") | {"architectures": [name]})
        assert found.spec.output.head == "lm"
        assert [note.path for note in found.passed] == ["architectures"] * (name == "Llama4ForCausalLM")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["MistralForCausalLM"], '"MistralForCausalLM" is a class of another family than llama'),
        (["LlamaForQuestionAnswering"], "a head that marks answers in the text"),
        (["LlamaForRewardModel"], "a reward head of the file's own code"),
        (["LlamaForCausalLMEagle3"], "a draft head for another model; draw that one"),
        (["LlamaBiModel"], "tokens see later ones; only causal decoders are drawn"),
        (["LlamaEncoderModel"], "tokens see later ones; only causal decoders are drawn"),
        (["LlamaForPoetry"], '"LlamaForPoetry" is no class with a known head of llama'),
        (["LlamaModel", "LlamaForCausalLM"], "the classes have different heads"),
        ("LlamaForCausalLM", "expected a list of the names of classes"),
    ],
)
def test_other_classes_are_refused(names: Any, message: str) -> None:
    assert message in refusal(config("llama-3-8b") | {"architectures": names})


def test_code_of_a_files_own_may_call_the_whole_a_model() -> None:
    glm = {
        "model_type": "chatglm",
        "architectures": ["ChatGLMModel"],
        "auto_map": {"AutoModelForCausalLM": "modeling_chatglm.ChatGLMForConditionalGeneration"},
    }
    with pytest.raises(SpecError) as caught:
        read(glm)
    assert "architectures" not in str(caught.value)


@pytest.mark.parametrize("kind", ["eagle", "llada", "nvembed"])
def test_types_that_are_no_causal_decoders_are_named(kind: str) -> None:
    assert NOT_DECODERS[kind] in refusal({"model_type": kind})


def test_an_unknown_type_has_the_sizes_of_its_file_or_none() -> None:
    sizes = {key: value for key, value in config("llama-3-8b").items() if key != "architectures"}
    assert parameters(normalize(read(sizes | {"model_type": "mine"}, lenient=True).spec)).total == LLAMA
    with pytest.raises(SpecError, match="num_attention_heads: missing"):
        read({"model_type": "mine", "vocab_size": 32_000, "hidden_size": 64}, lenient=True)


GPT2 = {
    "initializer_range": 0.02,
    "layer_norm_epsilon": 1e-05,
    "n_ctx": 1024,
    "n_embd": 768,
    "n_head": 12,
    "n_layer": 12,
    "n_positions": 1024,
    "vocab_size": 50257,
}
MISTRAL = {
    "dim": 4096,
    "n_layers": 32,
    "head_dim": 128,
    "hidden_dim": 14336,
    "n_heads": 32,
    "n_kv_heads": 8,
    "norm_eps": 1e-05,
    "vocab_size": 32000,
}
META = {
    "dim": 4096,
    "multiple_of": 256,
    "n_heads": 32,
    "n_layers": 32,
    "norm_eps": 1e-06,
    "vocab_size": -1,
}
META_3_1 = META | {
    "ffn_dim_multiplier": 1.3,
    "multiple_of": 1024,
    "n_kv_heads": 8,
    "rope_theta": 500_000.0,
    "use_scaled_rope": True,
    "vocab_size": 128_256,
}
LLAVA = {
    "architectures": ["LlavaLlamaForCausalLM"],
    "model_type": "llava",
    "hidden_size": 4096,
    "intermediate_size": 11008,
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "num_key_value_heads": 32,
    "vocab_size": 32000,
    "max_position_embeddings": 4096,
    "mm_hidden_size": 1024,
    "mm_projector_type": "mlp2x_gelu",
    "mm_vision_tower": "openai/clip-vit-large-patch14-336",
    "use_mm_proj": True,
    "unfreeze_mm_vision_tower": True,
}


@pytest.mark.parametrize(
    ("data", "total"),
    [
        (GPT2, 124_439_808),
        (GPT2 | {"afn": "gelu", "n_positions": 512, "n_ctx": 512, "vocab_size": 40_478}, 116_534_784),
        (GPT2 | {"architectures": ["GPT2LMHeadModel"]}, 124_439_808),
        (MISTRAL, 7_241_732_096),
        (MISTRAL | {"moe": {"num_experts": 8, "num_experts_per_tok": 2}}, 46_702_792_704),
        (META, 6_738_415_616),
        (META_3_1, LLAMA),
        (LLAVA, 6_738_415_616),
    ],
)
def test_files_without_a_type_are_known_by_what_they_say(data: dict[str, Any], total: int) -> None:
    assert parameters(normalize(read(data).spec)).total == total


def test_what_params_files_leave_to_their_code() -> None:
    early = normalize(read(MISTRAL | {"sliding_window": 4096}).spec)
    assert {part.position for part in early.parts if isinstance(part, Attention)} == {Rope(theta=10_000.0)}
    assert early.context_length == 128_000
    scaled = normalize(read(META_3_1).spec)
    (position,) = {part.position for part in scaled.parts if isinstance(part, Attention)}
    assert isinstance(position, Rope)
    assert position.scaling == Llama3Scaling(
        factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192
    )
    assert [warning.path for warning in read(META).warnings] == ["vocab_size", "max_seq_len"]
    experts = read(MISTRAL | {"moe": {"num_experts": 8, "num_experts_per_tok": 2}}).spec
    assert {part.num_experts for part in normalize(experts).parts if isinstance(part, Moe)} == {8}


def test_a_class_tells_the_type() -> None:
    data = {key: value for key, value in config("qwen3-8b").items() if key != "model_type"}
    found = read(data)
    assert found.spec.stack == read(config("qwen3-8b")).spec.stack
    assert [note.path for note in found.passed] == ["model_type"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            {"peft_type": "LORA", "base_model_name_or_path": "org/base", "r": 8},
            'peft_type: this is an adapter for another model; draw the config.json of that one: "org/base"',
        ),
        ({"d_model": 2560, "n_layer": 64, "ssm_cfg": {}, "rms_norm": True}, "the original Mamba"),
        ({"n_embd": 768, "n_layer": 12, "n_att": 768, "n_ffn": 3072}, "the original RWKV"),
        ({"speculators_model_type": "eagle3"}, "a draft head for another model"),
        ({"weight_map": {}, "metadata": {}}, "an index of weights; take the config.json beside it"),
        ({"_from_model_config": True, "eos_token_id": 2}, "how text is generated"),
        ({"tokenizer_class": "LlamaTokenizer"}, "a tokenizer's file"),
        ({"eos_token_id": 2}, "is it a config.json?"),
    ],
)
def test_files_that_are_no_config_are_named(data: dict[str, Any], message: str) -> None:
    assert message in refusal(data)
