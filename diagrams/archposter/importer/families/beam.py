"""Reflection's Beam: gated heads, no positions in global layers, and sums scaled by depth."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    HEAD_NORM,
    Body,
    alternating,
    attention,
    biases,
    gated,
    grouped_router,
    layer,
    moe,
    num_layers,
    rope,
    sliding,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec, NormSpec
from archposter.spec.parts import AnyFfn, DepthScaledResidual, Gate, NoPosition, Position, Rope, Temperature

_GROWING = Temperature(growth="power", attn_scale=0.1, floor_scale=2048)
_KINDS = {"sliding_attention": True, "full_attention": False}


def beam(config: Config) -> Body:
    """`BeamForCausalLM`: three dense layers, then experts; every sixth layer and the last are global."""
    count = num_layers(config)
    usual = [
        "sliding_attention" if (index + 1) % 6 and index + 1 < count else "full_attention"
        for index in range(count)
    ]
    kinds = config.words("layer_types", length=count, among=_KINDS) or usual
    said = config.words("mlp_layer_types", length=count, among=("dense", "sparse"))
    sparse = [word == "sparse" for word in said] if said else [index >= 3 for index in range(count)]
    ffns: dict[bool, AnyFfn] = {False: gated(config)}
    if any(sparse):
        ffns[True] = moe(config, router=grouped_router(config, correction_bias="buffer"))
    config.skip("num_experts", "num_experts_per_tok", "moe_intermediate_size", "n_group", "topk_group")
    spans = {True: sliding(config), False: FULL}
    positions = {kind: _position(config, kind) for kind in _KINDS}
    bias = biases(config)

    def built(kind: tuple[str, bool]) -> LayerSpec:
        mixer = attention(
            config,
            position=positions[kind[0]],
            span=spans[_KINDS[kind[0]]],
            qk_norm=HEAD_NORM,
            temperature=None if isinstance(positions[kind[0]], Rope) else _GROWING,
            gate=Gate(per="element", bias="head"),
            **bias,
        )
        return layer(mixer, ffns[kind[1]])

    return Body(
        alternating(list(zip(kinds, sparse, strict=True)), built),
        NormSpec(placement="sandwich"),
        residual=DepthScaledResidual(),
        output={"final_logit_softcapping": config.number("final_logit_softcapping", default=30.0)},
    )


def _position(config: Config, kind: str) -> Position:
    """Return the positions of a kind of layer; where the file is silent, only local layers are rotary."""
    said = config.section("rope_parameters")
    turned = said.has(kind) if said else _KINDS[kind]
    return rope(config, kind) if turned else NoPosition()
