"""What every part of the spec language is built from."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

MAX_DIMENSION = 10_000_000
MAX_LAYERS = 1_000

Dimension = Annotated[int, Field(ge=1, le=MAX_DIMENSION)]
OptionalDimension = Annotated[int, Field(ge=0, le=MAX_DIMENSION)]
Positive = Annotated[float, Field(gt=0, le=1e12)]
OptionalPositive = Annotated[float, Field(ge=0, le=1e12)]


class Part(BaseModel):
    """Base of every spec model: immutable, strict, no unknown fields."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    @property
    def title(self) -> str:
        """What such a part is called in messages, tables and pictures: its class's `title`."""
        return type(self).model_config.get("title") or ""


def field_title(part: type[Part], name: str) -> str:
    """Return what a field is called: its `title`, or its name where that says it."""
    return part.model_fields[name].title or name.replace("_", " ")


class InnerNorm(Part):
    """A norm of the model's kind beside those of the layers; `weight` false: it only normalises."""

    weight: bool = Field(title="inner norm weights")


def default(name: str, title: str | None = None) -> Any:
    """Return a field that takes the value of an earlier field when it is left out."""
    return Field(default_factory=lambda data: data.get(name), title=title)


def multiple(name: str, value: int, of: str, unit: int) -> None:
    """Raise where one field is no whole multiple of another."""
    if value % unit:
        raise ValueError(f"{name} {value} is not a multiple of {of} {unit}")
