"""Attention to tokens or blocks of tokens that an indexer chooses: Hunyuan 4, MiniMax M3."""

from __future__ import annotations

from dataclasses import replace

from archposter.importer.body import (
    Body,
    alternating,
    attention,
    gated,
    layer,
    moe,
    num_layers,
    rope,
)
from archposter.importer.config import Config
from archposter.importer.families.deepseek import corrected_router, decoder, indexer, mla, shared_choice
from archposter.spec.parts import AnyFfn, BlockIndexer, HyperConnections, Router

_M3_KEYS = {
    "index_n_heads": "sparse_num_index_heads",
    "index_head_dim": "sparse_index_dim",
    "index_block_size": "sparse_block_size",
    "index_topk_blocks": "sparse_topk_blocks",
    "index_local_blocks": "sparse_local_block",
}


def hy_v4(config: Config) -> Body:
    """`HYV4ForCausalLM`: gated latent attention with sinks, shared choices, streams that are not mixed."""
    count = num_layers(config)
    config.skip("num_key_value_heads", "learnable_sink_init", "hc_magnitude")
    config.words("layer_types", length=count, among=("indexed_attention",))
    kinds = config.words("indexer_types", length=count, among=("full", "shared")) or [
        "full" if index == 0 or index % 4 == 1 else "shared" for index in range(count)
    ]
    mixer = mla(config, indexer=indexer(config), gate="element", sinks=True)
    body = decoder(config, mixer, corrected_router(config), dense=1)
    streams = config.build(HyperConnections, hc_mult=config.whole("hc_mult"), independent=True)
    return replace(body, layers=shared_choice(kinds, body.layers), residual=streams)
