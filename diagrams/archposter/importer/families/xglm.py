"""Meta's XGLM."""

from __future__ import annotations

from archposter.importer.body import Body, layer, num_layers, plain
from archposter.importer.classic import GPT_ACTIVATION, LAYERNORM, even, scaled_embedding
from archposter.importer.config import Config
from archposter.spec.parts import Sinusoidal


def xglm(config: Config) -> Body:
    """`XGLMForCausalLM`: fixed sines for positions, an embedding scaled by the root of its width."""
    config.expect("add_cross_attention", False)
    config.skip("dropout", "layerdrop", "init_std", "activation_dropout")
    mixer = even(config, position=Sinusoidal(), qkv_bias=True, output_bias=True)
    ffn = plain(config, config.whole("ffn_dim"), bias=True, key=GPT_ACTIVATION)
    return Body([layer(mixer, ffn)] * num_layers(config), LAYERNORM, embedding=scaled_embedding(config))
