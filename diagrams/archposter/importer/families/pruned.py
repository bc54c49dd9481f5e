"""Llamas whose layers a search has pruned one by one: NVIDIA's Nemotron-NAS (arXiv:2411.19146)."""

from __future__ import annotations

from typing import Any

from archposter.importer.body import (
    Body,
    alternating,
    attention,
    biases,
    gated,
    head_dim,
    hidden_size,
    layer,
    num_heads,
    num_layers,
    rope,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec

_UNIT = 256
_UNUSED = (
    "num_sink_tokens",
    "sparsify",
    "unshifted_sink",
    "use_prefill_window_in_sink_attention",
    "window_length",
)


def nemotron_nas(config: Config) -> Body:
    """`DeciLMForCausalLM`: heads, widths and whole parts differ between layers; no class in the library."""
    count, heads = num_layers(config), num_heads(config)
    config.skip("num_key_value_heads", "intermediate_size")
    kinds = [_block(config, index, value, heads) for index, value in enumerate(_listed(config, count))]
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


def _listed(config: Config, count: int) -> list[Any]:
    config.skip("block_configs")
    said = config.data.get("block_configs")
    if not isinstance(said, list) or len(said) != count:
        raise config.refused("block_configs", f"expected a list with an entry for each of {count} layers")
    return said


def _block(config: Config, index: int, value: Any, heads: int) -> tuple[int, int]:
    """Return how many query heads share one of keys and how wide the FFN is; 0 for a part that is gone."""
    path = f"block_configs[{index}]"
    block = Config(value, config.journal, path) if isinstance(value, dict) else None
    mixer, ffn = (block.section(name) for name in ("attention", "ffn")) if block else (None, None)
    if mixer is None or ffn is None or block is None:
        raise config.refused(path, "expected attention and ffn")
    for part in (mixer, ffn):
        for key in _UNUSED:
            part.expect(key, None, False)
        part.expect("replace_with_linear", False, None)
    groups = 0 if mixer.flag("no_op", default=False) else mixer.whole("n_heads_in_group", most=heads)
    inner = 0 if ffn.flag("no_op", default=False) else _width(config, ffn)
    mixer.skip("n_heads_in_group")
    ffn.skip("ffn_mult")
    if groups and heads % groups:
        raise config.refused(path, f"{heads} heads are no multiple of {groups} in a group")
    if not groups and not inner:
        raise config.refused(path, "a layer with neither attention nor ffn cannot be drawn")
    block.finish()
    return groups, inner


def _width(config: Config, ffn: Config) -> int:
    """Return the width that a multiple of the hidden size stands for, rounded up to 256."""
    factor = ffn.number("ffn_mult")
    if not 0 < factor <= 1000:
        raise ffn.refused("ffn_mult", f"got {factor:g}, expected a factor above 0")
    return -(-int(2 * factor * hidden_size(config) / 3) // _UNIT) * _UNIT
