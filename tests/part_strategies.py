"""Random parts: mixers and FFNs of every kind, with numbers from one to the limits of the language."""

from __future__ import annotations

import string
from collections.abc import Callable
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from archposter.spec import parts
from archposter.spec.parts import MAX_DIMENSION, AnyFfn, AnyKind, AnyMixer, AnyPart, Part

Data = dict[str, Any]

ACTIVATIONS = st.sampled_from(
    [
        "silu",
        "gelu",
        "gelu_tanh",
        "relu",
        "relu2",
        "xielu",
        "situ",
        "swiglu_clamped",
        "swiglu_softcapped",
        "poly_norm",
    ]
)
FLAGS = st.booleans()
_SINKS = st.sampled_from([None, "head"])
_PARTS: TypeAdapter[AnyPart] = TypeAdapter(AnyKind)


def dimensions(largest: int = MAX_DIMENSION) -> st.SearchStrategy[int]:
    """Widths and counts: small, usual and extreme."""
    usual = [size for size in (1, 8, 64, 128, 512, 4096, 18432, largest) if size <= largest]
    return st.sampled_from(usual) | st.integers(1, largest)


def words(longest: int) -> st.SearchStrategy[str]:
    """Drawable text up to the limit, with the characters that markup treats in a special way."""
    alphabet = string.ascii_letters + string.digits + " -+.&<>'\"/()é"
    texts = st.text(alphabet, min_size=1, max_size=longest).filter(lambda text: text == text.strip())
    return texts | st.just("W" * longest)


def _rope() -> st.SearchStrategy[Data]:
    return st.fixed_dictionaries(
        {"kind": st.just("rope")},
        optional={
            "theta": st.sampled_from([500.0, 10_000.0, 500_000.0, 1e7]),
            "partial_rotary_factor": st.sampled_from([0.25, 0.5, 1.0]),
            "proportional": FLAGS,
            "scaling": st.none() | scalings(),
        },
    )


def scalings() -> st.SearchStrategy[Data]:
    """Any scaling of rotary positions."""
    factors = st.sampled_from([0.5, 1.0, 8.0, 40.0])
    plain = {"kind": st.sampled_from(["linear", "dynamic"]), "factor": factors}
    before = {"original_max_position_embeddings": dimensions()}
    yarn = {"kind": st.just("yarn"), "factor": factors, **before}
    scores = dict.fromkeys(("attention_factor", "mscale", "mscale_all_dim"), st.none() | factors)
    ramp = {"beta_fast": factors, "beta_slow": factors, "truncate": FLAGS}
    llama3 = {"kind": st.just("llama3"), "low_freq_factor": factors, "high_freq_factor": factors}
    divisors = st.lists(factors, min_size=1, max_size=64).map(tuple)
    longrope = {"kind": st.just("longrope"), "short_factor": divisors, "long_factor": divisors, **before}
    return (
        st.fixed_dictionaries(plain)
        | st.fixed_dictionaries({"kind": st.just("ntk"), "alpha": factors})
        | st.fixed_dictionaries(yarn, optional={**scores, **ramp})
        | st.fixed_dictionaries({**llama3, "factor": factors, **before})
        | st.fixed_dictionaries(longrope, optional={"attention_factor": st.none() | factors})
    )


def positions() -> st.SearchStrategy[Data]:
    return _rope() | st.sampled_from(
        [{"kind": "nope"}, {"kind": "learned"}, {"kind": "alibi"}, {"kind": "sinusoidal"}]
    )


def spans() -> st.SearchStrategy[Data]:
    sized = st.fixed_dictionaries({"kind": st.sampled_from(["sliding", "chunked"]), "size": dimensions()})
    return st.just({"kind": "full"}) | sized


def distances() -> st.SearchStrategy[Data]:
    """Learned distances, which only softmax attention with grouped heads has."""
    fields = {"kind": st.just("relative"), "d_rel": dimensions(), "rel_extent": dimensions()}
    return st.fixed_dictionaries(fields, optional={"l2_clip": FLAGS})


@st.composite
def attentions(draw: st.DrawFn) -> Data:
    groups = draw(dimensions(1024))
    heads = draw(st.integers(1, 1024))
    data: Data = {
        "kind": "attention",
        "num_attention_heads": groups * heads,
        "num_key_value_heads": groups,
        "head_dim": draw(dimensions()),
        "position": draw(positions() | distances()),
        "span": draw(spans()),
        "qk_norm": draw(st.none() | qk_norms()),
        "gate": draw(st.none() | gates()),
        "sinks": draw(st.sampled_from([None, "head", "token"])),
    }
    if draw(FLAGS):
        data["query_pre_attn_scalar"] = draw(st.sampled_from([0.5, 1.0, 168.0, 16384.0]))
        data["attention_value_scale"] = draw(st.sampled_from([0.612, 1.0]))
        data["clip_qkv"] = draw(st.sampled_from([0.0, 8.0]))
        data["temperature"] = draw(st.none() | temperatures())
    if draw(FLAGS):
        data["v_head_dim"] = draw(dimensions())
    elif draw(FLAGS):
        data["key_value"] = "unified"
    if "key_value" not in data:
        convs = st.fixed_dictionaries({"kernel": dimensions(16)}, optional={"dynamic": FLAGS})
        data["conv"] = draw(st.none() | convs)
        data["separate_inputs"] = draw(FLAGS)
    flags = ("v_norm", "qkv_bias", "output_bias", "inner_norm", "differential", "dynamic_mask")
    flags += ("head_output_norm", "scale_attn_by_inverse_layer_idx")
    data |= {flag: draw(FLAGS) for flag in flags}
    if data["span"] == {"kind": "full"} and data["position"]["kind"] in ("rope", "nope") and draw(FLAGS):
        data["indexer"] = draw(block_indexers(heads))
    return data


def temperatures() -> st.SearchStrategy[Data]:
    """Scores that grow with the position."""
    return st.fixed_dictionaries(
        {"attn_scale": st.sampled_from([0.1, 0.144269504]), "floor_scale": dimensions()},
        optional={
            "growth": st.sampled_from(["steps", "log", "power"]),
            "first_position": st.integers(0, 1),
        },
    )


def qk_norms() -> st.SearchStrategy[Data]:
    """A norm of queries and keys; only those with weights may have a bias."""
    weighed = st.fixed_dictionaries(
        {"kind": st.sampled_from(["head", "each", "full"])},
        optional={"bias": FLAGS, "after_position": FLAGS},
    )
    bare = st.fixed_dictionaries(
        {"kind": st.sampled_from(["l2", "l2_clip"])}, optional={"after_position": FLAGS}
    )
    return weighed | bare


def gates() -> st.SearchStrategy[Data]:
    """A gate on the heads' output."""
    activations = {"activation": st.sampled_from(["sigmoid", "softplus"])}
    heads = {"per": st.just("head"), "bias": st.sampled_from([None, "head"])}
    elements = {"per": st.just("element"), "bias": st.sampled_from([None, "head", "element"])}
    return st.fixed_dictionaries(heads, optional=activations) | st.fixed_dictionaries(
        elements, optional=activations
    )


@st.composite
def block_indexers(draw: st.DrawFn, heads: int) -> Data:
    """An indexer of blocks with as many heads as share out `heads`, or with any number for all at once."""
    best = draw(dimensions())
    mean = draw(FLAGS)
    return {
        "index_n_heads": draw(dimensions()) if mean else heads,
        "index_head_dim": draw(dimensions()),
        "index_block_size": draw(dimensions()),
        "index_topk_blocks": best,
        "index_local_blocks": 0 if mean else draw(st.integers(0, best)),
        "pooling": "mean" if mean else "max",
    }


def indexers() -> st.SearchStrategy[Data]:
    names = ("index_n_heads", "index_head_dim", "index_topk")
    return st.fixed_dictionaries({name: dimensions() for name in names})


@st.composite
def pools(draw: st.DrawFn) -> Data:
    """An indexer of pools of tokens."""
    size = draw(dimensions(1024))
    sizes = {"index_kpool": size, "index_topk": size * draw(dimensions(1024))}
    return {"index_n_heads": draw(dimensions()), "index_head_dim": draw(dimensions()), **sizes}


def mlas() -> st.SearchStrategy[Data]:
    """Latent attention: plain, with an indexer, or with one of pools and no positions."""
    names = ("num_attention_heads", "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim")
    fields = {"kind": st.just("mla"), **{name: dimensions() for name in names}}
    gates = st.none() | st.sampled_from(["head", "element"]).map(lambda per: {"per": per})
    flags = dict.fromkeys(
        ("attention_bias", "k_rope_norm", "log_scale", "mla_scale_q_lora", "mla_scale_kv_lora"), FLAGS
    )
    others = {"position": positions(), "span": spans(), "gate": gates, "sinks": _SINKS, **flags}
    grown = {"log_scale": st.just(False), "temperature": temperatures()}
    latent = {**fields, "q_lora_rank": dimensions()}
    joint = latent | {"gate": st.just({"per": "element", "source": "query_latent"})}
    noisy = st.tuples(dimensions(1024), st.integers(2, 64)).map(
        lambda pair: {
            "num_attention_heads": pair[0] * pair[1],
            "num_key_value_heads": pair[0],
            "noise_heads": pair[0],
            "gate": {"per": "element", "source": "normed_query_latent"},
        }
    )
    streamed = indexers().map(lambda said: said | {"stream_queries": True})
    bare = {"qk_rope_head_dim": st.just(0), "position": st.just({"kind": "nope"}), "indexer": pools()}
    return (
        st.fixed_dictionaries(fields, optional={"q_lora_rank": st.just(0) | dimensions(), **others})
        | st.fixed_dictionaries(latent, optional={**others, **grown})
        | st.fixed_dictionaries({**latent, "indexer": indexers()}, optional=others)
        | st.fixed_dictionaries({**fields, "indexer": streamed}, optional=others)
        | st.fixed_dictionaries(joint, optional={"position": positions(), "attention_bias": FLAGS})
        | st.tuples(st.fixed_dictionaries(latent), noisy).map(lambda both: both[0] | both[1])
        | st.fixed_dictionaries({**latent, **bare}, optional={"gate": gates, "sinks": _SINKS})
    )


@st.composite
def compressed_attentions(draw: st.DrawFn) -> Data:
    groups = draw(dimensions(1024))
    data = {
        "kind": "compressed",
        "num_attention_heads": groups * draw(st.integers(1, 1024)),
        "o_groups": groups,
        "sinks": draw(_SINKS),
        "position": draw(positions()),
        **{name: draw(dimensions()) for name in ("head_dim", "q_lora_rank", "o_lora_rank", "sliding_window")},
    }
    if draw(FLAGS):
        flags = {name: draw(FLAGS) for name in ("overlap", "position_bias")}
        data["compressor"] = {"compress_ratio": draw(dimensions()), **flags}
        if draw(FLAGS):
            more = {"from_entries": draw(FLAGS), "index_candidates": draw(st.just(0) | dimensions())}
            data["compressor"]["indexer"] = draw(indexers()) | more
    return data


@st.composite
def ccas(draw: st.DrawFn) -> Data:
    groups = draw(dimensions(1024))
    return {
        "kind": "cca",
        "num_attention_heads": groups * draw(st.integers(1, 64)),
        "num_key_value_heads": groups,
        "head_dim": 2 * draw(dimensions(1024)),
        "cca_time0": draw(dimensions(16)),
        "attention_bias": draw(FLAGS),
        "position": draw(positions()),
        "span": draw(spans()),
    }


@st.composite
def gated_deltanets(draw: st.DrawFn) -> Data:
    keys = draw(dimensions(1024))
    return {
        "kind": "gated_deltanet",
        "linear_num_key_heads": keys,
        "linear_num_value_heads": keys * draw(st.integers(1, 64)),
        "linear_key_head_dim": draw(dimensions()),
        "linear_value_head_dim": draw(dimensions()),
        "gate_activation": draw(st.sampled_from(["silu", "sigmoid"])),
        "linear_allow_neg_eigval": draw(FLAGS),
    }


@st.composite
def kdas(draw: st.DrawFn) -> Data:
    sizes = {name: draw(dimensions()) for name in ("linear_num_heads", "linear_head_dim")}
    flags = {
        name: draw(FLAGS) for name in ("low_rank_decay", "low_rank_output_gate", "linear_allow_neg_eigval")
    }
    bound = draw(st.sampled_from([None, -5.0]))
    return {"kind": "kda", **sizes, **flags, "gate_lower_bound": bound}


@st.composite
def mamba2s(draw: st.DrawFn) -> Data:
    groups = draw(dimensions(64))
    return {
        "kind": "mamba2",
        "mamba_num_heads": groups * draw(st.integers(1, 64)),
        "mamba_head_dim": draw(dimensions()),
        "ssm_state_size": draw(dimensions()),
        "n_groups": groups,
        "conv_bias": draw(FLAGS),
        "bias": draw(FLAGS),
        "output_bias": draw(FLAGS),
        "norm": draw(st.sampled_from([None, "after_gate", "before_gate"])),
        "activation": draw(ACTIVATIONS),
        "ssm_multipliers": draw(st.sampled_from([None, (0.35, 0.25, 0.18, 0.5, 0.35)])),
    }


@st.composite
def mamba1s(draw: st.DrawFn) -> Data:
    heads = draw(dimensions(64))
    return {
        "kind": "mamba",
        "intermediate_size": heads * draw(dimensions(1024)),
        "n_mamba_heads": heads,
        "inner_norms": draw(inner_norms()),
        "activation": draw(ACTIVATIONS),
        **{name: draw(dimensions()) for name in ("state_size", "time_step_rank")},
        **{name: draw(FLAGS) for name in ("conv_bias", "bias")},
    }


def inner_norms() -> st.SearchStrategy[Data | None]:
    """A norm beside those of the layers, or none."""
    return st.none() | FLAGS.map(lambda weight: {"weight": weight})


def rg_lrus() -> st.SearchStrategy[Data]:
    pairs = st.tuples(dimensions(1024), dimensions(1024))
    return pairs.map(
        lambda pair: {"kind": "rg_lru", "lru_width": pair[0] * pair[1], "num_attention_heads": pair[0]}
    )


@st.composite
def mixture_attentions(draw: st.DrawFn) -> Data:
    experts = draw(dimensions(1024))
    return {
        "kind": "mixture_attention",
        "num_experts": experts,
        "num_experts_per_tok": draw(st.integers(1, experts)),
        "num_key_value_heads": draw(dimensions(1024)),
        "head_dim": draw(dimensions()),
        "position": draw(positions()),
    }


@st.composite
def shared_blocks(draw: st.DrawFn) -> Data:
    groups = draw(dimensions(1024))
    return {
        "kind": "shared_block",
        "num_attention_heads": groups * draw(st.integers(1, 64)),
        "num_key_value_heads": groups,
        "head_dim": draw(dimensions()),
        "query_pre_attn_scalar": draw(st.sampled_from([0.5, 80.0])),
        "intermediate_size": draw(dimensions()),
        "activation": draw(ACTIVATIONS),
        "position": draw(positions()),
        "adapter_rank": draw(st.just(0) | dimensions()),
        "num_adapters": draw(st.integers(0, 8)),
        "attention_adapters": draw(FLAGS),
        "bias": draw(FLAGS),
    }


def units() -> st.SearchStrategy[Data]:
    """The activation of a gated unit, and its limits."""
    clamps = st.none() | of_kind(parts.Clamp)
    special = ("swiglu_clamped", "situ", "swiglu_softcapped")
    plain = st.fixed_dictionaries(
        {"activation": ACTIVATIONS.filter(lambda name: name not in special)}, optional={"clamp": clamps}
    )
    soft = st.fixed_dictionaries(
        {"activation": st.sampled_from(special[1:])}, optional={"soft_caps": of_kind(parts.SoftCaps)}
    )
    slopes = {"swiglu_alpha": st.sampled_from([1.0, 1.702]), "clamp": clamps}
    return plain | soft | st.fixed_dictionaries({"activation": st.just("swiglu_clamped")}, optional=slopes)


@st.composite
def gated_ffns(draw: st.DrawFn) -> Data:
    flags = {name: draw(FLAGS) for name in ("bias", "inner_norm", "global_scale")}
    factor = draw(st.sampled_from([0.5, 1.0]))
    sizes = {"intermediate_size": draw(dimensions()), "gate_multiplier": factor}
    sizes["activation_sparsity"] = draw(st.sampled_from([0.0, 0.95]))
    return {"kind": "gated", **sizes, **draw(units()), **flags}


@st.composite
def moes(draw: st.DrawFn) -> Data:
    groups = draw(st.integers(1, 16))
    experts = groups * draw(st.integers(1, 64))
    router = {
        "scoring": draw(st.sampled_from(["softmax", "sigmoid", "sqrtsoftplus"])),
        "choice": draw(st.sampled_from(["scores", "token_hash", "product_keys"])),
        "order": draw(st.sampled_from(["score_first", "top_k_first"])),
        "norm_topk_prob": draw(FLAGS),
        "routed_scaling_factor": draw(st.sampled_from([1.0, 2.5, 2.826])),
        "n_group": groups,
        "topk_group": draw(st.integers(1, groups)),
        "group_scores": draw(st.sampled_from(["best_two", "best"])) if groups > 1 else "best_two",
        "weighs": draw(st.sampled_from(["output", "input"])),
        "bias": draw(FLAGS),
        "correction_bias": draw(st.sampled_from([None, "buffer", "parameter"])),
        "input_scale": draw(FLAGS),
        "expert_scale": draw(FLAGS),
    }
    if router["choice"] != "product_keys" and draw(FLAGS):
        router["mlp"] = {"hidden_size": draw(dimensions()), "state": draw(FLAGS)}
    shared = {"num": st.sampled_from([1, 2, 1024]), "intermediate_size": dimensions()}
    latent = st.fixed_dictionaries({"size": dimensions()}, optional={"norm": FLAGS, "expert_norms": FLAGS})
    zero = {"num": dimensions(), "kind": st.sampled_from(["identity", "skip"])}
    unit = draw(units())
    clamps = st.just(None) if unit.get("clamp") is None else st.just({"swiglu_limit": 16.0})
    return {
        "kind": "moe",
        "num_experts": experts,
        "num_experts_per_tok": draw(st.integers(1, experts)),
        "moe_intermediate_size": draw(dimensions()),
        "latent": draw(st.none() | latent),
        "zero_experts": draw(st.none() | st.fixed_dictionaries(zero)),
        "shared_experts": draw(
            st.none()
            | st.fixed_dictionaries(
                shared,
                optional={
                    "combination": st.sampled_from(["sum", "average"]),
                    **dict.fromkeys(("bias", "gate", "scored"), FLAGS),
                    **draw(st.sampled_from([{"gated": FLAGS}, {"clamp": clamps}])),
                },
            )
        ),
        "gated": unit.get("clamp") is not None or draw(FLAGS),
        **unit,
        "bias": draw(FLAGS),
        "output_bias": draw(FLAGS),
        "global_scale": draw(FLAGS),
        "router": router,
    }


@st.composite
def memories(draw: st.DrawFn, streams: int) -> Data:
    """A memory of n-grams that feeds so many residual streams."""
    longest, heads = draw(st.integers(2, 8)), draw(st.integers(1, 8))
    return {
        "kind": "ngram_memory",
        "ngram_size": longest,
        "heads_per_ngram": heads,
        "ngram_vocab_size": draw(st.integers((longest - 1) * heads, 2**40)),
        "ple_embed_dim": (longest - 1) * heads * draw(dimensions(1024)),
        "ple_conv_kernel_size": draw(st.just(0) | dimensions(16)),
        "hc_mult": streams,
    }


RULED: dict[type[Part], Callable[[], st.SearchStrategy[Data]]] = {
    parts.Attention: attentions,
    parts.Mla: mlas,
    parts.CompressedAttention: compressed_attentions,
    parts.Cca: ccas,
    parts.MixtureAttention: mixture_attentions,
    parts.SharedBlock: shared_blocks,
    parts.GatedDeltaNet: gated_deltanets,
    parts.Kda: kdas,
    parts.Mamba1: mamba1s,
    parts.Mamba2: mamba2s,
    parts.RgLru: rg_lrus,
    parts.GatedFfn: gated_ffns,
    parts.Moe: moes,
}
"""Kinds whose fields depend on one another, or deserve smaller numbers."""


def of_kind(kind: type[Part]) -> st.SearchStrategy[Data]:
    """Any part of a kind; without rules of its own, each field is what its type allows."""
    if kind in RULED:
        return RULED[kind]()
    fields = {name: _allowed(field) for name, field in kind.model_fields.items()}
    needed = {name for name, field in kind.model_fields.items() if name == "kind" or field.is_required()}
    return st.fixed_dictionaries(
        {name: values for name, values in fields.items() if name in needed},
        optional={name: values for name, values in fields.items() if name not in needed},
    )


def _allowed(field: FieldInfo) -> st.SearchStrategy[Any]:
    allowed = field.annotation
    if allowed is bool:
        return FLAGS
    if allowed is int:
        return dimensions()
    if allowed is float:
        return st.sampled_from([0.5, 1.0, 30.0])
    if get_origin(allowed) is Literal:
        return st.sampled_from(get_args(allowed))
    choices = get_args(allowed)
    if parts.Rope in choices:
        return positions()
    if parts.FullSpan in choices:
        return spans()
    return st.one_of(st.none() if choice is NoneType else of_kind(choice) for choice in choices)


def mixers() -> st.SearchStrategy[Data]:
    """One mixer of any kind."""
    return st.one_of(map(of_kind, get_args(AnyMixer)))


def ffns() -> st.SearchStrategy[Data]:
    """One feed-forward part of any kind that needs nothing of the model."""
    placed = {parts.PerLayerInput, parts.NgramMemory}
    return st.one_of(of_kind(kind) for kind in get_args(AnyFfn) if kind not in placed)


def part(data: Data) -> AnyPart:
    """Return a part as a spec would have it."""
    return _PARTS.validate_python(data)
