"""Write importer/defaults.json: what the transformers library's classes take for keys that a file lacks.

    python scripts/build_defaults.py SITE_PACKAGES/transformers/models

The classes are read, not run.  Only types that the importer knows are kept, and only keys that matter to it.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archposter.importer.ignored import ignored
from archposter.importer.table import LIKE, READERS, WITHOUT_CLASS
from archposter.importer.wrappers import MERGED, WRAPPERS

TARGET = Path(__file__).parents[1] / "diagrams" / "archposter" / "importer" / "defaults.json"


def main(models: Path) -> None:
    """Read every configuration file below `models`."""
    wanted = {LIKE.get(kind, kind) for kind in READERS if kind not in WITHOUT_CLASS}
    found, merged = {}, {}
    for path in sorted(models.glob("*/configuration_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                fields = dict(_fields(node))
                kind = fields.pop("model_type", None)
                if kind in wanted:
                    found[kind] = _kept(fields)
                elif kind in MERGED:
                    merged[kind] = _kept(_sections(node))
    found |= {kind: {**found[WRAPPERS[kind]], **fields} for kind, fields in merged.items()}
    if missing := sorted(wanted - set(found)):
        raise SystemExit(f"no class for {', '.join(missing)}")
    lines = (f"{json.dumps(kind)}: {json.dumps(found[kind], sort_keys=True)}" for kind in sorted(found))
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _kept(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key == "default_theta" or not ignored(key)}


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, Any]]:
    """Yield the type and theta of a configuration class, and its fields that default to a constant."""
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case ast.Assign(targets=[ast.Name(id="model_type" | "default_theta" as name)], value=value):
                pass
            case _:
                continue
        try:
            yield name, _constant(value)
        except (ValueError, TypeError):
            continue


def _sections(node: ast.ClassDef) -> dict[str, Any]:
    """Return what a multimodal class says of its text section, `init_kwargs`."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            said = {keyword.arg: keyword.value for keyword in call.keywords}
            if "model_type" in said and ast.literal_eval(said["model_type"]) in READERS:
                fields = dict(ast.literal_eval(said["init_kwargs"]))
                return {**fields.pop("rope_parameters", {}), **fields}
    return {}


def _constant(value: ast.expr) -> Any:
    """Return a literal, a product of literals (4096 * 32), or the default of a checked field."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        return _constant(value.left) * _constant(value.right)
    if isinstance(value, ast.Call):
        value = next((keyword.value for keyword in value.keywords if keyword.arg == "default"), value)
    return ast.literal_eval(value)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
