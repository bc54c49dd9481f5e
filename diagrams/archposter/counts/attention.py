"""Weights of softmax attention."""

from __future__ import annotations

from collections.abc import Iterator

from archposter.counts.weight import Weigh, Weight, elementwise, linear, product, scores
from archposter.spec.parts import (
    AnyPart,
    Attention,
    BlockIndexer,
    Cca,
    CompressedAttention,
    Compressor,
    Conv,
    Gate,
    Indexer,
    MixtureAttention,
    Mla,
    Relative,
    SharedBlock,
)


def attention(part: Attention, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of MHA, GQA or MQA (`LlamaAttention` and its kin).

    An element gate doubles the query projection, as `Qwen3NextAttention` has it; a head gate is one
    output a head.  QK-norm is as wide as a head (`Qwen3MoeAttention`) or as all of them (`Olmo2Attention`).
    Unified keys and values have one projection, shared ones none (`Gemma4TextAttention`).  Convolutions and
    learned distances are those of `InklingAttention`.
    """
    queries = part.num_attention_heads * part.head_dim
    keys = part.num_key_value_heads * part.head_dim
    values = part.num_key_value_heads * part.v_head_dim
    mixed = part.num_attention_heads * part.v_head_dim
    gate = mixed if part.gate and part.gate.per == "element" else 0
    gate_bias = gate if part.gate and part.gate.bias == "element" else 0
    yield product("self_attn.q_proj.weight", queries + gate, hidden_size)
    if part.qkv_bias or gate_bias:
        yield elementwise("self_attn.q_proj.bias", queries * part.qkv_bias + gate_bias)
    yield from _qk_norm("self_attn.q_norm", part, part.num_attention_heads)
    if part.key_value != "shared":
        yield from linear("self_attn.k_proj", hidden_size, keys, part.qkv_bias)
        yield from _qk_norm("self_attn.k_norm", part, part.num_key_value_heads)
    if part.key_value == "separate":
        yield from linear("self_attn.v_proj", hidden_size, values, part.qkv_bias)
    if part.conv:
        heads = part.num_key_value_heads
        yield from _convolution("self_attn.k_sconv", part.conv, heads, keys, hidden_size)
        yield from _convolution("self_attn.v_sconv", part.conv, heads, values, hidden_size)
    if isinstance(part.position, Relative):
        yield from _relative(part.position, part.num_attention_heads, hidden_size)
    if part.inner_norm:
        yield elementwise("self_attn.attn_sub_norm.weight", mixed)
    yield from linear("self_attn.o_proj", mixed, hidden_size, part.output_bias)
    if part.differential:
        for name in ("q1", "k1", "q2", "k2"):
            yield elementwise(f"self_attn.lambda_{name}", part.head_dim)
    if part.dynamic_mask:
        yield elementwise("self_attn.A", part.num_key_value_heads)
        yield from linear("self_attn.dt_proj", values, part.num_key_value_heads, part.qkv_bias)
    yield from _gate_and_sinks(part, hidden_size)
    if part.indexer:
        yield from _block_indexer(part.indexer, hidden_size)


def _gate_and_sinks(part: Attention, hidden_size: int) -> Iterator[Weight]:
    """Yield what gates the heads' outputs beside the queries' projection, and the sinks."""
    match part.gate:
        case Gate(per="head", bias=bias):
            yield from linear("self_attn.g_proj", hidden_size, part.num_attention_heads, bias == "head")
        case Gate(per="element", bias="head"):
            yield elementwise("self_attn.gate_bias", part.num_attention_heads)
    if part.sinks == "token":
        yield from linear("self_attn.sink_proj", hidden_size, part.num_attention_heads)
    elif part.sinks == "head":
        yield elementwise("self_attn.sinks", part.num_attention_heads)


def _block_indexer(part: BlockIndexer, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of an indexer of blocks (`MiniMaxM3VLIndexer`, `Qwen4ExpTextQSAIndexer`)."""
    width = part.index_head_dim
    yield from linear("self_attn.indexer.q_proj", hidden_size, part.index_n_heads * width)
    yield from linear("self_attn.indexer.k_proj", hidden_size, width)
    yield elementwise("self_attn.indexer.q_norm.weight", width)
    yield elementwise("self_attn.indexer.k_norm.weight", width)


def _convolution(name: str, part: Conv, heads: int, width: int, hidden_size: int) -> Iterator[Weight]:
    """Yield a convolution's weights, and what makes each token's (`Inkling2DynamicShortConvolution`)."""
    if part.dynamic:
        yield product(f"{name}.static_weight", part.kernel, width)
        yield from linear(f"{name}.weight_proj", hidden_size, heads * part.kernel)
    else:
        yield product(f"{name}.conv1d.weight", width, 1, part.kernel)


def _relative(part: Relative, heads: int, hidden_size: int) -> Iterator[Weight]:
    """Yield the profiles over the distance, and what makes the weights of their mix."""
    yield from linear("self_attn.r_proj", hidden_size, heads * part.d_rel)
    yield scores("self_attn.rel_logits_proj.proj", part.d_rel, part.rel_extent)
    if part.l2_clip:
        yield elementwise("self_attn.rel_l2_clip.scale", heads, part.d_rel)


def _qk_norm(name: str, part: Attention, heads: int) -> Iterator[Weight]:
    """Yield a norm of queries or keys: as wide as a head, as all of them, or one for each.

    A clip scales queries alone.
    """
    if not part.qk_norm:
        return
    kind = part.qk_norm.kind
    if kind == "l2_clip" and name.endswith("q_norm"):
        yield elementwise("self_attn.q_l2_clip.scale", heads, part.head_dim)
    shapes = {"head": (part.head_dim,), "each": (heads, part.head_dim), "full": (heads * part.head_dim,)}
    if kind in shapes:
        yield elementwise(f"{name}.weight", *shapes[kind])
        if part.qk_norm.bias:
            yield elementwise(f"{name}.bias", *shapes[kind])


def mla(part: Mla, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of multi-head latent attention (`DeepseekV3Attention`, `BailingHybridAttention`).

    Biases stand where the class has them: on the projections from and to the hidden size.
    """
    heads, bias = part.num_attention_heads, part.attention_bias
    queries = heads * (part.qk_nope_head_dim + part.qk_rope_head_dim)
    mixed = part.heard_heads * part.v_head_dim
    if part.q_lora_rank:
        yield from linear("self_attn.q_a_proj", hidden_size, part.q_lora_rank, bias)
        yield elementwise("self_attn.q_a_layernorm.weight", part.q_lora_rank)
    joint = part.gate is not None and part.gate.source == "query_latent"
    if joint:
        yield from linear("self_attn.q_gate_proj", 2 * part.q_lora_rank, queries + mixed)
    elif part.q_lora_rank:
        yield from linear("self_attn.q_b_proj", part.q_lora_rank, queries)
    else:
        yield from linear("self_attn.q_proj", hidden_size, queries)
    latent, own = part.kv_lora_rank, part.key_value != "shared"
    if own:
        yield from linear("self_attn.kv_a_proj_with_mqa", hidden_size, latent + part.qk_rope_head_dim, bias)
        yield elementwise("self_attn.kv_a_layernorm.weight", latent)
    if own and part.k_rope_norm:
        yield elementwise("self_attn.k_rope_only_layernorm.weight", part.qk_rope_head_dim)
    made = part.num_key_value_heads * (part.qk_nope_head_dim + part.v_head_dim)
    yield from linear("self_attn.kv_b_proj", latent, made)
    yield from linear("self_attn.o_proj", mixed, hidden_size, bias)
    if part.noise_heads:
        yield from linear("self_attn.lambda_proj", hidden_size, part.heard_heads)
    if part.gate and part.gate.source == "normed_query_latent":
        yield from linear("self_attn.q_b_gate", part.q_lora_rank, mixed)
    elif part.gate and not joint:
        yield from linear("self_attn.g_proj", hidden_size, heads if part.gate.per == "head" else mixed)
    if part.sinks:
        yield elementwise("self_attn.sinks", heads)
    if part.log_scale:
        yield from _log_scale("self_attn", heads)
    if part.indexer and part.indexer.indexer_type == "full":
        yield from _indexer(part.indexer, part.q_lora_rank, hidden_size)


def _log_scale(prefix: str, heads: int) -> Iterator[Weight]:
    for name in ("scale", "bias"):
        yield elementwise(f"{prefix}.softmax_scaling.{name}", heads)


def _indexer(part: Indexer, q_lora_rank: int, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of a DSA indexer (`DeepseekV32Indexer`): one key head, normed with a bias."""
    source = hidden_size if part.stream_queries else q_lora_rank
    yield from linear("self_attn.indexer.wq_b", source, part.index_n_heads * part.index_head_dim)
    if part.stream_queries:
        for name in ("weight", "bias"):
            yield elementwise(f"self_attn.indexer.q_input_norm.{name}", hidden_size)
        yield from _log_scale("self_attn.indexer", part.index_n_heads)
    yield from linear("self_attn.indexer.wk", hidden_size, part.index_head_dim)
    yield elementwise("self_attn.indexer.k_norm.weight", part.index_head_dim)
    yield elementwise("self_attn.indexer.k_norm.bias", part.index_head_dim)
    yield from linear("self_attn.indexer.weights_proj", hidden_size, part.index_n_heads)
    if part.index_kpool:
        yield elementwise("self_attn.indexer.index_kpool_compress_ape", part.index_kpool, part.index_head_dim)
        yield from linear("self_attn.indexer.index_kpool_compress_gate", hidden_size, part.index_head_dim)


def compressed_attention(part: CompressedAttention, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of CSA, HCA or the window alone (`DeepseekV4Attention`)."""
    heads, width = part.num_attention_heads, part.head_dim
    yield from linear("self_attn.q_a_proj", hidden_size, part.q_lora_rank)
    yield elementwise("self_attn.q_a_norm.weight", part.q_lora_rank)
    yield from linear("self_attn.q_b_proj", part.q_lora_rank, heads * width)
    yield from linear("self_attn.kv_proj", hidden_size, width)
    yield elementwise("self_attn.kv_norm.weight", width)
    yield from linear("self_attn.o_a_proj", heads * width // part.o_groups, part.o_groups * part.o_lora_rank)
    yield from linear("self_attn.o_b_proj", part.o_groups * part.o_lora_rank, hidden_size)
    if part.sinks:
        yield elementwise("self_attn.sinks", heads)
    if part.compressor:
        if part.compressor.key_value == "separate":
            yield from _compressor("self_attn.compressor", part.compressor, width, hidden_size)
        if part.compressor.indexer and part.compressor.indexer.indexer_type == "full":
            yield from _compressed_indexer(part, part.compressor, part.compressor.indexer, hidden_size)


def _compressed_indexer(
    part: CompressedAttention, compressor: Compressor, indexer: Indexer, hidden_size: int
) -> Iterator[Weight]:
    """Yield the weights of an indexer; its keys are compressed apart (`DeepseekV4Indexer`) or of entries."""
    prefix = "self_attn.compressor.indexer"
    if not indexer.from_entries:
        yield from _compressor(prefix, compressor, indexer.index_head_dim, hidden_size)
    elif compressor.key_value == "separate":
        yield from linear(f"{prefix}.k_proj", part.head_dim, indexer.index_head_dim)
        yield elementwise(f"{prefix}.k_norm.weight", indexer.index_head_dim)
    queries = indexer.index_n_heads * indexer.index_head_dim
    yield from linear(f"{prefix}.q_b_proj", part.q_lora_rank, queries)
    yield from linear(f"{prefix}.scorer.weights_proj", hidden_size, indexer.index_n_heads)


def _compressor(prefix: str, part: Compressor, width: int, hidden_size: int) -> Iterator[Weight]:
    """Yield what turns `compress_ratio` tokens into an entry; an overlap doubles all but the norm."""
    series = width * 2 if part.overlap else width
    yield from linear(f"{prefix}.kv_proj", hidden_size, series)
    if part.position_bias or part.compress_ratio > 1:
        yield from linear(f"{prefix}.gate_proj", hidden_size, series)
    if part.position_bias:
        yield elementwise(f"{prefix}.position_bias", part.compress_ratio, series)
    yield elementwise(f"{prefix}.kv_norm.weight", width)


def cca(part: Cca, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of compressed convolutional attention (`ZayaAttention`)."""
    queries = part.num_attention_heads * part.head_dim
    keys = part.num_key_value_heads * part.head_dim
    channels = queries + keys
    bias = part.attention_bias
    yield from linear("self_attn.qkv_proj.q_proj", hidden_size, queries, bias)
    yield from linear("self_attn.qkv_proj.k_proj", hidden_size, keys, bias)
    yield from linear("self_attn.qkv_proj.v_proj_current", hidden_size, keys // 2, bias)
    yield from linear("self_attn.qkv_proj.v_proj_delayed", hidden_size, keys // 2, bias)
    yield product("self_attn.qkv_proj.conv_qk_depthwise.weight", channels, 1, part.cca_time0)
    yield elementwise("self_attn.qkv_proj.conv_qk_depthwise.bias", channels)
    yield product("self_attn.qkv_proj.conv_qk_grouped.weight", channels, part.head_dim, part.cca_time1)
    yield elementwise("self_attn.qkv_proj.conv_qk_grouped.bias", channels)
    yield elementwise("self_attn.qk_norm.temp", part.num_key_value_heads)
    yield from linear("self_attn.o_proj", queries, hidden_size, bias)


def mixture_attention(part: MixtureAttention, hidden_size: int) -> Iterator[Weight]:
    """Yield the weights of a mixture of attention heads (`JetMoeAttention`)."""
    width = part.num_key_value_heads * part.head_dim
    yield from linear("self_attention.experts.router", hidden_size, part.num_experts)
    experts = (
        product("self_attention.experts.input_linear.weight", width, hidden_size),
        product("self_attention.experts.output_linear.weight", hidden_size, width),
    )
    for weight in experts:
        yield weight._replace(copies=part.num_experts, active=part.num_experts_per_tok)
    yield elementwise("self_attention.experts.bias", hidden_size)
    yield from linear("self_attention.kv_proj", hidden_size, 2 * width)


def shared_block(part: SharedBlock, hidden_size: int) -> Iterator[Weight]:
    """Yield the layer's own projection, and the block's weights where it has them (`ZambaHybridLayer`)."""
    yield from linear("linear", hidden_size, hidden_size)
    if part.weights == "own":
        yield from shared_weights(part, hidden_size)


def shared_weights(part: SharedBlock, hidden_size: int) -> Iterator[Weight]:
    """Yield what all layers with a shared block have in common, adapters included."""
    prefix, both = "shared_transformer", 2 * hidden_size
    queries = part.num_attention_heads * part.head_dim
    keys = part.num_key_value_heads * part.head_dim
    widths = {"q_proj": queries, "k_proj": keys, "v_proj": keys}
    yield elementwise(f"{prefix}.input_layernorm.weight", both)
    for name, width in widths.items():
        yield from linear(f"{prefix}.self_attn.{name}", both, width)
    yield from linear(f"{prefix}.self_attn.o_proj", queries, hidden_size)
    yield elementwise(f"{prefix}.pre_ff_layernorm.weight", hidden_size)
    inner = part.intermediate_size
    yield from linear(f"{prefix}.feed_forward.gate_up_proj", hidden_size, 2 * inner, part.bias)
    yield from linear(f"{prefix}.feed_forward.down_proj", inner, hidden_size, part.bias)
    if not part.adapter_rank:
        return
    adapters = {"feed_forward.gate_up_proj": (hidden_size, 2 * inner)}
    if part.attention_adapters:
        adapters |= {f"self_attn.{name}": (both, width) for name, width in widths.items()}
    for name, (inputs, outputs) in adapters.items():
        for index in range(part.num_adapters):
            yield from linear(f"{prefix}.{name}_adapters.{index}.0", inputs, part.adapter_rank)
            yield from linear(f"{prefix}.{name}_adapters.{index}.1", part.adapter_rank, outputs)


WEIGHTS: dict[type[AnyPart], Weigh] = {
    Attention: attention,
    Mla: mla,
    CompressedAttention: compressed_attention,
    Cca: cca,
    MixtureAttention: mixture_attention,
    SharedBlock: shared_block,
}
