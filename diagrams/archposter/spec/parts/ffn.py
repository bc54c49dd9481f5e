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


class GatedFfn(Part):
    """down(activation(gate(x)) * up(x)) (Shazeer, 2020, arXiv:2002.05202).

    `inner_norm`: a norm before the down projection (`BitNetMLP`).
    `global_scale`: one learned number scales the output (`InklingMLP`).
    """

    kind: Literal["gated"] = "gated"
    intermediate_size: Dimension
    activation: Activation = "silu"
    bias: bool = False
    inner_norm: bool = False
    global_scale: bool = False


class PlainFfn(Part):
    """down(activation(up(x))); xIELU has two learned numbers (arXiv:2411.13010; `ApertusMLP`)."""

    kind: Literal["plain"] = "plain"
    intermediate_size: Dimension
    activation: Activation = "gelu"
    bias: bool = False


class Router(Part):
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

    scoring: Literal["softmax", "sigmoid", "sqrtsoftplus"] = "softmax"
    order: Literal["score_first", "top_k_first"] = "score_first"
    choice: Literal["scores", "token_hash", "product_keys"] = "scores"
    n_group: Dimension = 1
    topk_group: Dimension = default("n_group")
    bias: bool = False
    correction_bias: bool = False
    correction_bias_is_parameter: bool = False
    router_hidden_size: OptionalDimension = 0
    router_state: bool = False
    shared_expert_sink: bool = False
    input_scale: bool = False
    expert_scale: bool = False
    router_logit_softcapping: OptionalPositive = 0.0

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


class Moe(Part):
    """Routed experts, and shared experts that every token passes (arXiv:2401.06066).

    `moe_latent_size` above 0: the routed experts work on a projection of that width (`NemotronHMoE`);
    `moe_latent_norm`: what they return is normed before it is projected back (`KimiK3MoE`).
    `zero_expert_num` further choices compute nothing: "identity" returns the token (LongCat-Flash,
    arXiv:2509.01322), "skip" adds nothing (ZAYA1).  `shared_expert_gated`: shared experts are gated FFNs, as
    the routed ones are if `gated`, or unlike them (`DogeCDMoE`).  `output_bias`: one bias for their sum
    (`JetMoeMoE`).  `global_scale`: one learned number scales all experts (`InklingTopkRouter`).
    """

    kind: Literal["moe"] = "moe"
    num_experts: Dimension
    num_experts_per_tok: Dimension
    moe_intermediate_size: Dimension
    moe_latent_size: OptionalDimension = 0
    moe_latent_norm: bool = False
    zero_expert_num: OptionalDimension = 0
    zero_expert_type: Literal["identity", "skip"] = "identity"
    num_shared_experts: Annotated[int, Field(ge=0, le=1024)] = 0
    shared_expert_intermediate_size: Dimension = default("moe_intermediate_size")
    shared_expert_gate: bool = False
    gated: bool = True
    shared_expert_gated: bool = default("gated")
    activation: Activation = "silu"
    bias: bool = False
    shared_expert_bias: bool = default("bias")
    output_bias: bool = False
    global_scale: bool = False
    router: Router = Router()

    @model_validator(mode="after")
    def _experts_exist(self) -> Self:
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


class PerLayerInput(Part):
    """project(activation(gate(x)) * e), e: the token's row of the table of per-layer embeddings.

    Gemma 3n and Gemma 4 (`Gemma4TextDecoderLayer`); the model's `embedding.per_layer` has the table.
    """

    kind: Literal["per_layer_input"] = "per_layer_input"
    hidden_size_per_layer_input: Dimension
    activation: Activation = "gelu_tanh"


class NgramMemory(Part):
    """A value for the last 2 to `ngram_size` tokens, which each residual stream lets in by a gate of its own.

    Engram (arXiv:2601.07372; `Qwen4ExpTextPLELayer`): a hash of the tokens chooses a row in each of
    `heads_per_ngram` tables for each length, of `ngram_vocab_size` rows in all and together
    `ple_embed_dim` wide; a convolution over every `ngram_size`-th token follows.  `hc_mult`: the streams.
    """

    kind: Literal["ngram_memory"] = "ngram_memory"
    ngram_size: Annotated[int, Field(ge=2, le=64)]
    heads_per_ngram: Annotated[int, Field(ge=1, le=64)]
    ngram_vocab_size: Annotated[int, Field(ge=1, le=2**40)]
    ple_embed_dim: Dimension
    ple_conv_kernel_size: Dimension = 4
    hc_mult: Annotated[int, Field(ge=1, le=64)] = 1

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


class ChannelMix(Part):
    """RWKV-4's channel mixing: receptance(x) * value(relu2(key(x))) (arXiv:2305.13048; `RwkvFeedForward`).

    Key and receptance see a learned mix of this token and the one before.
    """

    kind: Literal["channel_mix"] = "channel_mix"
    intermediate_size: Dimension


class LowRankFfn(Part):
    """x + norm(up(down(x))), a learned residual (arXiv:2411.07501; `Gemma3nTextLaurelBlock`)."""

    kind: Literal["low_rank"] = "low_rank"
    laurel_rank: Dimension
