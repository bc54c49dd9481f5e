"""MosaicML's MPT."""

from __future__ import annotations

from archposter.importer.body import Body, hidden_size, layer, num_layers
from archposter.importer.classic import even
from archposter.importer.config import Config
from archposter.spec.model import NormSpec
from archposter.spec.parts import Alibi, PlainFfn

_INITIAL = (
    *("init_device", "init_div_is_residual", "init_gain", "init_nonlinearity", "init_std"),
    *("emb_init_std", "emb_init_uniform_lim", "fan_mode", "param_init_fn"),
)


def mpt(config: Config) -> Body:
    """`MptForCausalLM`: ALiBi and no bias anywhere, whatever the file says of either.

    Code of the files' own (`MPTForCausalLM`) hears of biases and of the width of the FFN.
    """
    own = bool(config.data.get("auto_map"))
    biased = own and not config.flag("no_bias", default=True)
    ratio = config.whole("expansion_ratio", default=4) if own else 4
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
    return _mpt(config, ratio, biased, clip_qkv=limit, **scaled)


def replit(config: Config) -> Body:
    """`ReplitLM`: MPT before it had sections."""
    config.expect("alibi", True)
    config.expect("prefix_lm", False)
    config.expect("attn_qk_ln", False)
    config.expect("embedding_fraction", 1.0)
    config.skip("alibi_bias_max", "attn_impl", "attn_uses_sequence_id", "attn_pdrop", *_INITIAL)
    config.skip("emb_pdrop", "resid_pdrop", "low_precision_layernorm", "tokenizer_name", "verbose")
    limit = config.number("attn_clip_qkv", default=0.0)
    scale = config.number("softmax_scale", default=0.0)
    scaled = {"query_pre_attn_scalar": scale**-2} if scale else {}
    biased = not config.flag("no_bias", default=False)
    body = _mpt(config, config.whole("mlp_ratio", default=4), biased, clip_qkv=limit, **scaled)
    return body._replace(output={"tied": True, "logit_scale": config.number("logit_scale", default=1.0)})


def _mpt(config: Config, ratio: int, biased: bool, **fields: float) -> Body:
    mixer = even(config, position=Alibi(), qkv_bias=biased, output_bias=biased, **fields)
    width = ratio * hidden_size(config)
    ffn = config.build(PlainFfn, intermediate_size=width, activation="gelu", bias=biased)
    return Body([layer(mixer, ffn)] * num_layers(config), NormSpec(kind="layernorm", bias=biased))
