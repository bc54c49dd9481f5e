"""Rows in words: what fields are called, and values as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from archposter import units
from archposter.compare.patterns import in_words
from archposter.compare.properties import lacking
from archposter.compare.values import Row, Scalar, Share, Value, Varied, number
from archposter.spec.parts import BlockIndexer, Indexer, NgramEmbedding, Part
from archposter.spec.parts.words import word

_AT_CONTEXT = ("bytes_per_token_at_context", "total_bytes_at_context", "flops_per_token")
_BYTES = (*_AT_CONTEXT[:2], "bytes_per_token", "indexer_bytes_per_token", "state_bytes")
_FEW = 8
"""So many numbers are written out."""
_COUNTS = ("total", "active", "mtp", "flops_per_token")


def label(row: Row, tokens: int = 0) -> str:
    """Return what a row is about; `tokens` is the context that its cache or operations are of."""
    if row.field == "kind":
        return row.part
    name = row.title
    if row.field in _AT_CONTEXT and tokens:
        name += f" at {units.tokens(tokens)}"
    return name if row.part in ("", "attention", "FFN", "mixer") else f"{row.part}: {name}"


def wordings(row: Row, place: int) -> tuple[str, ...]:
    """Return the value of one model, longest wording first; there two that differ never read the same."""
    return every(row)[place]


def every(row: Row) -> list[tuple[str, ...]]:
    """Return the wordings of all models."""
    said = [_wordings(row, value) for value in row.values]
    if len({one[0] for one in said}) < len(set(row.values)):
        return [(_in_full(row, place), *one) for place, one in enumerate(said)]
    if row.field == "kind" and None in row.values:
        return [_in_layers(row, place, one) for place, one in enumerate(said)]
    return said


def _in_layers(row: Row, place: int, said: tuple[str, ...]) -> tuple[str, ...]:
    if row.values[place] is None:
        return said
    layers = f"{row.layers[place]} layer{'s' * (row.layers[place] > 1)}"
    return (*(f"{one}, {layers}" for one in said), f"in {layers}")


def _wordings(row: Row, value: Value) -> tuple[str, ...]:
    if not isinstance(value, Varied):
        return (_one(row, value),)
    words = [_one(row, entry) for entry in value.values]
    if row.field == "kind":
        return (" or ".join(sorted(set(words))),)
    return tuple(dict.fromkeys((in_words(words), *_shorter(row, value, words))))


def _in_full(row: Row, place: int) -> str:
    """Return a value exactly; of a list of numbers the first that differs from the others'."""
    value = row.values[place]
    match value:
        case tuple():
            lists = [one for one in row.values if isinstance(one, tuple) and one]
            at = next(at for at, same in enumerate(zip(*lists, strict=False)) if len(set(same)) > 1)
            return f"{_one(row, value)}, no. {at + 1}: {value[at]!r}" if value else _one(row, value)
        case Varied():
            return in_words([_exactly(row, entry) for entry in value.values])
    return _exactly(row, value)


def _exactly(row: Row, value: Scalar | Part) -> str:
    exact = value.turned if isinstance(value, Share) else number(value)
    if exact is None or not exact:
        return _one(row, value)
    return units.exact(int(exact)) if exact.denominator == 1 else repr(float(exact))


def times(ratio: Fraction | None) -> str:
    """Return a ratio as people read it: "4×", "0.54×"; nothing for none or for one that rounds to 1."""
    if ratio is None:
        return ""
    if ratio < Fraction(1, 100):
        return f"1/{units.count(round(1 / ratio))}×"
    said = f"{float(ratio):.3g}" if ratio < 1000 else units.count(round(ratio))
    return "" if said == "1" else f"{said}×"


def _shorter(row: Row, value: Varied, words: Sequence[str]) -> tuple[str, ...]:
    """Return a range of numbers, or how many layers have what."""
    numbers = sorted({exact for one in value.values if (exact := number(one)) is not None})
    if len(numbers) > 1:
        return (f"{_one(row, numbers[0])} to {_one(row, numbers[-1])}",)
    counted = [f"{words.count(one)} {one}" for one in dict.fromkeys(words)]
    return ", ".join(counted), f"{len(counted)} kinds"


def _one(row: Row, value: Scalar | Part) -> str:
    field = row.field
    match value:
        case None:
            return _absent(row)
        case bool():
            return "yes" if value else "no"
        case Part():
            return _summary(value)
        case str():
            return word(field, value)
        case tuple() if len(value) > _FEW:
            return f"{len(value)}, {min(value):g} to {max(value):g}"
        case tuple():
            return ", ".join(f"{one:.4g}" for one in value) or "none"
        case Share():
            return str(value)
    if field != "loops" and lacking(field, value):
        return "none"
    if field in _BYTES:
        return units.size(Fraction(value))
    if field in _COUNTS:
        return units.count(int(value))
    return units.exact(int(value)) if value == int(value) else f"{float(value):.4g}"


def _absent(row: Row) -> str:
    """Return the word for the lack of something; a dash where the question has no sense."""
    if any(isinstance(value, bool) for value in row.values):
        return "no"
    return "none" if row.kind == "mechanism" else "–"


def _summary(part: Part) -> str:
    """Return a part in a few words, by its main sizes."""
    match part:
        case Indexer():
            best = f"best {units.exact(part.index_topk)}"
        case BlockIndexer():
            best = f"best {units.exact(part.index_topk_blocks)} blocks"
        case NgramEmbedding():
            return f"{units.exact(part.num_tables)} tables"
        case _:
            return part.title
    return f"{units.exact(part.index_n_heads)} heads of {units.exact(part.index_head_dim)}, {best}"
