"""BigScience's BLOOM."""

from __future__ import annotations

from archposter.importer.body import Body, layer, num_layers
from archposter.importer.classic import LAYERNORM, even, four_times
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec
from archposter.spec.parts import Alibi, InnerNorm, PlainFfn


def bloom(config: Config) -> Body:
    """`BloomForCausalLM`: ALiBi, biases, a norm on the embedding; trained on 2,048 tokens."""
    config.expect("apply_residual_connection_post_layernorm", False)
    config.skip("slow_but_exact", "offset_alibi", "unk_token_id", "attention_softmax_in_fp32")
    config.skip("masked_softmax_fusion", "bias_dropout_fusion", "skip_bias_add", "skip_bias_add_qkv")
    mixer = even(config, position=Alibi(), qkv_bias=True, output_bias=True)
    ffn = config.build(PlainFfn, intermediate_size=four_times(config), activation="gelu_tanh", bias=True)
    blocks = [layer(mixer, ffn)] * num_layers(config)
    return Body(blocks, LAYERNORM, embedding=EmbeddingSpec(norm=InnerNorm(weight=True)), context=2048)
