"""Rednote's dots: DeepSeek V3's experts, and latent attention in several sizes."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    HEAD_NORM,
    Body,
    alternating,
    attention,
    biases,
    dense_or_sparse,
    gated,
    grouped_router,
    layer,
    moe,
    mtp,
    num_layers,
    rope,
    shared_experts,
    shared_of,
    sliding,
    sparse_layers,
    windows,
)
from archposter.importer.config import Config
from archposter.importer.decoders import corrected_experts
from archposter.importer.latent import indexer, mla
from archposter.spec.model import LayerSpec
from archposter.spec.parts import AnyFfn, LatentGate, Mla, Rope, SlidingSpan

_DOTS_KINDS = ("full_attention", "indexed_attention", "sliding_attention")
_DOTS_SLIDING = {
    "num_attention_heads": 64,
    "num_key_value_heads": 64,
    "q_lora_rank": 1024,
    "kv_lora_rank": 1024,
    "head_dim": 256,
    "qk_nope_head_dim": 192,
    "v_head_dim": 128,
}
"""What the class takes for layers with a window where an older file is silent."""
_DOTS_OWN = (*_DOTS_SLIDING, "qk_rope_head_dim", "index_n_heads", "index_head_dim", "index_topk")


def dots1(config: Config) -> Body:
    """`Dots1ForCausalLM`: DeepSeek V3's experts on attention with normed heads, windows in upper layers."""
    count = num_layers(config)
    config.expect("scoring_func", "noaux_tc", "sigmoid")
    config.expect("topk_method", "noaux_tc")
    config.skip("moe_layer_freq", "max_window_layers", "use_sliding_window")
    first = config.whole("max_window_layers", default=count, least=0)
    local = windows(config, count, lambda index: config.has("sliding_window") and index >= first)
    spans = {True: sliding(config), False: FULL}
    sparse = sparse_layers(config, count)
    position, bias = rope(config), biases(config)
    ffns = dense_or_sparse(
        sparse, lambda: corrected_experts(config, "n_shared_experts"), lambda: gated(config)
    )

    def built(kind: tuple[bool, bool]) -> LayerSpec:
        mixer = attention(config, position=position, span=spans[kind[0]], qk_norm=HEAD_NORM, **bias)
        return layer(mixer, ffns[kind[1]])

    return Body(alternating(list(zip(local, sparse, strict=True)), built))


def dots3_note(config: Config) -> Body:
    """`Dots3NoteForCausalLM`: latent attention, sparse or with a window, each with sizes of its own."""
    count = num_layers(config)
    for key, value in {
        "apply_mla_qkv_lora_rescale": True,
        "attention_gate_type": "headwise",
        "k_rope_only_layernorm": True,
        "mlp_bias": False,
        "qk_layernorm": True,
        "swa_attention_gate_type": "headwise",
        "topk_method": "noaux_tc",
        "use_dedicated_mtp_embeddings": False,
    }.items():
        config.expect(key, value)
    config.expect("scoring_func", "noaux_tc", "sigmoid")
    config.expect("num_nextn_predict_layers", 0, 1)
    config.skip("mtp_head_sharing", "moe_gating_fp32")
    types = _dots_types(config, count)
    own = _dots_own(config, types)
    experts = moe(
        config,
        shared_experts=shared_of(
            config,
            shared_experts(config),
            config.whole("moe_shared_expert_intermediate_size", "shared_experts_intermediate_size"),
        ),
        router=grouped_router(config, correction_bias="buffer"),
    )
    ffns: dict[bool, AnyFfn] = {True: experts, False: gated(config)}
    kinds = list(zip(types, own, _dots_sparse(config, count), strict=True))
    layers = alternating(kinds, lambda kind: layer(_dots_mixer(config, *kind[:2]), ffns[kind[2]]))
    ahead = ffns[config.flag("mtp_use_moe", default=False)]
    windowed = next(
        (sizes for word, sizes in zip(types, own, strict=True) if word == "sliding_attention"), ()
    )
    module = layer(_dots_mixer(config, "sliding_attention", windowed), ahead)
    return Body(layers, mtp=mtp(config, module))


def _dots_types(config: Config, count: int) -> list[str]:
    """Return each layer's type; older files call those with an indexer full attention."""
    older = "per_layer_config" not in config.data
    windowed = config.flag("use_sliding_window", default=True)
    indexed = config.flag("use_dsa", default=older)
    said = config.words("layer_types", length=count, among=_DOTS_KINDS) or [
        "sliding_attention" if windowed and index > 1 and index % 4 != 1 else "full_attention"
        for index in range(count)
    ]
    if "use_dsa" not in config.data and not older:
        return said
    other = "indexed_attention" if indexed else "full_attention"
    return [word if word == "sliding_attention" else other for word in said]


def _dots_own(config: Config, types: list[str]) -> list[tuple[tuple[str, int], ...]]:
    """Return the sizes in which each layer differs from the model's: listed, or those of all windows."""
    listed = config.section("per_layer_config")
    if listed is None:
        sizes = {key: config.whole(f"swa_{key}", default=value) for key, value in _DOTS_SLIDING.items()}
        turned = sizes["head_dim"] - sizes["qk_nope_head_dim"]
        sizes["qk_rope_head_dim"] = config.whole("swa_qk_rope_head_dim", default=turned)
        return [tuple(sizes.items()) if word == "sliding_attention" else () for word in types]
    config.skip(*(f"swa_{key}" for key in _DOTS_OWN))
    found: list[tuple[tuple[str, int], ...]] = [()] * len(types)
    for key in listed.data:
        inner = listed.section(key)
        if inner is None or not key.isdecimal() or int(key) >= len(types):
            raise listed.refused(key, f"expected the number of a layer, below {len(types)}, and its sizes")
        found[int(key)] = tuple((name, inner.whole(name)) for name in _DOTS_OWN if inner.has(name))
    listed.skip(*listed.data)
    return found


def _dots_mixer(config: Config, word: str, own: tuple[tuple[str, int], ...]) -> Mla:
    """Return a layer's attention, with the sizes in which it differs from the model's."""
    config.skip(*_DOTS_OWN, "attention_bias")
    windowed = word == "sliding_attention"
    local = Config({**config.data, **dict(own)}, config.journal, config.path, config.defaults)
    theta = config.number("swa_rope_theta", default=50_000.0)
    turn = rope(config, word)
    if windowed and not config.has("rope_parameters") and not config.has("rope_scaling"):
        turn = config.build(Rope, theta=theta)
    window = config.optional("sliding_window") or config.whole("sliding_window_size", default=512)
    return mla(
        local,
        position=turn.model_copy(update={"partial_rotary_factor": 1.0}),
        span=SlidingSpan(size=window) if windowed else FULL,
        indexer=indexer(local) if word == "indexed_attention" else None,
        gate=LatentGate(per="head"),
        k_rope_norm=True,
    )


def _dots_sparse(config: Config, count: int) -> list[bool]:
    """Tell of every layer whether it has experts: by name, or else from one on, all or every so many."""
    first = config.whole("first_k_dense_replace", default=1, least=0)
    said = config.words("mlp_layer_types", length=count, among=("dense", "sparse"))
    if isinstance(config.data.get("moe_layer_freq"), list):
        flags = config.wholes("moe_layer_freq", length=count) or []
    else:
        period = config.whole("moe_layer_freq", default=1)
        flags = [index % period == 0 for index in range(count)]
    if said:
        return [word == "sparse" for word in said]
    return [index >= first and bool(flag) for index, flag in enumerate(flags)]
