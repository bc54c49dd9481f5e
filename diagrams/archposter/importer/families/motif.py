"""Motif Technologies' Motif 3; its code comes with its files."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    every,
    layer,
    moe,
    num_layers,
    rope,
    router_of,
    shared_experts,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec
from archposter.spec.parts import (
    Activation,
    AnyFfn,
    GatedFfn,
    HyperConnections,
    LatentGate,
    Mla,
    Rope,
    SlidingSpan,
    YarnScaling,
)

_POLYNOMIAL: dict[str, Activation] = {"poly_norm": "poly_norm"}


def motif(config: Config) -> Body:
    """`MotifForCausalLM`: latent attention with noise heads, in streams, and experts with PolyNorm."""
    for key, value in {
        "attention_cls": "gdla",
        "diff_v2": True,
        "k_ratio": 1,
        "elementwise_attn_output_gate": True,
        "headwise_attn_output_gate": False,
        "mhc_enabled": True,
        "interleave_moe_layer_step": 1,
        "score_func": "sigmoid",
        "score_before_experts": False,
        "sliding_window_pattern": "interleave",
        "use_sliding_window": True,
    }.items():
        config.expect(key, value)
    config.skip("_debug_force_load_balance", "load_balance_coeff", "max_window_layers")
    config.skip("mhc_identity_init", "mhc_sinkhorn_iters", "rope_factor", "original_seq_len")
    config.skip("polynorm_output_scale", "polynorm_output_scale_per_layer", "polynorm_bias_clamp")
    config.skip("hidden_clamp")
    if config.optional("num_nextn_predict_layers"):
        where = config.where("num_nextn_predict_layers")
        config.journal.warn(where, "its prediction modules are not in the published code and not drawn")
    full = _attention(config)
    # a token sees itself and so many before it
    span = config.build(SlidingSpan, size=config.whole("sliding_window") + 1)
    turn = config.build(Rope, theta=config.number("swa_rope_theta"))
    mixers = {True: full.model_copy(update={"span": span, "position": turn}), False: full}
    count = num_layers(config)
    # the first layer of each period sees all
    local = [every(config.whole("sliding_window_period", least=2), first=0)(index) for index in range(count)]
    ffns = _ffns(config)
    dense = config.whole("n_dense_first_layers", default=0, least=0)

    def built(kind: tuple[bool, bool]) -> LayerSpec:
        return layer(mixers[kind[0]], ffns[kind[1]])

    kinds = [(window, index >= dense) for index, window in enumerate(local)]
    streams = config.build(
        HyperConnections, hc_mult=config.whole("mhc_expansion_rate"), hc_head=False, norm_weight=True
    )
    return Body(alternating(kinds, built), residual=streams)


def _attention(config: Config) -> Mla:
    heads, turning = config.whole("num_attention_heads"), config.whole("qk_rope_head_dim")
    still = config.whole("head_dim") - turning
    if still < 1:
        raise config.refused("head_dim", f"heads have no channels beside the {turning} that turn")
    return config.build(
        Mla,
        num_attention_heads=heads,
        q_lora_rank=config.whole("q_lora_rank"),
        kv_lora_rank=config.whole("kv_lora_rank"),
        qk_nope_head_dim=still,
        qk_rope_head_dim=turning,
        v_head_dim=config.whole("v_head_dim"),
        num_key_value_heads=config.whole("num_key_value_heads"),
        noise_heads=config.whole("num_noise_heads"),
        position=_global_turn(config),
        span=FULL,
        gate=LatentGate(per="element", source="normed_query_latent"),
    )


def _global_turn(config: Config) -> Rope:
    """Return the rotation of layers without a window: YaRN that scales their scores, not what it turns."""
    scaling, mscale = config.section("rope_scaling"), config.number("mscale", default=1.0)
    if scaling:
        scaling.expect("apply_yarn_scaling", False)
    turn = rope(config)
    if isinstance(turn.scaling, YarnScaling):
        both = {"mscale": mscale, "mscale_all_dim": mscale}
        turn = turn.model_copy(update={"scaling": turn.scaling.model_copy(update=both)})
    return turn


def _ffns(config: Config) -> dict[bool, AnyFfn]:
    """Return the FFNs of layers without and with experts."""
    act = config.word("hidden_act", among=_POLYNOMIAL)
    dense = config.build(GatedFfn, intermediate_size=config.whole("intermediate_size"), activation=act)
    experts = moe(
        config,
        num_experts_per_tok=config.whole("experts_top_k"),
        activation=act,
        shared=shared_experts(config),
        router=router_of(config, scoring="sigmoid", correction_bias="buffer"),
    )
    return {True: experts, False: dense}
