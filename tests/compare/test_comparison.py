"""What is found to differ, over pairs of the corpus."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import combinations

import pytest

from archposter import bundled
from archposter.compare.comparison import Comparison, compare, compare_profiles
from archposter.compare.profile import Profile
from archposter.compare.properties import aspect_of
from archposter.compare.values import ASPECTS, COUNTED, Row
from archposter.compare.whole import of_stack
from archposter.compare.words import label, times, wordings
from archposter.pipeline import load
from archposter.spec.arch import Arch
from archposter.spec.load import parse_spec
from archposter.spec.normalize import normalize
from configs import CORPUS
from meaning import architecture
from quick import sampled

PAIRS = combinations(sampled(bundled.spec_names()), 2)
SAMPLE = sorted(PAIRS, key=lambda pair: sha256(" ".join(pair).encode()).digest())[:150]


@cache
def profile(name: str) -> Profile:
    return Profile(load(name).arch)


def bundled_pairs() -> Iterator[tuple[tuple[str, str], Comparison]]:
    """A sample of the pairs of bundled models, by a hash."""
    for pair in SAMPLE:
        yield pair, compare_profiles([profile(name) for name in pair])


HYBRIDS = ("jamba-v0-1", "nemotron-3-nano-30b-a3b")


@cache
def arch(slug: str) -> Arch:
    return load(CORPUS / "configs" / f"{slug}.json").arch


def compared(*slugs: str) -> Comparison:
    return compare([arch(slug) for slug in slugs])


def found(comparison: Comparison, kind: str) -> dict[str, tuple]:
    return {row.field: row.values for row in comparison.rows if row.kind == kind}


def mirrored(row: Row) -> Row:
    return replace(row, values=row.values[::-1], layers=row.layers[::-1])


def test_a_sparse_indexer_is_one_mechanism() -> None:
    comparison = compared("deepseek-v3", "deepseek-v3-2")
    ((part, field, values),) = [
        (row.part, row.field, row.values) for row in comparison.rows if row.aspect not in COUNTED
    ]
    assert (part, field) == ("attention", "indexer")
    assert values[0] is None
    assert (values[1].index_n_heads, values[1].index_head_dim, values[1].index_topk) == (64, 128, 2048)
    assert found(comparison, "scale")["indexer_bytes_per_token"] == (0, 61 * 128 * 2)


def test_norms_heads_and_cache() -> None:
    comparison = compared("llama-3-8b", "olmo-2-7b")
    mechanisms = found(comparison, "mechanism")
    assert mechanisms == {
        "kind": ("gqa", "mha"),
        "placement": ("pre", "post"),
        "qk_norm": (None, "full"),
    }
    sizes = found(comparison, "scale")
    assert sizes["num_key_value_heads"] == (8, 32)
    assert sizes["bytes_per_token_at_context"] == (131_072, 524_288)
    # what the next token adds is the same
    assert "bytes_per_token" not in sizes
    assert {row.field: row.ratio for row in comparison.rows}["bytes_per_token_at_context"] == 4


@pytest.mark.parametrize("other", ["deepseek-r1"])
def test_the_same_architecture(other: str) -> None:
    comparison = compared("deepseek-v3", other)
    assert comparison.identical
    assert comparison.rows == ()
    assert "recurrence" not in comparison.same
    assert set(comparison.same) == set(ASPECTS) - {"recurrence"}


def test_dense_layers_first() -> None:
    comparison = compared("kimi-k2", "deepseek-v3")
    (row,) = [row for row in comparison.rows if row.aspect == "layers"]
    assert row.field == "mlp_layer_types"
    assert [wordings(row, place)[0] for place in (0, 1)] == ["1 dense, then 60 MoE", "3 dense, then 58 MoE"]


def test_parts_of_one_role_are_aligned() -> None:
    rows = compared("nemotron-3-nano-30b-a3b", "qwen3-next-80b-a3b").rows
    (mixer,) = [row for row in rows if row.aspect == "recurrence" and row.field == "kind"]
    assert mixer.values == ("mamba2", "gated_deltanet")
    assert mixer.layers == (23, 36)
    rows = compared("qwen3-8b", "qwen3-30b-a3b").rows
    assert {row.title: row.values for row in rows if row.aspect == "ffn"} == {
        "": ("gated", "moe"),
        "FFN width": (12_288, None),
        "experts": (None, 128),
        "experts per token": (None, 8),
        "expert width": (None, 768),
    }
    rows = compared("llama-3-8b", "gemma-3-27b").rows
    local = {row.field: row.values for row in rows if row.part == "local attention"}
    # its heads and norm are those of the global layers, its positions turn otherwise
    assert local == {
        "kind": (None, "gqa"),
        "sliding_window": (None, 1024),
        "rope_theta": (None, 10_000.0),
    }
    (kind,) = [row for row in rows if row.part == "local attention" and row.field == "kind"]
    assert (wordings(kind, 0), wordings(kind, 1)) == (("none",), ("GQA, 52 layers", "in 52 layers"))


HEAD = """
name: X
context_length: 1024
vocab_size: 100
hidden_size: 64
output: {tied: true}
define:
  delta: &delta {kind: gated_deltanet, linear_num_key_heads: 2, linear_num_value_heads: 2,
                 linear_key_head_dim: 8, linear_value_head_dim: 8}
  kda: &kda {kind: kda, linear_num_heads: 2, linear_head_dim: 8}
  mamba: &mamba {kind: mamba2, mamba_num_heads: 2, mamba_head_dim: 8, ssm_state_size: 8}
  near: &near {kind: attention, num_attention_heads: 4, head_dim: 16, position: {kind: rope, theta: 10000}}
  few: &few {kind: moe, num_experts: 4, num_experts_per_tok: 2, moe_intermediate_size: 8}
  many: &many {kind: moe, num_experts: 8, num_experts_per_tok: 2, moe_intermediate_size: 8}
  far: &far {kind: attention, num_attention_heads: 4, head_dim: 16, position: {kind: rope, theta: 1000000}}
"""


def written(text: str) -> Arch:
    return normalize(parse_spec(HEAD + text, "x.yaml"))


def test_the_commonest_part_of_a_role_is_aligned_first() -> None:
    two = written("""
stack:
  - layer: {mixer: *delta}
  - {repeat: 3, layer: {mixer: *kda}}
""")
    one = written("stack: [{repeat: 2, layer: {mixer: *mamba}}]")
    for pair in ((two, one), (one, two)):
        kinds = [{found.kind for found in line.classes if found} for line in compare(pair).lines]
        assert kinds == [{"kda", "mamba2"}, {"gated_deltanet"}]


def test_equal_values_in_other_layers_are_a_matter_of_how_many() -> None:
    first = written("stack: [{layer: {mixer: *near}}, {repeat: 2, layer: {mixer: *far}}]")
    second = written("stack: [{repeat: 2, layer: {mixer: *near}}, {layer: {mixer: *far}}]")
    third = written("stack: [{repeat: 3, layer: {mixer: *near}}]")
    assert found(compare([first, second]), "scale").keys() == {"rope_theta"}
    assert found(compare([first, third]), "tuning").keys() == {"rope_theta"}


@pytest.mark.parametrize(
    ("norm", "placement"),
    [
        ("{}", "pre"),
        ("{placement: sandwich}", "sandwich"),
        ("{placement: sum}", "sum"),
        ("{gated_norm_rank: 4}", "gated pre"),
        ("{gated_norm_rank: 4, placement: sandwich}", "gated sandwich"),
    ],
)
def test_where_norms_stand_and_that_they_are_gated(norm: str, placement: str) -> None:
    arch = written(f"norm: {norm}\nstack: [{{layer: {{mixer: *near}}}}]")
    assert of_stack(arch.layers, arch.norm)["norm"]["norm placement"].value == placement


def test_layers_that_differ_within_a_model() -> None:
    (row,) = [row for row in compared("smollm3-3b", "llama-3-2-3b").rows if row.field == "position"]
    assert wordings(row, 0) == ("3 RoPE : 1 NoPE, × 9", "27 RoPE, 9 NoPE", "2 kinds")
    assert row.as_dict()["values"] == [
        [
            {"value": "rope", "layers": "0-2,4-6,8-10,12-14,16-18,20-22,24-26,28-30,32-34"},
            {"value": "nope", "layers": "3,7,11,15,19,23,27,31,35"},
        ],
        "rope",
    ]


def test_context_is_no_architecture() -> None:
    comparison = compared("glm-4-5", "glm-4-7")
    assert comparison.identical
    assert dict(comparison.notes)["context_length"] == (131_072, 202_752)


def test_caches_are_compared_at_a_context_that_both_have() -> None:
    assert compared("llama-3-8b", "deepseek-v3").tokens == 8192
    assert compared("xlstm-7b", "gpt-2-xl").tokens == 1024


def test_what_one_has_and_the_other_has_not() -> None:
    """Whatever kinds their mixers are of."""
    rows = {row.title: row.values for row in compared("deepseek-v3", "qwen3-235b-a22b").rows}
    expected = {"QK-norm": (None, "head"), "KV heads": (None, 4), "head size": (None, 128)}
    expected |= {"KV latent": (512, None), "query latent": (1536, None), "query heads": (128, 64)}
    assert expected.items() <= rows.items()
    rows = {row.title: row.values for row in compared("glm-4-5", "glm-5").rows}
    assert {"QK-norm": ("head", None), "QKV bias": (True, None)}.items() <= rows.items()
    assert tuple(map(str, rows["RoPE share"])) == ("64 of 128", "64 of 256")


def test_like_parts_are_aligned() -> None:
    """Both choose tokens with an indexer: compressed attention with one, and latent attention."""
    comparison = compared("deepseek-v4-pro", "deepseek-v3-2")
    kinds = [tuple(one and one.kind for one in line.classes) for line in comparison.lines]
    assert {("csa", "mla"), ("hca", None)} <= set(kinds)
    assert "indexer" not in {row.field for row in comparison.rows}


MAMBA = "mixer: {kind: mamba, intermediate_size: 128, state_size: 8, time_step_rank: 4, conv_kernel: "
LRU = "mixer: {kind: rg_lru, num_attention_heads: 2, lru_width: "


@pytest.mark.parametrize(
    ("first", "second", "titles"),
    [
        (MAMBA + "4}", MAMBA + "8}", {"convolution"}),
        (LRU + "64}", LRU + "32}", {"channels"}),
        (MAMBA + "4}", LRU + "128}", {"", "state size", "time step rank", "gate blocks"}),
        ("ffn: *few", "ffn: *many", {"experts"}),
    ],
)
def test_no_words_of_other_parts(first: str, second: str, titles: set[str]) -> None:
    """A Mamba has no FFN width, an RG-LRU no query heads, experts without shared ones nothing shared."""
    both = [written(f"stack: [{{layer: {{{layer}}}}}]") for layer in (first, second)]
    assert {row.title for row in compare(both).rows if row.aspect not in COUNTED} == titles


def test_deeper_models_continue_a_pattern() -> None:
    """ "3 dense, then 89 MoE" beside "3 dense, then 75 MoE": the number of layers says it."""
    fields = {row.field for row in compared("glm-4-5", "glm-5").rows}
    assert "num_hidden_layers" in fields
    assert {"mlp_layer_types", "layer_types"}.isdisjoint(fields)


def test_pairs_mirror_each_other_and_miss_nothing() -> None:
    for (first, second), there in bundled_pairs():
        back = compare_profiles([profile(second), profile(first)])
        assert [mirrored(row) for row in there.rows] == list(back.rows), (first, second)
        assert there.same == back.same
        alike = architecture(profile(first).arch) == architecture(profile(second).arch)
        assert there.identical == alike, (first, second)


def test_models_of_one_architecture() -> None:
    """Those that others are known to be, and models that have been compared with others before."""
    known = [("glm-5", "glm-5-1"), ("kimi-k2-5", "kimi-k2-6"), ("minimax-m2", "minimax-m2-7")]
    for names in known:
        assert compare_profiles([profile(name) for name in names]).identical
        assert compare([profile(name).arch for name in names]).rows == ()


def test_fields_of_two_names_mirror() -> None:
    """The state of a Mamba and of a Mamba-2; heads a Mamba-2 has alone."""
    there, back = (compare_profiles(list(map(profile, pair))) for pair in (HYBRIDS, HYBRIDS[::-1]))
    found = {row.field: (row.kind, row.values) for row in there.rows}
    assert found["ssm_state_size or state_size"] == ("scale", (16, 128))
    assert found["mamba_num_heads"] == ("scale", (None, 64))
    assert [mirrored(row) for row in there.rows] == list(back.rows)


def test_no_row_is_vacuous() -> None:
    """Some model has what it is about, and no two values that differ read the same."""
    for pair, comparison in bundled_pairs():
        for row in comparison.rows:
            said = [wordings(row, place)[0] for place in (0, 1)]
            assert label(row)
            assert said[0] != said[1], (pair, row)
            assert not {"none", "no", "–"}.issuperset(said), (pair, row)
            assert times(row.ratio) == "" or row.ratio != 1


def test_layers_of_multi_token_prediction() -> None:
    """They are not said again where they are as the last layers."""
    comparison = compare_profiles([profile("glm-4-5"), profile("glm-5")])
    assert [row for row in comparison.rows if "MTP" in label(row)] == [
        row for row in comparison.rows if row.field == "mtp"
    ]
    comparison = compare_profiles([profile("deepseek-v4-pro"), profile("deepseek-v3-2")])
    ahead = {(row.part, row.field): row.values for row in comparison.rows if row.part.startswith("MTP")}
    assert ahead["MTP mixer", "kind"] == ("window", "mla")
    assert {row.aspect for row in comparison.rows if row.part.startswith("MTP")} == {"head"}


def test_what_another_row_says() -> None:
    comparison = compare_profiles(list(map(profile, ("nemotron-3-nano-30b-a3b", "qwen3-next-80b-a3b"))))
    fields = {row.field for row in comparison.rows}
    assert "gated" in fields
    assert "shared_experts_gated" not in fields


def test_lines_are_in_order_and_have_aspects() -> None:
    comparison = compare_profiles([profile("gemma-4-e2b"), profile("llama-3-8b")])
    assert [(line.name, line.aspect) for line in comparison.lines] == [
        ("global attention", "attention"),
        ("local attention", "attention"),
        ("FFN", "ffn"),
        ("layer embedding", "embedding"),
    ]


def test_what_is_the_same() -> None:
    """Of an aspect in which nothing differs, both models' parts have the same."""
    for pair, comparison in bundled_pairs():
        own = [
            {
                (aspect_of(one.field, line.aspect), one.field)
                for line in comparison.lines
                if (found := line.classes[place])
                for title, one in found.properties.items()
                if title in found.features
            }
            for place in (0, 1)
        ]
        differing = {aspect for aspect, _ in own[0] ^ own[1]}
        assert differing.isdisjoint(comparison.same), pair


def test_several_models_in_one_table() -> None:
    comparison = compared("llama-3-8b", "olmo-2-7b", "deepseek-v3", "xlstm-7b")
    assert all(len(row.values) == 4 for row in comparison.rows)
    values = {row.field: row.values for row in comparison.rows}
    assert values["hidden_size"] == (4096, 4096, 7168, 4096)
    # The question has no sense for latent attention and for mLSTM.
    assert values["num_key_value_heads"] == (8, 32, None, None)
    assert [row.ratio for row in comparison.rows] == [None] * len(comparison.rows)
