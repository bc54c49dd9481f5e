"""Where positions enter attention, and which earlier tokens a query sees."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from archposter.spec.parts.base import Dimension, OneOf, Part, Positive


class Rope(Part, title="RoPE"):
    """Rotary embedding on queries and keys (Su et al., 2021, arXiv:2104.09864)."""

    kind: Literal["rope"] = "rope"
    theta: Positive = Field(10_000.0, title="RoPE base")
    partial_rotary_factor: Annotated[float, Field(gt=0, le=1)] = Field(1.0, title="RoPE share")


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
    that mix have a learned scale and are kept short (`Inkling2ScaledL2Clip`).
    """

    kind: Literal["relative"] = "relative"
    d_rel: Dimension = Field(title="distance profiles")
    rel_extent: Dimension = Field(title="longest distance")
    l2_clip: bool = Field(False, title="clipped distances")


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
