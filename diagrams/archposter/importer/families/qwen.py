"""Qwen, from the first to the fourth."""

from __future__ import annotations

from math import isqrt
from typing import Any

from archposter.importer.body import (
    FULL,
    HEAD_NORM,
    Body,
    alternating,
    attention,
    biases,
    every,
    gated,
    growing,
    layer,
    moe,
    mtp,
    num_layers,
    rope,
    router_of,
    shared_of,
    sliding,
    where_used,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec, SublayerSpec
from archposter.spec.parts import (
    AnyFfn,
    AnyMixer,
    Attention,
    BlockIndexer,
    Gate,
    GatedDeltaNet,
    HyperConnections,
    Moe,
    NgramMemory,
)

_KINDS = {"linear_attention": True, "full_attention": False}
_QWEN4_KINDS = {"linear_attention": True, "indexed_attention": False, "full_attention": False}
_GATES = {"silu": "silu", "swish": "silu", "sigmoid": "sigmoid"}
_MOST_PRIMES = 4096
_MOST_ROWS = 1_000_000_000


def qwen(config: Config) -> Body:
    """`QWenLMHeadModel`: the first Qwen; the file's FFN is as wide as its gate and its input together."""
    config.expect("no_bias", True)
    config.expect("scale_attn_weights", True)
    config.expect("rotary_pct", 1.0)
    config.skip("bf16", "fp16", "fp32", "onnx_safe", "seq_length", "use_dynamic_ntk")
    config.skip("emb_dropout_prob", "attn_dropout_prob", "use_cache_quantization", "use_cache_kernel")
    config.skip("softmax_in_fp32", "bias_dropout_fusion", "ffn_inter_padding_size", "tokenizer_type")
    config.skip("params_dtype")
    config.expect("activation", "swiglu")
    config.expect("pos_emb", "rotary")
    config.expect("tie_word_embeddings", False)
    position = rope(config, theta=config.number("rotary_emb_base", default=10_000.0))
    grows = config.flag("use_logn_attn", default=False)
    mixer = attention(
        config,
        head_dim=config.whole("kv_channels"),
        position=position,
        temperature=growing(config, config.whole("seq_length")) if grows else None,
        qkv_bias=True,
    )
    width, odd = divmod(config.whole("intermediate_size", "ffn_hidden_size"), 2)
    if odd:
        raise config.refused("intermediate_size", "odd; gate and input share it out evenly")
    return Body([layer(mixer, gated(config, width))] * num_layers(config))


def qwen2(config: Config) -> Body:
    """`Qwen2ForCausalLM`: biases on queries, keys and values; windows in the upper layers where used."""
    return _dense(config, qkv_bias=True)


def qwen3(config: Config) -> Body:
    """`Qwen3ForCausalLM`: a norm on each head's queries and keys."""
    return _dense(config, qk_norm=HEAD_NORM, **biases(config))


def _dense(config: Config, **fields: object) -> Body:
    count = num_layers(config)
    used = config.flag("use_sliding_window", default=False)
    span = sliding(config) if used else FULL
    config.skip("sliding_window")
    first = config.whole("max_window_layers", default=count, least=0)
    position = rope(config)
    ffn = gated(config)
    spans = {True: span, False: FULL}
    kinds = windows(config, count, lambda index: used and index >= first)
    return Body(
        alternating(
            kinds, lambda local: layer(attention(config, position=position, span=spans[local], **fields), ffn)
        )
    )


def qwen2_moe(config: Config) -> Body:
    """`Qwen2MoeForCausalLM`: a gated shared expert."""
    config.expect("use_sliding_window", False)
    config.expect("layer_types", ["full_attention"] * num_layers(config))
    config.skip("sliding_window", "max_window_layers")
    mixer = attention(config, position=rope(config), qkv_bias=config.flag("qkv_bias", default=True))
    return _all_alike(config, mixer, _experts(config, shared=True))


def qwen3_moe(config: Config) -> Body:
    """`Qwen3MoeForCausalLM`: no shared expert, a norm on each head's queries and keys."""
    config.expect("use_qk_norm", True)
    config.expect("shared_expert_intermediate_size", 0)
    span = sliding(config) if config.flag("use_sliding_window", default=False) else FULL
    config.skip("sliding_window", "max_window_layers")
    mixer = attention(config, position=rope(config), span=span, qk_norm=HEAD_NORM, **biases(config))
    return _all_alike(config, mixer, _experts(config, shared=False))


def qwen3_next(config: Config) -> Body:
    """`Qwen3NextForCausalLM`: three Gated DeltaNet layers, then one of gated attention; experts in all."""
    config.expect("use_sliding_window", False)
    sparse = _sparse(config)
    ffns: dict[bool, AnyFfn | None] = {
        True: _experts(config, shared=True),
        False: None if all(sparse) else gated(config),
    }
    config.skip("intermediate_size")
    kinds = list(zip(_linear(config), sparse, strict=True))
    return _hybrid(config, kinds, ffns)


def qwen3_5_moe(config: Config) -> Body:
    """`Qwen3_5MoeForCausalLM`: Qwen3-Next without dense layers."""
    config.expect("mlp_only_layers", [])
    config.skip("intermediate_size")
    kinds = [(linear, True) for linear in _linear(config)]
    return _hybrid(config, kinds, {True: _experts(config, shared=True)})


def qwen3_5(config: Config) -> Body:
    """`Qwen3_5ForCausalLM`: Qwen3-Next with a dense FFN."""
    return _hybrid(config, [(linear, False) for linear in _linear(config)], {False: gated(config)})


def _hybrid(config: Config, kinds: list[tuple[bool, bool]], ffns: dict[bool, AnyFfn | None]) -> Body:
    config.expect("attn_output_gate", True)
    config.expect("output_gate_type", "swish")
    config.expect("mtp_use_dedicated_embeddings", False)
    bias = biases(config)
    softmax = attention(
        config,
        position=rope(config, partial=0.25),
        qk_norm=HEAD_NORM,
        gate=Gate(per="element", bias="element" if bias["qkv_bias"] else None),
        **bias,
    )
    linear: AnyMixer = where_used(any(kind[0] for kind in kinds), lambda: delta_net(config), softmax)

    def built(kind: tuple[bool, bool]) -> LayerSpec:
        is_linear, is_sparse = kind
        return layer(linear if is_linear else softmax, ffns[is_sparse])

    module = layer(softmax, ffns[kinds[-1][1]])
    counts = ("mtp_num_hidden_layers", "num_nextn_predict_layers")
    return Body(alternating(kinds, built), mtp=mtp(config, module, *counts))


def delta_net(config: Config, **fields: Any) -> GatedDeltaNet:
    """Return the Gated DeltaNet that a config says; `fields` are the rest."""
    return config.build(
        GatedDeltaNet,
        linear_num_key_heads=config.whole("linear_num_key_heads"),
        linear_num_value_heads=config.whole("linear_num_value_heads"),
        linear_key_head_dim=config.whole("linear_key_head_dim"),
        linear_value_head_dim=config.whole("linear_value_head_dim"),
        linear_conv_kernel_dim=config.whole("linear_conv_kernel_dim"),
        **fields,
    )


def _linear(config: Config) -> list[bool]:
    """Tell of every layer whether it is linear attention."""
    count = num_layers(config)
    interval = config.whole("full_attention_interval", default=4)
    said = config.words("layer_types", length=count, among=_KINDS)
    return [_KINDS[word] for word in said] if said else [every(interval)(index) for index in range(count)]


def _all_alike(config: Config, mixer: object, experts: Moe) -> Body:
    sparse = _sparse(config)
    ffns: dict[bool, AnyFfn | None] = {True: experts, False: None if all(sparse) else gated(config)}
    config.skip("intermediate_size")
    return Body(alternating(sparse, lambda kind: layer(mixer, ffns[kind])))


def _sparse(config: Config) -> list[bool]:
    """Tell of every layer whether it has experts."""
    dense = frozenset(config.wholes("mlp_only_layers") or ())
    step = config.whole("decoder_sparse_step", default=1)
    return [index not in dense and (index + 1) % step == 0 for index in range(num_layers(config))]


def _experts(config: Config, *, shared: bool) -> Moe:
    fields = {}
    if shared:
        fields = {
            "shared_experts": shared_of(config, 1, config.whole("shared_expert_intermediate_size"), gate=True)
        }
    return moe(
        config,
        router=router_of(
            config,
        ),
        **fields,
    )


def qwen4_exp(config: Config) -> Body:
    """`Qwen4ExpForCausalLM`: three Gated DeltaNet layers, then one of block-sparse attention."""
    count = num_layers(config)
    config.skip("seed", "split_ngram_parts", "number_of_conv_states")
    config.expect("mtp_use_dedicated_embeddings", False)
    period = config.whole("full_attention_interval", default=4)
    said = config.words("layer_types", length=count, among=_QWEN4_KINDS)
    linear = (
        [_QWEN4_KINDS[word] for word in said] if said else [every(period)(index) for index in range(count)]
    )
    streams = config.whole("hc_count")
    memories = _memories(config, count, streams)
    mixers: dict[bool, AnyMixer] = {True: _delta(config), False: _softmax(config)}
    experts = SublayerSpec(
        part=moe(
            config,
            shared_experts=shared_of(config, 1, config.whole("shared_expert_intermediate_size"), gate=True),
            router=router_of(
                config,
            ),
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
    bias = biases(config)
    return attention(
        config,
        position=rope(config),
        qk_norm=HEAD_NORM,
        gate=Gate(per="element", bias="element" if bias["qkv_bias"] else None),
        indexer=blocks,
        **bias,
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
