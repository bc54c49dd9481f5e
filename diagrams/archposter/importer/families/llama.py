"""Dense decoders built like Llama: pre-norms, rotary positions, grouped heads, a gated FFN."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    biases,
    every,
    gated,
    hidden_size,
    layer,
    num_layers,
    rope,
    sliding,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec, NormSpec
from archposter.spec.parts import NoPosition, PlainResidual


def llama(config: Config) -> Body:
    """`LlamaForCausalLM`, whose heads share out the hidden size without a remainder."""
    heads, width = config.whole("num_attention_heads"), hidden_size(config)
    if width % heads:
        message = f"hidden_size {width} is not a multiple of num_attention_heads {heads}"
        raise config.refused("hidden_size", message)
    mixer = attention(config, position=rope(config), **biases(config))
    ffn = gated(config, bias=config.flag("mlp_bias", default=False))
    return Body([layer(mixer, ffn)] * num_layers(config))


def granite(config: Config) -> Body:
    """`GraniteForCausalLM`: Llama with multipliers."""
    body = llama(config)
    return Body(
        body.layers,
        residual=config.build(
            PlainResidual, residual_multiplier=config.number("residual_multiplier", default=1.0)
        ),
        embedding=config.build(EmbeddingSpec, multiplier=config.number("embedding_multiplier", default=1.0)),
        output=divided_logits(config),
    )


def divided_logits(config: Config) -> dict[str, float]:
    """Return the factor of the logits where the file says what divides them."""
    divisor = config.number("logits_scaling", default=1.0)
    if divisor <= 0:
        raise config.refused("logits_scaling", f"got {divisor:g}, expected more than 0")
    return {"logit_scale": round(1 / divisor, 8)}


def mistral(config: Config) -> Body:
    """`MistralForCausalLM`: no biases; where there is a window, every layer has it."""
    mixer = attention(config, position=rope(config), span=sliding(config))
    return Body([layer(mixer, gated(config))] * num_layers(config))


def ministral(config: Config) -> Body:
    """`MinistralForCausalLM`: windows layer by layer."""
    return _windowed(config, config.has("sliding_window"))


def phi3(config: Config) -> Body:
    """`Phi3ForCausalLM`: Mistral with partial rotary positions."""
    return mistral(config)


def qwen2(config: Config) -> Body:
    """`Qwen2ForCausalLM`: biases on queries, keys and values; windows in the upper layers where used."""
    return _qwen(config, qkv_bias=True)


def qwen3(config: Config) -> Body:
    """`Qwen3ForCausalLM`: a norm on each head's queries and keys."""
    return _qwen(config, qk_norm="head", **biases(config))


def _qwen(config: Config, **fields: object) -> Body:
    count = num_layers(config)
    used = config.flag("use_sliding_window", default=False)
    span = sliding(config) if used else FULL
    config.skip("sliding_window")
    first = config.whole("max_window_layers", default=count, least=0)
    position = rope(config)
    ffn = gated(config)
    spans = {True: span, False: FULL}
    kinds = windows(config, count, lambda index: used and index >= first)
    return Body(
        alternating(
            kinds, lambda local: layer(attention(config, position=position, span=spans[local], **fields), ffn)
        )
    )


def _windowed(config: Config, everywhere: bool) -> Body:
    position, ffn = rope(config), gated(config)
    spans = {True: sliding(config), False: FULL}
    kinds = windows(config, num_layers(config), lambda _: everywhere)
    return Body(
        alternating(kinds, lambda local: layer(attention(config, position=position, span=spans[local]), ffn))
    )


def smollm3(config: Config) -> Body:
    """`SmolLM3ForCausalLM`: no positions in every fourth layer."""
    count = num_layers(config)
    positions = {1: rope(config), 0: NoPosition()}
    interval = config.whole("no_rope_layer_interval", default=4)
    turning = config.wholes("no_rope_layers", length=count) or [
        int((index + 1) % interval != 0) for index in range(count)
    ]
    used = config.flag("use_sliding_window", default=False) and config.has("sliding_window")
    spans = {True: sliding(config) if used else FULL, False: FULL}
    config.skip("sliding_window", "max_window_layers")
    local = windows(config, count, lambda index: used and not turning[index])
    ffn = gated(config, bias=config.flag("mlp_bias", default=False))
    bias = biases(config)

    def built(kind: tuple[int, bool]) -> object:
        turns, windowed = kind
        return attention(config, position=positions[min(turns, 1)], span=spans[windowed], **bias)

    return Body(alternating(list(zip(turning, local, strict=True)), lambda kind: layer(built(kind), ffn)))


def olmo2(config: Config) -> Body:
    """`Olmo2ForCausalLM`: norms after attention and FFN, one norm over all heads' queries and keys."""
    mixer = attention(config, position=rope(config), qk_norm="full", **biases(config))
    return Body([layer(mixer, gated(config))] * num_layers(config), NormSpec(placement="post"))


def olmo3(config: Config) -> Body:
    """`Olmo3ForCausalLM`: OLMo 2 with windows in three of four layers."""
    positions = {True: rope(config, "sliding_attention"), False: rope(config, "full_attention")}
    spans = {True: sliding(config), False: FULL}
    bias, ffn = biases(config), gated(config)
    kinds = windows(config, num_layers(config), every(4))
    layers = alternating(
        kinds,
        lambda local: layer(
            attention(config, position=positions[local], span=spans[local], qk_norm="full", **bias), ffn
        ),
    )
    return Body(layers, NormSpec(placement="post"))


def glm4(config: Config) -> Body:
    """`GlmForCausalLM`: half of each head turns; biases on queries, keys and values only."""
    bias = config.flag("attention_bias", default=True)
    mixer = attention(config, position=rope(config, partial=0.5), qkv_bias=bias)
    return Body([layer(mixer, gated(config))] * num_layers(config))


def glm4_0414(config: Config) -> Body:
    """`Glm4ForCausalLM`: GLM with norms after attention and FFN too."""
    return Body(glm4(config).layers, NormSpec(placement="sandwich"))


def glm_ocr(config: Config) -> Body:
    """`GlmOcrTextModel`: GLM-4-0414 without biases, whose heads turn as a whole."""
    mixer = attention(config, position=rope(config))
    return Body([layer(mixer, gated(config))] * num_layers(config), NormSpec(placement="sandwich"))
