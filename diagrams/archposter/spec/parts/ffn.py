"""Parts that work on each token alone."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from archposter.spec.parts.base import (
    Dimension,
    OptionalDimension,
    OptionalPositive,
    Part,
    default,
    multiple,
)

Activation = Literal[
    "silu", "gelu", "gelu_tanh", "relu", "relu2", "xielu", "situ", "swiglu_clamped", "swiglu_softcapped"
]


class GatedFfn(Part, title="gated FFN"):
    """down(activation(gate(x)) * up(x)) (Shazeer, 2020, arXiv:2002.05202).

    `inner_norm`: a norm before the down projection (`BitNetMLP`).
    `global_scale`: one learned number scales the output (`InklingMLP`).
    """

    kind: Literal["gated"] = "gated"
    intermediate_size: Dimension = Field(title="FFN width")
    activation: Activation = "silu"
    bias: bool = False
    inner_norm: bool = False
    global_scale: bool = Field(False, title="output scale")


class PlainFfn(Part, title="plain FFN"):
    """down(activation(up(x))); xIELU has two learned numbers (arXiv:2411.13010; `ApertusMLP`)."""

    kind: Literal["plain"] = "plain"
    intermediate_size: Dimension = Field(title="FFN width")
    activation: Activation = "gelu"
    bias: bool = False


class Router(Part, title="router"):
    """How a token chooses its experts.

    `correction_bias` is no trained parameter; most reference classes keep it as a buffer, which is not
    counted, some as a parameter, which is (`correction_bias_is_parameter`; `AfmoeSparseMoeBlock`).

    `choice` "token_hash": the token's id alone names its experts, the scores only weigh them
    (`DeepseekV4HashRouter`); "product_keys": an expert's score is the sum of two of the scores that as many
    rows as the root of the experts' number give twice (arXiv:1907.05242; `DogeCDMoE`).
    `router_hidden_size` 0: one matrix; else an MLP of that width, which may add
    the scaled state of the router of the layer before (`router_state`; `ZayaRouter`).  `input_scale` and
    `expert_scale`: one learned factor per channel and per expert (`Gemma4TextRouter`).
    `shared_expert_sink`: the shared experts are scored too, and take their share (`InklingTopkRouter`).
    """

    scoring: Literal["softmax", "sigmoid", "sqrtsoftplus"] = Field("softmax", title="router scores")
    order: Literal["score_first", "top_k_first"] = Field("score_first", title="router order")
    choice: Literal["scores", "token_hash", "product_keys"] = Field("scores", title="router choice")
    n_group: Dimension = Field(1, title="expert groups")
    topk_group: Dimension = default("n_group", title="groups per token")
    bias: bool = False
    correction_bias: bool = Field(False, title="router balance bias")
    correction_bias_is_parameter: bool = Field(False, title="balance bias trained")
    router_hidden_size: OptionalDimension = Field(0, title="router width")
    router_state: bool = False
    shared_expert_sink: bool = Field(False, title="shared experts scored")
    input_scale: bool = Field(False, title="router input scale")
    expert_scale: bool = False
    router_logit_softcapping: OptionalPositive = Field(0.0, title="router soft cap")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.topk_group > self.n_group:
            raise ValueError(f"topk_group {self.topk_group} is larger than n_group {self.n_group}")
        if self.correction_bias_is_parameter and not self.correction_bias:
            raise ValueError("there is no correction_bias that could be a parameter")
        if self.router_state and not self.router_hidden_size:
            raise ValueError("only a router with a router_hidden_size has a state")
        if self.choice == "product_keys" and self.router_hidden_size:
            raise ValueError("a router of product keys has no router_hidden_size")
        return self


class Moe(Part, title="MoE"):
    """Routed experts, and shared experts that every token passes (arXiv:2401.06066).

    `moe_latent_size` above 0: the routed experts work on a projection of that width (`NemotronHMoE`);
    `moe_latent_norm`: what they return is normed before it is projected back (`KimiK3MoE`);
    `expert_norms`: they read it through a norm, and what each returns has one too (`MuseSparkExperts`).
    `zero_expert_num` further choices compute nothing: "identity" returns the token (LongCat-Flash,
    arXiv:2509.01322), "skip" adds nothing (ZAYA1).  `shared_expert_gated`: shared experts are gated FFNs, as
    the routed ones are if `gated`, or unlike them (`DogeCDMoE`).  `output_bias`: one bias for their sum
    (`JetMoeMoE`).  `global_scale`: one learned number scales all experts (`InklingTopkRouter`).
    """

    kind: Literal["moe"] = "moe"
    num_experts: Dimension = Field(title="experts")
    num_experts_per_tok: Dimension = Field(title="experts per token")
    moe_intermediate_size: Dimension = Field(title="expert width")
    moe_latent_size: OptionalDimension = Field(0, title="expert latent")
    expert_norms: bool = False
    moe_latent_norm: bool = Field(False, title="norm in the expert latent")
    zero_expert_num: OptionalDimension = Field(0, title="idle experts")
    zero_expert_type: Literal["identity", "skip"] = Field("identity", title="idle experts do")
    num_shared_experts: Annotated[int, Field(ge=0, le=1024)] = Field(0, title="shared experts")
    shared_expert_intermediate_size: Dimension = default("moe_intermediate_size", title="shared expert width")
    shared_expert_gate: bool = False
    gated: bool = Field(True, title="gated experts")
    shared_expert_gated: bool = default("gated", title="shared expert gated unit")
    activation: Activation = "silu"
    bias: bool = False
    shared_expert_bias: bool = default("bias")
    output_bias: bool = False
    global_scale: bool = Field(False, title="output scale")
    router: Router = Router()

    @model_validator(mode="after")
    def _experts_exist(self) -> Self:
        if self.expert_norms and not self.moe_latent_size:
            raise ValueError("there is no latent that could have norms; moe_latent_size is 0")
        if self.num_experts_per_tok > self.num_experts:
            raise ValueError(
                f"num_experts_per_tok {self.num_experts_per_tok} is larger than "
                f"num_experts {self.num_experts}"
            )
        if self.moe_latent_norm and not self.moe_latent_size:
            raise ValueError("there is no latent that could be normed; moe_latent_size is 0")
        if self.router.shared_expert_sink and not self.num_shared_experts:
            raise ValueError("there are no shared experts that the router could score")
        multiple("num_experts", self.num_experts, "router.n_group", self.router.n_group)
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
    `ple_embed_dim` wide; a convolution over every `ngram_size`-th token follows.  `hc_mult`: the streams.
    """

    kind: Literal["ngram_memory"] = "ngram_memory"
    ngram_size: Annotated[int, Field(ge=2, le=64)] = Field(title="longest n-gram")
    heads_per_ngram: Annotated[int, Field(ge=1, le=64)] = Field(title="tables per length")
    ngram_vocab_size: Annotated[int, Field(ge=1, le=2**40)] = Field(title="rows of tables")
    ple_embed_dim: Dimension = Field(title="width of tables")
    ple_conv_kernel_size: Dimension = Field(4, title="convolution")
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
