"""Mamba and Mamba-2, alone."""

from __future__ import annotations

from typing import Any

from archposter.importer.body import Body, activation, hidden_size, layer, num_layers
from archposter.importer.config import Config
from archposter.importer.recurrent import TRAINING, step_rank
from archposter.spec.parts import Mamba1, Mamba2


def mamba(config: Config, **fields: Any) -> Body:
    """`MambaForCausalLM`."""
    config.skip(*TRAINING, "mixer_rms_eps", "time_step_floor", "residual_in_fp32")
    config.skip("d_model", "d_inner", "n_layer", "ssm_cfg", "rms_norm", "fused_add_norm", "num_layers")
    # released files state a width that their weights have, and another factor
    usual = config.whole("expand", default=2) * hidden_size(config)
    inner = config.whole("intermediate_size", default=usual)
    mixer = config.build(
        Mamba1,
        intermediate_size=inner,
        state_size=config.whole("state_size"),
        time_step_rank=step_rank(config, "time_step_rank"),
        conv_kernel=config.whole("conv_kernel"),
        conv_bias=config.flag("use_conv_bias", default=True),
        bias=config.flag("use_bias", default=False),
        activation=activation(config),
        **fields,
    )
    return Body([layer(mixer, None)] * num_layers(config))


def mamba2(config: Config) -> Body:
    """`Mamba2ForCausalLM`."""
    config.skip("time_step_rank", "norm_before_gate", "rms_norm", "residual_in_fp32", "chunk_size")
    heads, width = config.whole("num_heads"), config.whole("head_dim")
    inner = config.whole("expand", default=2) * hidden_size(config)
    if heads * width != inner:
        raise config.refused("num_heads", f"{heads} heads of {width} are not {inner} wide")
    mixer = config.build(
        Mamba2,
        mamba_num_heads=heads,
        mamba_head_dim=width,
        ssm_state_size=config.whole("state_size"),
        n_groups=config.whole("n_groups"),
        conv_kernel=config.whole("conv_kernel"),
        conv_bias=config.flag("use_conv_bias", default=True),
        bias=config.flag("use_bias", default=False),
        activation=activation(config),
    )
    return Body([layer(mixer, None)] * num_layers(config))
