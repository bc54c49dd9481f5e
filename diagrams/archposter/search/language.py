"""The language of queries: conditions that a model must all meet.

    query     = { ["-"] ( condition | word ) }
    condition = field sign value
    sign      = ":" | "=" | "!=" | "<" | "<=" | ">" | ">="

After ":" names may be alternatives, "dev:qwen,google", each a word or in quotes; after "=" a name reaches to
the next condition.  `docs/search.md` says what the fields are; `where.js` reads the same in a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, NamedTuple

from archposter import units
from archposter.diagnostics import UsageError, printable
from archposter.search.names import matching, nearest, tokens, within
from archposter.search.record import DECODER_TYPES, DECODER_WORDS, NAMES, Record

NUMBERS: Final[Mapping[str, Mapping[str, int]]] = {
    "parameters": units.PARAMETERS,
    "active": units.PARAMETERS,
    "kv": units.BYTES,
    "cache": units.BYTES,
    "context": units.TOKENS,
    "layers": {},
    "hidden_size": {},
    "vocab_size": {},
}
"""Fields that are numbers, and what their values may end in."""
DATES: Final[Mapping[str, str]] = {"released": "", "since": ">=", "before": "<"}
"""Fields that are days, and the comparison that their name means."""
MODELS: Final = ("of", "nearest", "same")
"""Fields that are names of models."""
KINDS: Final = ("kind", "decoder_type")
"""Fields that know all types of decoders."""
FIELDS: Final = (*NAMES, *NUMBERS, *DATES)
CALLED: Final = {
    "dev": "developer or family",
    "decoder_type": "decoder type",
    **dict.fromkeys(("has", "new"), "mechanism"),
    **dict.fromkeys(("name", *MODELS), "model"),
}
"""What names are of, where the field does not say it."""
LONGEST: Final = 1000
"""Characters of a query."""

_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "!=": ne,
    "<=": le,
    ">=": ge,
    "=": eq,
    "<": lt,
    ">": gt,
}
_HEAD: Final = re.compile(r"(-?)([A-Za-z_]+)\s*(!=|<=|>=|==?|<|>|:)\s*")
_TO_NEXT: Final = re.compile(r"(.*?)(?=\s+-?[A-Za-z_]+\s*(?:!=|<=|>=|==?|<|>|:)|\s*\Z)", re.DOTALL)
_TO_BLANK: Final = re.compile(r"\S*")
_WORD: Final = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_ALTERNATIVES: Final = re.compile(r'(?:"[^"]*"?|[^\s"])*')
_ALTERNATIVE: Final = re.compile(r'"([^"]*)"?|([^",]+)')
_DATE: Final = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?\Z", re.ASCII)

Test = Callable[[Record], bool]


class Term(NamedTuple):
    """A condition, or with an empty field a word; `values` are alternatives, `said` how it was written."""

    field: str
    sign: str
    values: tuple[str, ...]
    negated: bool
    said: str


def search(query: str, models: Sequence[Record]) -> list[bool]:
    """Return which of the models meet a query; an empty one is met by all.

    Raises `UsageError` for an unknown field, a sign or value that it cannot have, and a name that none of
    the models has.
    """
    tests = [_test(term, models) for term in terms(query)]
    return [all(test(model) for test in tests) for model in models]


def terms(query: str) -> list[Term]:
    """Return the conditions and words of a query; raise `UsageError` for an unknown field or sign."""
    if len(query) > LONGEST:
        raise UsageError(f"a query has at most {LONGEST:,} characters")
    found, at = [], len(query) - len(query.lstrip())
    while at < len(query):
        head = _HEAD.match(query, at)
        if head:
            term, end = _condition(query, head)
        else:
            match = _WORD.match(query, at)
            assert match is not None
            end = match.end()
            term = Term("", ":", (match[2] or match[3] or "",), bool(match[1]), match[0])
        found.append(term)
        at = len(query) - len(query[end:].lstrip())
    return found


def _condition(query: str, head: re.Match[str]) -> tuple[Term, int]:
    field, sign, at = head[2].lower(), head[3].replace("==", "="), head.end()
    if field not in FIELDS:
        message = f"unknown field {printable(head[2])}: expected {', '.join(FIELDS)}"
        raise _ConditionError(head[0] + _matched(_TO_BLANK, query, at), message, nearest(field, FIELDS))
    if field in NAMES:
        pattern = _ALTERNATIVES if sign == ":" else _TO_NEXT
    else:
        pattern = _number_pattern(NUMBERS[field]) if field in NUMBERS else _TO_BLANK
    text = _matched(pattern, query, at)
    said = query[head.start() : at] + text
    values: tuple[str, ...] = (text.strip('"'),)
    if field in NAMES:
        if sign not in (":", "=", "!="):
            raise _ConditionError(said, f"{field} is a name: expected :, = or !=")
        if sign == ":":
            values = tuple(quoted or bare for quoted, bare in _ALTERNATIVE.findall(text)) or ("",)
    elif DATES.get(field) and sign not in (":", "="):
        raise _ConditionError(said, f"{field} has its comparison in its name: expected {field}:DATE")
    return Term(field, sign, values, bool(head[1]), said), at + len(text)


def _matched(pattern: re.Pattern[str], text: str, at: int) -> str:
    """Return what a pattern that may be empty matches."""
    match = pattern.match(text, at)
    return match[0] if match else ""


def _number_pattern(suffixes: Mapping[str, int]) -> re.Pattern[str]:
    """Return the pattern of a number and its suffix, which a blank may part, else of a word."""
    after = f"(?: ?(?:{'|'.join(suffixes)}))?" if suffixes else ""
    return re.compile(rf"[0-9][0-9.,]*{after}(?=\s|\Z)|\S*", re.IGNORECASE)


class _ConditionError(UsageError):
    """A condition that makes no sense: what was expected, and what may have been meant."""

    def __init__(self, said: str, message: str, meant: str = "") -> None:
        hint = f'; did you mean "{meant}"?' if meant else ""
        super().__init__(f"condition {printable(said)}: {message}{hint}")


# ---- tests


def _test(term: Term, models: Sequence[Record]) -> Test:
    if term.field in NUMBERS:
        test = _number(term)
    elif term.field in DATES:
        test = _released(term)
    elif term.field:
        test = _named(term, models)
    else:
        test = _word(term, models)
    if term.negated:
        return lambda model: not test(model)
    return test


def _number(term: Term) -> Test:
    field, sign, value = term.field, term.sign.replace(":", "="), term.values[0]
    limit = units.parse(value, NUMBERS[field])
    if limit is None:
        known = ", ".join(NUMBERS[field])
        may = f", which may end in {known}" if known else ""
        raise _ConditionError(term.said, f"got {printable(value)}, expected a number{may}")
    compare, wanted = _OPERATORS[sign], Fraction(limit)
    return lambda model: compare(model.numbers[field], wanted)


def _released(term: Term) -> Test:
    value = term.values[0]
    if not _DATE.match(value):
        raise _ConditionError(term.said, f"got {printable(value)}, expected a date such as 2026-01-31")
    sign = DATES[term.field] or term.sign.replace(":", "=")
    compare = _OPERATORS[sign]

    def test(model: Record) -> bool:
        day: date | None = model.released
        # As long as the date that was given: all days of a month or year compare as equal to it.
        return compare(day.isoformat()[: len(value)], value) if day else sign == "!="

    return test


def _named(term: Term, models: Sequence[Record]) -> Test:
    field, wish = term.field, term.sign != "!="
    known = _known(field, models)
    wanted: set[str] = set()
    for value in term.values:
        found = matching(value, known)
        if not found:
            message = f"unknown {CALLED.get(field, field)} {printable(value)}"
            raise _ConditionError(term.said, message, nearest(value, known))
        wanted |= found
    return lambda model: (not wanted.isdisjoint(model.names[field])) is wish


def _known(field: str, models: Sequence[Record]) -> set[str]:
    """Return the names that a field may have."""
    known = {name for model in models for name in model.names[field]}
    if field in MODELS:
        return known | {model.name for model in models}
    if field in KINDS:
        return known | {*DECODER_TYPES, *DECODER_WORDS}
    if field == "new":
        return known | _known("has", models)
    return known


def _word(term: Term, models: Sequence[Record]) -> Test:
    """Return the test of a word: within a name, or in that of a developer or family."""
    value = term.values[0]
    if not tokens(value):
        raise _ConditionError(term.said, "expected FIELD:VALUE, FIELD<VALUE or a word of a name")
    known = {name for model in models for field in ("name", "dev") for name in model.names[field]}
    found = {name for name in known if within(value, name)}
    if not found:
        message = f"no model, developer or family is called {printable(value)}"
        raise _ConditionError(term.said, message, _meant(value, known, models))
    return lambda model: any(not found.isdisjoint(model.names[field]) for field in ("name", "dev"))


def _meant(value: str, names: Iterable[str], models: Sequence[Record]) -> str:
    """Return the condition that a word in no name may stand for, or the name that is nearest."""
    if value.lower() in FIELDS:
        return f"{value.lower()}:VALUE"
    for field in ("kind", "has"):
        if matching(value, _known(field, models)):
            return f"{field}:{'-'.join(tokens(value))}"
    if name := nearest(value, names):
        return name
    kind = nearest(value, _known("kind", models))
    return f"kind:{kind}" if kind else ""
