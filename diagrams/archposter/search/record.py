"""What can be asked of a model, as plain data: numbers, a day, and names by field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import Final

from archposter.blocks.naming import views
from archposter.blocks.terms import TERMS
from archposter.blocks.tree import Wordings
from archposter.counts.cache import cache
from archposter.counts.facts import COMMON_CONTEXT, Facts
from archposter.relate.nearest import PARENTS, corpus
from archposter.relate.signature import Signature, signature
from archposter.relate.signature import slot as slot_of
from archposter.relate.unlike import Relatives, relatives
from archposter.spec.arch import Arch

DECODER_TYPES: Final = (
    *("dense", "sparse-moe", "dense-hybrid", "sparse-hybrid"),
    *("recurrent", "sparse-recurrent"),
)
DECODER_WORDS: Final = ("sparse", "hybrid", "moe")
"""Words that several types share."""


@dataclass(frozen=True, slots=True)
class Record:
    """A model's answers.  `numbers` and `names` are by field; a context without limit is infinite.

    The `names` of a field are found when it is first asked for; of models they are those of their specs.
    """

    name: str
    released: date | None
    numbers: Mapping[str, int | float | Fraction]
    names: Mapping[str, frozenset[str]]


def records(models: Iterable[tuple[str, Arch, Facts]]) -> list[Record]:
    """Return the records of models, each with its name, in their order."""
    found = [_Model(*model) for model in models]
    equal = _Equal(found)
    return [
        Record(model.name, model.arch.released, _numbers(model.arch, model.facts), _Names(model, equal))
        for model in found
    ]


def _numbers(arch: Arch, facts: Facts) -> dict[str, int | float | Fraction]:
    return {
        "parameters": facts.parameters.total,
        "active": facts.parameters.active,
        "kv": facts.kv_cache.bytes_per_token_at_context,
        "cache": cache(arch, COMMON_CONTEXT).total_bytes_at_context,
        "context": arch.longest_context or inf,
        "layers": len(facts.layers),
        "hidden_size": facts.hidden_size,
        "vocab_size": facts.vocab_size,
    }


# ---- names


@dataclass(frozen=True)
class _Model:
    """A model, and what several fields ask of it."""

    name: str
    arch: Arch
    facts: Facts

    @cached_property
    def signed(self) -> tuple[Signature, Mapping[str, str]]:
        return signature(self.arch)

    @cached_property
    def relatives(self) -> Relatives:
        return relatives(self.arch)

    @cached_property
    def decoder(self) -> set[str]:
        """Its type, and the words that several types share; one that is itself a type is only that."""
        whole = self.facts.decoder_type
        return {whole, *(word for word in whole.split("-") if word not in DECODER_TYPES)}

    def kinds(self, slot: str) -> set[str]:
        """Return the kinds of its mixers or FFNs, all of a layer's, by their names in specs."""
        return {
            getattr(part, "variant", part.kind) for part in self.arch.part_counts if slot_of(part) == slot
        }


class _Equal:
    """Names of models of the same architecture, the bundled ones among them."""

    def __init__(self, models: Sequence[_Model]) -> None:
        self._models = models

    @cached_property
    def _by_digest(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        known = [(other.digest, other.name) for other in corpus().models]
        for digest, name in (*known, *((model.signed[0].digest, model.name) for model in self._models)):
            found.setdefault(digest, set()).add(name)
        return found

    def to(self, model: _Model) -> set[str]:
        return self._by_digest[model.signed[0].digest]


class _Names(dict[str, frozenset[str]]):
    """Names by field, each found when it is first asked for."""

    def __init__(self, model: _Model, equal: _Equal) -> None:
        super().__init__()
        self._model, self._equal = model, equal

    def __missing__(self, field: str) -> frozenset[str]:
        names = self._equal.to(self._model) if field == "same" else _NAMES[field](self._model)
        self[field] = frozenset(filter(None, names))
        return self[field]


def _terms(path: str) -> Wordings:
    """Return the published names of what is last in a path."""
    return TERMS.get(path.replace("=", "/").rpartition("/")[2], ())


def _mechanisms(model: _Model) -> Iterator[str]:
    """Yield what a model's mechanisms and parts are called, by all the names that its card may use."""
    own, titles = model.signed
    for path in (*own.mechanisms, *own.kinds):
        yield titles[path]
        yield from _terms(path)
    for view in views(model.arch).values():
        yield from view.names


def _new(model: _Model) -> Iterator[str]:
    """Yield what the card says is new, by all names."""
    unlike, titles = model.relatives.unlike, model.signed[1]
    if unlike:
        yield from unlike.new
        for path in unlike.paths:
            if titles[path] in unlike.new:
                yield from _terms(path)


def _ancestors(model: _Model) -> set[str]:
    """Return the models from which one descends by their makers' word, at any remove."""
    known = {other.name: other.parents for other in corpus().models}
    found: set[str] = set()
    more = [one.model for one in model.arch.lineage if one.relation in PARENTS]
    while more:
        parent = more.pop()
        if parent not in found:
            found.add(parent)
            more += known.get(parent, ())
    return found


_NAMES: Final[Mapping[str, Callable[[_Model], Iterable[str | None]]]] = {
    "name": lambda model: (model.arch.title, model.name),
    "dev": lambda model: (model.arch.developer, model.arch.family),
    "developer": lambda model: (model.arch.developer,),
    "family": lambda model: (model.arch.family,),
    "license": lambda model: (model.arch.license,),
    "kind": lambda model: model.decoder | model.kinds("mixer") | model.kinds("ffn"),
    "decoder_type": lambda model: model.decoder,
    "mixer": lambda model: model.kinds("mixer"),
    "ffn": lambda model: model.kinds("ffn"),
    "has": _mechanisms,
    "new": _new,
    "of": _ancestors,
    "nearest": lambda model: [other.name for other, _ in model.relatives.nearest],
}
NAMES: Final = (*_NAMES, "same")
"""The fields that are names."""
