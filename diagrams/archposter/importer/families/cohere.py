"""Cohere's decoders: attention and FFN side by side on one LayerNorm without bias."""

from __future__ import annotations

from typing import Literal

from archposter.importer.body import (
    FULL,
    SCORINGS,
    Body,
    alternating,
    attention,
    biases,
    even_heads,
    every,
    gated,
    layer,
    moe,
    num_heads,
    num_layers,
    rope,
    router_of,
    shared_experts,
    shared_of,
    sliding,
    sparse_layers,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec, NormSpec
from archposter.spec.parts import NoPosition, Position, QkNorm

_JOINED: dict[str, Literal["sum", "average"]] = {"sum": "sum", "average": "average"}


def cohere(config: Config) -> Body:
    """`CohereForCausalLM`."""
    normed = QkNorm(kind="each") if config.flag("use_qk_norm", default=False) else None
    mixer = attention(config, position=rope(config), qk_norm=normed, **biases(config))
    return _body(config, [layer(mixer, gated(config), parallel=True)] * num_layers(config))


def cohere2(config: Config) -> Body:
    """`Cohere2ForCausalLM`: windows with positions, then a global layer without."""
    config.expect("use_qk_norm", False)
    ffn, mixers = gated(config), _mixers(config)
    return _body(
        config, alternating(_windowed(config), lambda local: layer(mixers[local], ffn, parallel=True))
    )


def cohere_compass(config: Config) -> Body:
    """`CohereCompassForCausalLM`: Cohere 2 with positions, or none, for each type of layer."""
    config.skip("pooling", "head_dim")
    bias, width = biases(config), even_heads(config, num_heads(config))
    local = windows(config, num_layers(config), lambda _: False)
    spans = {"sliding_attention": sliding(config), "full_attention": FULL}
    mixers = {
        kind: attention(config, head_dim=width, position=_position(config, kind), span=span, **bias)
        for kind, span in spans.items()
    }
    kinds = ["sliding_attention" if windowed else "full_attention" for windowed in local]
    ffn = gated(config)
    return _body(config, alternating(kinds, lambda kind: layer(mixers[kind], ffn, parallel=True)))


def _position(config: Config, kind: str) -> Position:
    """Return the positions of a type of layers; null stands for none."""
    said = config.section("rope_parameters")
    if said and kind in said.data and said.data[kind] is None:
        said.skip(kind)
        return NoPosition()
    return rope(config, kind)


def cohere2_moe(config: Config) -> Body:
    """`Cohere2MoeForCausalLM`: Cohere 2 with experts; dense layers may come first."""
    config.expect("use_qk_norm", False)
    dense = config.whole("first_k_dense_replace", default=0, least=0)
    if dense or not all(sparse_layers(config, num_layers(config))):
        raise config.refused("first_k_dense_replace", "dense layers before the experts are not understood")
    config.skip("prefix_dense_intermediate_size", "prefix_dense_sliding_window_pattern")
    width = config.whole("intermediate_size")
    joined = config.word("shared_expert_combination_strategy", among=_JOINED, default="sum")
    many = shared_experts(config, "num_shared_experts")
    scoring = config.word("expert_selection_fn", among=SCORINGS, default="softmax")
    experts = moe(
        config,
        moe_intermediate_size=width,
        shared_experts=shared_of(config, many, width, combination=joined),
        router=router_of(config, scoring=scoring, order="top_k_first"),
    )
    mixers = _mixers(config)
    return _body(
        config, alternating(_windowed(config), lambda local: layer(mixers[local], experts, parallel=True))
    )


def _mixers(config: Config) -> dict[bool, object]:
    bias = biases(config)
    return {
        True: attention(config, position=rope(config), span=sliding(config), **bias),
        False: attention(config, position=NoPosition(), span=FULL, **bias),
    }


def _windowed(config: Config) -> list[bool]:
    period = config.whole("sliding_window_pattern", "_sliding_window_pattern", "layer_switch", default=4)
    config.expect("order_of_interleaved_layers", "local_attn_first")
    return windows(config, num_layers(config), every(period))


def _body(config: Config, layers: list[LayerSpec]) -> Body:
    config.expect("transformer_block_type", "parallel")
    config.expect("position_embedding_type", "rope_gptj")
    config.expect("norm_type", "layer_norm")
    config.expect("use_gated_activation", True)
    if config.has("rms_norm_eps"):
        raise config.refused("rms_norm_eps", "an RMSNorm in place of the LayerNorm is not understood")
    scale = config.number("logit_scale", default=1.0)
    return Body(layers, NormSpec(kind="layernorm", bias=False), output={"logit_scale": scale})
