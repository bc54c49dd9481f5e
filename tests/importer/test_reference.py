"""Every key that a type's class reads is read by our reader, or stated in a table with its reason."""

from __future__ import annotations

import csv
import gzip
import json
from functools import cache
from typing import Any

import pytest

from archposter.diagnostics import SpecError
from archposter.importer.config import Config
from archposter.importer.ignored import ignored
from archposter.importer.read import import_config
from archposter.importer.reference import stated
from archposter.importer.wrappers import WRAPPERS
from configs import CORPUS


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
