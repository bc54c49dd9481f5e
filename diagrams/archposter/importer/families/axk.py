"""SK Telecom's A.X K: DeepSeek V3's layers with more norms."""

from __future__ import annotations

from archposter.importer.body import (
    Body,
    alternating,
    gated,
    grouped_router,
    layer,
    moe,
    num_layers,
    shared_experts,
    sparse_layers,
)
from archposter.importer.config import Config
from archposter.importer.latent import indexer, mla
from archposter.spec.model import LayerSpec, SublayerSpec
from archposter.spec.parts import LatentGate, Norm


def axk1(config: Config) -> Body:
    """`AXK1ForCausalLM`: DeepSeek V3 with a norm after the experts too."""
    config.skip("topk_method", "scoring_func")
    mixer = mla(config)
    experts = moe(
        config,
        router=grouped_router(config, correction_bias="buffer"),
        shared=shared_experts(config),
    )
    dense = layer(mixer, gated(config))
    sparse = LayerSpec(sublayers=(SublayerSpec(part=mixer), SublayerSpec(part=experts, placement="sandwich")))
    kinds = sparse_layers(config, num_layers(config), dense=1)
    return Body(alternating(kinds, lambda routed: sparse if routed else dense))


def axk2(config: Config) -> Body:
    """`AXK2ForCausalLM`: norms with gates before attention and experts; the query latent gates the output."""
    count = num_layers(config)
    config.words("layer_types", length=count, among=("indexed_attention",))
    config.expect("moe_layer_freq", 1)
    mixer = mla(config, indexer=indexer(config), gate=LatentGate(per="element", source="query_latent"))
    experts = moe(
        config,
        router=grouped_router(config, correction_bias="buffer"),
        shared=shared_experts(config),
    )
    norm = config.build(Norm, gated_norm_rank=config.whole("gated_norm_rank"))
    first = SublayerSpec(part=mixer, norm=norm)
    seconds = {True: SublayerSpec(part=experts, norm=norm), False: SublayerSpec(part=gated(config))}
    kinds = sparse_layers(config, count, dense=1)
    return Body(alternating(kinds, lambda kind: LayerSpec(sublayers=(first, seconds[kind]))))
