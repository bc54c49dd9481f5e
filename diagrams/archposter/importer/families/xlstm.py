"""NXAI's xLSTM."""

from __future__ import annotations

from fractions import Fraction

from archposter.importer.body import Body, gated, hidden_size, layer, num_layers
from archposter.importer.config import Config
from archposter.spec.parts import Mlstm


def xlstm(config: Config) -> Body:
    """`xLSTMForCausalLM`: a matrix memory and a gated FFN in each block."""
    for key, value in {
        "add_out_norm": True,
        "add_post_blocks_norm": True,
        "add_embedding_dropout": False,
        "add_post_norm": False,
        "add_qk_norm": False,
    }.items():
        config.expect(key, value)
    width, heads = hidden_size(config), config.whole("num_heads")
    config.expect("use_bias", False)
    keys = _share(config, width * _exactly(config, "qk_dim_factor"), heads, "qk_dim_factor")
    values = _share(config, width * _exactly(config, "v_dim_factor"), heads, "v_dim_factor")
    config.expect("head_dim", values)
    unit = config.whole("ffn_round_up_to_multiple_of", default=64)
    inner = -(-(width * _exactly(config, "ffn_proj_factor")) // unit) * unit
    mixer = config.build(
        Mlstm,
        num_heads=heads,
        qk_head_dim=keys,
        v_head_dim=values,
        gate_soft_cap=config.number("gate_soft_cap"),
    )
    ffn = gated(config, int(inner))
    cap = config.number("output_logit_soft_cap", default=0.0)
    return Body([layer(mixer, ffn)] * num_layers(config), output={"final_logit_softcapping": cap})


def _exactly(config: Config, key: str) -> Fraction:
    return Fraction(str(config.number(key)))


def _share(config: Config, width: Fraction, heads: int, key: str) -> int:
    if width < heads or width % heads:
        raise config.refused(key, f"a width of {float(width):g} cannot be shared by {heads} heads")
    return int(width) // heads
