"""Meta's OPT."""

from __future__ import annotations

from archposter.importer.body import Body, hidden_size, layer, num_layers, plain
from archposter.importer.classic import GPT_ACTIVATION, even, learned
from archposter.importer.config import Config
from archposter.spec.model import NormSpec
from archposter.spec.parts import Learned


def opt(config: Config) -> Body:
    """`OPTForCausalLM`: biases, and a table of positions that begins with two empty rows.

    Norms stand before the parts or, as in OPT-350M, on the stream after them; then there is no final one.
    """
    before = config.flag("do_layer_norm_before", default=True)
    removed = config.flag("_remove_final_layer_norm", default=False)
    width = config.whole("word_embed_proj_dim", default=hidden_size(config))
    config.skip("dropout", "layerdrop", "init_std", "activation_dropout")
    bias = config.flag("enable_bias", default=True)
    affine = config.flag("layer_norm_elementwise_affine", default=True)
    mixer = even(config, position=Learned(), qkv_bias=bias, output_bias=bias)
    ffn = plain(config, config.whole("ffn_dim"), bias=bias, key=GPT_ACTIVATION)
    norm = NormSpec(
        kind="layernorm",
        weight=affine,
        placement="pre" if before else "sum",
        final=before and not removed,
    )
    embedding = learned(config, "max_position_embeddings", more=2)
    if width != hidden_size(config):
        embedding = embedding.model_copy(update={"word_embed_proj_dim": width})
    return Body([layer(mixer, ffn)] * num_layers(config), norm, embedding=embedding)
