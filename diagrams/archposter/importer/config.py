"""One mapping of a config file, read key by key; a key that nobody read is refused in the end."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from archposter.diagnostics import Diagnostic, Position, SpecError, did_you_mean
from archposter.importer.ignored import ELSEWHERE, ignored, of_towers
from archposter.importer.reference import reference
from archposter.spec.faults import explained
from archposter.spec.parts import MAX_DIMENSION, MAX_LAYERS, Part
from archposter.spec.yaml import MAX_FAULTS, described, dotted

T = TypeVar("T")
P = TypeVar("P", bound=Part)

_MISSING: Final = object()
_MAX_COUNT = 2 * MAX_LAYERS
_MAX_NUMBER = 1e12
_SHORT = 7
_ALIKE = 0.9
"""Longer keys that are so much alike are one, misspelt."""
_SIZES = frozenset(
    [
        *("hidden_size", "n_embd", "d_model", "num_hidden_layers", "n_layer", "n_layers"),
        *("num_attention_heads", "n_head", "n_heads", "intermediate_size", "vocab_size"),
    ]
)
"""What every file says, under one of the names that its class reads."""


@dataclass(slots=True)
class Journal:
    """What reading one file has brought to light; a lenient one takes doubts for warnings."""

    file: str
    lenient: bool = False
    faults: list[Diagnostic] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)
    passed: list[Diagnostic] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    """The path of the key that gave a value, by the first of the spellings that were asked for."""

    def refused(self, path: str, message: str, hint: str = "") -> SpecError:
        """Return the error that ends the reading."""
        return SpecError([*self.faults, self._about(path, message, hint)])

    def doubt(self, path: str, message: str, hint: str = "") -> None:
        """Note what is not understood."""
        (self.warnings if self.lenient else self.faults).append(self._about(path, message, hint))

    def warn(self, path: str, message: str) -> None:
        """Note what the reader of a file should know."""
        self.warnings.append(self._about(path, message))

    def let_pass(self, path: str, message: str) -> None:
        """Note what changes nothing, for those who want to know all."""
        self.passed.append(self._about(path, message))

    def _about(self, path: str, message: str, hint: str = "") -> Diagnostic:
        return Diagnostic(Position(self.file), path, message, hint)


class Config:
    """A mapping with typed access.

    Every method takes a key and its other spellings; where several stand in the file they must agree.  A
    key that is not there has the value that the reference class documents (`defaults`), else the
    `default` of the call; without either it is refused.  Null counts as not there where the call
    has a default.
    """

    def __init__(
        self,
        data: Mapping[str, Any],
        journal: Journal,
        path: str = "",
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        self.data = data
        self.journal = journal
        self.path = path
        self.defaults = defaults or {}
        self._read: set[str] = set()
        self._restated: dict[str, str] = {}
        self._assumed: dict[str, Any] = {}
        self._sections: dict[str, Config] = {}
        self._text: Config | None = None
        self._towers: frozenset[str] = frozenset()
        self.kind = ""
        self.states: Mapping[str, Collection[Any]] = {}

    def has(self, *keys: str) -> bool:
        """Tell whether one of the keys has a value in the file or by default."""
        return self._find(keys)[1] not in (_MISSING, None)

    def whole(self, *keys: str, default: int | None = None, least: int = 1, most: int = MAX_DIMENSION) -> int:
        """Return a whole number from `least` to `most`."""
        key, value = self._value(keys, default, "a whole number")
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._mistyped(key, value, "a whole number")
        if not least <= value <= most:
            raise self._mistyped(key, value, f"{least:,} or more" if value < least else f"at most {most:,}")
        return value

    def optional(self, *keys: str, least: int = 0) -> int | None:
        """Return a whole number, or None where it is null or nowhere said."""
        return self.whole(*keys, least=least) if self.has(*keys) else None

    def layers(self, *keys: str) -> int:
        """Return how many layers there are: few enough to draw."""
        return self.whole(*keys, most=MAX_LAYERS)

    def number(self, *keys: str, default: float | None = None) -> float:
        """Return a number: finite, and of usual size."""
        key, value = self._value(keys, default, "a number")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._mistyped(key, value, "a number")
        if not abs(value) <= _MAX_NUMBER:
            raise self._mistyped(key, value, "a number of usual size")
        return float(value)

    def flag(self, *keys: str, default: bool | None = None) -> bool:
        """Return true or false."""
        key, value = self._value(keys, default, "true or false")
        if not isinstance(value, bool):
            raise self._mistyped(key, value, "true or false")
        return value

    def word(self, *keys: str, among: Mapping[str, T], default: str | None = None) -> T:
        """Return what one of the known words stands for."""
        key, value = self._value(keys, default, "text")
        if isinstance(value, str) and value in among:
            return among[value]
        hint = did_you_mean(value[:60], among) if isinstance(value, str) else ""
        raise self._mistyped(key, value, f"one of {', '.join(among)}", hint)

    def text(self, *keys: str, default: str | None = None) -> str:
        """Return text that is not too long to be a pattern of layers."""
        key, value = self._value(keys, default, "text")
        if not isinstance(value, str) or len(value) > 10 * MAX_LAYERS:
            raise self._mistyped(key, value, "text")
        return value

    def words(self, *keys: str, length: int, among: Iterable[str]) -> list[str] | None:
        """Return one of the known words for each layer, or None where the list is null or nowhere said."""
        if not self.has(*keys):
            return None
        known = frozenset(among)
        key, values = self._list(keys)
        self._one_each(key, values, length)
        for index, value in enumerate(values):
            if not isinstance(value, str) or value not in known:
                raise self._mistyped(key, value, f"one of {', '.join(sorted(known))}", at=(index,))
        return values

    def wholes(
        self, *keys: str, length: int | None = None, least: int = 0, most: int = MAX_DIMENSION
    ) -> list[int] | None:
        """Return whole numbers, one for each layer where `length` is given; None where nowhere said."""
        if not self.has(*keys):
            return None
        key, values = self._list(keys)
        if length is not None:
            self._one_each(key, values, length)
        for index, value in enumerate(values):
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                raise self._mistyped(key, value, "a whole number", at=(index,))
        return values

    def numbers(self, key: str, *, length: int, zero: bool = False) -> list[float]:
        """Return finite numbers above 0, or 0 (or null for it) where `zero` allows it, one for each layer."""
        _, values = self._list((key,))
        self._one_each(key, values, length)
        for index, value in enumerate(values):
            if value is None and zero:
                continue
            known = isinstance(value, int | float) and not isinstance(value, bool)
            if not known or not 0 <= value <= _MAX_NUMBER or (value == 0 and not zero):
                raise self._mistyped(key, value, "a number above 0", at=(index,))
        return [float(value or 0) for value in values]

    def amounts(self, key: str) -> tuple[float, ...]:
        """Return finite numbers above 0, however many."""
        _, values = self._list((key,))
        return tuple(self.numbers(key, length=len(values)))

    def section(self, key: str) -> Config | None:
        """Return a mapping within this one, or None where it is null or nowhere said."""
        if key not in self._sections and self.has(key):
            value = self.data.get(key)
            if not isinstance(value, dict):
                raise self._mistyped(key, value, "a mapping")
            self._sections[key] = Config(value, self.journal, self.where(key))
        return self._sections.get(key)

    def expect(self, key: str, *understood: object) -> None:
        """Read a key of which only these values are understood; to leave it out is one of them."""
        self._read.add(key)
        value = self.data.get(key)
        if value is None:
            return
        if not any(
            value == known and isinstance(value, bool) == isinstance(known, bool) for known in understood
        ):
            only = " or ".join(dict.fromkeys(map(_shown, understood)))
            self.journal.doubt(self.where(key), f"got {_shown(value)}; only {only} is understood here")

    def restate(self, key: str, value: object, by: str = "") -> None:
        """Take `value`, which the key `by` gave, "" for none, for what `key` says."""
        self.data = {**self.data, key: value}
        self._restated[key] = by

    def skip(self, *keys: str) -> None:
        """Take keys for read that have no say, given the other values."""
        self._read.update(keys)

    def towers(self, text: Config, own: frozenset[str] = frozenset()) -> None:
        """Take all but `text` for what is said of towers beside it; `own` are further keys of theirs."""
        self._text, self._towers = text, own

    def build(self, part: type[P], /, **fields: Any) -> P:
        """Return a part of the spec language; what it refuses is told of the config's key."""
        try:
            return part(**fields)
        except ValidationError as error:
            found = error.errors(include_url=False)[:MAX_FAULTS]
        raise SpecError(
            self.journal.refused(self._key_of(details["loc"]), explained(details)).diagnostics[-1]
            for details in found
        )

    def refused(self, key: str, message: str, hint: str = "") -> SpecError:
        """Return the error for a key."""
        return self.journal.refused(self.where(key), message, hint)

    def finish(self) -> None:
        """Doubt every key that was not read and matters; what repeats the text section does not."""
        unread = [key for key in self.data if key not in self._read and not self._harmless(key)]
        for key in unread[:MAX_FAULTS]:
            hint = (
                "" if key in ELSEWHERE else did_you_mean(str(key)[:60], sorted({*self._read, *self.defaults}))
            )
            self.journal.doubt(self.where(key), f"got {_shown(self.data[key])}; {self._why(key)}", hint)
        for section in self._sections.values():
            section.finish()

    def where(self, key: str) -> str:
        """Return a key's path in the file."""
        return f"{self.path}.{dotted((key,))}" if self.path else dotted((key,))

    def _harmless(self, key: str) -> bool:
        """Tell whether an unread key changes nothing.

        A key that the reference class knows must have that class's default, which the reader stands for.  One
        that no class of the type reads is let pass, unless it changes the model elsewhere.  Where there is no
        class to ask, it must be switched off.
        """
        value = self.data[key]
        if value is None or ignored(key):
            return True
        if key in ELSEWHERE:
            return not ELSEWHERE[key][0](value)
        if key in self.states:
            return any(value == one and type(value) is type(one) for one in self.states[key])
        if self._text and (of_towers(key) or key in self._towers):
            return True
        if self._text not in (None, self) and key in self._text.data:
            # the text section rules
            return True
        if key in self.defaults:
            return bool(value == self.defaults[key]) or (self.defaults[key] is None and not value)
        read = reference(self.kind) if self.kind else None
        if read is None:
            return not value
        if key in read.keys or self._is_slip(key, read.keys) or self._may_be_size(key):
            return False
        self.journal.let_pass(self.where(key), f"got {_shown(value)}; no class of {self.kind} reads the key")
        return True

    def _why(self, key: str) -> str:
        """Return why an unread key is doubted."""
        if key in ELSEWHERE:
            return ELSEWHERE[key][1]
        if self._may_be_size(key):
            size, default = next(iter(self._assumed.items()))
            return f"nothing reads the key, and {size} is missing, for which its class takes {default}"
        return "the reader of this model does not know the key"

    def _may_be_size(self, key: str) -> bool:
        """Tell whether a key may be, under another name, a size that the file leaves to its class."""
        value = self.data[key]
        return bool(self._assumed) and isinstance(value, int) and value > 1

    def _is_slip(self, key: str, known: Collection[str]) -> bool:
        """Tell whether a key is all but one that the class reads and the file does not have."""
        missing = [name for name in known if name not in self.data and abs(len(name) - len(key)) <= 1]
        if len(key) <= _SHORT or not missing:
            return False
        # Imported late: hardly a file has such a key.
        from difflib import get_close_matches

        return bool(get_close_matches(key, missing, n=1, cutoff=_ALIKE))

    def _find(self, keys: Sequence[str]) -> tuple[str, Any]:
        self._read.update(keys)
        present = [key for key in keys if key in self.data]
        said = [key for key in present if self.data[key] is not None]
        for other in said[1:]:
            if self.data[other] != self.data[said[0]]:
                shown = _shown(self.data[other])
                raise self.refused(other, f"got {shown}, but {said[0]} is {_shown(self.data[said[0]])}")
        if present:
            key = (said or present)[0]
            return key, self.data[key]
        known = next((key for key in keys if key in self.defaults), keys[0])
        return known, self.defaults.get(known, _MISSING)

    def _value(self, keys: Sequence[str], default: object, wanted: str) -> tuple[str, Any]:
        key, value = self._find(keys)
        by = self._restated.get(key, key)
        if by and self.data.get(key) is not None:
            self.journal.said[keys[0]] = self.where(by)
        if value is _MISSING or value is None:
            if default is not None:
                return key, default
            if value is _MISSING:
                raise self.refused(key, f"missing; expected {wanted}")
        elif key in _SIZES and key not in self.data:
            self._assumed[key] = value
        return key, value

    def _list(self, keys: Sequence[str]) -> tuple[str, list[Any]]:
        key, value = self._find(keys)
        if not isinstance(value, list):
            raise self._mistyped(key, value, "a list")
        if len(value) > _MAX_COUNT:
            raise self.refused(key, f"{len(value):,} entries; expected at most {_MAX_COUNT:,}")
        return key, value

    def _one_each(self, key: str, values: list[Any], length: int) -> None:
        if len(values) != length:
            raise self.refused(key, f"{len(values):,} entries for {length:,} layers")

    def _mistyped(
        self, key: str, value: object, expected: str, hint: str = "", at: tuple[int, ...] = ()
    ) -> SpecError:
        path = self.where(key) + "".join(f"[{index}]" for index in at)
        return self.journal.refused(path, f"got {_shown(value)}, expected {expected}", hint)

    def _key_of(self, location: tuple[int | str, ...]) -> str:
        names = [step for step in location if isinstance(step, str)]
        return self.where(names[-1]) if names else self.path


def _shown(value: Any) -> str:
    """Return a value as an error message names it: short, whatever it is."""
    match value:
        case bool() | str() | None:
            return described(value)
        case int() if abs(value) >= 10**30:
            return "a number of more than 30 digits"
        case int() | float():
            return f"{value}"
        case list():
            return "a list"
    return "a mapping" if isinstance(value, dict) else type(value).__name__
