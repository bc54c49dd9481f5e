"""What a picture must say of every field of every part: the one table that boxes, callouts and checks share.

A mechanism that is not said is a fault of the picture (`blocks.essentials`), one that is not in the table a
fault of the program: a test holds it to the fields of all parts.
"""

from collections.abc import Callable, Iterator, Mapping
from math import isqrt
from typing import Any, Final, Literal, NamedTuple

from archposter.blocks.terms import TERMS
from archposter.blocks.tree import Wordings
from archposter.spec import parts as p
from archposter.spec.parts.words import ACTIVATIONS, GATED_UNITS, word
from archposter.units import counted, exact, wordings

Place = Literal["name", "box", "beside", "size"]


class Saying(NamedTuple):
    """Where a field is said, and in which words, longest first; none of what is as usual.

    "name": in the box's name; "box": below it; "beside": in its inset, or else in its callout; "size": a
    number, in either.
    """

    place: Place
    words: Callable[[Any], Wordings]


INSIDE: Final = "inside"
"""A part of the part: what its own fields say is said of the whole."""
DRAWN: Final = "drawn"
"""Insets draw it, or the sayings of other fields hold it."""
QUIET: Final = "quiet"
"""Constants and biases, which make no other mechanism: facts and comparisons tell them."""

Entry = Saying | Literal["inside", "drawn", "quiet"]


def said(part: p.Part, place: Place) -> Iterator[Wordings]:
    """Yield what is said of a part at a place, that of the parts inside it included."""
    for field, entry in SAYINGS[type(part)].items():
        if entry == INSIDE:
            inner = getattr(part, field)
            if isinstance(inner, p.Part):
                yield from said(inner, place)
        elif isinstance(entry, Saying) and entry.place == place and (words := entry.words(part)):
            yield words


def _term(key: str) -> Saying:
    return Saying("name", lambda _: TERMS[key])


def _flag(place: Place, field: str, *words: str) -> Saying:
    """Say something of a field that is set, nothing else."""
    return Saying(place, lambda part: words if getattr(part, field) else ())


def _size(form: str, field: str, *drawn: str) -> Saying:
    """Say a number beside its box, or as the inset does: "14,336 wide", "→ 14,336" or "→ 14.3k"."""

    def words(part: p.Part) -> Wordings:
        value = getattr(part, field)
        return form.format(exact(value)), *(words for shape in drawn for words in wordings(value, shape))

    return Saying("size", words)


def _rope(part: p.Rope) -> Wordings:
    name = "p-RoPE" if part.proportional else part.title
    if part.partial_rotary_factor == 1:
        return (name,)
    return (f"{name} {round(100 * part.partial_rotary_factor, 1):g} %",)


def _learned(part: p.Rope) -> Wordings:
    return ("learned frequencies",) if part.learned else ()


def _scale(part: p.Attention) -> Wordings:
    """Return what scores are divided by where it is not the root of the head size."""
    square = part.query_pre_attn_scalar
    if square == part.head_dim:
        return ()
    if square == 1:
        return ("scores not scaled",)
    if square != round(square):
        return (f"scores × {square**-0.5:.4g}",)
    root = isqrt(round(square))
    return (f"scores / {exact(root)}" if root * root == square else f"scores / √{square:g}",)


def _qk_norm(part: p.QkNorm) -> Wordings:
    return TERMS[{"l2": "qk_l2", "l2_clip": "qk_clip"}.get(part.kind, "qk_norm")]


def _gate(part: p.Gate | p.LatentGate) -> Wordings:
    return f"gated per {'head' if part.per == 'head' else 'channel'}", "gated"


def _sinks(part: Any) -> Wordings:
    return ("sinks by token",) if part.sinks == "token" else ("sinks",) if part.sinks else ()


def _keys(part: Any) -> Wordings:
    return {"shared": TERMS["shared_kv"], "unified": ("K = V",)}.get(part.key_value, ())


def _fewer_keys(part: p.Mla) -> Wordings:
    fewer = part.num_key_value_heads < part.num_attention_heads
    return (f"{exact(part.num_key_value_heads)} KV heads",) if fewer else ()


def _noise(part: p.Mla) -> Wordings:
    return (f"{exact(part.noise_heads)} noise heads",) if part.noise_heads else ()


def _entries(part: p.Compressor) -> Wordings:
    return ("entries of a layer below", "reused entries") if part.key_value == "shared" else ()


def chosen_words(part: p.Indexer) -> Wordings:
    """Return what an indexer chooses: "top-2,048", "top-128 pools of 16"."""
    best = f"top-{exact(part.index_topk)}"
    if part.index_kpool > 1:
        best = f"top-{exact(part.index_topk // part.index_kpool)} pools of {exact(part.index_kpool)}"
    return (f"{best} of a layer below", f"reused {best}") if part.indexer_type == "shared" else (best,)


def _indexer(part: p.Indexer | p.BlockIndexer) -> Wordings:
    """Return the heads that choose; a layer that reads the choice of another has none."""
    if isinstance(part, p.Indexer) and part.indexer_type == "shared":
        return ()
    heads, number = counted(part.index_n_heads, "head"), exact(part.index_n_heads)
    if isinstance(part, p.BlockIndexer):
        return f"indexer of {heads}", f"index q, k {number} + 1", f"index {number} + 1"
    return f"lightning indexer of {heads}", f"indexer {number}"


def _block_width(part: p.SharedBlock) -> Wordings:
    wide = f"{exact(part.intermediate_size)} wide"
    return f"FFN {wide}", f"{GATED_UNITS[part.activation]} {wide}"


def _latent(name: str, size: int) -> Wordings:
    return (f"{name} of {exact(size)}", *(f"{name} {words}" for words in wordings(size))) if size else ()


def _soft_cap(part: p.Attention) -> Wordings:
    cap = part.attn_logit_softcapping
    return (f"soft cap {cap:g}",) if cap else ()


def _moe(part: p.Moe) -> Wordings:
    hashed, latent = part.router.choice == "token_hash", part.latent is not None
    return TERMS["hash_" * hashed + "latent_" * latent + "moe"]


def shared_facts(part: p.Moe) -> tuple[str, ...]:
    """Return the width of shared experts, a gate of theirs, and how they join the routed ones."""
    shared = part.shared_experts
    if not shared:
        return ()
    facts = (
        f"{'each ' * (shared.num > 1)}{exact(shared.intermediate_size)}",
        "sigmoid-gated" if shared.gate else "",
        "scored" if shared.scored else "",
        "mean" if shared.combination == "average" else "",
    )
    return tuple(filter(None, facts))


def shared_unit(part: p.Moe) -> str:
    """Return what shared experts are called that are gated units where the routed ones are not."""
    shared = part.shared_experts
    return f" {unit(part)}" if shared and shared.gated and not part.gated else ""


def _shared(part: p.Moe) -> Wordings:
    """Return what sets shared experts apart from the others; then as their box in the inset says it."""
    shared = part.shared_experts
    if not shared:
        return ()
    width, *others = shared_facts(part)
    wide = shared.intermediate_size != part.moe_intermediate_size
    said = [f"{width} wide"] * wide + ["averaged with routed" if word == "mean" else word for word in others]
    inset = f"shared{shared_unit(part)} {' '.join((width, *others))}"
    return (f"shared{shared_unit(part)} {', '.join(said)}", inset) if said else ()


def _experts(part: p.Moe) -> Wordings:
    """Return of how many experts a token uses how many: "8 of 256 experts + 1 shared"."""
    some = exact(part.num_experts_per_tok)
    shared = f" + {exact(part.shared_experts.num)} shared" if part.shared_experts else ""
    experts = counted(part.num_choices, "expert").split(" ")[1]
    return tuple(f"{some} of {exact(part.num_choices)}{word}{shared}" for word in (f" {experts}", ""))


def unit(part: p.GatedFfn | p.Moe) -> str:
    """Return what a gated unit is called: "SwiGLU", "clamped SwiGLU"."""
    name = GATED_UNITS[part.activation]
    return f"clamped {name}" if part.clamp and not name.startswith("clamped") else name


def _unit(part: p.GatedFfn | p.Moe) -> Wordings:
    return (unit(part) if isinstance(part, p.GatedFfn) or part.gated else ACTIVATIONS[part.activation],)


def _sparse(part: p.GatedFfn) -> Wordings:
    kept = 1 - part.activation_sparsity
    return (f"top {100 * kept:.3g} % of channels", f"top {100 * kept:.3g} %") if kept < 1 else ()


def router_words(part: p.Router) -> Wordings:
    """Return how experts are scored and chosen: "sigmoid router + bias", "top-k, then softmax"."""
    bias = " + bias" if part.correction_bias else ""
    if part.choice == "token_hash":
        return tuple(f"{word('scoring', part.scoring)} {what}" for what in ("weights", "scores"))
    if part.order == "top_k_first":
        return (f"{'MLP, ' * bool(part.mlp)}top-k{bias}, then {word('scoring', part.scoring)}",)
    by = {"product_keys": " of product keys"}.get(part.choice, " MLP router" if part.mlp else " router")
    return (f"{word('scoring', part.scoring)}{by}{bias}",)


def _groups(part: p.Router) -> Wordings:
    return (f"{exact(part.topk_group)} of {exact(part.n_group)} groups",) if part.n_group > 1 else ()


def _factor(place: Place, form: str, field: str, usual: float) -> Saying:
    def words(part: p.Part) -> Wordings:
        value = getattr(part, field)
        return () if value == usual else (form.format(value),)

    return Saying(place, words)


def _row(drawn: str = "", quiet: str = "", **said: Entry) -> Mapping[str, Entry]:
    """Return the entries of a kind's fields, those that are said in the order of what is said."""
    return {**said, **dict.fromkeys(drawn.split(), DRAWN), **dict.fromkeys(quiet.split(), QUIET)}


def _scaling(words: str, quiet: str) -> Mapping[str, Entry]:
    """Return the entries of a scaling of rotary positions."""
    return _row(quiet=quiet, kind=Saying("box", lambda _: (words,)))


SAYINGS: Final[Mapping[type[p.Part], Mapping[str, Entry]]] = {
    # ---- positions and what a query sees
    p.Rope: _row(
        "partial_rotary_factor proportional",
        "theta",
        kind=Saying("box", _rope),
        learned=Saying("box", _learned),
        scaling=INSIDE,
    ),
    p.LinearScaling: _scaling("linear scaling", quiet="factor"),
    p.DynamicScaling: _scaling("dynamic NTK", quiet="factor"),
    p.NtkScaling: _scaling("NTK", quiet="alpha"),
    p.YarnScaling: _scaling(
        "YaRN",
        quiet="factor original_max_position_embeddings beta_fast beta_slow truncate attention_factor mscale "
        "mscale_all_dim",
    ),
    p.Llama3Scaling: _scaling(
        "Llama 3 scaling", quiet="factor low_freq_factor high_freq_factor original_max_position_embeddings"
    ),
    p.LongRopeScaling: _scaling(
        "LongRoPE",
        quiet="short_factor long_factor short_mscale long_mscale attention_factor "
        "original_max_position_embeddings",
    ),
    p.Alibi: _row(kind=Saying("box", lambda _: ("ALiBi",))),
    p.NoPosition: _row(kind=Saying("box", lambda _: ("NoPE",))),
    p.Learned: _row("kind"),
    p.Sinusoidal: _row("kind"),
    p.Relative: _row(
        "d_rel rel_extent", "l2_clip l2_clip_threshold", kind=Saying("box", lambda _: ("distance bias",))
    ),
    p.FullSpan: _row("kind"),
    p.SlidingSpan: _row("kind", size=Saying("box", lambda part: (f"window {exact(part.size)}",))),
    p.ChunkedSpan: _row("kind", size=Saying("box", lambda part: (f"chunks of {exact(part.size)}",))),
    # ---- attention
    p.QkNorm: _row("", "bias after_position l2_clip_threshold", kind=Saying("box", _qk_norm)),
    p.HeadNorm: _row(kind=Saying("box", lambda _: TERMS["qk_norm"])),
    p.Gate: _row("", "bias activation", per=Saying("box", _gate)),
    p.LatentGate: _row("source", per=Saying("box", _gate)),
    p.Conv: _row("dynamic", kernel=Saying("box", lambda part: (f"K, V conv {part.kernel}", "K, V conv"))),
    p.Temperature: _row(
        "attn_scale floor_scale",
        "first_position",
        growth=Saying("box", lambda _: ("temperature by position", "temperature")),
    ),
    p.BlockIndexer: _row(
        "index_block_size index_local_blocks",
        "pooling",
        index_topk_blocks=Saying(
            "box",
            lambda part: (f"top-{exact(part.index_topk_blocks)} blocks of {exact(part.index_block_size)}",),
        ),
        index_n_heads=Saying("beside", _indexer),
        index_head_dim=DRAWN,
    ),
    p.Indexer: _row(
        "indexer_type index_kpool",
        "stream_queries from_entries index_candidates",
        index_topk=Saying("box", chosen_words),
        index_n_heads=Saying("beside", _indexer),
        index_head_dim=DRAWN,
    ),
    p.Attention: _row(
        "num_attention_heads num_key_value_heads head_dim v_head_dim separate_inputs head_output_norm "
        "inner_norm",
        "qkv_bias output_bias",
        kind=Saying("name", lambda part: TERMS[part.variant]),
        indexer=INSIDE,
        qk_norm=INSIDE,
        v_norm=_flag("box", "v_norm", "V-norm"),
        position=INSIDE,
        span=INSIDE,
        key_value=Saying("box", _keys),
        sinks=Saying("box", _sinks),
        gate=INSIDE,
        attn_logit_softcapping=Saying("box", _soft_cap),
        query_pre_attn_scalar=Saying("box", _scale),
        scale_attn_by_inverse_layer_idx=_flag("box", "scale_attn_by_inverse_layer_idx", "scores / layer"),
        temperature=INSIDE,
        attention_value_scale=_factor("box", "V × {:g}", "attention_value_scale", 1.0),
        clip_qkv=_factor("box", "QKV clip {:g}", "clip_qkv", 0.0),
        conv=INSIDE,
        differential=_flag("box", "differential", "differential"),
        dynamic_mask=_flag("box", "dynamic_mask", "learned mask"),
    ),
    p.Mla: _row(
        "num_attention_heads qk_nope_head_dim v_head_dim",
        "attention_bias mla_scale_q_lora mla_scale_kv_lora",
        kind=Saying("name", lambda part: TERMS["dsa" if part.indexer else "mla"]),
        qk_rope_head_dim=Saying("box", lambda part: ("MLA",) if part.indexer else ()),
        indexer=INSIDE,
        k_rope_norm=_flag("box", "k_rope_norm", "K-norm"),
        num_key_value_heads=Saying("box", _fewer_keys),
        noise_heads=Saying("box", _noise),
        position=INSIDE,
        span=INSIDE,
        key_value=Saying("box", _keys),
        sinks=Saying("box", _sinks),
        gate=INSIDE,
        log_scale=_flag("box", "log_scale", "Q × log n"),
        temperature=INSIDE,
        kv_lora_rank=_size("KV latent of {}", "kv_lora_rank", "KV latent {}", "KV {}"),
        q_lora_rank=Saying("beside", lambda part: _latent("Q latent", part.q_lora_rank)),
    ),
    p.Compressor: _row(
        "overlap",
        "position_bias",
        key_value=Saying("box", _entries),
        compress_ratio=Saying("box", lambda part: (f"{exact(part.compress_ratio)}:1",)),
        indexer=INSIDE,
    ),
    p.CompressedAttention: _row(
        "num_attention_heads head_dim o_lora_rank o_groups",
        kind=Saying("name", lambda part: TERMS[part.variant]),
        compressor=INSIDE,
        position=INSIDE,
        sliding_window=Saying("box", lambda part: (f"window {exact(part.sliding_window)}",)),
        sinks=Saying("box", _sinks),
        q_lora_rank=Saying("beside", lambda part: _latent("Q latent", part.q_lora_rank)),
    ),
    p.Cca: _row(
        "num_attention_heads num_key_value_heads head_dim cca_time0 cca_time1",
        "attention_bias",
        kind=_term("cca"),
        position=INSIDE,
        span=INSIDE,
    ),
    p.MixtureAttention: _row(
        "num_key_value_heads head_dim num_experts_per_tok",
        kind=_term("moa"),
        position=INSIDE,
        num_experts=Saying(
            "size", lambda part: (f"{exact(part.num_experts_per_tok)} of {exact(part.num_experts)}",)
        ),
    ),
    p.SharedBlock: _row(
        "num_attention_heads num_key_value_heads head_dim",
        "bias weights activation query_pre_attn_scalar adapter_rank num_adapters attention_adapters",
        kind=_term("shared_block"),
        position=INSIDE,
        intermediate_size=Saying("beside", _block_width),
    ),
    # ---- mixers with a state
    p.GatedDeltaNet: _row(
        "linear_num_key_heads linear_num_value_heads linear_key_head_dim linear_value_head_dim "
        "linear_conv_kernel_dim gate_activation",
        "linear_allow_neg_eigval",
        kind=_term("gated_deltanet"),
    ),
    p.Kda: _row(
        "linear_num_heads linear_head_dim linear_conv_kernel_dim",
        "low_rank_decay low_rank_output_gate gate_lower_bound linear_allow_neg_eigval",
        kind=_term("kda"),
    ),
    p.Mamba1: _row(
        "intermediate_size state_size time_step_rank conv_kernel n_mamba_heads activation",
        "conv_bias bias inner_norms",
        kind=_term("mamba"),
    ),
    p.Mamba2: _row(
        "mamba_num_heads mamba_head_dim ssm_state_size n_groups conv_kernel norm activation",
        "conv_bias bias output_bias ssm_multipliers",
        kind=_term("mamba2"),
    ),
    p.RgLru: _row("lru_width num_attention_heads conv1d_width", kind=_term("rg_lru")),
    p.TimeMix: _row("attention_hidden_size", kind=_term("time_mix")),
    p.Lightning: _row(
        "num_attention_heads head_dim", kind=_term("lightning"), qk_norm=INSIDE, position=INSIDE
    ),
    p.Mlstm: _row("num_heads qk_head_dim v_head_dim", "gate_soft_cap bias", kind=_term("mlstm")),
    p.ShortConv: _row("conv_kernel", "bias", kind=_term("short_conv")),
    # ---- what works on each token alone
    p.GatedFfn: _row(
        "inner_norm global_scale clamp",
        "bias gate_multiplier swiglu_alpha soft_caps",
        kind=Saying("name", _unit),
        activation_sparsity=Saying("box", _sparse),
        activation=DRAWN,
        intermediate_size=_size("{} wide", "intermediate_size", "→ {}"),
    ),
    p.PlainFfn: _row(
        "activation",
        "bias",
        kind=Saying("name", lambda part: (ACTIVATIONS[part.activation].split(" ")[0],)),
        intermediate_size=_size("{} wide", "intermediate_size", "→ {}"),
    ),
    p.Clamp: _row("swiglu_limit", "after_activation"),
    p.SoftCaps: _row("", "mlp_gate_softcap mlp_up_softcap"),
    p.RouterMlp: _row("hidden_size state"),
    p.Router: _row(
        "correction_bias mlp choice order weighs",
        "bias input_scale expert_scale norm_topk_prob group_scores",
        scoring=Saying("beside", router_words),
        n_group=Saying("beside", _groups),
        topk_group=DRAWN,
        router_logit_softcapping=_factor("beside", "soft cap {:g}", "router_logit_softcapping", 0.0),
        routed_scaling_factor=_factor("beside", "× {:g}", "routed_scaling_factor", 1.0),
    ),
    p.ExpertLatent: _row(
        "norm expert_norms", size=Saying("box", lambda part: (f"latent {exact(part.size)}",))
    ),
    p.ZeroExperts: _row("kind", num=Saying("box", lambda part: (f"{exact(part.num)} zero",))),
    p.SharedExperts: _row("num gate scored combination clamp", "bias gated", intermediate_size=DRAWN),
    p.Moe: _row(
        "num_experts gated clamp",
        "swiglu_alpha soft_caps bias output_bias global_scale",
        kind=Saying("name", _moe),
        num_experts_per_tok=Saying("box", _experts),
        zero_experts=INSIDE,
        latent=INSIDE,
        moe_intermediate_size=_size("{} wide", "moe_intermediate_size"),
        shared_experts=Saying("beside", _shared),
        activation=Saying("beside", _unit),
        router=INSIDE,
    ),
    p.PerLayerInput: _row(
        "activation",
        kind=_term("ple"),
        hidden_size_per_layer_input=_size("{} wide", "hidden_size_per_layer_input", "→ {}"),
    ),
    p.NgramMemory: _row(
        "ngram_size heads_per_ngram ngram_vocab_size ple_embed_dim ple_conv_kernel_size hc_mult",
        kind=_term("engram"),
    ),
    p.ChannelMix: _row(
        kind=_term("channel_mix"), intermediate_size=_size("{} wide", "intermediate_size", "→ {}")
    ),
    p.LowRankFfn: _row(kind=_term("laurel"), laurel_rank=_size("rank {}", "laurel_rank", "→ {}")),
}
