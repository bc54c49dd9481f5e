"""Thinking Machines' Inkling: learned distances, short convolutions, and a stream in blocks of layers."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    HEAD_NORM,
    Body,
    alternating,
    attention,
    gated,
    growing,
    moe,
    num_layers,
    only_read,
    router_of,
    shared_experts,
    shared_of,
    softly,
)
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec, LayerSpec
from archposter.spec.parts import (
    AnyFfn,
    Attention,
    BlockResidual,
    Conv,
    Gate,
    GatedFfn,
    InnerNorm,
    QkNorm,
    Relative,
    SlidingSpan,
    Temperature,
)

_LOCAL = {"hybrid": False, "hybrid_sliding": True}
_NORMED = EmbeddingSpec(norm=InnerNorm(weight=True))
_UNSHAPED = ("number_of_conv_states",)
_SIZES = ("num_attention_heads", "num_key_value_heads", "head_dim")


def inkling(config: Config) -> Body:
    """`InklingForCausalLM`: convolutions of keys, values and outputs, shared experts that are scored too."""
    config.expect("shared_expert_sink", True)
    # logits past it are cut off, and keep their rows
    config.skip(*_UNSHAPED, "rms_norm_eps_moe_gate", "unpadded_vocab_size")
    _prediction(config)
    count = num_layers(config)
    # where the dense width has a name of its own, the usual one is the experts'
    apart = config.has("dense_intermediate_size")
    said = config.words("mlp_layer_types", length=count, among=("dense", "sparse"))
    first = config.whole("dense_mlp_idx", default=0, least=0)
    sparse = [word == "sparse" for word in said] if said else [index >= first for index in range(count)]
    wide = "intermediate_size" if apart else "moe_intermediate_size"
    experts = moe(
        config,
        moe_intermediate_size=config.whole(wide),
        shared_experts=shared_of(config, shared_experts(config), config.whole(wide), scored=True),
        global_scale=True,
        router=router_of(config, scoring="sigmoid", correction_bias="buffer", norm_topk_prob=True),
    )
    width = config.whole("dense_intermediate_size" if apart else "intermediate_size")
    dense = config.build(GatedFfn, **{**dict(gated(config, width)), "global_scale": True})
    ffns: dict[bool, AnyFfn] = {True: experts, False: dense}
    kernel = config.whole("conv_kernel_size", "sconv_kernel_size")
    mixers = {local: _attention(config, local, kernel, qk_norm=HEAD_NORM) for local in (True, False)}
    scale = 1 / config.number("logits_mup_width_multiplier", "embedding_multiplier")
    return Body(
        alternating(
            list(zip(_locals(config, count), sparse, strict=True)),
            lambda kind: LayerSpec(mixer=mixers[kind[0]], ffn=ffns[kind[1]], conv_kernel=kernel),
        ),
        embedding=_NORMED,
        output={"tied": False, "logit_scale": round(scale, 9)},
    )


def inkling2(config: Config) -> Body:
    """`Inkling2ForCausalLM`: gates, sinks of each token, and steps that read a mix of blocks of layers."""
    config.expect("scoring_func", "sigmoid")
    config.skip(*_UNSHAPED, "hidden_act")
    longest = config.number("qk_l2_clip_threshold", default=512**0.5)
    experts = moe(
        config,
        moe_intermediate_size=config.whole("moe_intermediate_size", "intermediate_size"),
        activation="swiglu_softcapped",
        **softly(config, "mlp_gate_softcap", "mlp_up_softcap"),
        router=router_of(config, scoring="sigmoid", correction_bias="buffer", norm_topk_prob=True),
    )
    kernel = config.whole("conv_kernel_size", "sconv_kernel_size")

    def built(local: bool) -> LayerSpec:
        mixer = _attention(
            config,
            local,
            kernel,
            dynamic=not local,
            separate_inputs=not local,
            qk_norm=config.build(QkNorm, kind="l2_clip", l2_clip_threshold=longest),
            v_norm=True,
            gate=Gate(per="element"),
            sinks="token",
        )
        return LayerSpec(mixer=mixer, ffn=experts, conv_kernel=kernel)

    size = config.whole("n_layers_per_attn_res_block")
    return Body(
        alternating(_locals(config, num_layers(config)), built),
        residual=config.build(BlockResidual, n_layers_per_attn_res_block=size),
        embedding=_NORMED.model_copy(
            update={"additional_vocab_size": only_read(config, "unpadded_vocab_size")}
        ),
        output={"tied": False, "final_logit_softcapping": config.number("final_logit_softcapping")},
    )


def _locals(config: Config, count: int) -> list[bool]:
    """Tell of every layer whether it has a window: listed in one of two ways, or all but every sixth."""
    said = config.words("layer_types", length=count, among=_LOCAL)
    listed = config.wholes("local_layer_ids")
    if said:
        return [_LOCAL[word] for word in said]
    return [(index + 1) % 6 != 0 if listed is None else index in listed for index in range(count)]


def _attention(
    config: Config, local: bool, kernel: int, *, qk_norm: QkNorm, dynamic: bool = False, **fields: object
) -> Attention:
    """Return attention with learned distances, which a window limits to its own size."""
    window = config.whole("sliding_window_size", "sliding_window")
    extent = config.whole("rel_extent")
    clipped = qk_norm.kind == "l2_clip"
    # files give both kinds' sizes, even where no layer is of one kind
    config.skip(*_SIZES, *(f"swa_{name}" for name in _SIZES))
    size = config.whole("swa_head_dim" if local else "head_dim")
    grows = _temperature(config)
    return attention(
        config,
        **{name: config.whole(f"swa_{name}" if local else name) for name in _SIZES},
        position=config.build(
            Relative,
            d_rel=config.whole("d_rel"),
            rel_extent=window if local else extent,
            l2_clip=clipped,
            **({"l2_clip_threshold": config.number("rel_l2_clip_threshold", default=8.0)} if clipped else {}),
        ),
        span=config.build(SlidingSpan, size=window) if local else FULL,
        qk_norm=qk_norm,
        query_pre_attn_scalar=float(size**2),
        temperature=None if local else grows,
        conv=config.build(Conv, kernel=kernel, dynamic=dynamic),
        **fields,
    )


def _temperature(config: Config) -> Temperature | None:
    """Return how the scores of global layers grow, where the file or the class has a length for it."""
    slope, length = config.number("log_scaling_alpha", default=0.1), config.optional("log_scaling_n_floor")
    return growing(config, length, slope) if length and slope else None


def _prediction(config: Config) -> None:
    """Warn of prediction modules, for which the library has no class."""
    config.skip("chain_hidden_post_norm", "mtp_hidden_states_first", "mtp_local_layer_ids")
    if config.optional("num_mtp_layers"):
        where = config.where("num_mtp_layers")
        config.journal.warn(where, "its prediction modules are not drawn, as no reference class has them")
