"""`archposter.toml`: the pictures of a folder.

    models = ["deepseek-v3", "specs/mine.yaml"]   # bundled names, spec files, config.json files
    style = ["paper", "ink"]
    format = "svg"

`style`, `variant` and `format` are one word or a list; a picture is drawn for every combination.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from archposter import bundled
from archposter.diagnostics import Diagnostic, Position, SpecError, UsageError, did_you_mean, printable
from archposter.kinds import (
    DEFAULT_STYLE,
    FORMATS,
    TEXT_MODES,
    VARIANTS,
    Format,
    TextMode,
    Variant,
    file_stem,
)

NAME = "archposter.toml"
MAX_BYTES = 2**16

_KEYS = ("models", "style", "variant", "format", "text")
_PLAIN_NAME = re.compile(r"[^\W_][\w .+-]*\Z")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One picture: the model's file and how it is drawn."""

    source: Path
    style: str
    variant: Variant
    format: Format
    text: TextMode

    @property
    def stem(self) -> str:
        """The name without an ending: the model's, and of style and variant what is not the default."""
        return file_stem(bundled.slug(self.source), self.variant, self.style)

    @property
    def name(self) -> str:
        """The picture's file name."""
        return f"{self.stem}.{self.format}"


def read_manifest(folder: Path) -> tuple[Wanted, ...]:
    """Return the pictures of a folder, in the manifest's order; models are found from that folder.

    Raises UsageError where there is no manifest and SpecError for everything that is wrong in it.
    """
    path = folder / NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        hint = 'write one that says: models = ["deepseek-v3"]'
        raise UsageError(f"{path}: no such file; {hint}") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from None
    return _Reader(str(path), folder, content).entries()


class _Reader:
    def __init__(self, file: str, folder: Path, content: bytes) -> None:
        self._file, self._folder = file, folder
        self._faults: list[Diagnostic] = []
        if len(content) > MAX_BYTES:
            raise self._refused(f"{len(content):,} bytes; a manifest has at most {MAX_BYTES:,}")
        try:
            self._text = content.decode("utf-8-sig")
            self._data = tomllib.loads(self._text)
        except UnicodeDecodeError as error:
            raise self._refused("not UTF-8 text", content[: error.start].count(b"\n") + 1) from None
        except tomllib.TOMLDecodeError as error:
            message, line, column = _syntax(str(error))
            raise self._refused(f"not TOML: {message}", line, column) from None
        except RecursionError:
            raise self._refused("nested too deep") from None

    def entries(self) -> tuple[Wanted, ...]:
        for key in self._data:
            if key not in _KEYS:
                self._fault(key, f"unknown key; expected {', '.join(_KEYS)}", did_you_mean(key, _KEYS))
        sources = {source: model for model in self._words("models", None) if (source := self._source(model))}
        styles = self._chosen("style", bundled.style_names(), DEFAULT_STYLE)
        variants = self._chosen("variant", VARIANTS, VARIANTS[0])
        formats = self._chosen("format", FORMATS, FORMATS[0])
        texts = self._chosen("text", TEXT_MODES, TEXT_MODES[0])
        if len(texts) > 1:
            self._fault("text", "expected one of live and outlines, not both")
        if self._faults:
            raise SpecError(self._faults)
        entries = tuple(
            Wanted(source, style, variant, format_, texts[0])
            for source, variant, style, format_ in product(sources, variants, styles, formats)
        )
        self._one_name_each(entries, sources)
        if self._faults:
            raise SpecError(self._faults)
        return entries

    def _source(self, model: str) -> Path | None:
        try:
            path = bundled.model_path(model)
        except UsageError as error:
            self._fault("models", str(error), token=model)
            return None
        # The title of a config without a name is its folder's: found alike from wherever the check runs.
        found = Path(os.path.abspath(self._folder / path))
        try:
            there = found.is_file()
        except OSError:
            there = False
        if not there:
            self._fault("models", f"no such file: {printable(model)}", token=model)
            return None
        if not _PLAIN_NAME.match(bundled.slug(found)):
            name = printable(bundled.slug(found))
            message = f"{name} cannot name a picture: expected letters, digits and - _ . +"
            self._fault("models", message, token=model)
        return found

    def _one_name_each(self, entries: Iterable[Wanted], models: dict[Path, str]) -> None:
        """Refuse entries that would have one name, also where case is not told apart."""
        seen: dict[str, Wanted] = {}
        for entry in entries:
            other = seen.setdefault(entry.name.casefold(), entry)
            if other is not entry:
                first, second = printable(models[other.source]), printable(models[entry.source])
                message = f"{first} and {second} would both be drawn as {entry.name}"
                self._fault("models", message, token=models[entry.source])

    def _chosen(self, key: str, known: tuple[Any, ...], default: str) -> list[Any]:
        words = self._words(key, default)
        for word in words:
            if word not in known:
                message = f"got {printable(word)}, expected {_or(known)}"
                self._fault(key, message, did_you_mean(word[:60], known), token=word)
        return words

    def _words(self, key: str, default: str | None) -> list[str]:
        """Return a key's words; `default` is None where the key takes a list and must be there."""
        if key not in self._data:
            if default is None:
                self._faults.append(
                    Diagnostic(Position(self._file), key, "missing; expected a list of models")
                )
                return []
            return [default]
        value = self._data[key]
        words = [value] if isinstance(value, str) and default is not None else value
        if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
            self._fault(key, f"expected {'a word or ' if default else ''}a list of words in quotes")
            return [default] if default else []
        for word in sorted(word for word, count in Counter(words).items() if count > 1):
            self._fault(key, f"{printable(word)} is named twice", token=word)
        return words

    def _fault(self, key: str, message: str, hint: str = "", token: str = "") -> None:
        shown = key if key.isprintable() and len(key) <= 60 else printable(key)
        self._faults.append(Diagnostic(self._position(key, token), shown, message, hint))

    def _position(self, key: str, token: str) -> Position:
        """Return where a key stands, or the last mention of a word after it; TOML readers tell no places."""
        lines = self._text.splitlines()
        bare = rf'\s*(?:{re.escape(key)}|"{re.escape(key)}")\s*[.=]|\s*\[+\s*{re.escape(key)}\b'
        first = next((n for n, line in enumerate(lines) if re.match(bare, line)), None)
        if first is None:
            return Position(self._file)
        for number in reversed(range(first, len(lines))) if token else ():
            found = re.search(rf"(['\"]){re.escape(token)}\1", lines[number])
            if found:
                return Position(self._file, number + 1, found.start() + 1)
        column = len(lines[first]) - len(lines[first].lstrip())
        return Position(self._file, first + 1, column + 1)

    def _refused(self, message: str, line: int = 0, column: int = 0) -> SpecError:
        return SpecError([Diagnostic(Position(self._file, line, column or int(line > 0)), "", message)])


def _syntax(message: str) -> tuple[str, int, int]:
    """Return a TOML reader's message and the place that stands at its end, in brackets."""
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z", message)
    words = message[: found.start()] if found else message
    place = (int(found[1]), int(found[2])) if found and found[1] else (0, 0)
    return words[:1].lower() + words[1:], *place


def _or(known: Iterable[str]) -> str:
    *head, last = known
    return f"{', '.join(head)} or {last}"
