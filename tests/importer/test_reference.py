"""The tables beside the importer, of which a line is read at a time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archposter.importer import reference


@pytest.mark.parametrize("table", ["reference", "defaults"])
def test_a_line_says_what_the_whole_table_says(table: str) -> None:
    whole = json.loads(Path(reference.__file__).with_name(f"{table}.json").read_text(encoding="utf-8"))
    assert {kind: reference.stated(table, kind) for kind in whole} == whole
    assert reference.stated(table, 'no "type') is None
