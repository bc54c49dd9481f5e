"""Parts that work on each token alone."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from archposter.spec.parts.base import (
    Dimension,
    OptionalDimension,
    OptionalPositive,
    Part,
    Positive,
    default,
    multiple,
)

Activation = Literal[
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


_SOFT = ("situ", "swiglu_softcapped")
"""Activations that cap softly: the sigmoid of the gate, times gate and unit behind caps."""


class Clamp(Part):
    """The gate is at most `swiglu_limit`, and what it multiplies between minus that and that.

    The gate is cut before its activation (`DeepseekV4MLP`) or after it (`Step3p7MLP`).
    """

    swiglu_limit: Positive = Field(title="SwiGLU limit")
    after_activation: bool = Field(False, title="limit after activation")


def _clamp() -> Any:
    """Return the field of a clamp; gated units of OpenAI's activation have one unless they say otherwise."""
    return Field(
        default_factory=lambda data: (
            Clamp.model_construct(swiglu_limit=7.0, after_activation=False)
            if data.get("activation") == "swiglu_clamped" and data.get("gated", True)
            else None
        ),
        title="SwiGLU limit",
    )


class SoftCaps(Part):
    """Gate and what it multiplies are bent to stay within these, x to cap * tanh(x / cap)."""

    mlp_gate_softcap: Positive = Field(4.0, title="soft cap of the gate")
    mlp_up_softcap: Positive = Field(25.0, title="soft cap of the unit")


def _soft_caps() -> Any:
    return Field(
        default_factory=lambda data: (
            SoftCaps.model_construct(mlp_gate_softcap=4.0, mlp_up_softcap=25.0)
            if data.get("activation") in _SOFT
            else None
        ),
        title="soft cap of the gate",
    )


def _slope() -> Any:
    return Field(
        default_factory=lambda data: 1.702 if data.get("activation") == "swiglu_clamped" else None,
        title="SwiGLU slope",
    )


def _check_unit(activation: Activation, slope: float | None, caps: SoftCaps | None) -> None:
    if (activation == "swiglu_clamped") != (slope is not None):
        raise ValueError("swiglu_alpha belongs to the activation swiglu_clamped, and only to it")
    if (activation in _SOFT) != (caps is not None):
        raise ValueError(f"soft_caps belong to the activations {' and '.join(_SOFT)}, and only to them")


class GatedFfn(Part, title="gated FFN"):
    """down(activation(gate(x)) * up(x)) (Shazeer, 2020, arXiv:2002.05202).

    `activation` "swiglu_clamped" is OpenAI's: gate * sigmoid(`swiglu_alpha` * gate) * (up + 1), clamped
    (`GptOssExperts`); "situ" and "swiglu_softcapped" have `soft_caps` (`Inkling2GatedActivation`).
    `gate_multiplier`: the gate is multiplied by it before its activation (`FalconH1MLP`).
    `activation_sparsity`: so large a share of its channels is cut to zero, those below a quantile of a normal
    distribution of their mean and deviation, which is also taken from the others (`Gemma3nTextMLP`).
    `inner_norm`: a norm before the down projection (`BitNetMLP`).
    `global_scale`: one learned number scales the output (`InklingMLP`).
    """

    kind: Literal["gated"] = "gated"
    intermediate_size: Dimension = Field(title="FFN width")
    activation: Activation = "silu"
    swiglu_alpha: Positive | None = _slope()
    clamp: Clamp | None = _clamp()
    soft_caps: SoftCaps | None = _soft_caps()
    activation_sparsity: Annotated[float, Field(ge=0, lt=1)] = 0.0
    gate_multiplier: Positive = Field(1.0, title="gate scale")
    bias: bool = False
    inner_norm: bool = False
    global_scale: bool = Field(False, title="output scale")

    @model_validator(mode="after")
    def _unit_fits(self) -> Self:
        _check_unit(self.activation, self.swiglu_alpha, self.soft_caps)
        return self


class PlainFfn(Part, title="plain FFN"):
    """down(activation(up(x))); xIELU has two learned numbers (arXiv:2411.13010; `ApertusMLP`)."""

    kind: Literal["plain"] = "plain"
    intermediate_size: Dimension = Field(title="FFN width")
    activation: Activation = "gelu"
    bias: bool = False


class RouterMlp(Part):
    """Scores from an MLP; `state`: the scaled state of the layer before's router is added (`ZayaRouter`)."""

    hidden_size: Dimension = Field(title="router width")
    state: bool = Field(False, title="router state")


class Router(Part, title="router"):
    """How a token chooses its experts.

    `correction_bias` only takes part in the choice and is not trained with the rest; most reference classes
    keep it as a buffer, which is not counted, some as a parameter, which is (`AfmoeSparseMoeBlock`).

    `choice` "token_hash": the token's id alone names its experts, the scores only weigh them
    (`DeepseekV4HashRouter`); "product_keys": an expert's score is the sum of two of the scores that as many
    rows as the root of the experts' number give twice (arXiv:1907.05242; `DogeCDMoE`).
    `group_scores`: of `n_group` groups those are open whose best two experts, or whose "best" one, score most
    (`DeepseekV2Moe`).  `weighs`: the scores multiply what experts return, or what they read
    (`Llama4TextMoe`).
    `norm_topk_prob`: the chosen scores are divided by their sum, as they are unless they are a softmax of
    the chosen alone.  `routed_scaling_factor` multiplies what the routed experts return.
    `mlp` null: one matrix makes the scores.  `input_scale` and `expert_scale`: one learned factor per channel
    and per expert (`Gemma4TextRouter`).
    """

    scoring: Literal["softmax", "sigmoid", "sqrtsoftplus"] = Field("softmax", title="router scores")
    order: Literal["score_first", "top_k_first"] = Field("score_first", title="router order")
    norm_topk_prob: bool = Field(
        default_factory=lambda data: data.get("order") == "score_first", title="renormalised weights"
    )
    routed_scaling_factor: Positive = Field(1.0, title="routed scale")
    choice: Literal["scores", "token_hash", "product_keys"] = Field("scores", title="router choice")
    n_group: Dimension = Field(1, title="expert groups")
    topk_group: Dimension = default("n_group", title="groups per token")
    group_scores: Literal["best_two", "best"] = Field("best_two", title="group scores")
    weighs: Literal["output", "input"] = Field("output", title="scores weigh")
    bias: bool = Field(False, title="router bias")
    correction_bias: Literal["buffer", "parameter"] | None = Field(None, title="router balance bias")
    mlp: RouterMlp | None = Field(None, title="router MLP")
    input_scale: bool = Field(False, title="router input scale")
    expert_scale: bool = False
    router_logit_softcapping: OptionalPositive = Field(0.0, title="router soft cap")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.topk_group > self.n_group:
            raise ValueError(f"topk_group {self.topk_group} is larger than n_group {self.n_group}")
        if self.n_group == 1 and self.group_scores != "best_two":
            raise ValueError("a single group is always open; group_scores has no say")
        if self.choice == "product_keys" and self.mlp:
            raise ValueError("a router of product keys has no mlp")
        return self


class ExpertLatent(Part):
    """A projection of that `size`, on which the routed experts work (`NemotronHMoE`).

    `norm`: what they return is normed before it is projected back (`KimiK3MoE`); `expert_norms`: they read it
    through a norm, and what each returns has one too (`MuseSparkExperts`).
    """

    size: Dimension = Field(title="expert latent")
    norm: bool = Field(False, title="norm in the expert latent")
    expert_norms: bool = False


class ZeroExperts(Part):
    """So many further choices that compute nothing.

    "identity" returns the token (LongCat-Flash, arXiv:2509.01322), "skip" adds nothing (ZAYA1).
    """

    num: Dimension = Field(title="zero experts")
    kind: Literal["identity", "skip"] = Field("identity", title="zero experts do")


class SharedExperts(Part):
    """Experts that every token passes, each of one width, gated FFNs or not.

    `gate`: a sigmoid of the token scales their output.  `scored`: the router scores them too, and they
    take their share (`InklingTopkRouter`).  `combination` of theirs and the routed experts' output.
    """

    num: Annotated[int, Field(ge=1, le=1024)] = Field(title="shared experts")
    intermediate_size: Dimension = Field(title="shared expert width")
    gated: bool = Field(True, title="gated shared experts")
    bias: bool = Field(False, title="shared expert bias")
    clamp: Clamp | None = Field(None, title="clamped shared experts")
    gate: bool = Field(False, title="shared expert gate")
    scored: bool = Field(False, title="shared experts scored")
    combination: Literal["sum", "average"] = Field("sum", title="routed and shared joined by")

    @model_validator(mode="after")
    def _clamp_fits(self) -> Self:
        if self.clamp and not self.gated:
            raise ValueError("experts that are not gated have no clamp")
        return self


class Moe(Part, title="MoE"):
    """Routed experts, and shared experts that every token passes (arXiv:2401.06066).

    `gated`: the routed experts are gated FFNs, with the unit of `GatedFfn`; `clamp` is theirs, the shared
    experts' stands with these.  `output_bias`: one bias for their sum (`JetMoeMoE`).
    `global_scale`: one learned number scales all experts (`InklingTopkRouter`).
    """

    kind: Literal["moe"] = "moe"
    num_experts: Dimension = Field(title="experts")
    num_experts_per_tok: Dimension = Field(title="experts per token")
    moe_intermediate_size: Dimension = Field(title="expert width")
    gated: bool = Field(True, title="gated experts")
    activation: Activation = "silu"
    swiglu_alpha: Positive | None = _slope()
    clamp: Clamp | None = _clamp()
    soft_caps: SoftCaps | None = _soft_caps()
    bias: bool = False
    shared_experts: SharedExperts | None = None
    zero_experts: ZeroExperts | None = Field(None, title="zero experts")
    latent: ExpertLatent | None = Field(None, title="expert latent")
    output_bias: bool = False
    global_scale: bool = Field(False, title="output scale")
    router: Router = Router.model_construct()

    @property
    def num_choices(self) -> int:
        """How many experts a token chooses among, those that compute nothing included."""
        return self.num_experts + (self.zero_experts.num if self.zero_experts else 0)

    @model_validator(mode="after")
    def _experts_exist(self) -> Self:
        if self.num_experts_per_tok > self.num_experts:
            raise ValueError(
                f"num_experts_per_tok {self.num_experts_per_tok} is larger than "
                f"num_experts {self.num_experts}"
            )
        multiple("num_experts", self.num_experts, "router.n_group", self.router.n_group)
        return self

    @model_validator(mode="after")
    def _unit_fits(self) -> Self:
        _check_unit(self.activation, self.swiglu_alpha, self.soft_caps)
        if self.clamp and not self.gated:
            raise ValueError("experts that are not gated have no clamp")
        return self


class PerLayerInput(Part, title="per-layer input"):
    """project(activation(gate(x)) * e), e: the token's row of the table of per-layer embeddings.

    Gemma 3n and Gemma 4 (`Gemma4TextDecoderLayer`); the model's `embedding.per_layer` has the table.
    """

    kind: Literal["per_layer_input"] = "per_layer_input"
    hidden_size_per_layer_input: Dimension = Field(title="width")
    activation: Activation = "gelu_tanh"


class NgramMemory(Part, title="n-gram memory"):
    """A value for the last 2 to `ngram_size` tokens, which each residual stream lets in by a gate of its own.

    Engram (arXiv:2601.07372; `Qwen4ExpTextPLELayer`): a hash of the tokens chooses a row in each of
    `heads_per_ngram` tables for each length, of `ngram_vocab_size` rows in all and together
    `ple_embed_dim` wide; a convolution over every `ngram_size`-th token follows, or none (0).  `hc_mult`: the
    streams.
    """

    kind: Literal["ngram_memory"] = "ngram_memory"
    ngram_size: Annotated[int, Field(ge=2, le=64)] = Field(title="longest n-gram")
    heads_per_ngram: Annotated[int, Field(ge=1, le=64)] = Field(title="tables per length")
    ngram_vocab_size: Annotated[int, Field(ge=1, le=2**40)] = Field(title="rows of tables")
    ple_embed_dim: Dimension = Field(title="width of tables")
    ple_conv_kernel_size: OptionalDimension = Field(4, title="convolution")
    hc_mult: Annotated[int, Field(ge=1, le=64)] = Field(1, title="residual streams")

    @property
    def num_tables(self) -> int:
        """One table for each length and head."""
        return (self.ngram_size - 1) * self.heads_per_ngram

    @model_validator(mode="after")
    def _tables_share(self) -> Self:
        multiple("ple_embed_dim", self.ple_embed_dim, "its tables", self.num_tables)
        if self.ngram_vocab_size < self.num_tables:
            raise ValueError(
                f"ngram_vocab_size {self.ngram_vocab_size} leaves some of its tables without a row"
            )
        return self


class ChannelMix(Part, title="channel mixing"):
    """RWKV-4's channel mixing: receptance(x) * value(relu2(key(x))) (arXiv:2305.13048; `RwkvFeedForward`).

    Key and receptance see a learned mix of this token and the one before.
    """

    kind: Literal["channel_mix"] = "channel_mix"
    intermediate_size: Dimension = Field(title="FFN width")


class LowRankFfn(Part, title="learned residual"):
    """x + norm(up(down(x))), a learned residual (arXiv:2411.07501; `Gemma3nTextLaurelBlock`)."""

    kind: Literal["low_rank"] = "low_rank"
    laurel_rank: Dimension = Field(title="rank")
