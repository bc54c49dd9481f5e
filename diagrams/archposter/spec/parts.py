"""The parts a layer is made of: what a spec may say of each, and what `Arch` holds.

Field names are those of the transformers library.  A validated part is complete: a field left out
has been replaced by the value it stands for, so that no reader needs to know a default.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_DIMENSION = 10_000_000
MAX_LAYERS = 1_000

Dimension = Annotated[int, Field(ge=1, le=MAX_DIMENSION)]
Positive = Annotated[float, Field(gt=0, le=1e12)]


class Part(BaseModel):
    """Base of every spec model: immutable, strict, no unknown fields."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False, defer_build=True)


# ---- position


class Rope(Part):
    """Rotary embedding on queries and keys (Su et al., 2021, arXiv:2104.09864)."""

    kind: Literal["rope"] = "rope"
    theta: Positive = 10_000.0
    partial_rotary_factor: Annotated[float, Field(gt=0, le=1)] = 1.0


class NoPosition(Part):
    """No position encoding (NoPE)."""

    kind: Literal["nope"] = "nope"


class Learned(Part):
    """Positions come from the model's learned table at the embedding."""

    kind: Literal["learned"] = "learned"


Position = Annotated[Rope | NoPosition | Learned, Field(discriminator="kind")]


# ---- span: which earlier tokens a query sees


class FullSpan(Part):
    """Every earlier token."""

    kind: Literal["full"] = "full"


class SlidingSpan(Part):
    """The last `size` tokens, the query's own included."""

    kind: Literal["sliding"] = "sliding"
    size: Dimension


class ChunkedSpan(Part):
    """The tokens of the query's own chunk; chunks are `size` tokens long and do not overlap."""

    kind: Literal["chunked"] = "chunked"
    size: Dimension


Span = Annotated[FullSpan | SlidingSpan | ChunkedSpan, Field(discriminator="kind")]


# ---- mixers


def _default(name: str) -> Any:
    """Return a field that takes the value of an earlier field when it is left out."""
    return Field(default_factory=lambda data: data.get(name))


class Attention(Part):
    """Softmax attention with grouped heads: MHA, GQA or MQA by its counts (arXiv:2305.13245)."""

    kind: Literal["attention"] = "attention"
    num_attention_heads: Dimension
    num_key_value_heads: Dimension = _default("num_attention_heads")
    head_dim: Dimension
    v_head_dim: Dimension = _default("head_dim")
    position: Position = Rope()
    span: Span = FullSpan()
    qk_norm: Literal["none", "head", "full"] = "none"
    sinks: bool = False
    gate: Literal["none", "head", "element"] = "none"
    qkv_bias: bool = False
    output_bias: bool = False

    @property
    def variant(self) -> Literal["mha", "gqa", "mqa"]:
        """MHA, GQA or MQA, by the number of key-value heads."""
        if self.num_key_value_heads == self.num_attention_heads:
            return "mha"
        return "mqa" if self.num_key_value_heads == 1 else "gqa"

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        if self.num_attention_heads % self.num_key_value_heads:
            raise ValueError(
                f"num_attention_heads {self.num_attention_heads} is not a multiple of "
                f"num_key_value_heads {self.num_key_value_heads}"
            )
        return self


class Mla(Part):
    """Multi-head latent attention (arXiv:2405.04434); `q_lora_rank` 0: queries are not compressed."""

    kind: Literal["mla"] = "mla"
    num_attention_heads: Dimension
    q_lora_rank: Annotated[int, Field(ge=0, le=MAX_DIMENSION)] = 0
    kv_lora_rank: Dimension
    qk_nope_head_dim: Dimension
    qk_rope_head_dim: Dimension
    v_head_dim: Dimension
    position: Position = Rope()


class GatedDeltaNet(Part):
    """Gated DeltaNet (arXiv:2412.06464), as Qwen3-Next builds it."""

    kind: Literal["gated_deltanet"] = "gated_deltanet"
    linear_num_key_heads: Dimension
    linear_num_value_heads: Dimension
    linear_key_head_dim: Dimension
    linear_value_head_dim: Dimension
    linear_conv_kernel_dim: Dimension = 4

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        if self.linear_num_value_heads % self.linear_num_key_heads:
            raise ValueError(
                f"linear_num_value_heads {self.linear_num_value_heads} is not a multiple of "
                f"linear_num_key_heads {self.linear_num_key_heads}"
            )
        return self


class Kda(Part):
    """Kimi Delta Attention: a delta rule with one decay per channel (arXiv:2510.26692)."""

    kind: Literal["kda"] = "kda"
    linear_num_heads: Dimension
    linear_head_dim: Dimension
    linear_conv_kernel_dim: Dimension = 4


class Mamba2(Part):
    """Mamba-2, the state space dual mixer (arXiv:2405.21060)."""

    kind: Literal["mamba2"] = "mamba2"
    mamba_num_heads: Dimension
    mamba_head_dim: Dimension
    ssm_state_size: Dimension
    n_groups: Dimension = 1
    conv_kernel: Dimension = 4
    conv_bias: bool = True
    bias: bool = False

    @model_validator(mode="after")
    def _groups_divide(self) -> Self:
        if self.mamba_num_heads % self.n_groups:
            raise ValueError(
                f"mamba_num_heads {self.mamba_num_heads} is not a multiple of n_groups {self.n_groups}"
            )
        return self


Mixer = Annotated[Attention | Mla | GatedDeltaNet | Kda | Mamba2, Field(discriminator="kind")]


# ---- feed-forward

Activation = Literal["silu", "gelu", "gelu_tanh", "relu", "relu2", "swiglu_clamped"]


class GatedFfn(Part):
    """down(activation(gate(x)) * up(x)) (Shazeer, 2020, arXiv:2002.05202)."""

    kind: Literal["gated"] = "gated"
    intermediate_size: Dimension
    activation: Activation = "silu"
    bias: bool = False


class PlainFfn(Part):
    """down(activation(up(x)))."""

    kind: Literal["plain"] = "plain"
    intermediate_size: Dimension
    activation: Activation = "gelu"
    bias: bool = False


class Router(Part):
    """How a token chooses its experts.  The reference code keeps `correction_bias` as a buffer."""

    scoring: Literal["softmax", "sigmoid"] = "softmax"
    order: Literal["score_first", "top_k_first"] = "score_first"
    n_group: Dimension = 1
    topk_group: Dimension = _default("n_group")
    bias: bool = False
    correction_bias: bool = False

    @model_validator(mode="after")
    def _groups_exist(self) -> Self:
        if self.topk_group > self.n_group:
            raise ValueError(f"topk_group {self.topk_group} is larger than n_group {self.n_group}")
        return self


class Moe(Part):
    """Routed experts, and shared experts that every token passes (arXiv:2401.06066)."""

    kind: Literal["moe"] = "moe"
    num_experts: Dimension
    num_experts_per_tok: Dimension
    moe_intermediate_size: Dimension
    num_shared_experts: Annotated[int, Field(ge=0, le=1024)] = 0
    shared_expert_intermediate_size: Dimension = _default("moe_intermediate_size")
    shared_expert_gate: bool = False
    gated: bool = True
    activation: Activation = "silu"
    bias: bool = False
    router: Router = Router()

    @model_validator(mode="after")
    def _experts_exist(self) -> Self:
        if self.num_experts_per_tok > self.num_experts:
            raise ValueError(
                f"num_experts_per_tok {self.num_experts_per_tok} is larger than "
                f"num_experts {self.num_experts}"
            )
        if self.num_experts % self.router.n_group:
            raise ValueError(
                f"num_experts {self.num_experts} is not a multiple of router.n_group {self.router.n_group}"
            )
        return self


Ffn = Annotated[GatedFfn | PlainFfn | Moe, Field(discriminator="kind")]

AnyMixer = Attention | Mla | GatedDeltaNet | Kda | Mamba2
AnyFfn = GatedFfn | PlainFfn | Moe
AnyPart = AnyMixer | AnyFfn
SoftmaxMixer = Attention | Mla


# ---- norms


class Norm(Part):
    """RMSNorm (arXiv:1910.07467) or LayerNorm; LayerNorm has a bias unless it says otherwise."""

    kind: Literal["rmsnorm", "layernorm"] = "rmsnorm"
    bias: bool = Field(default_factory=lambda data: data.get("kind") == "layernorm")

    @model_validator(mode="after")
    def _rmsnorm_has_no_bias(self) -> Self:
        if self.kind == "rmsnorm" and self.bias:
            raise ValueError("an rmsnorm has no bias")
        return self
