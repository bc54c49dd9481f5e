"""The language and the records of models as data: what `where.js` reads."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf
from typing import Any

from archposter.search.language import CALLED, DATES, KINDS, LONGEST, MODELS, NUMBERS
from archposter.search.record import DECODER_TYPES, DECODER_WORDS, NAMES, Record


def export(models: Sequence[Record]) -> dict[str, Any]:
    """Return the language's fields, and the records with each name once: as places in the list `words`.

    A number is null where it is without limit.
    """
    words = sorted({word for model in models for field in NAMES for word in model.names[field]})
    place = {word: number for number, word in enumerate(words)}
    return {
        "language": {
            "names": list(NAMES),
            "numbers": {field: dict(suffixes) for field, suffixes in NUMBERS.items()},
            "dates": dict(DATES),
            "models": list(MODELS),
            "kinds": list(KINDS),
            "decoders": [*DECODER_TYPES, *DECODER_WORDS],
            "called": dict(CALLED),
            "longest": LONGEST,
        },
        "words": words,
        "models": [
            {
                "name": model.name,
                "released": model.released.isoformat() if model.released else None,
                "numbers": {field: _plain(number) for field, number in model.numbers.items()},
                "names": {field: sorted(place[word] for word in model.names[field]) for field in NAMES},
            }
            for model in models
        ],
    }


def _plain(number: int | float | Fraction) -> int | float | None:
    if number == inf:
        return None
    return int(number) if number == int(number) else float(number)
