from __future__ import annotations

from pathlib import Path

from archposter.bundled import spec_names, spec_path
from archposter.spec.dump import to_json
from archposter.spec.schema import json_schema

PUBLISHED = Path(__file__).parents[2] / "docs" / "spec.schema.json"


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == to_json(json_schema())


def test_every_spec_names_the_schema_on_its_first_line() -> None:
    for name in spec_names():
        first = spec_path(name).read_text(encoding="utf-8").partition("\n")[0]
        assert first == "# yaml-language-server: $schema=../docs/spec.schema.json"


def test_a_union_needs_its_kind() -> None:
    definitions = json_schema()["$defs"]
    assert "kind" in definitions["Mla"]["required"]
    assert "kind" not in definitions["NormSpec"].get("required", ())
