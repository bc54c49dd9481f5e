"""Kolibri: normed heads, windows, experts in all layers."""

from __future__ import annotations

from archposter.importer.body import Body, moe, num_layers, router_of, shared_of
from archposter.importer.config import Config
from archposter.importer.decoders import windowed_experts
from archposter.spec.model import NormSpec


def kolibri(config: Config) -> Body:
    """`Kolibri1ForCausalLM`: normed heads, a shared expert in all layers, norms before and after."""
    count = num_layers(config)
    experts = moe(
        config,
        num_experts=config.whole("num_local_experts", "num_experts"),
        shared_experts=shared_of(config, 1, config.whole("shared_expert_intermediate_size")),
        router=router_of(config, scoring="sigmoid", correction_bias="buffer"),
    )
    local = [(index + 1) % 5 != 0 for index in range(count)]
    body = windowed_experts(config, local, [True] * count, experts)
    return body._replace(norm=NormSpec(placement="sandwich"))
