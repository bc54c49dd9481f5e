"""Mistral, from the first to Large 4."""

from __future__ import annotations

from collections.abc import Sequence

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    gated,
    grouped_router,
    layer,
    moe,
    num_layers,
    rope,
    shared_experts,
    sliding,
    sparse_layers,
    windows,
)
from archposter.importer.config import Config
from archposter.importer.decoders import sparse_decoder
from archposter.importer.latent import all_indexed, indexer, indexer_types, mla, shared_choice
from archposter.spec.model import LayerSpec
from archposter.spec.parts import AnyFfn, NoPosition, Router, Temperature


def mistral(config: Config, **fields: object) -> Body:
    """`MistralForCausalLM`: no biases; where there is a window, every layer has it."""
    mixer = attention(config, position=rope(config), span=sliding(config), **fields)
    return Body([layer(mixer, gated(config))] * num_layers(config))


def ministral3(config: Config) -> Body:
    """`Ministral3ForCausalLM`: queries grow with their position."""
    return mistral(config, temperature=_temperature(config))


def _temperature(config: Config) -> Temperature | None:
    """Return how queries grow beyond the context before scaling, which stands with the rotary positions."""
    for section in (config.section("rope_parameters"), config.section("rope_scaling")):
        if section and section.has("llama_4_scaling_beta"):
            return section.build(
                Temperature,
                attn_scale=section.number("llama_4_scaling_beta"),
                floor_scale=section.whole("original_max_position_embeddings"),
                first_position=0,
            )
    return None


def ministral(config: Config) -> Body:
    """`MinistralForCausalLM`: windows layer by layer."""
    return _windowed(config, config.has("sliding_window"))


def _windowed(config: Config, everywhere: bool) -> Body:
    position, ffn = rope(config), gated(config)
    spans = {True: sliding(config), False: FULL}
    kinds = windows(config, num_layers(config), lambda _: everywhere)
    return Body(
        alternating(kinds, lambda local: layer(attention(config, position=position, span=spans[local]), ffn))
    )


def mixtral(config: Config) -> Body:
    """`MixtralForCausalLM`."""
    mixer = attention(config, position=rope(config), span=sliding(config))
    experts = moe(config, moe_intermediate_size=config.whole("intermediate_size"), router=Router())
    return Body([layer(mixer, experts)] * num_layers(config))


def mistral4(config: Config) -> Body:
    """`Mistral4ForCausalLM`: softmax scores, no dense layers."""
    config.skip("intermediate_size")
    return sparse_decoder(config, mla(config, temperature=_temperature(config)), scoring="softmax")


def mistral_large_3(config: Config) -> Body:
    """Mistral Large 3, built like DeepSeek V3 with a router of softmax scores and no groups."""
    return sparse_decoder(config, mla(config, temperature=_temperature(config)), scoring="softmax")


def mistral_large4(config: Config) -> Body:
    """`MistralLarge4TextModel`: indexers that read the stream, shared latents, queries times log n."""
    count = num_layers(config)
    all_indexed(config, count)
    every_so_many = config.whole("no_rope_layer_interval", default=4)
    listed = config.wholes("no_rope_layers", length=count)
    turning = [bool(n) for n in listed] if listed else [bool((i + 1) % every_so_many) for i in range(count)]
    shared = _shared_latents(config, turning)
    position = rope(config).model_copy(update={"partial_rotary_factor": 1.0, "learned": True})
    turned = mla(config, position=position, indexer=indexer(config, stream_queries=True), log_scale=True)
    wide = {"qk_nope_head_dim": turned.qk_nope_head_dim + turned.qk_rope_head_dim, "qk_rope_head_dim": 0}
    still = turned.model_copy(update={**wide, "position": NoPosition()})
    experts = moe(
        config,
        router=grouped_router(config, scoring="softmax"),
        shared=shared_experts(config),
    )
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}

    def built(kind: tuple[bool, bool, bool]) -> LayerSpec:
        turns, reuses, sparse = kind
        mixer = (turned if turns else still).model_copy(
            update={"key_value": "shared" if reuses else "separate"}
        )
        return layer(mixer, ffns[sparse])

    kinds = zip(turning, shared, sparse_layers(config, count, dense=1), strict=True)
    layers = shared_choice(indexer_types(config, count), alternating(list(kinds), built))
    return Body(
        layers, output={"final_logit_softcapping": config.number("final_logit_softcapping", default=0.0)}
    )


def _shared_latents(config: Config, turning: Sequence[bool]) -> list[bool]:
    """Tell of every layer whether it reads the latent of the last earlier layer of its kind."""
    count = len(turning)
    sources = config.wholes("kv_source_layers", length=count) or list(range(count))
    given = {source for index, source in enumerate(sources) if source != index}
    last: dict[bool, int] = {}
    for index, source in enumerate(sources):
        if source == index:
            last |= {turning[index]: index} if index in given else {}
        elif last.get(turning[index]) != source:
            raise config.refused(
                f"kv_source_layers[{index}]", f"got {source}; expected the last shared layer of its kind"
            )
        elif any(
            sources[later] == later and turning[later] == turning[index] for later in range(source + 1, index)
        ):
            raise config.refused(
                f"kv_source_layers[{index}]", f"got {source}; a later layer of its kind has a latent too"
            )
    return [source != index for index, source in enumerate(sources)]
