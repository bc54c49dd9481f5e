"""IBM's Bamba."""

from __future__ import annotations

from archposter.importer.body import (
    Body,
    alternating,
    attention,
    biases,
    gated,
    hidden_size,
    layer,
    num_layers,
    rope,
    where_used,
)
from archposter.importer.config import Config
from archposter.importer.recurrent import ssd
from archposter.spec.parts import AnyMixer


def bamba(config: Config) -> Body:
    """`BambaForCausalLM`: Mamba-2 with a few layers of attention, of which half of each head turns."""
    count = num_layers(config)
    config.skip("z_loss_coefficient", "layer_types", "layers_block_type")
    chosen = frozenset(config.wholes("attn_layer_indices") or ())
    softmax = attention(config, position=rope(config, partial=0.5), **biases(config))
    ffn = gated(config, bias=config.flag("mlp_bias", default=False))
    kinds = [index in chosen for index in range(count)]
    inner = config.whole("mamba_expand", default=2) * hidden_size(config)
    ssm: AnyMixer = where_used(not all(kinds), lambda: ssd(config, inner), softmax)
    return Body(alternating(kinds, lambda kind: layer(softmax if kind else ssm, ffn)))
