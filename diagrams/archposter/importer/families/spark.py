"""iFlytek's Spark 2.5."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    biases,
    gated,
    layer,
    num_layers,
    rope,
    sliding,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec
from archposter.spec.parts import Gate


def spark2_5(config: Config) -> Body:
    """`Spark2_5ForCausalLM`: windows in most layers, a gate on each head."""
    config.expect("headwise_attn_output_gate", True)
    config.expect("gate_attn_act_mode", "sigmoid")
    config.expect("mlp_bias", False)
    names = {True: "sliding_attention", False: "full_attention"}
    spans = {True: sliding(config), False: FULL}

    def built(local: bool) -> LayerSpec:
        mixer = attention(
            config,
            head_dim=config.whole("head_dim"),
            position=rope(config, names[local]),
            span=spans[local],
            gate=Gate(per="head"),
            **biases(config),
        )
        return layer(mixer, gated(config))

    return Body(alternating(windows(config, num_layers(config), lambda _: False), built))
