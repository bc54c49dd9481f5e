"""Every key that a type's class reads is read by our reader, or stated in a table with its reason."""

from __future__ import annotations

import csv
import gzip
import json
from contextlib import suppress
from functools import cache
from typing import Any

import pytest

from archposter.diagnostics import SpecError
from archposter.importer import config as reading
from archposter.importer.config import Config
from archposter.importer.ignored import ignored
from archposter.importer.read import import_config
from archposter.importer.reference import stated
from archposter.importer.wrappers import WRAPPERS
from archposter.spec.arch import Arch
from archposter.spec.normalize import normalize
from configs import CORPUS
from quick import sampled


@cache
def defaults() -> dict[str, dict[str, Any]]:
    """The configuration that each class of the sample builds where it is told nothing."""
    with gzip.open(CORPUS / "oracle.json.gz", "rt", encoding="utf-8") as file:
        rows = json.load(file)
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["type"] not in WRAPPERS and stated("reference", row["type"]):
            found.setdefault(row["type"], row["config"])
    return found


@cache
def table() -> dict[str, str]:
    with (CORPUS / "unread.tsv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: row["reason"] for row in csv.DictReader(file, delimiter="\t")}


def unread(kind: str, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return which keys of the type's own class nobody asked for."""
    asked: set[str] = set()
    finish = Config.finish

    def noted(config: Config) -> None:
        asked.update(config._read)
        finish(config)

    with monkeypatch.context() as patch:
        patch.setattr(Config, "finish", noted)
        import_config(defaults()[kind], "c.json")
    return {key for key in stated("reference", kind)["keys"] if key not in asked and not ignored(key)}


def test_what_is_not_read_is_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {key for kind in defaults() for key in unread(kind, monkeypatch)}
    assert found == set(table())


def test_what_is_stated_to_be_refused_is(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {key for key, reason in table().items() if reason.startswith("refused")}
    for kind, config in defaults().items():
        for key in refused & unread(kind, monkeypatch):
            with pytest.raises(SpecError, match=key):
                import_config({**config, key: 7}, "c.json")


@cache
def samples() -> dict[str, list[dict[str, Any]]]:
    with gzip.open(CORPUS / "oracle.json.gz", "rt", encoding="utf-8") as file:
        rows = json.load(file)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["type"], []).append(row["config"])
    return found


@cache
def without_effect() -> dict[str, frozenset[str]]:
    """The keys that may have any value, by type; "*" are all types."""
    with (CORPUS / "without_effect.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {row["key"]: frozenset(row["types"].split()) for row in rows}


def others(value: Any) -> list[Any]:
    """Return other values of the same sort."""
    match value:
        case bool():
            return [not value]
        case int():
            return [2 * value, value + 1, max(value - 1, 0)]
        case float():
            return [2 * value + 0.5, value / 2 + 0.1]
        case str():
            return [word for word in ("gelu", "relu", "silu", "sigmoid", "softmax", "x") if word != value]
        case list():
            return [value[::-1], value[1:] + value[:1], value[:-1]]
        case None:
            return [3, True, 0.5]
    return []


@cache
def bases(kind: str) -> list[tuple[dict[str, Any], Arch]]:
    """Return configurations of a type, the small ones first, each also without lists and sections."""
    first, *varied = samples()[kind]
    found = []
    for config in (*varied, first):
        bare = {key: value for key, value in config.items() if not isinstance(value, list | dict)}
        for each in (config, bare) if bare != config else (config,):
            with suppress(SpecError):
                found.append((each, normalize(import_config(each, "c.json").spec)))
    return found


def is_heard(kind: str, key: str) -> bool:
    """Tell whether another value of a key is refused, or changes the architecture, in some configuration."""
    accepted = False
    usual = (stated("defaults", kind) or {}).get(key)
    for config, arch in bases(kind):
        said = config.get(key, usual)
        values = others(said)
        for value in values:
            if value == said:
                continue
            try:
                if normalize(import_config({**config, key: value}, "c.json").spec) != arch:
                    return True
            except SpecError:
                if accepted and value is False:
                    return True  # a flag that is on, and that may not be turned off here
                continue
            accepted = True
            if said is None and value is True:
                values.append(False)  # where a flag is on unless the file says no
    return not accepted


@pytest.mark.costly
@pytest.mark.parametrize("kind", sampled(sorted(defaults())))
def test_no_key_of_the_class_is_changed_without_effect(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "did_you_mean", lambda *_: "")  # what is refused is, whatever is said of it
    free = {key for key, kinds in without_effect().items() if kinds & {"*", kind}}
    keys = {*stated("reference", kind)["keys"], *stated("reference", "")["keys"]}
    deaf = {key for key in keys - free if not ignored(key) and not is_heard(kind, key)}
    assert not deaf
