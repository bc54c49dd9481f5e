"""What is said of a model by hand: each beside its source, or `unknown` and where it was looked for.

A plain value is the short form of one without a source.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from archposter.spec.parts.base import Part
from archposter.text.metrics import missing_characters

MAX_CONTEXT = 2**30
_URL = re.compile(r"https://[^\s\"'<>\\^`{|}]{3,400}\Z")
UNKNOWN = "unknown"


def drawable(value: str) -> str:
    """Return a text that a card can print; raises ValueError for others."""
    for character in value:
        if unicodedata.category(character)[0] == "C" or unicodedata.category(character) in ("Zl", "Zp"):
            raise ValueError(f"the character U+{ord(character):04X} cannot be printed")
    missing = missing_characters(value)
    if missing:
        raise ValueError(f"the card's font has no glyph for {missing[0]} (U+{ord(missing[0]):04X})")
    if value != value.strip() or not value:
        raise ValueError("expected text without blanks at its ends")
    return value


def _url(value: str) -> str:
    if not _URL.match(value):
        raise ValueError("expected an address that starts with https:// and has no blanks")
    return value


def _source(value: str) -> str:
    return value if value == UNKNOWN else _url(value)


def _iso_date(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("expected a date as 2024-12-26")


def _day_or_unknown(value: object) -> object:
    return value if value == UNKNOWN else _iso_date(value)


ShortText = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(drawable)]
Sentence = Annotated[str, Field(min_length=1, max_length=90), AfterValidator(drawable)]
Url = Annotated[str, AfterValidator(_url)]
Relation = Literal["follows", "initialised_from", "distilled_from", "scaled_up_from", "takes_from"]
Source = Annotated[str, AfterValidator(_source)]
Tokens = Annotated[int, Field(ge=1, le=MAX_CONTEXT)]
Place = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(drawable)]


class Said(Part):
    """A fact and the page that states it; `source` unknown: none was found, `looked` says where."""

    short: ClassVar[str]
    """The field of which a plain value is understood."""

    source: Source | None = None
    looked: Annotated[tuple[Place, ...], Field(max_length=8)] = ()

    @model_validator(mode="after")
    def _looked_for(self) -> Self:
        if self.source == UNKNOWN and not self.looked:
            raise ValueError("a source that is unknown needs looked: where it was looked for")
        if self.looked and self.source != UNKNOWN:
            raise ValueError("where it was looked for is said of an unknown source alone")
        return self

    @model_validator(mode="before")
    @classmethod
    def _long_form(cls, value: Any) -> Any:
        return value if isinstance(value, Mapping | Part) else {cls.short: value}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        """Return the JSON Schema of the plain value or the mapping."""
        whole = handler(schema)
        plain = handler.resolve_ref_schema(whole)["properties"][cls.short]
        return {"anyOf": [{key: plain[key] for key in plain if key != "default"}, whole]}

    @property
    def page(self) -> str | None:
        """The page that states it, if one is known."""
        return None if self.source == UNKNOWN else self.source

    @property
    def plain(self) -> bool:
        """Whether nothing is said but the plain value."""
        return all(
            name == self.short or getattr(self, name) == field.default
            for name, field in type(self).model_fields.items()
        )


class Release(Said):
    """The day on which a model's weights were public, as their maker announced it.

    `by`, in its place, is the day of the first package that had the model: no day was announced.
    """

    short = "day"

    day: Annotated[date | Literal["unknown"], BeforeValidator(_day_or_unknown)] | None = None
    by: Annotated[date, BeforeValidator(_iso_date)] | None = None

    @model_validator(mode="after")
    def _one_day(self) -> Self:
        if (self.day is None) == (self.by is None):
            raise ValueError("expected either day or by")
        return self


class License(Said):
    """The licence of the weights."""

    short = "name"

    name: ShortText

    @property
    def known(self) -> str | None:
        """The licence's name, if it is known."""
        return None if self.name == UNKNOWN else self.name


class Highlight(Said):
    """A line on what is distinctive and not drawn."""

    short = "text"

    text: Sentence


class Context(Said):
    """How many tokens the weights take as they are; null: a recurrent model without a limit.

    `extended`: how many with `method`, which its maker documents, at `extended_source` where that is
    another page.
    """

    short = "native"

    native: Tokens | None
    extended: Tokens | None = None
    method: ShortText | None = None
    extended_source: Url | None = None

    @model_validator(mode="after")
    def _longer(self) -> Self:
        if self.extended is None:
            if self.method or self.extended_source:
                raise ValueError("a method needs extended, the context that it makes")
        elif not self.method:
            raise ValueError("extended needs its method")
        elif self.native is None or self.extended <= self.native:
            raise ValueError("extended must be longer than native")
        return self

    @property
    def longest(self) -> int | None:
        """The longest context that is documented."""
        return self.extended or self.native


class Ancestor(Part):
    """A model from which another stems, as the other's maker documents it.

    `model`: the name of its spec, or for one that is not bundled its name, with the `year` of its release.
    `what` was changed, or taken.
    """

    relation: Relation
    model: ShortText
    year: Annotated[int, Field(ge=2017, le=2100)] | None = None
    what: Sentence
    source: Url
