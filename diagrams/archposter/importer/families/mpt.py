"""MosaicML's MPT."""

from __future__ import annotations

from archposter.importer.body import Body, hidden_size, layer, num_layers
from archposter.importer.classic import even
from archposter.importer.config import Config
from archposter.spec.model import NormSpec
from archposter.spec.parts import Alibi, PlainFfn


def mpt(config: Config) -> Body:
    """`MptForCausalLM`: ALiBi and no bias anywhere, whatever the file says of either."""
    inner = config.section("attn_config")
    if inner:
        inner.expect("attn_type", "multihead_attention")
        inner.expect("prefix_lm", False)
        inner.expect("alibi", True)
        inner.expect("qk_ln", False)
        inner.skip("alibi_bias_max", "attn_impl", "attn_uses_sequence_id", "attn_pdrop")
    config.skip(
        "no_bias", "learned_pos_emb", "norm_type", "expansion_ratio", "embedding_fraction", "init_device"
    )
    config.skip("logit_scale", "emb_pdrop", "init_config", "verbose", "emb_init_std")
    limit = inner.number("clip_qkv", default=0.0) if inner else 0.0
    scale = inner.number("softmax_scale", default=0.0) if inner else 0.0
    scaled = {"query_pre_attn_scalar": scale**-2} if scale else {}
    mixer = even(config, position=Alibi(), clip_qkv=limit, **scaled)
    ffn = config.build(PlainFfn, intermediate_size=4 * hidden_size(config), activation="gelu")
    return Body([layer(mixer, ffn)] * num_layers(config), NormSpec(kind="layernorm", bias=False))
