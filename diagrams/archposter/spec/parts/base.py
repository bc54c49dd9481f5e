"""What every part of the spec language is built from.

Modules of parts do not postpone annotations: pydantic would compile each of them again at every start.
Parts that stand as defaults are constructed without being validated: most starts need no validator of theirs.
"""

from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

MAX_DIMENSION = 10_000_000
MAX_LAYERS = 1_000

Dimension = Annotated[int, Field(ge=1, le=MAX_DIMENSION)]
OptionalDimension = Annotated[int, Field(ge=0, le=MAX_DIMENSION)]
Positive = Annotated[float, Field(gt=0, le=1e12)]
OptionalPositive = Annotated[float, Field(ge=0, le=1e12)]


class Part(BaseModel):
    """Base of every spec model: immutable, strict, no unknown fields."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return what validates a part; that of a field is built where the first such part comes.

        To build it for all that a part may have takes longer than to draw a card, which has a little of it.
        """
        if handler.field_name is None:
            return handler(source)
        ref = f"{cls.__module__}.{cls.__qualname__}:{id(cls)}"
        return core_schema.no_info_plain_validator_function(cls.model_validate, ref=ref)

    @property
    def title(self) -> str:
        """What such a part is called in messages, tables and pictures: its class's `title`."""
        return type(self).model_config.get("title") or ""


class OneOf:
    """Marks a union of parts that their `kind` tells apart."""

    def __get_pydantic_core_schema__(self, union: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return what validates a part of the union."""
        kinds = {kind.model_fields["kind"].default: handler.generate_schema(kind) for kind in get_args(union)}
        return core_schema.tagged_union_schema(kinds, "kind")


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
