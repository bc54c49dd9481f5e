"""Rows in words: what fields are called, and values as people read them."""

from __future__ import annotations

from fractions import Fraction

from archposter import units
from archposter.compare.patterns import in_words
from archposter.compare.properties import lacking
from archposter.compare.summaries import summary
from archposter.compare.values import Row, Scalar, Varied, number
from archposter.spec.parts import Part
from archposter.spec.parts.words import word

_MAY_LACK = (
    "kind",
    "rope_scaling",
    "indexer",
    "ngram",
    "dense_head",
    "qk_norm",
    "gate",
    "gate_bias",
    "sinks",
    "conv",
    "inner_norms",
    "norm",
    "shared_experts",
    "zero_experts",
    "latent",
    "mlp",
    "correction_bias",
)
"""Fields of which None is a value; of all others it means that the question has no sense."""
_AT_CONTEXT = ("bytes_per_token_at_context", "total_bytes_at_context", "flops_per_token")
_BYTES = (*_AT_CONTEXT[:2], "bytes_per_token", "indexer_bytes_per_token", "state_bytes")
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
    """Return the value of one model, longest wording first."""
    value = row.values[place]
    if row.field == "kind" and value is not None:
        return _kind(row, place)
    if isinstance(value, Varied):
        said = [_one(row.field, entry) for entry in value.values]
        return tuple(dict.fromkeys((in_words(said), *_shorter(row.field, value))))
    return (_one(row.field, value),)


def _kind(row: Row, place: int) -> tuple[str, ...]:
    """Return what parts are; where a model has none, also in how many layers the other has them."""
    value = row.values[place]
    said = {_one(row.field, one) for one in (value.values if isinstance(value, Varied) else (value,))}
    short = {words.split(",")[0] for words in said}
    names = said if len(said) == 1 else short
    if None not in row.values:
        return " or ".join(sorted(names)), " or ".join(sorted(short))
    layers = f"{row.layers[place]} layer{'s' * (row.layers[place] > 1)}"
    return *(f"{' or '.join(sorted(one))}, {layers}" for one in (names, short)), f"in {layers}"


def times(ratio: Fraction | None) -> str:
    """Return a ratio as people read it: "4×", "0.54×"; nothing for none or for one that rounds to 1."""
    if ratio is None:
        return ""
    if ratio < Fraction(1, 100):
        return f"1/{units.count(round(1 / ratio))}×"
    said = f"{float(ratio):.3g}" if ratio < 1000 else units.count(round(ratio))
    return "" if said == "1" else f"{said}×"


def _shorter(field: str, value: Varied) -> tuple[str, ...]:
    """Return a range of numbers, or how many layers have what."""
    numbers = sorted({exact for one in value.values if (exact := number(one)) is not None})
    if len(numbers) > 1:
        return (f"{_one(field, numbers[0])} to {_one(field, numbers[-1])}",)
    said = [_one(field, one) for one in value.values]
    counted = [f"{said.count(one)} {one}" for one in dict.fromkeys(said)]
    return ", ".join(counted), f"{len(counted)} kinds"


def _one(field: str, value: Scalar | Part) -> str:
    match value:
        case None:
            return "none" if field in _MAY_LACK else "–"
        case bool():
            return "yes" if value else "no"
        case Part():
            return summary(value)
        case str():
            return word(field, value)
    if field != "loops" and lacking(field, value):
        return "none"
    if field in _BYTES:
        return units.size(Fraction(value))
    if field in _COUNTS:
        return units.count(int(value))
    if isinstance(value, int):
        return units.exact(value)
    if field == "partial_rotary_factor":
        return f"{float(value):.3g}"
    return units.exact(int(value)) if value == int(value) else f"{float(value):.4g}"
