"""TII's Falcon: multi-query attention, Mamba, and both side by side."""

from __future__ import annotations

from archposter.importer.body import (
    Body,
    activation,
    attention,
    gated,
    hidden_size,
    layer,
    num_heads,
    num_layers,
    rope,
    side_by_side,
)
from archposter.importer.classic import LAYERNORM, even
from archposter.importer.config import Config
from archposter.importer.families.mamba import mamba
from archposter.importer.recurrent import ssd
from archposter.spec.model import BranchSpec, EmbeddingSpec, LayerSpec, SublayerSpec
from archposter.spec.parts import (
    Alibi,
    AnyFfn,
    AnyMixer,
    Attention,
    GatedFfn,
    InnerNorm,
    PlainFfn,
    Position,
)


def falcon(config: Config) -> Body:
    """`FalconForCausalLM`: attention and FFN side by side; one head of keys and values, or groups."""
    new = config.flag("new_decoder_architecture", default=False)
    parallel = config.flag("parallel_attn", default=True)
    alibi = config.flag("alibi", default=False)
    bias = config.flag("bias", default=False)
    heads = num_heads(config)
    few = 1 if config.flag("multi_query", default=True) else heads
    groups = config.whole("num_kv_heads", "n_head_kv", default=heads)
    position: Position = Alibi() if alibi else rope(config)
    config.skip("rope_parameters", "rope_theta", "rope_scaling")
    mixer = even(
        config, num_key_value_heads=groups if new else few, position=position, qkv_bias=bias, output_bias=bias
    )
    width = config.whole("ffn_hidden_size", default=4 * hidden_size(config))
    ffn: AnyFfn = config.build(
        PlainFfn, intermediate_size=width, activation=activation(config, "activation"), bias=bias
    )
    norms = config.whole("num_ln_in_parallel_attn", default=2 if new else 1, most=2)
    if norms == 2 and not (new and parallel):
        raise config.refused("num_ln_in_parallel_attn", "only the new decoder's layers have two")
    if new and not parallel:
        raise config.refused("parallel_attn", "the new decoder's layers are parallel")
    block = side_by_side(mixer, ffn) if norms == 2 else layer(mixer, ffn, parallel=parallel)
    return Body([block] * num_layers(config), LAYERNORM, context=2048)


def falcon_mamba(config: Config) -> Body:
    """`FalconMambaForCausalLM`: steps, inputs and outputs of the state are normed, without weights."""
    return mamba(config, inner_norms=InnerNorm(weight=False))


def falcon_h1(config: Config) -> Body:
    """`FalconH1ForCausalLM`: attention and Mamba-2 side by side in every layer."""
    config.skip("mlp_expansion_factor", "mamba_use_mlp", "attn_layer_indices", "sliding_window")
    said = config.data.get("mamba_d_ssm", config.defaults.get("mamba_d_ssm"))
    inner = config.whole("mamba_expand", default=2) * hidden_size(config)
    if said is not None:
        inner = config.whole("mamba_d_ssm")
        config.skip("mamba_expand")
    config.skip("mamba_d_ssm")
    first = config.flag("mamba_norm_before_gate", default=True)
    normed = config.flag("mamba_rms_norm", default=False)
    ssm = ssd(
        config,
        inner,
        norm=("before_gate" if first else "after_gate") if normed else None,
        output_bias=config.flag("projectors_bias", default=False),
        ssm_multipliers=_multipliers(config, "ssm_multipliers", 5),
    )
    bias = config.flag("attention_bias", default=False)
    key = config.number("key_multiplier", default=1.0)
    softmax = attention(config, position=rope(config), qkv_bias=bias, output_bias=bias)
    # keys that are multiplied make larger scores
    scale = softmax.head_dim / key**2 if key else 0.0
    softmax = config.build(Attention, **{**dict(softmax), "query_pre_attn_scalar": scale})
    gate, down = _multipliers(config, "mlp_multipliers", 2) or (1.0, 1.0)
    ffn = gated(config, bias=config.flag("mlp_bias", default=False))
    ffn = config.build(GatedFfn, **{**dict(ffn), "gate_multiplier": gate})
    steps = (
        SublayerSpec(branches=(_multiplied(config, softmax, "attention"), _multiplied(config, ssm, "ssm"))),
        SublayerSpec(branches=(config.build(BranchSpec, part=ffn, multiplier=down),))
        if down != 1
        else SublayerSpec(part=ffn),
    )
    return Body(
        [LayerSpec(sublayers=steps)] * num_layers(config),
        embedding=config.build(EmbeddingSpec, multiplier=config.number("embedding_multiplier", default=1.0)),
        output={"logit_scale": config.number("lm_head_multiplier", default=1.0)},
    )


def _multiplied(config: Config, part: AnyMixer, which: str) -> BranchSpec:
    """Return a branch with what its input and its output are multiplied by."""
    before, after = (config.number(f"{which}_{end}_multiplier", default=1.0) for end in ("in", "out"))
    return config.build(BranchSpec, part=part, multiplier=after, input_multiplier=before)


def _multipliers(config: Config, key: str, count: int) -> tuple[float, ...] | None:
    """Return so many factors; None where the file is silent, or all are 1."""
    found = config.numbers(key, length=count) if config.has(key) else [1.0] * count
    return tuple(found) if set(found) != {1.0} else None
