"""Parts as properties, and what they are called."""

from fractions import Fraction
from functools import cache
from itertools import combinations

import pytest

from archposter.compare.names import ASPECT_NAMES
from archposter.compare.profile import Profile
from archposter.compare.properties import kind_of, properties
from archposter.compare.values import ASPECTS, Property, Share
from archposter.pipeline import load
from archposter.spec.arch import Arch
from archposter.spec.parts import (
    Alibi,
    AnyPart,
    Attention,
    Clamp,
    CompressedAttention,
    GatedFfn,
    Mamba1,
    Mla,
    Moe,
    Part,
    RgLru,
    Rope,
    Router,
    SharedExperts,
    SlidingSpan,
    YarnScaling,
)
from configs import CORPUS, SLUGS


@cache
def archs() -> list[Arch]:
    return [load(CORPUS / "configs" / f"{slug}.json").arch for slug in SLUGS]


@cache
def parts() -> list[AnyPart]:
    return list(dict.fromkeys(part for arch in archs() for part in arch.parts))


HEADS = Attention(num_attention_heads=8, num_key_value_heads=2, head_dim=64)
LATENT = Mla(
    num_attention_heads=8, kv_lora_rank=512, qk_nope_head_dim=128, qk_rope_head_dim=64, v_head_dim=128
)


def values(part: Part) -> dict[str, object]:
    return {one.field: one.value for one in properties(part).values()}


def telling(part: Part) -> set[str]:
    return {one.field for one in properties(part).values() if one.telling}


def test_different_parts_have_different_properties() -> None:
    flat = [(type(part), properties(part)) for part in parts()]
    assert len(flat) > 150
    assert [(a, b) for a, b in combinations(flat, 2) if a == b] == []


def test_properties_stand_as_the_fields_of_their_part_do() -> None:
    for part in parts():
        order = list(type(part).model_fields)
        own = [one.field for one in properties(part).values() if one.field in order]
        assert own == sorted(own, key=order.index)


def test_no_two_properties_have_one_field() -> None:
    for part in parts():
        assert len({one.field for one in properties(part).values()}) == len(properties(part))
    for arch in archs():
        for found in Profile(arch).whole.values():
            assert len({one.field for one in found.values()}) == len(found)
    assert set(ASPECT_NAMES) == set(ASPECTS)


def test_kinds_have_titles_of_their_own() -> None:
    """Two Mambas differ in channels, two RG-LRUs in blocks of their gates."""
    mamba = properties(Mamba1(intermediate_size=8, state_size=1, time_step_rank=1))
    assert mamba["channels"].field == properties(GatedFfn(intermediate_size=8))["FFN width"].field
    assert properties(RgLru(lru_width=8, num_attention_heads=2))["gate blocks"].value == 2


def test_what_says_nothing_is_left_out() -> None:
    part = Moe(num_experts=8, num_experts_per_tok=2, moe_intermediate_size=64)
    assert {"shared_experts_gate", "zero_experts_kind", "topk_group"}.isdisjoint(values(part))
    router = Router(n_group=4, topk_group=2)
    shared = SharedExperts(num=2, intermediate_size=32)
    found = values(part.model_copy(update={"shared_experts": shared, "router": router}))
    assert found["topk_group"] == 2
    assert (found["shared_experts"], found["shared_experts_intermediate_size"]) == (2, 32)
    assert found["shared_experts_gate"] is False


def test_nested_parts_are_flat() -> None:
    assert {"position": "rope", "rope_theta": 10_000.0}.items() <= values(HEADS).items()
    assert "sliding_window" not in values(HEADS)
    assert values(HEADS.model_copy(update={"span": SlidingSpan(size=128)}))["sliding_window"] == 128
    moe = Moe(num_experts=8, num_experts_per_tok=2, moe_intermediate_size=64, bias=True)
    assert (values(moe)["bias"], values(moe)["router_bias"]) == (True, False)


def test_parts_of_one_kind_inside_two_others() -> None:
    clamp = Clamp(swiglu_limit=7.0)
    shared = SharedExperts(num=2, intermediate_size=32, clamp=clamp)
    sizes = {"num_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 64}
    found = properties(
        Moe(**sizes, clamp=Clamp(swiglu_limit=7.0, after_activation=True), shared_experts=shared)
    )
    assert found["limit after activation"].value is True
    assert found["shared experts clamp after activation"].value is False


def test_channels_that_are_turned() -> None:
    """Of latent attention a part of each head, whatever the share of that part."""
    assert str(values(LATENT)["partial_rotary_factor"]) == "64 of 192"
    assert values(HEADS)["partial_rotary_factor"] == "all"
    half = Rope(partial_rotary_factor=0.5)
    assert values(HEADS.model_copy(update={"position": half}))["partial_rotary_factor"] == Share(
        Fraction(32), 64
    )
    assert str(values(LATENT.model_copy(update={"position": half}))["partial_rotary_factor"]) == "32 of 192"
    third = HEADS.model_copy(update={"head_dim": 192, "position": Rope(partial_rotary_factor=0.334)})
    assert str(values(third)["partial_rotary_factor"]) == "64 of 192"


def test_what_tells_beside_parts_without_it() -> None:
    """What a kind needs and what was switched on, not what it has anyway; of a scaling its name."""
    assert telling(HEADS) == {"num_attention_heads", "num_key_value_heads", "head_dim", "position"}
    yarn = YarnScaling(factor=4.0, original_max_position_embeddings=4096, mscale=0.7)
    scaled = HEADS.model_copy(update={"position": Rope(theta=1e6, scaling=yarn), "qkv_bias": True})
    assert telling(scaled) - telling(HEADS) == {"rope_scaling", "qkv_bias"}
    assert "rope_theta" not in telling(HEADS.model_copy(update={"position": Alibi()}))
    moe = Moe(num_experts=8, num_experts_per_tok=2, moe_intermediate_size=64)
    shared = SharedExperts(num=1, intermediate_size=32, gate=True)
    assert telling(moe.model_copy(update={"shared_experts": shared})) - telling(moe) == {
        *("shared_experts", "shared_experts_gate")
    }
    sizes = {"num_attention_heads": 8, "head_dim": 64, "q_lora_rank": 8, "o_groups": 2, "o_lora_rank": 8}
    window = CompressedAttention(**sizes, sliding_window=128)
    assert "sinks" not in telling(window)
    assert {"sliding_window", "o_groups"} < telling(window)


def test_what_may_be_lacked() -> None:
    def optional(part: Part) -> set[str]:
        return {one.field for one in properties(part).values() if one.optional}

    assert {"q_lora_rank", "attention_bias", "gate", "indexer"} <= optional(LATENT)
    assert {"kv_lora_rank", "v_head_dim", "num_attention_heads"}.isdisjoint(optional(LATENT))
    assert Property("x", 1).optional


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
        ("rope_mscale", [None, 1.0], "tuning"),
        ("partial_rotary_factor", ["all", Share(Fraction(64), 128)], "mechanism"),
        ("partial_rotary_factor", [Share(Fraction(64), 256), Share(Fraction(64), 128)], "tuning"),
        ("embedding_multiplier", [1.0, 33.9], "mechanism"),
        ("embedding_multiplier", [48.0, 33.9], "tuning"),
        ("conv_bias", [False, True], "tuning"),
        ("correction_bias", [None, "buffer"], "mechanism"),
        ("correction_bias", ["parameter", "buffer"], "tuning"),
    ],
)
def test_types_of_differences(field: str, values: list[object], kind: str) -> None:
    assert kind_of(field, values) == kind
