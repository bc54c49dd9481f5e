"""What a family's reader returns, and the parts of it that most families share."""

from collections.abc import Callable, Mapping, Sequence
from math import log
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeVar

from archposter.diagnostics import SpecError
from archposter.importer.config import Config
from archposter.importer.scaling import scaled
from archposter.spec.model import BranchSpec, EmbeddingSpec, LayerSpec, MtpSpec, NormSpec, SublayerSpec
from archposter.spec.parts import (
    Activation,
    AnyFfn,
    AnyMixer,
    Attention,
    Clamp,
    GatedFfn,
    Moe,
    PlainFfn,
    PlainResidual,
    QkNorm,
    Residual,
    Rope,
    Router,
    SharedExperts,
    SlidingSpan,
    SoftCaps,
    Span,
    Temperature,
)
from archposter.spec.parts.position import FullSpan

T = TypeVar("T")
U = TypeVar("U")
Scoring = Literal["softmax", "sigmoid", "sqrtsoftplus"]

FULL = FullSpan.model_construct()
HEAD_NORM = QkNorm.model_construct(kind="head")

ACTIVATIONS: dict[str, Activation] = {
    "silu": "silu",
    "swish": "silu",
    "gelu": "gelu",
    "gelu_new": "gelu_tanh",
    "gelu_fast": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
    "relu": "relu",
    "relu2": "relu2",
    "situ": "situ",
}

_LEARNED: dict[str, Activation] = {"xielu": "xielu"}
"""Activations with weights of their own, which only a plain FFN counts."""

SCORINGS: dict[str, Scoring] = {"softmax": "softmax", "sigmoid": "sigmoid"}

_WINDOWS = {"full_attention": False, "sliding_attention": True}


class Body(NamedTuple):
    """An `ArchSpec` without the sizes that every config says in the same way."""

    layers: Sequence[LayerSpec]
    norm: NormSpec = NormSpec.model_construct()
    residual: Residual = PlainResidual.model_construct()
    embedding: EmbeddingSpec = EmbeddingSpec.model_construct()
    output: Mapping[str, Any] = MappingProxyType({})
    mtp: MtpSpec | None = None
    loops: int = 1
    exit_gate: bool = False
    context: int | None = None
    """What limits the context of a model with attention whose file says nothing of it."""


def root_scaled(config: Config) -> EmbeddingSpec:
    """Return an embedding that the class multiplies by the root of its width."""
    return config.build(EmbeddingSpec, multiplier=round(hidden_size(config) ** 0.5, 7))


Reader = Callable[[Config], Body]


def hidden_size(config: Config) -> int:
    """Return the width of the residual stream."""
    return config.whole("hidden_size", "n_embd", "n_embed", "embedding_dim", "d_model", "dim")


def num_layers(config: Config) -> int:
    """Return how many layers there are."""
    return config.layers("num_hidden_layers", "n_layer", "n_layers", "num_layers", "num_blocks")


def rope(config: Config, layer_type: str = "", *, theta: float = 10_000.0, partial: float = 1.0) -> Rope:
    """Return the rotary embedding in old or new spelling, of one type of layers where they differ.

    `theta` and `partial` are what the reference class takes where the file is silent.
    """
    outer_theta = config.number("rope_theta", "rotary_emb_base", default=_class_theta(config, theta))
    outer_partial = config.number("partial_rotary_factor", "rotary_pct", default=partial)
    flat = config.section("rope_parameters")
    section = (flat.section(layer_type) if flat and layer_type else None) or flat
    if section:
        outer_theta = section.number("rope_theta", default=outer_theta)
        outer_partial = section.number("partial_rotary_factor", default=outer_partial)
    return config.build(
        Rope, theta=outer_theta, partial_rotary_factor=outer_partial, **scaled(config, section, layer_type)
    )


def _class_theta(config: Config, theta: float) -> float:
    known = config.defaults.get("default_theta")
    return float(known) if isinstance(known, int | float) else theta


def attention(config: Config, **fields: Any) -> Attention:
    """Return softmax attention with the heads that the config says; `fields` are the rest, or win."""
    heads = fields.pop("num_attention_heads", None) or num_heads(config)
    if "num_key_value_heads" not in fields:
        fields["num_key_value_heads"] = config.whole("num_key_value_heads", default=heads)
    if "head_dim" not in fields:
        fields["head_dim"] = head_dim(config, heads)
    return config.build(Attention, num_attention_heads=heads, **fields)


def growing(config: Config, length: int, slope: float | None = None, **fields: int) -> Temperature:
    """Return scores that grow with the logarithm of positions beyond a length.

    Without a slope they are multiplied by log n over the length's.
    """
    slope = round(1 / log(max(length, 2)), 9) if slope is None else slope
    return config.build(Temperature, growth="log", attn_scale=slope, floor_scale=length, **fields)


def num_heads(config: Config) -> int:
    """Return how many query heads there are."""
    return config.whole("num_attention_heads", "n_head", "n_heads", "num_heads", "attention_heads")


def even_heads(config: Config, heads: int) -> int:
    """Return the width of heads that share out the hidden size without a remainder."""
    width = hidden_size(config)
    if width % heads:
        message = f"hidden_size {width} is not a multiple of num_attention_heads {heads}"
        raise config.refused("hidden_size", message)
    return width // heads


def side_by_side(mixer: AnyMixer, ffn: AnyFfn) -> LayerSpec:
    """Return a layer with attention and FFN in one residual step, each behind a norm of its own."""
    branches = tuple(BranchSpec(part=part, placement="pre") for part in (mixer, ffn))
    return LayerSpec(sublayers=(SublayerSpec(branches=branches, placement="none"),))


def head_dim(config: Config, heads: int) -> int:
    """Return the heads' width: said, or the hidden size shared out and rounded down, as the classes do."""
    if config.has("head_dim", "attention_head_dim"):
        return config.whole("head_dim", "attention_head_dim")
    return max(hidden_size(config) // heads, 1)


def biases(config: Config, *keys: str, default: bool = False) -> dict[str, bool]:
    """Return the bias of all four projections of attention."""
    bias = config.flag(*(keys or ("attention_bias",)), default=default)
    return {"qkv_bias": bias, "output_bias": bias}


def activation(config: Config, *keys: str) -> Activation:
    """Return the activation of the feed-forward parts."""
    return config.word(*(keys or ("hidden_act",)), among=ACTIVATIONS, default="silu")


def gated(
    config: Config, width: int | None = None, *, bias: bool = False, key: str = "hidden_act"
) -> GatedFfn:
    """Return a gated FFN, `intermediate_size` wide where nothing else is said."""
    width = width or config.whole("intermediate_size")
    return config.build(GatedFfn, intermediate_size=width, activation=activation(config, key), bias=bias)


def plain(config: Config, width: int, *, bias: bool = False, key: str = "hidden_act") -> PlainFfn:
    """Return a plain FFN."""
    act = config.word(key, among=ACTIVATIONS | _LEARNED, default="silu")
    return config.build(PlainFfn, intermediate_size=width, activation=act, bias=bias)


def clamp(config: Config, usual: float) -> Clamp:
    """Return the limit of gated units, `usual` where the file is silent."""
    return config.build(Clamp, swiglu_limit=config.number("swiglu_limit", default=usual))


def softly(config: Config, gate: str, up: str) -> dict[str, SoftCaps]:
    """Return the soft caps of gated units, of files that say them."""
    if not config.has(gate) and not config.has(up):
        return {}
    caps = {"mlp_gate_softcap": config.number(gate, default=4.0)}
    return {"soft_caps": config.build(SoftCaps, **caps, mlp_up_softcap=config.number(up, default=25.0))}


def moe(config: Config, *, router: Router | Callable[[], Router], **fields: Any) -> Moe:
    """Return a mixture of experts with the counts and widths under their usual names.

    `shared`: so many experts like the routed ones are shared, with `shared_clamp`.  A router that may not
    fit the experts is built last, when all keys have been read.
    """
    if "num_experts" not in fields:
        fields["num_experts"] = config.whole("num_experts", "n_routed_experts", "num_local_experts")
    if "num_experts_per_tok" not in fields:
        fields["num_experts_per_tok"] = config.whole("num_experts_per_tok", "num_experts_per_token")
    if "moe_intermediate_size" not in fields:
        fields["moe_intermediate_size"] = config.whole("moe_intermediate_size")
    if "activation" not in fields:
        fields["activation"] = activation(config)
    limit = fields.pop("shared_clamp", None)
    if count := fields.pop("shared", 0):
        width = fields["moe_intermediate_size"]
        fields["shared_experts"] = shared_of(config, count, width, clamp=limit)
    return config.build(Moe, router=router if isinstance(router, Router) else router(), **fields)


def shared_experts(config: Config, *keys: str) -> int:
    """Return how many shared experts there are; null means none."""
    return config.whole(*(keys or ("n_shared_experts", "num_shared_experts")), default=0, least=0, most=1024)


def shared_of(config: Config, count: int, width: int, **fields: Any) -> SharedExperts | None:
    """Return so many shared experts, if any."""
    return config.build(SharedExperts, num=count, intermediate_size=width, **fields) if count else None


def shared_ffn(
    config: Config, count: int, bias: bool, width: str = "moe_intermediate_size"
) -> SharedExperts | None:
    """Return shared experts as wide as the routed ones; with biases they are one FFN, which has one bias."""
    wide = config.whole(width) if count else 0
    return shared_of(config, 1, count * wide, bias=True) if bias and count else shared_of(config, count, wide)


def correction(config: Config, key: str) -> Literal["buffer"] | None:
    """Return the bias that balances the experts, which a flag may switch off."""
    return "buffer" if config.flag(key, default=True) else None


def grouped_router(config: Config, *, scoring: Scoring = "sigmoid", **fields: Any) -> Router:
    """Return a router that may choose groups of experts first."""
    groups = config.whole("n_group", "num_expert_group", default=1)
    chosen = config.whole("topk_group", default=1)
    # a single group is chosen whatever the file says
    fields = weighing(config) | fields
    if groups == 1:
        fields.pop("group_scores", None)
    return config.build(
        Router, scoring=scoring, n_group=groups, topk_group=chosen if groups > 1 else 1, **fields
    )


def router_of(config: Config, **fields: Any) -> Router:
    """Return a router whose weights are what the config says, where `fields` do not win."""
    return config.build(Router, **weighing(config) | fields)


def weighing(config: Config) -> dict[str, Any]:
    """Return how chosen scores become weights."""
    keys = ("norm_topk_prob", "moe_renormalize", "route_norm", "norm_expert_weight")
    norm = config.flag(*keys, default=True)
    factor = config.number(
        "routed_scaling_factor",
        "router_scaling_factor",
        "moe_routed_scaling_factor",
        "moe_router_scaling_factor",
        "route_scale",
        default=1.0,
    )
    return {"norm_topk_prob": norm, "routed_scaling_factor": factor}


def sliding(config: Config, key: str = "sliding_window") -> Span:
    """Return the span that a window gives: everything where it is null."""
    size = config.whole(key, least=1) if config.has(key) else None
    return config.build(SlidingSpan, size=size) if size else FULL


def windows(config: Config, count: int, default: Callable[[int], bool]) -> list[bool]:
    """Tell of every layer whether it has a sliding window; `default` is the class's pattern."""
    said = config.words("layer_types", length=count, among=_WINDOWS)
    return [_WINDOWS[word] for word in said] if said else [default(index) for index in range(count)]


def every(period: int, first: int = 1) -> Callable[[int], bool]:
    """Return a pattern: false for every `period`-th layer, true for the others."""
    return lambda index: (index + first) % period != 0


def only_read(config: Config, key: str) -> int:
    """Return how many tokens are read and never written; the vocabulary is then that of the output layer."""
    rows = config.whole("vocab_size")
    written = config.whole(key, default=rows)
    if written > rows:
        raise config.refused(key, f"got {written:,}, but vocab_size is {rows:,}")
    config.restate("vocab_size", written, key if key in config.data else "vocab_size")
    return rows - written


def sparse_layers(
    config: Config, count: int, *, dense: int = 0, key: str = "first_k_dense_replace"
) -> list[bool]:
    """Tell of every layer whether its FFN is a mixture of experts: listed, or all but the first few."""
    said = config.words("mlp_layer_types", length=count, among=("dense", "sparse"))
    first = config.whole(key, default=dense, least=0)
    return [word == "sparse" for word in said] if said else [index >= first for index in range(count)]


def alternating(kinds: Sequence[Any], layer: Callable[[Any], LayerSpec]) -> list[LayerSpec]:
    """Return the layers of the given kinds, in order, each kind built once."""
    built = {kind: layer(kind) for kind in dict.fromkeys(kinds)}
    return [built[kind] for kind in kinds]


def layer(mixer: Any, ffn: AnyFfn | None, **fields: Any) -> LayerSpec:
    """Return a layer of finished parts."""
    return LayerSpec(mixer=mixer, ffn=ffn, **fields)


def where_used(used: bool, build: Callable[[], T], otherwise: U) -> T | U:
    """Return a part; `otherwise` where no layer has it and its sizes do not fit one another."""
    try:
        return build()
    except SpecError:
        if used:
            raise
    return otherwise


def dense_or_sparse(
    sparse: Sequence[bool],
    experts: Callable[[], AnyFfn],
    dense: Callable[[], AnyFfn],
    *,
    modules: int = 0,
) -> dict[bool, AnyFfn]:
    """Return the FFNs of layers without and with experts; one that no layer has need not make sense."""
    if any(sparse) or modules:
        routed = experts()
        return {True: routed, False: where_used(not all(sparse), dense, routed)}
    plain_one = dense()
    return {True: where_used(False, experts, plain_one), False: plain_one}


def num_modules(config: Config, *keys: str) -> int:
    """Return how many multi-token prediction modules there are."""
    return config.whole(*(keys or ("num_nextn_predict_layers", "num_mtp_layers")), default=0, least=0)


def mtp(config: Config, module: LayerSpec, *keys: str) -> MtpSpec | None:
    """Return the multi-token prediction modules, if there are some."""
    depth = num_modules(config, *keys)
    return config.build(MtpSpec, num_nextn_predict_layers=depth, layer=module) if depth else None
