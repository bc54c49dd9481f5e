"""Google's Gemma, from the first to the fourth, and RecurrentGemma."""

from __future__ import annotations

from functools import cache
from typing import Any

from archposter.importer.body import (
    FULL,
    HEAD_NORM,
    Body,
    alternating,
    attention,
    biases,
    every,
    gated,
    head_dim,
    hidden_size,
    layer,
    moe,
    num_heads,
    num_layers,
    root_scaled,
    rope,
    sliding,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.model import BranchSpec, EmbeddingSpec, LayerSpec, NormSpec, SublayerSpec
from archposter.spec.parts import (
    MAX_DIMENSION,
    AltUp,
    AnyPart,
    Attention,
    GatedFfn,
    LowRankFfn,
    PerLayerEmbedding,
    PerLayerInput,
    RgLru,
    Router,
    SlidingSpan,
)

_SANDWICH = NormSpec(placement="sandwich")
_ROOT = round(0.5**0.5, 7)


def gemma(config: Config) -> Body:
    """`GemmaForCausalLM`."""
    _causal(config)
    mixer = attention(config, position=rope(config), **biases(config))
    # the first files named an activation that the model never used
    key = "hidden_activation" if config.has("hidden_activation") else "hidden_act"
    config.skip("hidden_act", "hidden_activation")
    ffn = gated(config, key=key)
    if ffn.activation == "gelu":
        ffn = ffn.model_copy(update={"activation": "gelu_tanh"})
    return Body([layer(mixer, ffn)] * num_layers(config), embedding=root_scaled(config))


def vaultgemma(config: Config) -> Body:
    """`VaultGemmaForCausalLM`: Gemma 2 without the norms after attention and FFN."""
    return gemma2(config)._replace(norm=NormSpec())


def gemma3n(config: Config) -> Body:
    """`Gemma3nForCausalLM`: streams that predict one another, learned residuals, shared caches."""
    _causal(config)
    config.skip("altup_coef_clip", "altup_active_idx", "hidden_act")
    config.skip("altup_lr_multiplier")
    count = num_layers(config)
    local = windows(config, count, every(5))
    shared = config.whole("num_kv_shared_layers", default=0, least=0, most=count)
    listed = isinstance(config.data.get("intermediate_size"), list)
    widths = config.wholes("intermediate_size", length=count, least=1) if listed else None
    widths = widths or [config.whole("intermediate_size")] * count
    inputs = config.whole("hidden_size_per_layer_input")
    spans = {True: sliding(config), False: FULL}
    positions = {False: rope(config, "full_attention", theta=1_000_000.0), True: _local_rope(config)}
    bias = biases(config)
    laurel = config.build(LowRankFfn, laurel_rank=config.whole("laurel_rank"))
    taken = config.build(PerLayerInput, hidden_size_per_layer_input=inputs)

    sparsity = _sparsity(config, count)

    def built(kind: tuple[bool, bool, int, float]) -> LayerSpec:
        windowed, reuses, width, cut = kind
        mixer = attention(
            config,
            position=positions[windowed],
            span=spans[windowed],
            key_value="shared" if reuses else "separate",
            qk_norm=HEAD_NORM,
            query_pre_attn_scalar=1.0,
            v_norm=True,
            **bias,
        )
        ffn = gated(config, width, key="hidden_activation")
        ffn = config.build(GatedFfn, **dict(ffn) | {"activation_sparsity": cut})
        # the sum of all three is divided by the root of two
        both = (
            BranchSpec(part=mixer, placement="post", multiplier=_ROOT),
            BranchSpec(part=laurel, multiplier=_ROOT),
        )
        steps = (
            SublayerSpec(branches=both, placement="pre", stream_multiplier=_ROOT),
            SublayerSpec(part=ffn),
            SublayerSpec(part=taken, placement="post"),
        )
        return LayerSpec(sublayers=steps)

    kinds = [
        (local[index], index >= count - shared, widths[index], sparsity[index]) for index in range(count)
    ]
    residual = config.build(
        AltUp,
        altup_num_inputs=config.whole("altup_num_inputs"),
        altup_correct_scale=config.flag("altup_correct_scale", default=True),
    )
    return Body(
        alternating(kinds, built),
        _SANDWICH,
        residual=residual,
        embedding=_per_layer(config, inputs),
        output=_capped(config),
    )


def _sparsity(config: Config, count: int) -> list[float]:
    """Return the share of an FFN's channels that each layer cuts: in the class, that of the first ten."""
    key = "activation_sparsity_pattern"
    if isinstance(config.data.get(key), list):
        return config.numbers(key, length=count, zero=True)
    if config.has(key):
        return [config.number(key)] * count
    return [0.95 if index < 10 < count else 0.0 for index in range(count)]


def gemma2(config: Config) -> Body:
    """`Gemma2ForCausalLM`: norms before and after, a window in every second layer, soft caps."""
    position = rope(config)
    return _gemma(config, {True: position, False: position}, every(2))


def gemma3(config: Config) -> Body:
    """`Gemma3ForCausalLM`: five layers with a window, then one without, with a base of its own."""
    positions = {
        False: rope(config, "full_attention", theta=1_000_000.0),
        True: _local_rope(config),
    }
    period = config.whole("sliding_window_pattern", "_sliding_window_pattern", default=6)
    return _gemma(config, positions, every(period), qk_norm=HEAD_NORM)


def _local_rope(config: Config) -> object:
    theta = config.number("rope_local_base_freq", default=10_000.0)
    section = config.section("rope_parameters")
    if section and section.has("sliding_attention"):
        return rope(config, "sliding_attention")
    return rope(config, theta=theta).model_copy(update={"theta": theta, "scaling": None})


def _gemma(config: Config, positions: dict[bool, Any], pattern: Any, **fields: Any) -> Body:
    _causal(config)
    config.skip("hidden_act")
    config.expect("sliding_window_size", config.whole("sliding_window"))
    spans = {True: sliding(config), False: FULL}
    fields |= biases(config)
    fields["query_pre_attn_scalar"] = config.number("query_pre_attn_scalar", default=256.0)
    fields["attn_logit_softcapping"] = config.number("attn_logit_softcapping", default=0.0)
    ffn = gated(config, key="hidden_activation")
    layers = alternating(
        windows(config, num_layers(config), pattern),
        lambda local: layer(attention(config, position=positions[local], span=spans[local], **fields), ffn),
    )
    return Body(layers, _SANDWICH, embedding=root_scaled(config), output=_capped(config))


def gemma4(config: Config) -> Body:
    """`Gemma4ForCausalLM`: wider global heads, keys that are values, shared caches, per-layer inputs."""
    config.expect("use_bidirectional_attention", "vision")
    config.skip("expert_intermediate_size", "hidden_act")
    count = num_layers(config)
    local = windows(config, count, every(6))
    local[-1] = False
    shared = config.whole("num_kv_shared_layers", default=0, least=0, most=count)
    width = config.whole("intermediate_size")
    double = 2 if config.flag("use_double_wide_mlp", default=False) else 1
    inputs = config.whole("hidden_size_per_layer_input", default=0, least=0)
    mixer = _gemma4_attention(config, local)

    def built(kind: tuple[bool, bool]) -> LayerSpec:
        windowed, reuses = kind
        ffn = gated(config, width * (double if reuses else 1), key="hidden_activation")
        steps = [SublayerSpec(part=mixer(windowed, reuses)), _gemma4_ffn(config, ffn)]
        if inputs:
            part = config.build(PerLayerInput, hidden_size_per_layer_input=inputs)
            steps.append(SublayerSpec(part=part, placement="post"))
        return LayerSpec(sublayers=tuple(steps), layer_scalar=True)

    kinds = [(windowed, index >= count - shared) for index, windowed in enumerate(local)]
    return Body(
        alternating(kinds, built), _SANDWICH, embedding=_per_layer(config, inputs), output=_capped(config)
    )


def _gemma4_global(config: Config, local: list[bool]) -> tuple[int, int]:
    """Return the width of a global layer's heads and how many have keys: said once, or layer by layer."""
    heads = config.whole("num_key_value_heads")
    said = config.data.get("per_layer_config")
    config.skip("per_layer_config")
    if said is None:
        few = config.whole("num_global_key_value_heads", default=heads)
        unified = config.flag("attention_k_eq_v", default=False)
        return config.whole("global_head_dim", default=512), few if unified else heads
    config.skip("global_head_dim", "num_global_key_value_heads")
    places = {index for index, windowed in enumerate(local) if not windowed}
    usual = {"head_dim": config.whole("head_dim", default=256), "num_key_value_heads": heads}
    if said == {}:
        return usual["head_dim"], heads
    rows = list(said.values()) if isinstance(said, dict) else []
    alike = bool(rows) and isinstance(rows[0], dict) and all(row == rows[0] for row in rows)
    if not alike or _numbers(said) != places or not set(rows[0]) <= set(usual):
        raise config.refused(
            "per_layer_config", "expected the same sizes for all global layers, and no other"
        )
    found = {**usual, **rows[0]}
    if not all(type(value) is int and 0 < value <= MAX_DIMENSION for value in found.values()):
        raise config.refused("per_layer_config", "expected whole numbers")
    return found["head_dim"], found["num_key_value_heads"]


def _numbers(said: dict[str, Any]) -> set[int]:
    return {int(key) for key in said if key.isascii() and key.isdigit() and len(key) < 6}


def _gemma4_attention(config: Config, local: list[bool]) -> Any:
    positions = {
        True: rope(config, "sliding_attention"),
        False: rope(config, "full_attention", theta=1_000_000.0, partial=0.25),
    }
    spans = {True: sliding(config), False: FULL}
    unified = config.flag("attention_k_eq_v", default=False)
    wide, few = _gemma4_global(config, local)
    bias = biases(config)

    @cache
    def mixer(windowed: bool, reuses: bool) -> Attention:
        of_global = {} if windowed else {"head_dim": wide, "num_key_value_heads": few}
        own = "unified" if unified and not windowed else "separate"
        return attention(
            config,
            position=positions[windowed],
            span=spans[windowed],
            key_value="shared" if reuses else own,
            qk_norm=HEAD_NORM,
            query_pre_attn_scalar=1.0,
            v_norm=True,
            **bias,
            **of_global,
        )

    return mixer


def _gemma4_ffn(config: Config, ffn: AnyPart) -> SublayerSpec:
    if not config.flag("enable_moe_block", default=False):
        config.skip("num_experts", "top_k_experts", "moe_intermediate_size")
        return SublayerSpec(part=ffn)
    experts = moe(
        config,
        num_experts_per_tok=config.whole("top_k_experts"),
        activation=gated(config, key="hidden_activation").activation,
        router=Router(input_scale=True, expert_scale=True),
    )
    branches = (BranchSpec(part=ffn, placement="sandwich"), BranchSpec(part=experts, placement="sandwich"))
    return SublayerSpec(branches=branches, placement="post")


def _per_layer(config: Config, width: int) -> EmbeddingSpec:
    if not width:
        config.skip("vocab_size_per_layer_input")
        return root_scaled(config)
    rows = config.whole("vocab_size_per_layer_input")
    table = config.build(
        PerLayerEmbedding, vocab_size_per_layer_input=rows, hidden_size_per_layer_input=width
    )
    return root_scaled(config).model_copy(update={"per_layer": table})


def _capped(config: Config) -> dict[str, Any]:
    return {"final_logit_softcapping": config.number("final_logit_softcapping", default=0.0)}


def _causal(config: Config) -> None:
    config.expect("use_bidirectional_attention", False)


def recurrent_gemma(config: Config) -> Body:
    """`RecurrentGemmaForCausalLM`: two recurrent layers, then one of local attention; trained on 8,192."""
    count = num_layers(config)
    config.skip("w_init_variance_scale", "final_w_init_variance_scale", "layers_block_type", "layer_types")
    config.skip("attention_dropout")
    pattern = config.data.get("block_types", config.data.get("_block_types"))
    pattern = pattern or ["recurrent", "recurrent", "attention"]
    config.skip("block_types", "_block_types")
    if not isinstance(pattern, list) or not {str(word) for word in pattern} <= {"recurrent", "attention"}:
        raise config.refused("block_types", "expected a list of recurrent and attention")
    heads = num_heads(config)
    window = config.build(SlidingSpan, size=config.whole("attention_window_size"))
    bias = config.flag("attention_bias", default=False)
    softmax = attention(
        config,
        num_key_value_heads=config.whole("num_key_value_heads", default=heads),
        head_dim=head_dim(config, heads),
        position=rope(config, partial=0.5),
        span=window,
        qkv_bias=bias,
        output_bias=True,
    )
    lru = config.build(
        RgLru,
        lru_width=config.whole("lru_width", default=hidden_size(config)),
        num_attention_heads=heads,
        conv1d_width=config.whole("conv1d_width"),
    )
    width = config.whole("intermediate_size") // 2
    ffn = gated(config, max(width, 1), bias=True, key="hidden_activation")
    kinds = [pattern[index % len(pattern)] == "attention" for index in range(count)]
    return Body(
        alternating(kinds, lambda kind: layer(softmax if kind else lru, ffn)),
        embedding=root_scaled(config),
        output={"final_logit_softcapping": config.number("logits_soft_cap", default=0.0)},
        context=8192,
    )
