"""Meta's Llama, which many others build too; chunks and experts in the fourth."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    Body,
    alternating,
    attention,
    biases,
    gated,
    hidden_size,
    layer,
    moe,
    num_heads,
    num_layers,
    rope,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec
from archposter.spec.parts import AnyFfn, ChunkedSpan, Moe, NoPosition, QkNorm, Router, Temperature


def llama(config: Config) -> Body:
    """`LlamaForCausalLM`, whose heads share out the hidden size without a remainder."""
    heads, width = num_heads(config), hidden_size(config)
    if width % heads:
        message = f"hidden_size {width} is not a multiple of num_attention_heads {heads}"
        raise config.refused("hidden_size", message)
    mixer = attention(config, position=rope(config), **biases(config))
    ffn = gated(config, bias=config.flag("mlp_bias", default=False))
    return Body([layer(mixer, ffn)] * num_layers(config))


def nanbeige(config: Config) -> Body:
    """`NanbeigeForCausalLM`: Llama's layers, and the norm above them, run `num_loops` times."""
    config.expect("skip_loop_final_norm", False)
    config.skip("loop_loss_weights")
    config.expect("kv_channels", config.whole("head_dim"))
    return llama(config)._replace(loops=config.whole("num_loops", default=1))


def llama4(config: Config) -> Body:
    """`Llama4ForCausalLM`: chunks, then a global layer without positions; experts in every n-th layer."""
    count = num_layers(config)
    interval = config.whole("no_rope_layer_interval", "nope_layer_interval", default=4)
    turning = config.wholes("no_rope_layers", length=count) if _listed(config, "no_rope_layers") else None
    config.skip("no_rope_layers")
    turning = turning or [int((index + 1) % interval != 0) for index in range(count)]
    step = config.whole("interleave_moe_layer_step", default=1)
    chosen = config.wholes("moe_layers")
    sparse = [index in chosen if chosen is not None else (index + 1) % step == 0 for index in range(count)]
    kinds = {"chunked_attention": True, "full_attention": False}
    said = config.words("layer_types", length=count, among=kinds)
    chunked = [kinds[word] for word in said] if said else [bool(turn) for turn in turning]
    size = config.optional("attention_chunk_size")
    spans = {True: config.build(ChunkedSpan, size=size) if size else FULL, False: FULL}
    positions = {True: rope(config), False: NoPosition()}
    normed = config.flag("use_qk_norm", default=True)
    growing = _temperature(config)
    bias = biases(config)
    experts = _llama4_experts(config)
    dense = gated(config, config.whole("intermediate_size_mlp"))
    ffns: dict[bool, AnyFfn] = {True: experts, False: dense}

    def built(kind: tuple[bool, bool, bool]) -> LayerSpec:
        turns, in_chunks, has_experts = kind
        mixer = attention(
            config,
            position=positions[turns],
            span=spans[in_chunks],
            qk_norm=QkNorm(kind="l2", after_position=True) if normed and turns else None,
            temperature=None if turns else growing,
            **bias,
        )
        return layer(mixer, ffns[has_experts])

    return Body(alternating(list(zip(map(bool, turning), chunked, sparse, strict=True)), built))


def _temperature(config: Config) -> Temperature | None:
    """Return how queries without positions grow with where they stand."""
    slope, step = config.number("attn_scale", default=0.1), config.whole("floor_scale", default=8192)
    # the first files had a number there
    numbered = type(config.data.get("attn_temperature_tuning")) is int
    used = (config.whole if numbered else config.flag)("attn_temperature_tuning", default=True)
    return config.build(Temperature, attn_scale=slope, floor_scale=step) if used and slope else None


def _llama4_experts(config: Config) -> Moe:
    return moe(
        config,
        moe_intermediate_size=config.whole("intermediate_size"),
        shared=1,
        router=Router(scoring="sigmoid", order="top_k_first", weighs="input"),
    )


def _listed(config: Config, key: str) -> bool:
    """Tell whether a list is there and not empty: the class takes an empty one for none."""
    return bool(config.data.get(key))
