"""Where positions enter attention, and which earlier tokens a query sees."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from archposter.spec.parts.base import Dimension, OneOf, Part, Positive


class LinearScaling(Part, title="linear"):
    """Positions divided by `factor` (arXiv:2306.15595)."""

    kind: Literal["linear"] = "linear"
    factor: Positive = Field(title="RoPE factor")


class DynamicScaling(Part, title="dynamic NTK"):
    """The base grows with what the text is longer than the context, `factor` times."""

    kind: Literal["dynamic"] = "dynamic"
    factor: Positive = Field(title="RoPE factor")


class NtkScaling(Part, title="NTK"):
    """The base grows by `alpha` ** (d / (d - 2)), d: turned channels (`HunYuanDenseV1RotaryEmbedding`)."""

    kind: Literal["ntk"] = "ntk"
    alpha: Positive = Field(title="NTK alpha")


class YarnScaling(Part, title="YaRN"):
    """Slow channels are slowed down by `factor`, fast ones are left, with a ramp between (arXiv:2309.00071).

    `beta_fast` and `beta_slow` are the turns in the original context between which the ramp stands, rounded
    to whole channels if `truncate`.  Scores are multiplied by the square of `attention_factor`; where it is
    null, by that of g(mscale) / g(mscale_all_dim), g(m) = 0.1 m ln(factor) + 1, or of g(1) where these are
    null.  Latent attention also multiplies them by the square of g(mscale_all_dim) (`DeepseekV3Attention`).
    """

    kind: Literal["yarn"] = "yarn"
    factor: Positive = Field(title="RoPE factor")
    original_max_position_embeddings: Dimension = Field(title="context before scaling")
    beta_fast: Positive = Field(32.0, title="YaRN beta fast")
    beta_slow: Positive = Field(1.0, title="YaRN beta slow")
    truncate: bool = Field(True, title="ramp of whole channels")
    attention_factor: Positive | None = Field(None, title="score factor of YaRN")
    mscale: Positive | None = None
    mscale_all_dim: Positive | None = None


class Llama3Scaling(Part, title="Llama 3"):
    """Channels slower than the original context by `low_freq_factor` are slowed down by `factor`.

    Those faster by `high_freq_factor` are left, with a ramp between (Llama 3.1).
    """

    kind: Literal["llama3"] = "llama3"
    factor: Positive = Field(title="RoPE factor")
    low_freq_factor: Positive
    high_freq_factor: Positive
    original_max_position_embeddings: Dimension = Field(title="context before scaling")


class LongRopeScaling(Part, title="LongRoPE"):
    """A divisor for each pair of channels, others beyond the original context (arXiv:2402.13753).

    Scores are multiplied by the square of `attention_factor`; where it is null, it follows from the contexts.
    `short_mscale`, `long_mscale`: that of texts within the original context and beyond it, in its place
    (`PhimoeRotaryEmbedding`).
    """

    kind: Literal["longrope"] = "longrope"
    original_max_position_embeddings: Dimension = Field(title="context before scaling")
    short_factor: Annotated[tuple[Positive, ...], Field(min_length=1, max_length=4096)]
    long_factor: Annotated[tuple[Positive, ...], Field(min_length=1, max_length=4096)]
    attention_factor: Positive | None = Field(None, title="score factor of LongRoPE")
    short_mscale: Positive | None = None
    long_mscale: Positive | None = None

    @model_validator(mode="after")
    def _one_factor(self) -> Self:
        if (self.short_mscale is None) != (self.long_mscale is None):
            raise ValueError("short_mscale and long_mscale belong together")
        if self.short_mscale and self.attention_factor:
            raise ValueError("attention_factor says what short_mscale and long_mscale say otherwise")
        return self


RopeScaling = Annotated[
    LinearScaling | DynamicScaling | NtkScaling | YarnScaling | Llama3Scaling | LongRopeScaling,
    OneOf(),
]


class Rope(Part, title="RoPE"):
    """Rotary embedding on queries and keys (Su et al., 2021, arXiv:2104.09864).

    `proportional`: the channels that turn are the fastest of a whole head's, not slower by their share
    (p-RoPE, arXiv:2410.06205; Gemma 4).  `scaling`: how the context was made longer.  `learned`: each
    frequency has a learned factor, the same in all layers (`MistralLarge4TextRotaryEmbedding`).
    """

    kind: Literal["rope"] = "rope"
    theta: Positive = Field(10_000.0, title="RoPE base")
    partial_rotary_factor: Annotated[float, Field(gt=0, le=1)] = Field(1.0, title="RoPE share")
    proportional: bool = Field(False, title="p-RoPE")
    scaling: RopeScaling | None = Field(None, title="RoPE scaling")
    learned: bool = Field(False, title="learned frequencies")


class Alibi(Part, title="ALiBi"):
    """A penalty on each head's scores, linear in the distance (Press et al., 2021, arXiv:2108.12409)."""

    kind: Literal["alibi"] = "alibi"


class NoPosition(Part, title="NoPE"):
    """No position encoding (NoPE)."""

    kind: Literal["nope"] = "nope"


class Learned(Part, title="learned"):
    """Positions come from the model's learned table at the embedding."""

    kind: Literal["learned"] = "learned"


class Sinusoidal(Part, title="sinusoidal"):
    """Fixed sines and cosines are added to the embedding (arXiv:1706.03762)."""

    kind: Literal["sinusoidal"] = "sinusoidal"


class Relative(Part, title="distance bias"):
    """A learned bias on the scores by distance, of at most `rel_extent` tokens (`InklingRelativeLogits`).

    Each token and head mixes its bias from `d_rel` profiles over the distance; `l2_clip`: the weights of
    that mix have a learned scale and are kept no longer than `l2_clip_threshold` (`Inkling2ScaledL2Clip`).
    """

    kind: Literal["relative"] = "relative"
    d_rel: Dimension = Field(title="distance profiles")
    rel_extent: Dimension = Field(title="longest distance")
    l2_clip: bool = Field(False, title="clipped distances")
    l2_clip_threshold: Positive | None = Field(
        default_factory=lambda data: 8.0 if data.get("l2_clip") else None, title="longest mix of distances"
    )

    @model_validator(mode="after")
    def _threshold_belongs(self) -> Self:
        if self.l2_clip != (self.l2_clip_threshold is not None):
            raise ValueError("l2_clip_threshold belongs to l2_clip, and only to it")
        return self


Position = Annotated[Rope | Alibi | NoPosition | Learned | Sinusoidal, OneOf()]
HeadPosition = Annotated[Rope | Alibi | NoPosition | Learned | Sinusoidal | Relative, OneOf()]


class FullSpan(Part, title="full"):
    """Every earlier token."""

    kind: Literal["full"] = "full"


class SlidingSpan(Part, title="sliding"):
    """The last `size` tokens, the query's own included."""

    kind: Literal["sliding"] = "sliding"
    size: Dimension = Field(title="window")


class ChunkedSpan(Part, title="chunked"):
    """The tokens of the query's own chunk; chunks are `size` tokens long and do not overlap."""

    kind: Literal["chunked"] = "chunked"
    size: Dimension = Field(title="chunk")


Span = Annotated[FullSpan | SlidingSpan | ChunkedSpan, OneOf()]
