"""What is not understood is refused, and says where."""

from __future__ import annotations

from typing import Any

import pytest

from archposter.diagnostics import SpecError
from archposter.importer.read import Imported, import_config
from archposter.importer.table import READERS, WITHOUT_CLASS
from archposter.spec.normalize import normalize
from archposter.spec.parts import Llama3Scaling, Rope, SlidingSpan
from configs import config
from cost import at_most

INCOMPLETE = {"dbrx", "deepseek_ocr2_text", "deepseek_v2", "dots1", "qwen4_exp_text"}
"""Types whose class does not say all that it needs."""

UNKNOWN = "the reader of this model does not know the key"
OWN_CODE = {"auto_map": {"AutoModelForCausalLM": "modeling_mine.MineForCausalLM"}}
"""What makes a file's class another one than the type's, so that every key may matter."""


def changed(slug: str = "llama-3-8b", **changes: Any) -> dict[str, Any]:
    return {key: value for key, value in {**config(slug), **changes}.items() if value is not ...}


def faults(data: dict[str, Any]) -> list[str]:
    with pytest.raises(SpecError) as caught:
        import_config(data, "c.json")
    return str(caught.value).splitlines()


def read(data: dict[str, Any], **options: Any) -> Imported:
    return import_config(data, "c.json", **options)


def test_a_class_tells_the_type_of_a_file_that_names_another() -> None:
    found = read(changed(model_type="my_llama"))
    assert found.spec.stack == read(changed()).spec.stack
    assert [str(each) for each in found.warnings] == [
        'c.json: model_type: unknown model type "my_llama"; read as llama, the type of "LlamaForCausalLM"'
    ]
    with pytest.raises(SpecError, match='unknown model type "my_llama"'):
        read(changed(model_type="my_llama", **OWN_CODE))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"model_type": "llamma", "architectures": ...},
            'model_type: unknown model type "llamma" (did you mean "llama"?)',
        ),
        ({"model_type": ..., "architectures": ...}, "model_type: missing; expected text"),
        ({"model_type": 3}, "model_type: got 3, expected text"),
        ({"model_type": "git"}, "model_type: git is a captioner of pictures; only decoders are drawn"),
        ({"model_type": "bert"}, "model_type: bert is an encoder; only decoders are drawn"),
        ({"model_type": "t5"}, "model_type: t5 is an encoder and a decoder; only decoders are drawn"),
        (
            {"model_type": "mllama"},
            "model_type: mllama has layers that read pictures by cross-attention, which cannot be said",
        ),
        (
            {"model_type": "dory"},
            "model_type: dory has layers in the middle that run in a loop of their own, which cannot be said",
        ),
        ({"model_type": "rwkv6"}, "model_type: rwkv6 has states that are matrices with decays of the data"),
        (
            {"model_type": "cpmant"},
            "model_type: cpmant is a model whose tokens see later ones too; only decoders are drawn",
        ),
        ({"is_encoder_decoder": True}, "is_encoder_decoder: got true; only decoders are drawn"),
        ({"hidden_size": "4096"}, 'hidden_size: got "4096", expected a whole number'),
        ({"hidden_size": 4096.0}, "hidden_size: got 4096.0, expected a whole number"),
        ({"hidden_size": True}, "hidden_size: got true, expected a whole number"),
        ({"hidden_size": -1}, "hidden_size: got -1, expected 1 or more"),
        ({"hidden_size": [4096]}, "hidden_size: got a list, expected a whole number"),
        (
            {"hidden_size": 10**4000},
            "hidden_size: got a number of more than 30 digits, expected at most 10,000,000",
        ),
        ({"num_hidden_layers": 10**9}, "num_hidden_layers: got 1000000000, expected at most 1,000"),
        ({"num_hidden_layers": 0}, "num_hidden_layers: got 0, expected 1 or more"),
        (
            {"num_key_value_heads": 5},
            "num_attention_heads 32 is not a multiple of num_key_value_heads 5",
        ),
        (
            {"num_attention_heads": 33, "num_key_value_heads": 1},
            "hidden_size: hidden_size 4096 is not a multiple of num_attention_heads 33",
        ),
        ({"attention_bias": 1}, "attention_bias: got 1, expected true or false"),
        ({"rope_theta": float("inf")}, "rope_theta: got inf, expected a number of usual size"),
        ({"rope_theta": float("nan")}, "rope_theta: got nan, expected a number of usual size"),
        ({"rope_theta": 0}, "theta: got 0.0, expected more than 0"),
        ({"rope_parameters": 3}, "rope_parameters: got 3, expected a mapping"),
        (
            {"rope_scaling": {"rope_type": "helix"}},
            'rope_scaling.rope_type: got "helix", expected one of default, linear, dynamic, yarn',
        ),
        ({"rope_scaling": {"rope_type": "linear", "twist": 2}}, f"rope_scaling.twist: got 2; {UNKNOWN}"),
        ({"hidden_size": ..., "hidden_sise": 4096}, "hidden_sise: got 4096; nothing reads the key, and"),
        ({"num_experts": 8, **OWN_CODE}, f"num_experts: got 8; {UNKNOWN}"),
        ({"layer_types": ["sliding_attention"] * 32}, f"layer_types: got a list; {UNKNOWN}"),
        ({"a\nb": 1, **OWN_CODE}, f'"a\\nb": got 1; {UNKNOWN}'),
        ({"is_causal": False}, "is_causal: got false; tokens see later ones"),
        ({"is_causal": 0}, "is_causal: got 0; tokens see later ones"),
        ({"use_bidirectional_attention": True}, "use_bidirectional_attention: got true; tokens see later"),
        ({"draft_vocab_size": 32000}, "draft_vocab_size: got 32000; a draft head for another model"),
        ({"pruned_heads": {"3": [1]}}, "pruned_heads: got a mapping; heads were cut out"),
        ({"adapters": {"adapters": {"mine": "pfeiffer"}}}, "adapters: got a mapping; adapters change"),
        ({"qk_norm": True}, f"qk_norm: got true; {UNKNOWN}"),
    ],
)
def test_refused(changes: dict[str, Any], message: str) -> None:
    found = faults(changed(**changes))
    assert len(found) == 1
    assert found[0].startswith("c.json: ")
    assert message in found[0]


def test_keys_that_no_class_reads_are_let_pass_and_listed() -> None:
    found = read(changed(twist=2, init_device="cpu"))
    assert found.warnings == ()
    assert [str(note) for note in found.passed] == [
        "c.json: twist: got 2; no class of llama reads the key",
        'c.json: init_device: got "cpu"; no class of llama reads the key',
    ]


@pytest.mark.parametrize(
    ("slug", "key", "same", "other"),
    [("qwen3-8b", "qk_norm", True, False), ("llama-3-8b", "rotary_dim", 128, 64)],
)
def test_what_a_class_does_anyway_may_be_said(slug: str, key: str, same: Any, other: Any) -> None:
    assert read(changed(slug, **{key: same})).spec == read(changed(slug)).spec
    assert UNKNOWN in faults(changed(slug, **{key: other}))[0]


def test_a_key_that_the_class_reads_and_no_reader_is_a_fault() -> None:
    known = {"layer_types", "per_layer_config", "unpadded_vocab_size"}
    for key in known:
        assert UNKNOWN in faults(changed(**{key: [1]}))[0]


def test_every_unknown_key_is_named_at_once() -> None:
    assert len(faults(changed(one=1, two=2, three="x", **OWN_CODE))) == 3


def test_lenient_reading_warns() -> None:
    found = read(changed(twist=2, **OWN_CODE), lenient=True)
    assert [str(warning) for warning in found.warnings] == [f"c.json: twist: got 2; {UNKNOWN}"]
    found = read(changed(model_type="llamma", architectures=...), lenient=True)
    assert [warning.path for warning in found.warnings] == ["model_type"]
    assert len(normalize(found.spec).layers) == 32


def test_lenient_reading_still_refuses_what_is_wrong() -> None:
    with pytest.raises(SpecError):
        read(changed(hidden_size="wide"), lenient=True)


@pytest.mark.parametrize(
    "harmless",
    [
        {"dropout_of_somebody": 0.0, "use_something": False, "other": None, "list": [], "text": ""},
        {"bos_token_id": 3, "image_token_index": 3, "eos_token_id": [1, 2]},
        {"mlp_bias": False, "pretraining_tp": 2, "quantization_config": {"bits": 4}},
        {"max_sequence_length": 2048, "is_llama_config": True, "_from_model_config": True, "num_experts": 8},
        {"quantization": {"bits": 4, "group_size": 64}, "transformers.js_config": {"dtype": "q4"}},
        {
            "is_causal": True,
            "qk_norm": False,
            "pruned_heads": {},
            "adapters": {"adapters": {}, "config_map": {}},
        },
        {"auto_map": {"AutoModelForCausalLM": "modeling_llama.LlamaForCausalLM"}, "twist": 3},
        {"auto_map": {"AutoConfig": "configuration_mine.MineConfig"}, "twist": 3},
    ],
)
def test_what_says_nothing_about_the_architecture(harmless: dict[str, Any]) -> None:
    assert read(changed(**harmless)).spec == read(changed()).spec


def test_a_key_of_the_class_must_have_the_value_the_reader_stands_for() -> None:
    scout = config("llama-4-maverick")["text_config"] | {"floor_scale": 8192, "output_attentions": False}
    assert read({"model_type": "llama4", "text_config": scout}).warnings == ()
    tied = config("qwen3-30b-a3b") | {"mlp_only_layers": None, "num_local_experts": 64}
    assert faults(tied) == ["c.json: num_local_experts: got 64, but num_experts is 128"]
    unread = config("gpt-oss-20b") | {"layer_types_of_mine": 4, "per_layer_config": {"1": {}}}
    assert faults(unread) == [f"c.json: per_layer_config: got a mapping; {UNKNOWN}"]


@pytest.mark.parametrize("kind", sorted(set(READERS) - WITHOUT_CLASS - INCOMPLETE))
def test_a_reader_reads_what_its_class_takes_for_missing_keys(kind: str) -> None:
    short = read({"model_type": kind}, lenient=True)
    assert [warning.path for warning in short.warnings] == ["hidden_size"]
    assert normalize(short.spec).layers


def test_missing_keys_have_the_class_defaults() -> None:
    arch = normalize(read({"model_type": "llama", "vocab_size": 128}).spec)
    assert (len(arch.layers), arch.hidden_size, arch.embedding.vocab_size) == (32, 4096, 128)


def test_a_file_without_any_size_is_not_taken_for_the_default_of_its_class() -> None:
    no_size = "missing, and no other size stands in the file"
    assert no_size in faults({"model_type": "llama", "hidden_act": "silu", "vocab_size": None})[0]
    assert "text_config.hidden_size: missing" in faults({"model_type": "llava", "text_config": {}})[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"model_type": "llama", "num_layers": 40, "hidden_dim": 5120}, "hidden_dim: got 5120"),
        ({"model_type": "gpt2", "num_layers": 24, "width": 1024, "vocab_size": 50257}, "width: got 1024"),
        ({"model_type": "qwen3", "hidden_size": 1024, "ffn_embed_dim": 3072}, "ffn_embed_dim: got 3072"),
    ],
)
def test_a_size_under_a_name_that_nothing_reads_is_not_taken_for_the_default(data: Any, said: str) -> None:
    first = faults(data)[0]
    assert said in first
    assert "is missing, for which its class takes" in first


def test_norm_heads_of_the_second_baichuan_and_the_first_ling() -> None:
    widths = {"hidden_size": 64, "intermediate_size": 96, "num_attention_heads": 4}
    sizes = {"num_hidden_layers": 2, "max_position_embeddings": 4096, **widths}
    baichuan = {"model_type": "baichuan", "vocab_size": 64000, **sizes}
    experts = {"num_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 32}
    ling = {"model_type": "bailing_moe", "num_key_value_heads": 4, "vocab_size": 512, **sizes, **experts}

    def norm(data: dict[str, Any]) -> str:
        return read(data).spec.output.weight_norm

    assert [norm(baichuan), norm(baichuan | {"vocab_size": 125696})] == ["none", "rows"]
    assert [norm(ling), norm(ling | {"norm_head": True})] == ["none", "columns"]


def test_types_without_a_class_must_say_everything() -> None:
    assert faults({"architectures": ["Grok1ForCausalLM"], "model_type": "git"})[0].endswith(
        "missing; expected a whole number"
    )


def test_old_and_new_spellings_of_positions_mean_the_same() -> None:
    old = read(changed()).spec
    new = read(changed(rope_theta=..., rope_parameters={"rope_theta": 500000.0, "rope_type": "default"}))
    assert new.spec == old


def test_two_spellings_must_agree() -> None:
    data = config("gpt-oss-20b") | {"experts_per_token": 3}
    assert faults(data) == ["c.json: experts_per_token: got 3, but num_experts_per_tok is 4"]


@pytest.mark.parametrize(
    ("kind", "file", "text", "tied"),
    [
        ("mistral3", True, False, True),
        ("mistral3", False, True, False),
        ("mistral3", None, True, True),
        ("mistral3", None, None, False),
        ("llava", False, True, True),
        ("llava", True, False, True),
        ("llava", None, None, False),
        ("nemotron_h_omni", True, False, False),
        ("voxtral", True, True, False),
        ("step3p7", None, True, False),
    ],
)
def test_whom_a_multimodal_class_hears_on_tying(
    kind: str, file: bool | None, text: bool | None, tied: bool
) -> None:
    section = {"model_type": "llama", "vocab_size": 96, "tie_word_embeddings": text}
    data = {"model_type": kind, "tie_word_embeddings": file, "text_config": section}
    found = read(data)
    assert found.spec.output.tied == tied
    differ = kind == "mistral3" and {file, text} == {True, False}
    assert [warning.path for warning in found.warnings] == ["tie_word_embeddings"] * differ


def test_the_text_decoder_stands_in_one_of_some_sections() -> None:
    llama = read(changed()).spec
    for section in ("text_config", "language_config", "llm_config"):
        wrapped = {"model_type": "idefics3", "vision_config": {"depth": 3}, section: config("llama-3-8b")}
        assert read(wrapped).spec.stack == llama.stack
    text = {"vocab_size": 96}
    omni = {"model_type": "qwen2_5_omni", "thinker_config": {"text_config": text}, "talker_config": {"a": 1}}
    assert read(omni).spec.stack == read({"model_type": "qwen2_5_omni_text", **text}).spec.stack
    assert faults({"model_type": "idefics3"}) == [
        "c.json: text_config: missing; the text decoder of idefics3 stands there"
    ]
    assert faults({"model_type": "qwen2_5_omni"})[0].startswith("c.json: thinker_config: missing")


def test_files_without_a_section_describe_the_text_decoder() -> None:
    flat = {"model_type": "qwen2_5_vl", "num_hidden_layers": 3, "vision_config": {}, "vision_end_token_id": 1}
    found = read(flat)
    assert found.warnings == ()
    assert found.spec.stack == read({"model_type": "qwen2_5_vl_text", "num_hidden_layers": 3}).spec.stack


def test_keys_of_towers_are_known_only_beside_a_text_section() -> None:
    pins = {"image_grid_pinpoints": [[336, 672]]}
    wrapped = {"model_type": "llava", "text_config": config("llama-3-8b"), **pins}
    assert read(wrapped).warnings == ()
    assert faults(wrapped | {"twist": 2} | OWN_CODE) == [f"c.json: twist: got 2; {UNKNOWN}"]
    assert UNKNOWN in faults(changed(**pins, **OWN_CODE))[0]


@pytest.mark.parametrize(
    ("data", "file", "name", "expected"),
    [
        ({}, "phi.json", "", "phi"),
        ({}, "models/phi-4/config.json", "", "phi-4"),
        ({"_name_or_path": "org/Some-Model-7B"}, "config.json", "", "Some-Model-7B"),
        ({"_name_or_path": "org/Base-7B"}, "tuned-7b/config.json", "", "tuned-7b"),
        ({}, "hub/models--org--Some-Model-7B/snapshots/0123abcd/config.json", "", "Some-Model-7B"),
        ({"_name_or_path": "/folder/of/mine"}, "x.json", "", "x"),
        ({}, "config.json", "", "llama"),
        ({}, "\u202e.json", "", "llama"),
        ({}, "x.json", "Given", "Given"),
    ],
)
def test_names(data: dict[str, Any], file: str, name: str, expected: str) -> None:
    assert import_config(changed(**data), file, name=name).spec.name == expected


def test_hostile_sizes_take_no_time() -> None:
    hostile: list[tuple[str, dict[str, Any]]] = [
        ("gemma-3-270m", {"layer_types": ["full_attention"] * 1_000_000}),
        ("nemotron-3-nano-30b-a3b", {"hybrid_override_pattern": "M" * 1_000_000}),
        ("step-3-5-flash", {"moe_layers_enum": "1," * 1_000_000}),
        ("llama-3-8b", {"num_hidden_layers": 2**62}),
        ("llama-3-8b", {f"key{number}": number for number in range(100_000)} | OWN_CODE),
    ]
    with at_most(50):
        for slug, changes in hostile:
            assert faults(config(slug) | changes)


def test_positions_listed_layer_by_layer() -> None:
    listed = config("step-3-5-flash")
    listed["partial_rotary_factors"] = [0.5, 1.0, 1.0, 1.0] * 12
    layers = normalize(read(listed).spec).layers
    turned = [part.position for layer in layers[:2] for part in layer.mixers]
    assert turned[0].scaling == Llama3Scaling(
        factor=2.0, low_freq_factor=1.0, high_freq_factor=32.0, original_max_position_embeddings=131072
    )
    assert (turned[0].theta, turned[0].partial_rotary_factor) == (5_000_000.0, 0.5)
    assert turned[1] == Rope(theta=10_000.0)


def test_windows_do_not_need_heads_of_their_own() -> None:
    alike = changed("step-3-5-flash", attention_other_setting=...)
    mixers = normalize(read(alike).spec).layers[1].mixers
    assert [(mixer.num_attention_heads, mixer.span) for mixer in mixers] == [(64, SlidingSpan(size=512))]


def pruned(*blocks: tuple[int, float]) -> dict[str, Any]:
    """Return a Nemotron-NAS file with these heads in a group and FFN factors; 0 for a part that is gone."""
    llama = changed(num_hidden_layers=len(blocks), num_key_value_heads=None, intermediate_size=None)
    told = [
        {
            "attention": {
                "no_op": not group,
                "n_heads_in_group": group or None,
                "replace_with_linear": False,
            },
            "ffn": {"no_op": not factor, "ffn_mult": factor or None, "replace_with_linear": False},
        }
        for group, factor in blocks
    ]
    return llama | {
        "architectures": ["DeciLMForCausalLM"],
        "model_type": "nemotron-nas",
        "block_configs": told,
    }


def test_layers_pruned_one_by_one() -> None:
    layers = normalize(read(pruned((4, 5.25), (8, 2.625), (0, 1.0), (4, 0))).spec).layers
    assert [mixer.num_key_value_heads for layer in layers for mixer in layer.mixers] == [8, 4, 8]
    # int(2 * 5.25 * 4096 / 3) = 14,336, Llama 3's own width
    assert [ffn.intermediate_size for layer in layers for ffn in layer.ffns] == [14336, 7168, 2816]
    assert "neither attention nor ffn" in faults(pruned((0, 0)))[0]
    linear = pruned((4, 1.0))
    linear["block_configs"][0]["attention"]["replace_with_linear"] = True
    assert "attention.replace_with_linear: got true; only false" in faults(linear)[0]
