"""NVIDIA's Nemotron: plain, hybrid by a pattern, and pruned by a search (arXiv:2411.19146)."""

from __future__ import annotations

from typing import Any

from archposter.diagnostics import printable
from archposter.importer.body import (
    Body,
    activation,
    alternating,
    attention,
    biases,
    gated,
    grouped_router,
    head_dim,
    hidden_size,
    layer,
    moe,
    mtp,
    num_heads,
    num_layers,
    plain,
    rope,
    shared_experts,
    shared_of,
)
from archposter.importer.classic import LAYERNORM
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec, SublayerSpec
from archposter.spec.parts import MAX_LAYERS, AnyFfn, AnyMixer, ExpertLatent, Mamba2, Moe, NoPosition

_NEMOTRON = {
    "M": "mamba", "mamba": "mamba", "linear_attention": "mamba",
    "*": "attention", "attention": "attention", "full_attention": "attention",
    "E": "moe", "moe": "moe",
    "-": "mlp", "mlp": "mlp",
}  # fmt: skip
_NAS_UNIT = 256
_NAS_UNUSED = (
    "num_sink_tokens",
    "sparsify",
    "unshifted_sink",
    "use_prefill_window_in_sink_attention",
    "window_length",
)


def nemotron(config: Config) -> Body:
    """`NemotronForCausalLM`: LayerNorms, a plain FFN of squared ReLUs, half of each head turns."""
    mixer = attention(config, position=rope(config, partial=0.5), **biases(config))
    ffn = plain(config, config.whole("intermediate_size"), bias=config.flag("mlp_bias", default=False))
    return Body([layer(mixer, ffn)] * num_layers(config), LAYERNORM)


def nemotron_h(config: Config) -> Body:
    """`NemotronHForCausalLM`: every layer is one thing, by a pattern: Mamba-2, attention, experts, FFN."""
    config.expect("sliding_window", None)
    config.expect("use_bias", False)
    # the class never ties its output layer, and never gives attention a bias
    config.expect("tie_word_embeddings", False)
    config.expect("attention_bias", False)
    config.skip("rope_theta", "partial_rotary_factor", "expand", "mamba_expand", "time_step_rank")
    kinds = _nemotron_layers(config)
    _skip_absent(config, frozenset(kinds))
    layers = alternating(kinds, lambda kind: layer(*_nemotron_part(config, kind)))
    depth = config.whole("num_nextn_predict_layers", default=0, least=0)
    module = _pattern(config, ("mtp_layers_block_type",), "mtp_hybrid_override_pattern", "*E")
    return Body(layers, mtp=mtp(config, _nemotron_module(config, module)) if depth else None)


def _nemotron_part(config: Config, kind: str) -> tuple[AnyMixer | None, AnyFfn | None]:
    """Return the one part of a layer, as a mixer or as an FFN."""
    match kind:
        case "mamba":
            return _mamba2(config), None
        case "attention":
            return attention(config, position=NoPosition()), None
        case "moe":
            return None, _nemotron_experts(config)
    width = config.whole("intermediate_size")
    return None, plain(config, width, bias=_mlp_bias(config), key="mlp_hidden_act")


def _nemotron_module(config: Config, kinds: list[str]) -> LayerSpec:
    """Return the layers of a prediction module as the residual steps of one."""
    parts = [_nemotron_part(config, kind) for kind in kinds]
    if len(parts) == 2 and parts[0][0] and parts[1][1]:
        return layer(parts[0][0], parts[1][1])
    return LayerSpec(sublayers=tuple(SublayerSpec(part=mixer or ffn) for mixer, ffn in parts))


def _nemotron_layers(config: Config) -> list[str]:
    kinds = _pattern(config, ("layers_block_type", "layer_types"), "hybrid_override_pattern", "ME*-")
    if config.has("num_hidden_layers"):
        config.expect("num_hidden_layers", len(kinds))
    return kinds


def _pattern(config: Config, lists: tuple[str, ...], letters: str, default: str) -> list[str]:
    """Return the kinds of layers: listed in words, or as a text with a letter for each."""
    listed = next((config.data[key] for key in lists if isinstance(config.data.get(key), list)), None)
    if listed is not None:
        words = config.words(*lists, length=len(listed), among=_NEMOTRON) or []
        config.skip(letters)
    else:
        words = list(config.text(letters, default=default))
        for letter in words:
            if letter not in _NEMOTRON:
                raise config.refused(letters, f"got {printable(letter)}, expected M, *, E or -")
    if not 1 <= len(words) <= MAX_LAYERS:
        raise config.refused(letters, f"{len(words):,} layers; expected 1 to {MAX_LAYERS:,}")
    return [_NEMOTRON[word] for word in words]


def _skip_absent(config: Config, kinds: frozenset[str]) -> None:
    """Leave out the keys of parts that no layer has."""
    if "moe" not in kinds:
        config.skip("n_routed_experts", "n_shared_experts", "moe_intermediate_size", "num_experts_per_tok")
        config.skip("moe_shared_expert_intermediate_size", "moe_latent_size", "n_group", "topk_group")
    if "mamba" not in kinds:
        config.skip("mamba_num_heads", "mamba_head_dim", "ssm_state_size", "n_groups", "conv_kernel")
        config.skip("use_conv_bias", "mamba_proj_bias", "mamba_n_groups", "mamba_d_conv", "mamba_conv_bias")
        config.skip("mamba_hidden_act")
    if "attention" not in kinds:
        config.skip("num_attention_heads", "num_key_value_heads", "head_dim", "sliding_window")
    if "mlp" not in kinds:
        config.skip("intermediate_size")


def _mlp_bias(config: Config) -> bool:
    return config.flag("mlp_bias", default=False)


def _mamba2(config: Config) -> Mamba2:
    return config.build(
        Mamba2,
        mamba_num_heads=config.whole("mamba_num_heads"),
        mamba_head_dim=config.whole("mamba_head_dim"),
        ssm_state_size=config.whole("ssm_state_size"),
        n_groups=config.whole("n_groups", "mamba_n_groups"),
        conv_kernel=config.whole("conv_kernel", "mamba_d_conv"),
        conv_bias=config.flag("use_conv_bias", "mamba_conv_bias", default=True),
        bias=config.flag("mamba_proj_bias", default=False),
        activation=activation(config, "mamba_hidden_act"),
    )


def _nemotron_experts(config: Config) -> Moe:
    if not shared_experts(config):
        raise config.refused("n_shared_experts", "got 0; the class always builds shared experts")
    size, bias = config.optional("moe_latent_size"), _mlp_bias(config)
    if size:
        config.expect("mlp_bias", False)
    return moe(
        config,
        shared_experts=shared_of(
            config, 1, config.whole("moe_shared_expert_intermediate_size"), gated=False, bias=bias
        ),
        latent=config.build(ExpertLatent, size=size) if size else None,
        gated=False,
        activation=activation(config, "mlp_hidden_act"),
        router=grouped_router(config, correction_bias="buffer"),
    )


def nemotron_nas(config: Config) -> Body:
    """`DeciLMForCausalLM`: heads, widths and whole parts differ between layers; no class in the library."""
    count, heads = num_layers(config), num_heads(config)
    config.skip("num_key_value_heads", "intermediate_size")
    kinds = [
        _nas_block(config, index, value, heads) for index, value in enumerate(_nas_layers(config, count))
    ]
    width, position, bias = head_dim(config, heads), rope(config), biases(config)
    mlp_bias = config.flag("mlp_bias", default=False)

    def built(kind: tuple[int, int]) -> LayerSpec:
        groups, inner = kind
        mixer = None
        if groups:
            mixer = attention(
                config,
                num_attention_heads=heads,
                num_key_value_heads=heads // groups,
                head_dim=width,
                position=position,
                **bias,
            )
        return layer(mixer, gated(config, inner, bias=mlp_bias) if inner else None)

    return Body(alternating(kinds, built))


def _nas_layers(config: Config, count: int) -> list[Any]:
    config.skip("block_configs")
    said = config.data.get("block_configs")
    if not isinstance(said, list) or len(said) != count:
        raise config.refused("block_configs", f"expected a list with an entry for each of {count} layers")
    return said


def _nas_block(config: Config, index: int, value: Any, heads: int) -> tuple[int, int]:
    """Return how many query heads share one of keys and how wide the FFN is; 0 for a part that is gone."""
    path = f"block_configs[{index}]"
    block = Config(value, config.journal, path) if isinstance(value, dict) else None
    mixer, ffn = (block.section(name) for name in ("attention", "ffn")) if block else (None, None)
    if mixer is None or ffn is None or block is None:
        raise config.refused(path, "expected attention and ffn")
    for part in (mixer, ffn):
        for key in _NAS_UNUSED:
            part.expect(key, None, False)
        part.expect("replace_with_linear", False, None)
    groups = 0 if mixer.flag("no_op", default=False) else mixer.whole("n_heads_in_group", most=heads)
    inner = 0 if ffn.flag("no_op", default=False) else _nas_width(config, ffn)
    mixer.skip("n_heads_in_group")
    ffn.skip("ffn_mult")
    if groups and heads % groups:
        raise config.refused(path, f"{heads} heads are no multiple of {groups} in a group")
    if not groups and not inner:
        raise config.refused(path, "a layer with neither attention nor ffn cannot be drawn")
    block.finish()
    return groups, inner


def _nas_width(config: Config, ffn: Config) -> int:
    """Return the width that a multiple of the hidden size stands for, rounded up to 256."""
    factor = ffn.number("ffn_mult")
    if not 0 < factor <= 1000:
        raise ffn.refused("ffn_mult", f"got {factor:g}, expected a factor above 0")
    return -(-int(2 * factor * hidden_size(config) / 3) // _NAS_UNIT) * _NAS_UNIT
