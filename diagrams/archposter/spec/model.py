"""`ArchSpec`: what a person writes.  Flat and complete; layers as nested repeats."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from archposter.spec.parts import (
    MAX_DIMENSION,
    MAX_LAYERS,
    Dimension,
    Ffn,
    Learned,
    Mixer,
    Norm,
    Part,
    SoftmaxMixer,
)
from archposter.text.metrics import missing_characters

_URL = re.compile(r"https://[^\s\"'<>\\^`{|}]{3,400}\Z")


def _drawable(value: str) -> str:
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


def _iso_date(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("expected a date as 2024-12-26")


Location = tuple[str | int, ...]
Placement = Literal["pre", "post", "sandwich"]
Words = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_drawable)]
Sentence = Annotated[str, Field(min_length=1, max_length=90), AfterValidator(_drawable)]
Url = Annotated[str, AfterValidator(_url)]


class LayerSpec(Part):
    """One layer: a mixer, an ffn or both; `placement` says where their norms stand."""

    mixer: Mixer | None = None
    ffn: Ffn | None = None
    placement: Placement | None = None
    parallel: bool = False

    @model_validator(mode="after")
    def _has_parts(self) -> Self:
        if self.mixer is None and self.ffn is None:
            raise ValueError("expected a mixer, an ffn or both")
        if self.parallel and (self.mixer is None or self.ffn is None):
            raise ValueError("a parallel layer needs a mixer and an ffn")
        return self


class Entry(Part):
    """A layer, or a nested stack, `repeat` times."""

    repeat: Annotated[int, Field(ge=1, le=MAX_LAYERS)] = 1
    layer: LayerSpec | None = None
    stack: Annotated[tuple[Entry, ...], Field(min_length=1, max_length=MAX_LAYERS)] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.layer is None) == (self.stack is None):
            raise ValueError("expected either layer or stack")
        return self

    @property
    def num_layers(self) -> int:
        """How many layers the entry unfolds to."""
        return self.repeat * (sum(entry.num_layers for entry in self.stack) if self.stack else 1)


class NormSpec(Norm):
    """The model's norm, and where the layers have theirs."""

    placement: Placement = "pre"


class EmbeddingSpec(Part):
    """Learned positions: `max_position_embeddings` rows."""

    position: Literal["none", "learned"] = "none"
    max_position_embeddings: Annotated[int, Field(ge=0, le=MAX_DIMENSION)] = 0

    @model_validator(mode="after")
    def _table(self) -> Self:
        if (self.position == "learned") != (self.max_position_embeddings > 0):
            raise ValueError("learned positions need max_position_embeddings, and only they have it")
        return self


class OutputSpec(Part):
    """The output layer; `tied`: it is the embedding table."""

    tied: bool


class MtpSpec(Part):
    """Multi-token prediction modules."""

    num_nextn_predict_layers: Annotated[int, Field(ge=1, le=16)] = 1
    layer: LayerSpec


class Links(Part):
    """Where the facts come from."""

    config: Url | None = None
    report: Url | None = None


class ArchSpec(Part):
    """A whole model, as its file says it."""

    name: Words
    size: Annotated[str, Field(max_length=20), AfterValidator(lambda v: _drawable(v) if v else v)] = ""
    developer: Words | None = None
    family: Words = Field(default_factory=lambda data: data.get("developer") or data.get("name"))
    released: Annotated[date, BeforeValidator(_iso_date)] | None = None
    license: Words | None = None
    links: Links = Links()
    highlights: Annotated[tuple[Sentence, ...], Field(max_length=3)] = ()
    context_length: Dimension
    vocab_size: Dimension
    hidden_size: Dimension
    norm: NormSpec = NormSpec()
    embedding: EmbeddingSpec = EmbeddingSpec()
    output: OutputSpec
    define: Any = None
    stack: Annotated[tuple[Entry, ...], Field(min_length=1, max_length=MAX_LAYERS)]
    mtp: MtpSpec | None = None

    @model_validator(mode="after")
    def _layers(self) -> Self:
        total = sum(entry.num_layers for entry in self.stack)
        if total > MAX_LAYERS:
            raise ValueError(f"the stack has {total:,} layers; at most {MAX_LAYERS:,} can be drawn")
        return self

    @model_validator(mode="after")
    def _learned_positions(self) -> Self:
        rows = self.embedding.max_position_embeddings
        users = tuple(_learned(self.stack, ("stack",)))
        faults: list[tuple[Location, str]] = []
        if not rows:
            faults += [(user, "learned positions need a table; embedding has none") for user in users]
        elif not users:
            faults.append((("embedding",), "no layer uses the learned positions"))
        elif self.context_length > rows:
            message = f"context_length {self.context_length:,} is longer than the {rows:,} learned positions"
            faults.append((("context_length",), message))
        if faults:
            raise ValidationError.from_exception_data(
                type(self).__name__,
                [
                    InitErrorDetails(type="value_error", loc=loc, input=None, ctx={"error": ValueError(text)})
                    for loc, text in faults
                ],
            )
        return self


def _learned(stack: tuple[Entry, ...], location: Location) -> Iterator[Location]:
    """Yield where layers use learned positions, as pydantic writes locations: with the kinds of unions."""
    for index, entry in enumerate(stack):
        here = (*location, index)
        if entry.stack is not None:
            yield from _learned(entry.stack, (*here, "stack"))
        mixer = entry.layer.mixer if entry.layer else None
        if isinstance(mixer, SoftmaxMixer) and isinstance(mixer.position, Learned):
            yield (*here, "layer", "mixer", mixer.kind, "position")
