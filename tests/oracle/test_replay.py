"""Every decoder type of the reference library, replayed from its sample: equal, not close."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, get_args

import pytest

from archposter.counts.cache import bytes_at_context, indexer_bytes_per_token
from archposter.counts.parameters import parameters
from archposter.importer.read import import_config
from archposter.spec.arch import Arch
from archposter.spec.normalize import normalize
from archposter.spec.parts import AnyPart, Part

SAMPLE = Path(__file__).parents[1] / "corpus" / "oracle.json.gz"
FIRST, SECOND = 5, 11
"""The contexts of scripts/oracle/reference.py."""


def rows() -> dict[str, list[dict[str, Any]]]:
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as file:
        return {kind: list(found) for kind, found in groupby(json.load(file), lambda row: row["type"])}


ROWS = rows()


def test_the_sample_is_whole() -> None:
    assert len(ROWS) >= 120
    assert sum(any(row["growth"] is not None for row in found) for found in ROWS.values()) >= 115


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_counts_and_caches_equal_those_of_the_class(kind: str) -> None:
    for row, found in zip(ROWS[kind], counted(kind), strict=True):
        expected = (row["total"], row["per_layer"], row["growth"])
        assert found[: 2 if row["growth"] is None else 3] == expected[: 2 if row["growth"] is None else 3]


def imported(row: dict[str, Any]) -> Arch:
    return normalize(import_config(row["config"], "config.json").spec)


def counted(kind: str) -> Iterator[tuple[int, list[list[int]], int]]:
    """Yield our total, runs of equal layers, and the numbers that the cache gains between the contexts."""
    for row in ROWS[kind]:
        arch = imported(row)
        found = parameters(arch)
        runs = [[size, len(list(run))] for size, run in groupby(found.per_layer)]
        kept = bytes_at_context(arch, SECOND) - bytes_at_context(arch, FIRST)
        indexed = (SECOND - FIRST) * indexer_bytes_per_token(arch)
        yield found.total, runs, int(kept + indexed) // 2


UNREAD: set[type[Part]] = set()
"""Kinds of mixers and FFNs that no class of the library has, so that no config says them."""


def test_every_kind_is_read_from_some_config() -> None:
    read = {type(part) for found in ROWS.values() for row in found for part in imported(row).parts}
    assert set(get_args(AnyPart)) - read == UNREAD
