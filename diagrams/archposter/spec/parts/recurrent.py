"""Mixers that carry a state of constant size from token to token."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from archposter.spec.parts.base import Dimension, InnerNorm, Part, Positive, default, multiple
from archposter.spec.parts.ffn import Activation
from archposter.spec.parts.position import NoPosition, Position


class GatedDeltaNet(Part, title="Gated DeltaNet"):
    """Gated DeltaNet (arXiv:2412.06464), as Qwen3-Next builds it; `gate_activation` is the output gate's.

    `linear_allow_neg_eigval`: what is written is weighed by up to 2, not 1 (`OlmoHybridGatedDeltaNet`).
    """

    kind: Literal["gated_deltanet"] = "gated_deltanet"
    linear_num_key_heads: Dimension = Field(title="key heads")
    linear_num_value_heads: Dimension = Field(title="value heads")
    linear_key_head_dim: Dimension = Field(title="key head size")
    linear_value_head_dim: Dimension = Field(title="value head size")
    linear_conv_kernel_dim: Dimension = Field(4, title="convolution")
    gate_activation: Literal["silu", "sigmoid"] = "silu"
    linear_allow_neg_eigval: bool = Field(False, title="negative eigenvalues")

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        values, keys = self.linear_num_value_heads, self.linear_num_key_heads
        multiple("linear_num_value_heads", values, "linear_num_key_heads", keys)
        return self


class Kda(Part, title="KDA"):
    """Kimi Delta Attention: a delta rule with one decay per channel (arXiv:2510.26692).

    `low_rank_decay`, `low_rank_output_gate`: each is a product of two matrices of rank `linear_head_dim`.
    `gate_lower_bound`: the logarithm of a decay is that times a sigmoid, not minus a softplus
    (`Glm5NextTextForgetGate`).  `linear_allow_neg_eigval`: what is written is weighed by up to 2, not 1.
    """

    kind: Literal["kda"] = "kda"
    linear_num_heads: Dimension = Field(title="heads")
    linear_head_dim: Dimension = Field(title="head size")
    linear_conv_kernel_dim: Dimension = Field(4, title="convolution")
    low_rank_decay: bool = Field(True, title="low-rank decay")
    low_rank_output_gate: bool = default("low_rank_decay", title="low-rank output gate")
    gate_lower_bound: Annotated[float, Field(ge=-1e12, le=1e12)] | None = Field(None, title="bound of decays")
    linear_allow_neg_eigval: bool = Field(False, title="negative eigenvalues")


class Mamba1(Part, title="Mamba"):
    """Mamba, the selective state space mixer (arXiv:2312.00752; `MambaMixer`).

    `inner_norms`: steps, inputs and outputs of the state are normed (`JambaMambaMixer`), perhaps without
    weight (`FalconMambaMixer`).  `n_mamba_heads` share out the channels, each with steps, inputs and
    outputs of its own (`ZambaMambaMixer`).  `activation` follows the convolution; the gate's is SiLU.
    """

    kind: Literal["mamba"] = "mamba"
    intermediate_size: Dimension = Field(title="channels")
    state_size: Dimension
    time_step_rank: Dimension
    conv_kernel: Dimension = Field(4, title="convolution")
    conv_bias: bool = Field(True, title="convolution bias")
    bias: bool = False
    inner_norms: InnerNorm | None = None
    n_mamba_heads: Dimension = Field(1, title="Mamba heads")
    activation: Activation = "silu"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        multiple("intermediate_size", self.intermediate_size, "n_mamba_heads", self.n_mamba_heads)
        return self


class RgLru(Part, title="RG-LRU"):
    """The recurrent block of Griffin: a convolution and a gated linear recurrence (arXiv:2402.19427).

    Its two gates are block-diagonal, one block a head; `RecurrentGemmaRecurrentBlock`.
    """

    kind: Literal["rg_lru"] = "rg_lru"
    lru_width: Dimension = Field(title="channels")
    num_attention_heads: Dimension = Field(title="gate blocks")
    conv1d_width: Dimension = Field(4, title="convolution")

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        multiple("lru_width", self.lru_width, "num_attention_heads", self.num_attention_heads)
        return self


class TimeMix(Part, title="time mixing"):
    """RWKV-4's time mixing: a decaying mean in each channel (arXiv:2305.13048; `RwkvSelfAttention`)."""

    kind: Literal["time_mix"] = "time_mix"
    attention_hidden_size: Dimension = Field(title="channels")


class Mamba2(Part, title="Mamba-2"):
    """Mamba-2, the state space dual mixer (arXiv:2405.21060); `activation` follows the convolution.

    `norm` of the output, after it was gated or before (`FalconH1RMSNormGated`).  `ssm_multipliers`: what the
    gate, the input, B, C and the steps are multiplied by, in this order (`FalconH1Mixer`).
    """

    kind: Literal["mamba2"] = "mamba2"
    mamba_num_heads: Dimension = Field(title="heads")
    mamba_head_dim: Dimension = Field(title="head size")
    ssm_state_size: Dimension = Field(title="state size")
    n_groups: Dimension = Field(1, title="B, C groups")
    conv_kernel: Dimension = Field(4, title="convolution")
    conv_bias: bool = Field(True, title="convolution bias")
    bias: bool = False
    output_bias: bool = default("bias")
    norm: Literal["after_gate", "before_gate"] | None = Field("after_gate", title="output norm")
    activation: Activation = "silu"
    ssm_multipliers: tuple[Positive, Positive, Positive, Positive, Positive] | None = Field(
        None, title="SSM factors"
    )

    @model_validator(mode="after")
    def _groups_divide(self) -> Self:
        multiple("mamba_num_heads", self.mamba_num_heads, "n_groups", self.n_groups)
        return self


class HeadNorm(Part, title="norm of each head"):
    """A norm of each head of queries and keys, with one weight for all."""

    kind: Literal["head"] = "head"


class Lightning(Part, title="Lightning"):
    """Lightning attention: linear attention with a fixed decay per head (arXiv:2401.04658).

    The output is normed and gated element by element (`MiniMaxLightningAttention`); `qk_norm` and
    rotary positions are Ling 2.5's.
    """

    kind: Literal["lightning"] = "lightning"
    num_attention_heads: Dimension = Field(title="heads")
    head_dim: Dimension = Field(title="head size")
    position: Position = NoPosition.model_construct()
    qk_norm: HeadNorm | None = Field(None, title="QK-norm")


class Mlstm(Part, title="mLSTM"):
    """The matrix-memory LSTM of xLSTM 7B (arXiv:2503.13427; `xLSTMLayer`)."""

    kind: Literal["mlstm"] = "mlstm"
    num_heads: Dimension = Field(title="heads")
    qk_head_dim: Dimension = Field(title="key head size")
    v_head_dim: Dimension = Field(title="value head size")
    gate_soft_cap: float = 15.0
    bias: bool = False


class ShortConv(Part, title="short convolution"):
    """A gated convolution over the last `conv_kernel` tokens, channel by channel (`Lfm2ShortConv`)."""

    kind: Literal["short_conv"] = "short_conv"
    conv_kernel: Dimension = Field(3, title="convolution")
    bias: bool = False
