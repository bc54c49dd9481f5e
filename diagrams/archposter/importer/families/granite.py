"""IBM's Granite: Llama with multipliers, experts, sinks, and hybrids with Mamba-2."""

from __future__ import annotations

from typing import Any

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    biases,
    gated,
    hidden_size,
    layer,
    moe,
    num_layers,
    rope,
    shared_of,
    sliding,
    where_used,
    windows,
)
from archposter.importer.config import Config
from archposter.importer.families.llama import llama
from archposter.importer.recurrent import LINEAR, ssd
from archposter.spec.model import EmbeddingSpec, LayerSpec
from archposter.spec.parts import AnyFfn, AnyMixer, NoPosition, PlainResidual, Rope, Router


def granite(config: Config) -> Body:
    """`GraniteForCausalLM`: Llama with multipliers."""
    (block,) = set(llama(config).layers)
    mixer = attention(config, position=rope(config), **_attention(config))
    return Body(
        [block.model_copy(update={"mixer": mixer})] * num_layers(config),
        residual=config.build(
            PlainResidual, residual_multiplier=config.number("residual_multiplier", default=1.0)
        ),
        embedding=config.build(EmbeddingSpec, multiplier=config.number("embedding_multiplier", default=1.0)),
        output=_divided_logits(config),
    )


def _attention(config: Config) -> dict[str, Any]:
    """Return biases, and the scale of the scores as what they are divided by the root of."""
    multiplier = config.number("attention_multiplier", default=1.0)
    if multiplier <= 0:
        raise config.refused("attention_multiplier", f"got {multiplier:g}, expected more than 0")
    return {"query_pre_attn_scalar": round(multiplier**-2, 6), **biases(config)}


def _divided_logits(config: Config) -> dict[str, float]:
    """Return the factor of the logits where the file says what divides them."""
    divisor = config.number("logits_scaling", default=1.0)
    if divisor <= 0:
        raise config.refused("logits_scaling", f"got {divisor:g}, expected more than 0")
    return {"logit_scale": round(1 / divisor, 8)}


def granitemoe(config: Config, bare: AnyFfn | None = None) -> Body:
    """`GraniteMoeForCausalLM`, and `GraniteMoeSharedForCausalLM` with an FFN that every token passes.

    `bare`: this FFN alone, for a model without experts.
    """
    width = config.whole("shared_intermediate_size", default=0, least=0)
    experts = bare or moe(
        config,
        moe_intermediate_size=config.whole("intermediate_size"),
        router=Router(order="top_k_first"),
        shared_experts=shared_of(config, 1, width) if width else None,
    )
    mixer = attention(config, position=rope(config), **_attention(config))
    return Body(
        [layer(mixer, experts)] * num_layers(config),
        residual=config.build(
            PlainResidual, residual_multiplier=config.number("residual_multiplier", default=1.0)
        ),
        embedding=config.build(EmbeddingSpec, multiplier=config.number("embedding_multiplier", default=1.0)),
        output=_divided_logits(config),
    )


def granite_swa(config: Config) -> Body:
    """`GraniteSWAForCausalLM`: Granite with sinks, and windows in three of four layers."""
    return _sinks(config, granite(config))


def granitemoe_swa(config: Config) -> Body:
    """`GraniteMoeSWAForCausalLM`: the same with experts."""
    return _sinks(config, granitemoe(config))


def _sinks(config: Config, body: Body) -> Body:
    count = num_layers(config)
    config.skip("layer_rope_theta", "rope_parameters")
    thetas = config.numbers("layer_rope_theta", length=count) if config.has("layer_rope_theta") else None
    local = windows(config, count, lambda index: index % 4 != 0)
    spans = {True: sliding(config), False: FULL}
    whole = body.layers[0].mixer

    def built(kind: tuple[bool, float]) -> LayerSpec:
        position = whole.position.model_copy(update={"theta": kind[1]}) if thetas else whole.position  # type: ignore[union-attr]
        changes = {"span": spans[kind[0]], "sinks": "head", "position": position}
        return body.layers[0].model_copy(update={"mixer": whole.model_copy(update=changes)})  # type: ignore[union-attr]

    return body._replace(layers=alternating(list(zip(local, thetas or [0.0] * count, strict=True)), built))


def granitemoehybrid(config: Config) -> Body:
    """`GraniteMoeHybridForCausalLM`: Granite 4; experts, if there are some, beside an FFN for every token."""
    count = num_layers(config)
    said = config.words("layer_types", "layers_block_type", length=count, among=LINEAR)
    linear = [LINEAR[word] for word in said] if said else [True] * count
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
    softmax = attention(config, position=position, **_attention(config))
    inner = config.whole("mamba_expand", default=2) * hidden_size(config)
    ssm: AnyMixer = where_used(any(linear), lambda: ssd(config, inner), softmax)
    return body._replace(layers=alternating(linear, lambda kind: layer(ssm if kind else softmax, ffn)))
