"""Recurrent mixers that several families build."""

from __future__ import annotations

from typing import Any

from archposter.importer.body import activation, hidden_size
from archposter.importer.config import Config
from archposter.spec.parts import Mamba1, Mamba2

LINEAR = {"linear_attention": True, "mamba": True, "full_attention": False, "attention": False}
TRAINING = ("use_mambapy", "use_associative_scan", "time_step_init_scheme", "time_step_scale")


def step_rank(config: Config, *keys: str) -> int:
    """Return the rank of the step projection; "auto" is a sixteenth of the hidden size."""
    said = next((config.data[key] for key in keys if config.data.get(key) is not None), "auto")
    if said == "auto":
        config.skip(*keys)
        return -(-hidden_size(config) // 16)
    return config.whole(*keys)


def mamba_of_hybrids(config: Config, **fields: Any) -> Mamba1:
    """Return the Mamba of hybrids, whose files say `mamba_` before its keys; `fields` are the rest."""
    return config.build(
        Mamba1,
        intermediate_size=config.whole("mamba_expand") * hidden_size(config),
        state_size=config.whole("mamba_d_state"),
        time_step_rank=step_rank(config, "mamba_dt_rank"),
        conv_kernel=config.whole("mamba_d_conv"),
        conv_bias=config.flag("mamba_conv_bias", default=True),
        bias=config.flag("mamba_proj_bias", default=False),
        **fields,
    )


def ssd(config: Config, inner: int, **fields: Any) -> Mamba2:
    """Return the Mamba-2 of Bamba and its kin: heads of a width that may be left to the class."""
    config.skip("mamba_chunk_size")
    heads = config.whole("mamba_n_heads")
    said = config.data.get("mamba_d_head")
    if said is None or said == "auto":
        config.skip("mamba_d_head")
        width = inner // heads
    else:
        width = config.whole("mamba_d_head")
    if heads * width != inner:
        raise config.refused("mamba_n_heads", f"{heads} heads of {width} are not {inner} wide")
    return config.build(
        Mamba2,
        mamba_num_heads=heads,
        mamba_head_dim=width,
        ssm_state_size=config.whole("mamba_d_state"),
        n_groups=config.whole("mamba_n_groups"),
        conv_kernel=config.whole("mamba_d_conv"),
        conv_bias=config.flag("mamba_conv_bias", default=True),
        bias=config.flag("mamba_proj_bias", default=False),
        activation=activation(config),
        **fields,
    )
