"""Cohere's decoders: attention and FFN side by side on one LayerNorm without bias."""

from __future__ import annotations

from collections.abc import Callable
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
    count = num_layers(config)
    sparse = sparse_layers(config, count)
    first = config.whole("first_k_dense_replace", default=0, least=0)
    period = config.whole("prefix_dense_sliding_window_pattern", default=1)
    local = windows(config, count, _after_dense(config, first, period))
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
    narrow = config.optional("prefix_dense_intermediate_size")
    dense = gated(config, narrow) if narrow else gated(config)
    mixers = _mixers(config)
    # where all dense layers see everything, the class rotates them nevertheless
    turned = attention(config, position=rope(config), span=FULL, **biases(config))

    def built(kind: tuple[bool, bool]) -> LayerSpec:
        windowed, has_experts = kind
        mixer = turned if not (windowed or has_experts) and period == 1 else mixers[windowed]
        return layer(mixer, experts if has_experts else dense, parallel=True)

    return _body(config, alternating(list(zip(local, sparse, strict=True)), built))


def _after_dense(config: Config, first: int, period: int) -> Callable[[int], bool]:
    """Return the pattern of windows: the first dense layers have one of their own."""
    beyond = every(_period(config))
    return lambda index: every(period)(index) if index < first else beyond(index - first)


def _mixers(config: Config) -> dict[bool, object]:
    bias = biases(config)
    return {
        True: attention(config, position=rope(config), span=sliding(config), **bias),
        False: attention(config, position=NoPosition(), span=FULL, **bias),
    }


def _windowed(config: Config) -> list[bool]:
    return windows(config, num_layers(config), every(_period(config)))


def _period(config: Config) -> int:
    config.expect("order_of_interleaved_layers", "local_attn_first")
    return config.whole("sliding_window_pattern", "_sliding_window_pattern", "layer_switch", default=4)


def _body(config: Config, layers: list[LayerSpec]) -> Body:
    config.expect("transformer_block_type", "parallel")
    config.expect("position_embedding_type", "rope_gptj")
    config.expect("norm_type", "layer_norm")
    config.expect("use_gated_activation", True)
    # a file that says an epsilon of RMSNorm has that norm in place of the LayerNorm
    norm = NormSpec() if config.has("rms_norm_eps") else NormSpec(kind="layernorm", bias=False)
    config.skip("rms_norm_eps")
    scale = config.number("logit_scale", default=1.0)
    return Body(layers, norm, output={"logit_scale": scale})
