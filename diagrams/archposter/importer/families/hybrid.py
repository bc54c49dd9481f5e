"""Hybrids of softmax attention with recurrent mixers, and recurrent models."""

from __future__ import annotations

from fractions import Fraction

from archposter.diagnostics import printable
from archposter.importer.body import (
    Body,
    activation,
    alternating,
    attention,
    gated,
    grouped_router,
    hidden_size,
    layer,
    moe,
    mtp,
    num_layers,
    plain,
    rope,
    shared_experts,
    sparse_layers,
)
from archposter.importer.config import Config
from archposter.importer.families.deepseek import mla
from archposter.spec.model import LayerSpec, SublayerSpec
from archposter.spec.parts import (
    MAX_LAYERS,
    AnyFfn,
    AnyMixer,
    BlockResidual,
    Kda,
    Lightning,
    Mamba2,
    Mlstm,
    Moe,
    NoPosition,
    PlainResidual,
    Residual,
)

_NEMOTRON = {
    "M": "mamba", "mamba": "mamba", "linear_attention": "mamba",
    "*": "attention", "attention": "attention", "full_attention": "attention",
    "E": "moe", "moe": "moe",
    "-": "mlp", "mlp": "mlp",
}  # fmt: skip


def kimi_linear(config: Config) -> Body:
    """`KimiLinearForCausalLM`: three KDA layers, then one of latent attention without positions.

    Kimi K3's files add gates of full rank, a latent for the experts and steps that read blocks of layers.
    Its checkpoint pads every `A_log` with 32 zeros, which are not counted.
    """
    config.expect("moe_router_activation_func", "sigmoid")
    config.expect("use_grouped_topk", True)
    config.expect("topk_method", "noaux_tc")
    config.expect("moe_layer_freq", 1)
    config.skip("head_dim", "rope_theta", "rope_scaling", "rope_parameters")
    count = num_layers(config)
    section = config.section("linear_attn_config")
    linear = _kda_layers(config, section, count)
    source = section or config
    kda = config.build(
        Kda,
        linear_num_heads=source.whole("num_heads" if section else "linear_num_heads"),
        linear_head_dim=source.whole("head_dim" if section else "linear_head_dim"),
        linear_conv_kernel_dim=source.whole(
            "short_conv_kernel_size" if section else "linear_conv_kernel_dim"
        ),
        low_rank_output_gate=not source.flag("use_full_rank_gate", default=False),
    )
    if section:
        config.skip("linear_num_heads", "linear_head_dim", "linear_conv_kernel_dim")
        section.skip("gate_lower_bound")
    config.expect("mla_use_nope", True)
    config.expect("tie_word_embeddings", False)
    gate = "element" if config.flag("mla_use_output_gate", default=False) else "none"
    mixers: dict[bool, AnyMixer] = {True: kda, False: mla(config, position=NoPosition(), gate=gate)}
    config.skip("activation_situ_beta", "activation_situ_linear_beta")
    latent = config.optional("routed_expert_hidden_size") or 0
    normed = config.flag("latent_moe_use_norm", default=False) and latent > 0
    experts = _corrected_experts(config, moe_latent_size=latent, moe_latent_norm=normed)
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}
    sparse = sparse_layers(config, count, dense=1)
    kinds = list(zip(linear, sparse, strict=True))
    return Body(
        alternating(kinds, lambda kind: layer(mixers[kind[0]], ffns[kind[1]])),
        residual=_residual(config),
        mtp=mtp(config, layer(mixers[False], experts)),
    )


def _residual(config: Config) -> Residual:
    size = config.optional("attn_res_block_size")
    if not size:
        return PlainResidual()
    weights = {"query_norm_weight": True, "first_query": True}
    return config.build(BlockResidual, n_layers_per_attn_res_block=size, **weights)


def _kda_layers(config: Config, section: Config | None, count: int) -> list[bool]:
    """Tell of every layer whether it is KDA; the lists of the released files count from one."""
    kinds = {"linear_attention": True, "full_attention": False}
    said = config.words("layer_types", length=count, among=kinds)
    if said:
        if section:
            section.skip("full_attn_layers", "kda_layers")
        return [kinds[word] for word in said]
    linear = section.wholes("kda_layers") if section else None
    full = section.wholes("full_attn_layers") if section else None
    if section is None or linear is None or full is None:
        return [not index or index % 4 != 0 for index in range(count)]
    if sorted((*linear, *full)) != list(range(1, count + 1)):
        message = f"kda_layers and full_attn_layers do not share out the layers 1 to {count}"
        raise section.refused("full_attn_layers", message)
    return [number in frozenset(linear) for number in range(1, count + 1)]


def _corrected_experts(config: Config, **fields: object) -> Moe:
    return moe(
        config,
        router=grouped_router(config, correction_bias=True),
        num_shared_experts=shared_experts(config),
        **fields,
    )


def ling3(config: Config) -> Body:
    """`BailingHybridForCausalLM`: KDA with gates of full rank, and gated latent attention."""
    config.skip("kda_safe_gate", "kda_lower_bound", "linear_head_dim", "linear_num_heads", "head_dim")
    config.skip("linear_conv_kernel_dim", "max_window_layers", "rope_theta")
    config.expect("tie_word_embeddings", False)
    count, group = num_layers(config), config.whole("layer_group_size", default=6)
    heads = config.whole("num_attention_heads")
    # the class overwrites `head_dim` and keeps the width of KDA's heads apart
    width = config.whole("linear_head_dim", default=config.data.get("head_dim", 128))
    kda = config.build(
        Kda,
        linear_num_heads=heads,
        linear_head_dim=width,
        linear_conv_kernel_dim=config.whole("short_conv_kernel_size", default=4),
        low_rank_decay=False,
    )
    mixers: dict[bool, AnyMixer] = {True: kda, False: mla(config, gate="head")}
    experts = moe(
        config,
        num_experts=config.whole("num_experts", "num_local_experts", "n_routed_experts"),
        router=grouped_router(config, correction_bias=True),
        num_shared_experts=shared_experts(config),
    )
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}
    words = {"linear_attention": True, "full_attention": False}
    said = config.words("layer_types", length=count, among=words)
    linear = [words[word] for word in said] if said else [(index + 1) % group != 0 for index in range(count)]
    kinds = list(zip(linear, sparse_layers(config, count, dense=2), strict=True))
    return Body(
        alternating(kinds, lambda kind: layer(mixers[kind[0]], ffns[kind[1]])),
        mtp=mtp(config, layer(mixers[False], experts)),
    )


def bailing_hybrid(config: Config) -> Body:
    """Ling 2.5 and 2.6: Lightning attention, and latent attention in the last layer of each group."""
    if config.has("short_conv_kernel_size") or config.has("kda_safe_gate"):
        return ling3(config)
    for key, value in {
        "topk_method": "noaux_tc",
        "scoring_func": "sigmoid",
        "score_function": "sigmoid",
        "use_bias": False,
        "use_qkv_bias": False,
        "use_qk_norm": True,
        "linear_silu": False,
        "moe_router_enable_expert_bias": True,
        "moe_shared_expert_intermediate_size": config.whole("moe_intermediate_size"),
    }.items():
        config.expect(key, value)
    config.skip("max_window_layers", "group_norm_size")
    count, group = num_layers(config), config.whole("layer_group_size")
    heads = config.whole("num_attention_heads")
    config.expect("num_kv_heads_for_linear_attn", heads)
    width = config.whole("head_dim")
    config.expect("rotary_dim", config.whole("qk_rope_head_dim"))
    lightning = config.build(
        Lightning, num_attention_heads=heads, head_dim=width, position=rope(config), qk_norm="head"
    )
    mixers: dict[bool, AnyMixer] = {True: lightning, False: mla(config)}
    experts = _corrected_experts(config)
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}
    linear = [(index + 1) % group != 0 for index in range(count)]
    kinds = list(zip(linear, sparse_layers(config, count), strict=True))
    return Body(
        alternating(kinds, lambda kind: layer(mixers[kind[0]], ffns[kind[1]])),
        mtp=mtp(config, layer(mixers[False], experts)),
    )


def nemotron_h(config: Config) -> Body:
    """`NemotronHForCausalLM`: every layer is one thing, by a pattern: Mamba-2, attention, experts, FFN."""
    config.expect("sliding_window", None)
    config.expect("use_bias", False)
    # the class never ties its output layer, and never gives attention a bias
    config.expect("tie_word_embeddings", False)
    config.expect("attention_bias", False)
    config.skip("rope_theta", "partial_rotary_factor", "expand", "mamba_expand", "time_step_rank")
    kinds = _nemotron_layers(config)
    _skip_absent(config, frozenset(kinds))
    layers = alternating(kinds, lambda kind: layer(*_nemotron_part(config, kind)))
    depth = config.whole("num_nextn_predict_layers", default=0, least=0)
    module = _pattern(config, ("mtp_layers_block_type",), "mtp_hybrid_override_pattern", "*E")
    return Body(layers, mtp=mtp(config, _nemotron_module(config, module)) if depth else None)


def _nemotron_part(config: Config, kind: str) -> tuple[AnyMixer | None, AnyFfn | None]:
    """Return the one part of a layer, as a mixer or as an FFN."""
    match kind:
        case "mamba":
            return _mamba2(config), None
        case "attention":
            return attention(config, position=NoPosition()), None
        case "moe":
            return None, _nemotron_experts(config)
    width = config.whole("intermediate_size")
    return None, plain(config, width, bias=_mlp_bias(config), key="mlp_hidden_act")


def _nemotron_module(config: Config, kinds: list[str]) -> LayerSpec:
    """Return the layers of a prediction module as the residual steps of one."""
    parts = [_nemotron_part(config, kind) for kind in kinds]
    if len(parts) == 2 and parts[0][0] and parts[1][1]:
        return layer(parts[0][0], parts[1][1])
    return LayerSpec(sublayers=tuple(SublayerSpec(part=mixer or ffn) for mixer, ffn in parts))


def _nemotron_layers(config: Config) -> list[str]:
    kinds = _pattern(config, ("layers_block_type", "layer_types"), "hybrid_override_pattern", "ME*-")
    if config.has("num_hidden_layers"):
        config.expect("num_hidden_layers", len(kinds))
    return kinds


def _pattern(config: Config, lists: tuple[str, ...], letters: str, default: str) -> list[str]:
    """Return the kinds of layers: listed in words, or as a text with a letter for each."""
    listed = next((config.data[key] for key in lists if isinstance(config.data.get(key), list)), None)
    if listed is not None:
        words = config.words(*lists, length=len(listed), among=_NEMOTRON) or []
        config.skip(letters)
    else:
        words = list(config.text(letters, default=default))
        for letter in words:
            if letter not in _NEMOTRON:
                raise config.refused(letters, f"got {printable(letter)}, expected M, *, E or -")
    if not 1 <= len(words) <= MAX_LAYERS:
        raise config.refused(letters, f"{len(words):,} layers; expected 1 to {MAX_LAYERS:,}")
    return [_NEMOTRON[word] for word in words]


def _skip_absent(config: Config, kinds: frozenset[str]) -> None:
    """Leave out the keys of parts that no layer has."""
    if "moe" not in kinds:
        config.skip("n_routed_experts", "n_shared_experts", "moe_intermediate_size", "num_experts_per_tok")
        config.skip("moe_shared_expert_intermediate_size", "moe_latent_size", "n_group", "topk_group")
    if "mamba" not in kinds:
        config.skip("mamba_num_heads", "mamba_head_dim", "ssm_state_size", "n_groups", "conv_kernel")
        config.skip("use_conv_bias", "mamba_proj_bias", "mamba_n_groups", "mamba_d_conv", "mamba_conv_bias")
        config.skip("mamba_hidden_act")
    if "attention" not in kinds:
        config.skip("num_attention_heads", "num_key_value_heads", "head_dim", "sliding_window")
    if "mlp" not in kinds:
        config.skip("intermediate_size")


def _mlp_bias(config: Config) -> bool:
    return config.flag("mlp_bias", default=False)


def _mamba2(config: Config) -> Mamba2:
    return config.build(
        Mamba2,
        mamba_num_heads=config.whole("mamba_num_heads"),
        mamba_head_dim=config.whole("mamba_head_dim"),
        ssm_state_size=config.whole("ssm_state_size"),
        n_groups=config.whole("n_groups", "mamba_n_groups"),
        conv_kernel=config.whole("conv_kernel", "mamba_d_conv"),
        conv_bias=config.flag("use_conv_bias", "mamba_conv_bias", default=True),
        bias=config.flag("mamba_proj_bias", default=False),
        activation=activation(config, "mamba_hidden_act"),
    )


def _nemotron_experts(config: Config) -> Moe:
    if not shared_experts(config):
        raise config.refused("n_shared_experts", "got 0; the class always builds shared experts")
    if config.optional("moe_latent_size"):
        config.expect("mlp_bias", False)
    return moe(
        config,
        num_shared_experts=1,
        shared_expert_intermediate_size=config.whole("moe_shared_expert_intermediate_size"),
        moe_latent_size=config.optional("moe_latent_size") or 0,
        gated=False,
        activation=activation(config, "mlp_hidden_act"),
        shared_expert_bias=_mlp_bias(config),
        router=grouped_router(config, correction_bias=True),
    )


def xlstm(config: Config) -> Body:
    """`xLSTMForCausalLM`: a matrix memory and a gated FFN in each block."""
    for key, value in {
        "add_out_norm": True,
        "add_post_blocks_norm": True,
        "add_embedding_dropout": False,
        "add_post_norm": False,
        "add_qk_norm": False,
    }.items():
        config.expect(key, value)
    width, heads = hidden_size(config), config.whole("num_heads")
    config.expect("use_bias", False)
    keys = _share(config, width * _exactly(config, "qk_dim_factor"), heads, "qk_dim_factor")
    values = _share(config, width * _exactly(config, "v_dim_factor"), heads, "v_dim_factor")
    config.expect("head_dim", values)
    unit = config.whole("ffn_round_up_to_multiple_of", default=64)
    inner = -(-(width * _exactly(config, "ffn_proj_factor")) // unit) * unit
    mixer = config.build(
        Mlstm,
        num_heads=heads,
        qk_head_dim=keys,
        v_head_dim=values,
        gate_soft_cap=config.number("gate_soft_cap"),
    )
    ffn = gated(config, int(inner))
    cap = config.number("output_logit_soft_cap", default=0.0)
    return Body([layer(mixer, ffn)] * num_layers(config), output={"final_logit_softcapping": cap})


def _exactly(config: Config, key: str) -> Fraction:
    return Fraction(str(config.number(key)))


def _share(config: Config, width: Fraction, heads: int, key: str) -> int:
    if width < heads or width % heads:
        raise config.refused(key, f"a width of {float(width):g} cannot be shared by {heads} heads")
    return int(width) // heads
