"""State space models, recurrent networks and short convolutions, alone or with attention."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archposter.importer.body import (
    Body,
    activation,
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
    where_used,
)
from archposter.importer.config import Config
from archposter.importer.families.experts import granitemoe
from archposter.spec.model import BranchSpec, EmbeddingSpec, LayerSpec, NormSpec, SublayerSpec
from archposter.spec.parts import (
    AnyFfn,
    AnyMixer,
    ChannelMix,
    GatedDeltaNet,
    Mamba1,
    Mamba2,
    NoPosition,
    RgLru,
    Rope,
    Router,
    SlidingSpan,
    TimeMix,
)

_LINEAR = {"linear_attention": True, "mamba": True, "full_attention": False, "attention": False}
TRAINING = ("use_mambapy", "use_associative_scan", "time_step_init_scheme", "time_step_scale")


def step_rank(config: Config, *keys: str) -> int:
    """Return the rank of the step projection; "auto" is a sixteenth of the hidden size."""
    said = next((config.data[key] for key in keys if config.data.get(key) is not None), "auto")
    if said == "auto":
        config.skip(*keys)
        return -(-hidden_size(config) // 16)
    return config.whole(*keys)


def falcon_mamba(config: Config) -> Body:
    """`FalconMambaForCausalLM`: steps, inputs and outputs of the state are normed, without weights."""
    return mamba(config, inner_norms=True, inner_norm_weight=False)


def mamba(config: Config, **fields: Any) -> Body:
    """`MambaForCausalLM`."""
    config.skip(*TRAINING, "mixer_rms_eps", "time_step_floor", "residual_in_fp32")
    config.skip("d_model", "d_inner", "n_layer", "ssm_cfg", "rms_norm", "fused_add_norm", "num_layers")
    inner = int(config.whole("expand", default=2)) * hidden_size(config)
    config.expect("intermediate_size", inner)
    mixer = config.build(
        Mamba1,
        intermediate_size=inner,
        state_size=config.whole("state_size"),
        time_step_rank=step_rank(config, "time_step_rank"),
        conv_kernel=config.whole("conv_kernel"),
        conv_bias=config.flag("use_conv_bias", default=True),
        bias=config.flag("use_bias", default=False),
        activation=activation(config),
        **fields,
    )
    return Body([layer(mixer, None)] * num_layers(config))


def mamba2(config: Config) -> Body:
    """`Mamba2ForCausalLM`."""
    config.skip("time_step_rank", "norm_before_gate", "rms_norm", "residual_in_fp32", "chunk_size")
    heads, width = config.whole("num_heads"), config.whole("head_dim")
    inner = config.whole("expand", default=2) * hidden_size(config)
    if heads * width != inner:
        raise config.refused("num_heads", f"{heads} heads of {width} are not {inner} wide")
    mixer = config.build(
        Mamba2,
        mamba_num_heads=heads,
        mamba_head_dim=width,
        ssm_state_size=config.whole("state_size"),
        n_groups=config.whole("n_groups"),
        conv_kernel=config.whole("conv_kernel"),
        conv_bias=config.flag("use_conv_bias", default=True),
        bias=config.flag("use_bias", default=False),
        activation=activation(config),
    )
    return Body([layer(mixer, None)] * num_layers(config))


def _ssd(config: Config, inner: int, **fields: Any) -> Mamba2:
    """Return the Mamba-2 of Bamba and its kin: heads of a width that may be left to the class."""
    config.skip("mamba_chunk_size")
    heads = config.whole("mamba_n_heads")
    said = config.data.get("mamba_d_head")
    if said is None or said == "auto":
        config.skip("mamba_d_head")
        width = inner // heads
    else:
        width = config.whole("mamba_d_head")
    if heads * width != inner:
        raise config.refused("mamba_n_heads", f"{heads} heads of {width} are not {inner} wide")
    return config.build(
        Mamba2,
        mamba_num_heads=heads,
        mamba_head_dim=width,
        ssm_state_size=config.whole("mamba_d_state"),
        n_groups=config.whole("mamba_n_groups"),
        conv_kernel=config.whole("mamba_d_conv"),
        conv_bias=config.flag("mamba_conv_bias", default=True),
        bias=config.flag("mamba_proj_bias", default=False),
        activation=activation(config),
        **fields,
    )


def bamba(config: Config) -> Body:
    """`BambaForCausalLM`: Mamba-2 with a few layers of attention, of which half of each head turns."""
    count = num_layers(config)
    config.skip("z_loss_coefficient", "layer_types", "layers_block_type")
    chosen = frozenset(config.wholes("attn_layer_indices") or ())
    softmax = attention(config, position=rope(config, partial=0.5), **biases(config))
    ffn = gated(config, bias=config.flag("mlp_bias", default=False))
    kinds = [index in chosen for index in range(count)]
    inner = config.whole("mamba_expand", default=2) * hidden_size(config)
    ssm: AnyMixer = where_used(not all(kinds), lambda: _ssd(config, inner), softmax)
    return Body(alternating(kinds, lambda kind: layer(softmax if kind else ssm, ffn)))


def falcon_h1(config: Config) -> Body:
    """`FalconH1ForCausalLM`: attention and Mamba-2 side by side in every layer."""
    config.skip("attention_in_multiplier", "attention_out_multiplier", "key_multiplier", "mlp_multipliers")
    config.skip("ssm_in_multiplier", "ssm_out_multiplier", "ssm_multipliers")
    config.skip("mlp_expansion_factor", "mamba_use_mlp", "attn_layer_indices", "sliding_window")
    said = config.data.get("mamba_d_ssm", config.defaults.get("mamba_d_ssm"))
    inner = config.whole("mamba_expand", default=2) * hidden_size(config)
    if said is not None:
        inner = config.whole("mamba_d_ssm")
        config.skip("mamba_expand")
    config.skip("mamba_d_ssm")
    normed = config.flag("mamba_rms_norm", default=False)
    ssm = _ssd(
        config,
        inner,
        norm=normed,
        norm_before_gate=config.flag("mamba_norm_before_gate", default=True) and normed,
        output_bias=config.flag("projectors_bias", default=False),
    )
    bias = config.flag("attention_bias", default=False)
    softmax = attention(config, position=rope(config), qkv_bias=bias, output_bias=bias)
    ffn = gated(config, bias=config.flag("mlp_bias", default=False))
    steps = (
        SublayerSpec(branches=(BranchSpec(part=softmax), BranchSpec(part=ssm))),
        SublayerSpec(part=ffn),
    )
    return Body(
        [LayerSpec(sublayers=steps)] * num_layers(config),
        embedding=config.build(EmbeddingSpec, multiplier=config.number("embedding_multiplier", default=1.0)),
        output={"logit_scale": config.number("lm_head_multiplier", default=1.0)},
    )


def granitemoehybrid(config: Config) -> Body:
    """`GraniteMoeHybridForCausalLM`: Granite 4; experts, if there are some, beside an FFN for every token."""
    count = num_layers(config)
    said = config.words("layer_types", "layers_block_type", length=count, among=_LINEAR)
    linear = [_LINEAR[word] for word in said] if said else [True] * count
    turning = config.data.get("position_embedding_type") == "rope"
    config.expect("position_embedding_type", "rope", "nope")
    config.skip("init_method", "normalization_function", "attention_dropout")
    shared = config.whole("shared_intermediate_size", default=1024)
    if config.whole("num_local_experts", default=8, least=0):
        body = granitemoe(config)
        ffn = body.layers[0].ffn
    else:
        config.skip("num_experts_per_tok", "intermediate_size")
        body = granitemoe(config, bare=gated(config, shared))
        ffn = body.layers[0].ffn
    position: Rope | NoPosition = rope(config) if turning else NoPosition()
    config.skip("rope_theta", "rope_scaling", "rope_parameters")
    softmax = attention(config, position=position, **biases(config))
    inner = config.whole("mamba_expand", default=2) * hidden_size(config)
    ssm: AnyMixer = where_used(any(linear), lambda: _ssd(config, inner), softmax)
    return replace(body, layers=alternating(linear, lambda kind: layer(ssm if kind else softmax, ffn)))


def mamba_of_hybrids(config: Config, **fields: Any) -> Mamba1:
    """Return the Mamba of hybrids, whose files say `mamba_` before its keys; `fields` are the rest."""
    return config.build(
        Mamba1,
        intermediate_size=config.whole("mamba_expand") * hidden_size(config),
        state_size=config.whole("mamba_d_state"),
        time_step_rank=step_rank(config, "mamba_dt_rank"),
        conv_kernel=config.whole("mamba_d_conv"),
        conv_bias=config.flag("mamba_conv_bias", default=True),
        bias=config.flag("mamba_proj_bias", default=False),
        **fields,
    )


def jamba(config: Config) -> Body:
    """`JambaForCausalLM`: Mamba, attention in every eighth layer, experts in every second."""
    count = num_layers(config)
    config.skip(*TRAINING, "sliding_window", "calc_logits_for_entire_prompt", "layers_block_type")
    config.skip("mamba_inner_layernorms")
    experts_many = config.whole("num_experts", "num_local_experts")
    ssm = mamba_of_hybrids(config, inner_norms=True, activation=activation(config))
    softmax = attention(config, position=NoPosition())
    period, offset = config.whole("attn_layer_period"), config.whole("attn_layer_offset", least=0)
    every_n, first = config.whole("expert_layer_period"), config.whole("expert_layer_offset", least=0)
    ffns: dict[bool, AnyFfn] = {False: gated(config)}
    if experts_many > 1:
        width = config.whole("intermediate_size")
        ffns[True] = moe(config, num_experts=experts_many, moe_intermediate_size=width, router=Router())
    else:
        config.skip("num_experts_per_tok")
        ffns[True] = ffns[False]
    mixers: dict[bool, AnyMixer] = {True: softmax, False: ssm}
    kinds = [(index % period == offset, index % every_n == first) for index in range(count)]
    return Body(alternating(kinds, lambda kind: layer(mixers[kind[0]], ffns[kind[1]])))


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


def rwkv(config: Config) -> Body:
    """`RwkvForCausalLM`: RWKV-4, with a norm on the embedding."""
    config.skip("rescale_every")
    width = hidden_size(config)
    mixer = config.build(TimeMix, attention_hidden_size=config.whole("attention_hidden_size", default=width))
    ffn = config.build(ChannelMix, intermediate_size=config.whole("intermediate_size", default=4 * width))
    return Body(
        [layer(mixer, ffn)] * num_layers(config),
        NormSpec(kind="layernorm"),
        embedding=EmbeddingSpec(norm=True),
    )


def olmo_hybrid(config: Config) -> Body:
    """`OlmoHybridForCausalLM`: Gated DeltaNet behind pre-norms, and OLMo 2's layers of attention."""
    count = num_layers(config)
    config.skip("linear_a_log_max", "linear_a_log_min", "linear_dt_init_floor", "linear_dt_max")
    config.skip("linear_dt_min", "linear_allow_neg_eigval")
    said = config.words("layer_types", length=count, among=_LINEAR)
    linear = [_LINEAR[word] for word in said] if said else [every(4)(index) for index in range(count)]
    heads = num_heads(config)
    delta = config.build(
        GatedDeltaNet,
        linear_num_key_heads=config.whole("linear_num_key_heads", default=heads),
        linear_num_value_heads=config.whole("linear_num_value_heads", default=heads),
        linear_key_head_dim=config.whole("linear_key_head_dim", default=96),
        linear_value_head_dim=config.whole("linear_value_head_dim", default=192),
        linear_conv_kernel_dim=config.whole("linear_conv_kernel_dim", default=4),
    )
    position = rope(config) if config.data.get("rope_parameters") else NoPosition()
    config.skip("rope_parameters")
    softmax = attention(config, position=position, qk_norm="full", **biases(config))
    ffn = gated(config)
    blocks = {True: layer(delta, ffn), False: layer(softmax, ffn, placement="post")}
    return Body(alternating(linear, blocks.__getitem__))
