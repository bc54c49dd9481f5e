"""Conditions on a model's facts: "decoder_type=hybrid", "active<=40B", "released>=2026-01-01".

    condition  = field operator value
    operator   = "=" | "!=" | "<" | "<=" | ">" | ">="

Texts are compared without regard to case.  A decoder type is named whole ("sparse-moe", "dense") or by
a word that several share ("hybrid", "sparse").  Numbers may end in what `units` has for parameters,
tokens or bytes.  A date may be a year or a month: it then stands for
all its days.  What a model does not have or say meets no condition but "!="; a context without limit is
larger than any number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from math import inf
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, NamedTuple

from archposter import units
from archposter.counts.facts import Facts
from archposter.diagnostics import UsageError, did_you_mean, printable
from archposter.spec.arch import Arch

DECODER_TYPES: Final = (
    *("dense", "sparse-moe", "dense-hybrid", "sparse-hybrid"),
    *("recurrent", "sparse-recurrent"),
)

_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "!=": ne,
    "<=": le,
    ">=": ge,
    "=": eq,
    "<": lt,
    ">": gt,
}
_CONDITION: Final = re.compile(r"\s*([A-Za-z_]*)\s*(!=|<=|>=|==?|<|>)\s*(.*?)\s*\Z", re.DOTALL)
_DATE: Final = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?\Z")

Test = Callable[[Arch, Facts], bool]


class _Number(NamedTuple):
    """A field that holds a number; `suffixes` are what its values may end in."""

    read: Callable[[Arch, Facts], float | Fraction]
    suffixes: dict[str, int]


_NUMBERS: Final = {
    "parameters": _Number(lambda arch, facts: facts.parameters.total, units.PARAMETERS),
    "active": _Number(lambda arch, facts: facts.parameters.active, units.PARAMETERS),
    "kv": _Number(lambda arch, facts: facts.kv_cache.bytes_per_token_at_context, units.BYTES),
    "context": _Number(lambda arch, facts: arch.longest_context or inf, units.TOKENS),
    "layers": _Number(lambda arch, facts: len(facts.layers), {}),
    "hidden_size": _Number(lambda arch, facts: facts.hidden_size, {}),
    "vocab_size": _Number(lambda arch, facts: facts.vocab_size, {}),
}
_TEXTS: Final[dict[str, Callable[[Arch], str | None]]] = {
    "name": lambda arch: arch.title,
    "developer": lambda arch: arch.developer,
    "family": lambda arch: arch.family,
    "license": lambda arch: arch.license,
}
_SETS: Final[dict[str, Callable[[Facts], set[str | None]]]] = {
    "mixer": lambda facts: {layer.mixer for layer in facts.layers},
    "ffn": lambda facts: {layer.ffn for layer in facts.layers},
}
FIELDS: Final = ("decoder_type", *_TEXTS, *_NUMBERS, "released", *_SETS)


def condition(words: str) -> Test:
    """Return the test that a condition stands for.

    Raises `UsageError` for another form, an unknown field, a comparison that the field does not allow
    and a value that it cannot have.
    """
    match = _CONDITION.match(words)
    if not match:
        raise UsageError(
            f"condition {printable(words)}: expected FIELD=VALUE, or !=, <, <=, >, >= in place of ="
        )
    name, sign, value = match[1].lower(), match[2].replace("==", "="), match[3]
    if name not in FIELDS:
        hint = did_you_mean(name, FIELDS)
        raise UsageError(
            f"condition {printable(words)}: unknown field {printable(match[1])}: expected "
            f"{', '.join(FIELDS)}" + (f"; {hint}" if hint else "")
        )
    if name in _NUMBERS:
        return _number(_NUMBERS[name], sign, value, words)
    if name == "released":
        return _released(sign, value, words)
    if sign not in ("=", "!="):
        raise UsageError(f"condition {printable(words)}: {name} is a text: expected = or !=")
    if name == "decoder_type":
        return _decoder_type(sign, value, words)
    wanted, wish = value.casefold(), sign == "="
    if name in _SETS:
        kinds = _SETS[name]
        return lambda arch, facts: (wanted in kinds(facts)) is wish
    text = _TEXTS[name]
    return lambda arch, facts: ((text(arch) or "").casefold() == wanted) is wish


def made_by(who: str) -> Test:
    """Return the test for a developer or a family of models: people say "Qwen" for either."""
    wanted = who.casefold()
    return lambda arch, facts: wanted in ((arch.developer or "").casefold(), arch.family.casefold())


def _number(field: _Number, sign: str, value: str, words: str) -> Test:
    limit = units.parse(value, field.suffixes)
    if limit is None:
        known = ", ".join(field.suffixes)
        raise UsageError(
            f"condition {printable(words)}: got {printable(value)}, expected a number"
            + (f", which may end in {known}" if known else "")
        )
    compare = _OPERATORS[sign]
    return lambda arch, facts: compare(field.read(arch, facts), limit)


def _released(sign: str, value: str, words: str) -> Test:
    match = _DATE.match(value)
    if not match:
        raise UsageError(
            f"condition {printable(words)}: got {printable(value)}, expected a date such as 2026-01-31"
        )
    compare = _OPERATORS[sign]

    def test(arch: Arch, facts: Facts) -> bool:
        day = arch.released
        # As long as the date that was given: all days of a month or year compare as equal to it.
        return compare(day.isoformat()[: len(value)], value) if day else sign == "!="

    return test


def _decoder_type(sign: str, value: str, words: str) -> Test:
    wanted = re.sub(r"[ _]", "-", value.lower())
    if wanted in DECODER_TYPES:
        types = {wanted}
    else:
        types = {kind for kind in DECODER_TYPES if wanted in kind.split("-")}
    if not types:
        known = (*DECODER_TYPES, "sparse", "hybrid", "moe")
        hint = did_you_mean(wanted, known)
        raise UsageError(
            f"condition {printable(words)}: unknown decoder type {printable(value)}: expected "
            f"{', '.join(known)}" + (f"; {hint}" if hint else "")
        )
    return lambda arch, facts: (facts.decoder_type in types) is (sign == "=")
