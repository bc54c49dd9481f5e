"""Flint: sinks, normed heads, experts behind dense layers."""

from __future__ import annotations

from archposter.importer.body import Body, moe, num_layers, router_of, shared_of
from archposter.importer.config import Config
from archposter.importer.decoders import windowed_experts


def flint(config: Config) -> Body:
    """`FlintForCausalLM`: sinks, normed heads, a shared expert, dense first layers."""
    count = num_layers(config)
    dense = frozenset(config.wholes("mlp_only_layers") or ())
    step = config.whole("decoder_sparse_step", default=1)
    sparse = [index not in dense and (index + 1) % step == 0 for index in range(count)]
    experts = moe(
        config,
        shared_experts=shared_of(config, 1, config.whole("shared_expert_intermediate_size")),
        router=router_of(config, scoring="sigmoid"),
    )
    local = [not (index < 2 or index % 4 == 1 or index == count - 1) for index in range(count)]
    return windowed_experts(config, local, sparse, experts, sinks="head")
