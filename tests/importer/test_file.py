"""JSON files: read whole, or refused with the place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archposter.diagnostics import SpecError
from archposter.importer.file import MAX_BYTES, MAX_DEPTH, load_config, parse_config


def test_an_object_is_read() -> None:
    assert parse_config('{"a": [1, 2.5, "x", null, true], "b": {"c": Infinity}}', "c.json") == {
        "a": [1, 2.5, "x", None, True],
        "b": {"c": float("inf")},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "c.json:1:1: not JSON: expecting value"),
        ('{"a": 1,\n "b": }', "c.json:2:7: not JSON: expecting value"),
        ('{"a": 1} x', "c.json:1:10: not JSON: extra data"),
        ('{"a": 1, "a": 2}', 'c.json: the key "a" occurs twice'),
        ('{"a": {"b": 1, "b": 1}}', 'c.json: the key "b" occurs twice'),
        ("[1]", "c.json: expected a JSON object"),
        ("null", "c.json: expected a JSON object"),
        ('{"a": ' + "1" * 5000 + "}", "c.json: a number has thousands of digits"),
        ('{"a": ' + "[" * 30 + "]" * 30 + "}", f"c.json: nested deeper than {MAX_DEPTH} levels"),
        ('{"a": ' * 100_000, f"c.json: nested deeper than {MAX_DEPTH} levels"),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_config(text, "c.json")
    assert str(caught.value) == message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "long.json").write_text(" " * (MAX_BYTES + 1))
    (tmp_path / "binary.json").write_bytes(b'{"a": "\xff"}')
    os.mkfifo(tmp_path / "pipe.json")
    for name, message in {
        "none.json": "no such file",
        "long.json": f"{MAX_BYTES + 1:,} bytes; a config has at most {MAX_BYTES:,}",
        "binary.json": "not UTF-8 text",
        "pipe.json": "expected a regular file",
    }.items():
        with pytest.raises(SpecError, match=message):
            load_config(tmp_path / name)
