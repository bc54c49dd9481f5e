"""Parts as properties, and what they are called."""

from itertools import combinations

import pytest

from archposter.compare.names import ASPECT_NAMES, FIELD_NAMES
from archposter.compare.properties import kind_of, properties, titles
from archposter.compare.values import ASPECTS
from archposter.compare.whole import counted, parts_of_model, whole
from archposter.pipeline import load
from archposter.spec.parts import Attention, GatedFfn, Mamba1, Moe, RgLru, Router, SharedExperts
from configs import CORPUS, SLUGS

ARCHS = [load(CORPUS / "configs" / f"{slug}.json").arch for slug in SLUGS]
PARTS = list(dict.fromkeys(part for arch in ARCHS for part in arch.parts))


def test_different_parts_have_different_properties() -> None:
    flat = [(type(part), properties(part)) for part in PARTS]
    assert len(flat) > 150
    assert [(a, b) for a, b in combinations(flat, 2) if a == b] == []


def test_everything_has_a_title() -> None:
    for arch in ARCHS:
        own = set(FIELD_NAMES).union(*map(titles, parts_of_model(arch)))
        for found in (*whole(arch).values(), *counted(arch, 1024).values()):
            assert set(found) <= own
    assert all(set(properties(part)) <= set(titles(part)) for part in PARTS)
    assert set(ASPECT_NAMES) == set(ASPECTS)


def test_kinds_have_titles_of_their_own() -> None:
    """Two Mambas differ in channels, two RG-LRUs in blocks of their gates."""
    mamba = Mamba1(intermediate_size=8, state_size=1, time_step_rank=1)
    assert titles(mamba)["intermediate_size"] == "channels"
    assert titles(GatedFfn(intermediate_size=8))["intermediate_size"] == "FFN width"
    assert titles(RgLru(lru_width=8, num_attention_heads=2))["num_attention_heads"] == "gate blocks"


def test_what_says_nothing_is_left_out() -> None:
    part = Moe(num_experts=8, num_experts_per_tok=2, moe_intermediate_size=64)
    assert {"shared_experts_gate", "zero_experts_kind", "topk_group"}.isdisjoint(properties(part))
    router = Router(n_group=4, topk_group=2)
    shared = SharedExperts(num=2, intermediate_size=32)
    found = properties(part.model_copy(update={"shared_experts": shared, "router": router}))
    assert found["topk_group"] == 2
    assert (found["shared_experts"], found["shared_experts_intermediate_size"]) == (2, 32)
    assert found["shared_experts_gate"] is False


def test_nested_parts_are_flat() -> None:
    part = Attention(num_attention_heads=8, num_key_value_heads=2, head_dim=64)
    flat = properties(part)
    assert flat["position"] == "rope"
    assert flat["rope_theta"] == 10_000.0
    assert "sliding_window" not in flat


@pytest.mark.parametrize(
    ("field", "values", "kind"),
    [
        ("num_attention_heads", [32, 64], "scale"),
        ("q_lora_rank", [0, 1536], "mechanism"),
        ("n_group", [1, 8], "mechanism"),
        ("n_group", [4, 8], "scale"),
        ("qk_norm", [None, "head"], "mechanism"),
        ("sinks", [None, "head"], "mechanism"),
        ("rope_theta", [10_000.0, 1e6], "tuning"),
        ("embedding_multiplier", [1.0, 33.9], "mechanism"),
        ("embedding_multiplier", [48.0, 33.9], "tuning"),
        ("conv_bias", [False, True], "tuning"),
        ("correction_bias", [None, "buffer"], "mechanism"),
        ("correction_bias", ["parameter", "buffer"], "tuning"),
    ],
)
def test_types_of_differences(field: str, values: list[object], kind: str) -> None:
    assert kind_of(field, values) == kind
