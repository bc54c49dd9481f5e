"""Meta's Muse: windows and global layers without positions, gates on attention, norms without weight."""

from __future__ import annotations

from typing import Any

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    biases,
    gated,
    head_dim,
    layer,
    moe,
    num_heads,
    num_layers,
    rope,
    router_of,
    sliding,
    sparse_layers,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec, LayerSpec, NormSpec, SublayerSpec
from archposter.spec.parts import (
    AnyFfn,
    Attention,
    ExpertLatent,
    Gate,
    GatedResidual,
    InnerNorm,
    NoPosition,
    Norm,
    QkNorm,
)

_SANDWICH = NormSpec(placement="sandwich")
_NORMED = EmbeddingSpec(norm=InnerNorm(weight=False))
_WEIGHTLESS = Norm(weight=False)


def muse_glimmer(config: Config) -> Body:
    """`MuseGlimmerTextModel`: dense, norms before and after attention and FFN."""
    ffn = gated(config, key="hidden_activation")
    layers = alternating(_kinds(config), lambda kind: layer(_mixer(config, kind), ffn))
    return Body(layers, _SANDWICH, embedding=_NORMED, output=_logits(config))


def muse_spark(config: Config) -> Body:
    """`MuseSparkTextModel`: experts on a latent, learned gates on both summands of every step."""
    router = router_of(config, scoring="sigmoid", correction_bias="buffer", norm_topk_prob=True)
    latent = config.build(ExpertLatent, size=config.whole("moe_hidden_size"), expert_norms=True)
    experts = moe(config, router=router, latent=latent)
    sparse = sparse_layers(config, num_layers(config))
    ffns: dict[bool, AnyFfn] = {True: experts, False: experts if all(sparse) else gated(config)}
    config.skip("intermediate_size")
    weighed = config.build(
        GatedResidual, residual_gate_temperature=config.number("residual_gate_temperature", default=0.3)
    )

    def built(kind: tuple[tuple[bool, bool], bool]) -> LayerSpec:
        mixer = _mixer(config, kind[0], head_output_norm=True)
        return LayerSpec(
            sublayers=(
                SublayerSpec(part=mixer, placement="sandwich", post_norm=_WEIGHTLESS),
                SublayerSpec(part=ffns[kind[1]], placement="sandwich"),
            )
        )

    layers = alternating(list(zip(_kinds(config), sparse, strict=True)), built)
    return Body(layers, _SANDWICH, residual=weighed, embedding=_NORMED, output=_logits(config))


def _kinds(config: Config) -> list[tuple[bool, bool]]:
    """Tell of every layer whether it has a window and whether it turns queries and keys."""
    count = num_layers(config)
    local = windows(config, count, lambda index: bool((count - 1 - index) % 4))
    listed = config.has("layer_rope_theta")
    said = config.numbers("layer_rope_theta", length=count, zero=True) if listed else None
    theta = rope(config).theta
    for index, base in enumerate(said or ()):
        if base not in (0, theta):
            raise config.refused(f"layer_rope_theta[{index}]", f"got {base:g}; expected 0 or {theta:g}")
    turning = [base != 0 for base in said] if said else [bool((count - 1 - i) % 4) for i in range(count)]
    return list(zip(local, turning, strict=True))


def _mixer(config: Config, kind: tuple[bool, bool], **fields: Any) -> Attention:
    local, turning = kind
    config.skip("post_norm_eps", "sliding_window")
    # queries that are multiplied make larger scores
    factor = config.number("qk_scale_factor", default=1.0)
    size = head_dim(config, num_heads(config))
    return attention(
        config,
        query_pre_attn_scalar=round(size / factor**2, 9) if factor else 0.0,
        position=rope(config) if turning else NoPosition(),
        span=sliding(config) if local else FULL,
        qk_norm=QkNorm(kind="l2"),
        gate=Gate(per="element"),
        **fields,
        **biases(config),
    )


def _logits(config: Config) -> dict[str, float]:
    return {
        "logit_scale": round(config.number("output_multiplier", default=1.0), 8),
        "final_logit_softcapping": config.number("final_logit_softcapping"),
    }
