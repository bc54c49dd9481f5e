"""Qwen's experimental decoder: n-gram memories, streams read through gates, chosen blocks of tokens."""

from __future__ import annotations

from math import isqrt

from archposter.importer.body import Body, alternating, attention, biases, every, moe, mtp, num_layers, rope
from archposter.importer.config import Config
from archposter.importer.families.qwen import delta_net
from archposter.spec.model import LayerSpec, SublayerSpec
from archposter.spec.parts import (
    AnyMixer,
    Attention,
    BlockIndexer,
    GatedDeltaNet,
    HyperConnections,
    NgramMemory,
    Router,
)

_KINDS = {"linear_attention": True, "indexed_attention": False, "full_attention": False}
_GATES = {"silu": "silu", "swish": "silu", "sigmoid": "sigmoid"}
_MOST_PRIMES = 4096
_MOST_ROWS = 1_000_000_000


def qwen4_exp(config: Config) -> Body:
    """`Qwen4ExpForCausalLM`: three Gated DeltaNet layers, then one of block-sparse attention."""
    count = num_layers(config)
    config.skip("seed", "split_ngram_parts", "number_of_conv_states")
    config.expect("mtp_use_dedicated_embeddings", False)
    period = config.whole("full_attention_interval", default=4)
    said = config.words("layer_types", length=count, among=_KINDS)
    linear = [_KINDS[word] for word in said] if said else [every(period)(index) for index in range(count)]
    streams = config.whole("hc_count")
    memories = _memories(config, count, streams)
    mixers: dict[bool, AnyMixer] = {True: _delta(config), False: _softmax(config)}
    experts = SublayerSpec(
        part=moe(
            config,
            num_shared_experts=1,
            shared_expert_intermediate_size=config.whole("shared_expert_intermediate_size"),
            shared_expert_gate=True,
            router=Router(),
        )
    )

    def built(kind: tuple[bool, NgramMemory | None]) -> LayerSpec:
        steps = SublayerSpec(part=mixers[kind[0]]), experts
        memory = (SublayerSpec(part=kind[1], placement="none"),) if kind[1] else ()
        return LayerSpec(sublayers=(*memory, *steps))

    rank = config.whole("hc_lowrank")
    residual = config.build(HyperConnections, hc_mult=streams, independent=True, hc_lowrank=rank)
    kinds = [(kind, memories.get(index)) for index, kind in enumerate(linear)]
    module = built((False, None))
    ahead = mtp(config, module, "mtp_num_hidden_layers")
    return Body(alternating(kinds, built), residual=residual, mtp=ahead)


def _delta(config: Config) -> GatedDeltaNet:
    act = config.word("output_gate_type" if config.has("output_gate_type") else "hidden_act", among=_GATES)
    config.skip("output_gate_type")
    return delta_net(config, gate_activation=act)


def _softmax(config: Config) -> Attention:
    config.expect("indexer_kv_heads", 1)
    size, budget = config.whole("indexer_compress_ratio"), config.whole("indexer_budget")
    if budget % size:
        raise config.refused("indexer_budget", f"got {budget}, no multiple of indexer_compress_ratio {size}")
    blocks = config.build(
        BlockIndexer,
        index_n_heads=config.whole("indexer_n_heads"),
        index_head_dim=config.whole("indexer_head_dim"),
        index_block_size=size,
        index_topk_blocks=budget // size,
        pooling="mean",
    )
    bias = config.flag("attention_bias", default=False)
    position = rope(config)
    return attention(
        config,
        position=position,
        qk_norm="head",
        gate="element",
        gate_bias=bias,
        indexer=blocks,
        **biases(config),
    )


def _memories(config: Config, count: int, streams: int) -> dict[int, NgramMemory]:
    """Return the memories by the index of their layer, which the file counts from one."""
    places = sorted(set(config.wholes("ple_layer_ids", least=1) or ()))
    width = config.optional("ple_embed_dim", least=1) or config.whole("hidden_size")
    longest, heads = config.whole("ngram_size", least=2, most=64), config.whole("heads_per_ngram", most=64)
    base = config.whole("ngram_vocab_size_base", most=_MOST_ROWS)
    unit = config.whole("make_ngram_vocab_size_divisible_by")
    kernel = config.whole("ple_conv_kernel_size")
    if not places:
        return {}
    if places[-1] > count:
        raise config.refused("ple_layer_ids", f"got {places[-1]}; there are {count} layers, counted from 1")
    tables = (longest - 1) * heads
    if tables * len(places) > _MOST_PRIMES:
        raise config.refused("ple_layer_ids", f"{tables * len(places):,} tables; at most {_MOST_PRIMES:,}")
    rows = primes(base, tables * len(places))
    found = {}
    for nth, place in enumerate(places):
        held = sum(rows[nth * tables : (nth + 1) * tables])
        found[place - 1] = config.build(
            NgramMemory,
            ngram_size=longest,
            heads_per_ngram=heads,
            ngram_vocab_size=-(-held // unit) * unit,
            ple_embed_dim=width,
            ple_conv_kernel_size=kernel,
            hc_mult=streams,
        )
    return found


def primes(start: int, count: int) -> list[int]:
    """Return the first `count` primes from `start` on: the rows of the tables, of which no two are equal."""
    found: list[int] = []
    low, span = max(start, 2), 1 << 16
    while len(found) < count:
        sieve = bytearray([1]) * span
        for divisor in range(2, isqrt(low + span) + 1):
            first = max(divisor * divisor, -(-low // divisor) * divisor) - low
            sieve[first::divisor] = bytes(len(range(first, span, divisor)))
        found += [low + offset for offset in range(span) if sieve[offset]]
        low += span
    return found[:count]
