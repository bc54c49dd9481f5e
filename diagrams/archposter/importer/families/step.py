"""StepFun's Step 3.5: heads that differ between windows and global layers."""

from __future__ import annotations

from archposter.importer.body import (
    FULL,
    HEAD_NORM,
    Body,
    alternating,
    attention,
    gated,
    layer,
    moe,
    num_layers,
    rope,
    router_of,
    shared_of,
    sliding,
)
from archposter.importer.config import Config
from archposter.importer.scaling import scaled
from archposter.spec.model import LayerSpec, MtpSpec
from archposter.spec.parts import AnyFfn, Attention, Clamp, Gate, Rope, Span

_WINDOWS = {"full_attention": False, "sliding_attention": True}


def step3p5(config: Config) -> Body:
    """`Step3p5ForCausalLM`: more query heads in the layers with a window, a gate on each head."""
    for key, value in {
        "use_moe": True,
        "use_moe_router_bias": True,
        "use_qk_norm": True,
        "use_head_wise_attn_gate": True,
        "att_impl_type": "GQA",
        "moe_router_activation": "sigmoid",
        "moe_layer_offset": 0,
        "moe_every_n_layer": 1,
        "mlp_bias": False,
        "attention_bias": False,
    }.items():
        config.expect(key, value)
    count = num_layers(config)
    modules = _step_modules(config, count)
    local = _step_windows(config, count, modules)
    routed = _step_experts(config, count)
    other = config.section("attention_other_setting")
    spans = {True: sliding(config), False: FULL}
    heads = config.optional("num_sliding_attention_heads", least=1)
    wider = {"num_attention_heads": heads} if heads else {}
    mixers = {
        False: _step_attention(config, spans[False]),
        True: _step_attention(other or config, spans[True], **wider),
    }
    config.skip("per_layer_config", "num_sliding_attention_heads")
    positions = _step_positions(config, local)
    limits = _step_limits(config, "swiglu_limits", count, modules)
    shared = _step_limits(config, "swiglu_limits_shared", count, modules)

    def built(kind: tuple[bool, bool, Rope, float, float]) -> LayerSpec:
        windowed, has_experts, position, *limit = kind
        mixer = mixers[windowed].model_copy(update={"position": position})
        return layer(mixer, _step_ffn(config, has_experts, *limit))

    kinds = [
        (windowed, index in routed, position, *limit)
        for index, (windowed, position, *limit) in enumerate(
            zip(local, positions, limits, shared, strict=True)
        )
    ]
    layers = alternating(kinds, built)
    module = MtpSpec(num_nextn_predict_layers=modules, layer=layers[count]) if modules else None
    return Body(layers[:count], mtp=module)


def _step_ffn(config: Config, has_experts: bool, limit: float, shared_limit: float) -> AnyFfn:
    """Return a layer's FFN; a dense one has the limit of the shared experts."""
    clamp, shared = (
        config.build(Clamp, swiglu_limit=size, after_activation=True) if size else None
        for size in (limit, shared_limit)
    )
    dense = gated(config).model_copy(update={"clamp": shared})
    experts = moe(
        config,
        num_experts=config.whole("moe_num_experts", "n_routed_experts", "num_local_experts"),
        num_experts_per_tok=config.whole("moe_top_k", "num_experts_per_tok"),
        shared_experts=shared_of(
            config, 1, config.whole("share_expert_dim", "share_expert_dims"), clamp=shared
        ),
        router=router_of(config, scoring="sigmoid", correction_bias="buffer"),
        clamp=clamp,
    )
    return experts if has_experts else dense


def _step_limits(config: Config, key: str, count: int, modules: int) -> list[float]:
    """Return each layer's limit of gated units, those of the prediction modules included; 0: none."""
    said = config.data.get(key)
    config.skip(key)
    padded = isinstance(said, list) and len(said) == count + modules
    found = config.numbers(key, length=count + modules * padded, zero=True) if said else []
    return found + [0.0] * (count + modules - len(found))


def _step_attention(source: Config, span: Span, **fields: int) -> Attention:
    source.expect("attention_type", "sliding_attention")
    source.expect("true_head_dim", source.whole("head_dim"))
    scale = source.number("query_pre_attn_scalar", default=0.0)
    return attention(
        source,
        num_key_value_heads=source.whole("num_attention_groups", "num_key_value_heads"),
        qk_norm=HEAD_NORM,
        gate=Gate(per="head"),
        span=span,
        **fields,
        **({"query_pre_attn_scalar": scale} if scale else {}),
    )


def _step_modules(config: Config, count: int) -> int:
    """Return how many prediction modules are drawn: none of which the file does not say what they are."""
    modules = config.whole("num_nextn_predict_layers", default=0, least=0, most=16)
    said = config.data.get("layer_types")
    if modules and isinstance(said, list) and len(said) == count and not config.has("mtp_layer_types"):
        config.journal.warn(config.where("layer_types"), "says nothing of the prediction modules; not drawn")
        return 0
    return modules


def _step_windows(config: Config, count: int, modules: int) -> list[bool]:
    """Tell of every layer, those of the prediction modules included, whether it has a window."""
    last = config.words("mtp_layer_types", length=modules, among=_WINDOWS) or []
    said = config.words("layer_types", length=count + modules - len(last), among=_WINDOWS)
    return [_WINDOWS[word] for word in (*said, *last)] if said else [False] * (count + modules)


def _step_experts(config: Config, count: int) -> frozenset[int]:
    """Return which layers have experts, in the words of the library's class or of the released files."""
    config.skip("mtp_mlp_layer_types")
    said = config.words("mlp_layer_types", length=count, among=("dense", "sparse"))
    if said:
        return frozenset(index for index, word in enumerate(said) if word == "sparse")
    listed = config.text("moe_layers_enum", default=",".join(map(str, range(3, count))))
    words = [word.strip() for word in listed.split(",") if word.strip()]
    if not all(word.isascii() and word.isdigit() and len(word) < 6 for word in words):
        raise config.refused("moe_layers_enum", "expected the numbers of layers with commas between them")
    return frozenset(map(int, words))


def _step_positions(config: Config, local: list[bool]) -> list[Rope]:
    """Return each layer's positions: said of every kind of layers, in lists, or the same for all."""
    kinds = {True: "sliding_attention", False: "full_attention"}
    flat = config.section("rope_parameters")
    if flat and any(flat.has(kind) for kind in kinds.values()):
        return [rope(config, kinds[windowed]) for windowed in local]
    count = len(local)
    usual = None if isinstance(config.data.get("rope_theta"), list) else rope(config)
    # a file says which kinds of layers are scaled; the class takes it for those of full attention
    only = config.data.get("yarn_only_types") or ["full_attention"]
    scaling = scaled(config, flat, "").get("scaling")
    thetas = [usual.theta] * count if usual else config.numbers("rope_theta", length=count)
    listed = config.has("partial_rotary_factors")
    whole = usual.partial_rotary_factor if usual else 1.0
    shares = config.numbers("partial_rotary_factors", length=count) if listed else [whole] * count
    return [
        config.build(
            Rope,
            theta=theta,
            partial_rotary_factor=share,
            scaling=scaling if kinds[windowed] in only else None,
        )
        for windowed, theta, share in zip(local, thetas, shares, strict=True)
    ]
