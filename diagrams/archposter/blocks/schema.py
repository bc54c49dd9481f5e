"""The Block tree as a JSON Schema, made from the types of `blocks.tree`."""

from __future__ import annotations

from inspect import getdoc
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from archposter.blocks.dump import VERSION, kind
from archposter.blocks.tree import Card

_SIMPLE = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


def blocks_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what `dump_blocks` returns."""
    definitions: dict[str, Any] = {}
    _reference(Card, definitions)
    card = definitions.pop("card")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "archposter blocks",
        **card,
        "properties": {"version": {"const": VERSION}, **card["properties"]},
        "required": ["version", *card["required"]],
        "$defs": dict(sorted(definitions.items())),
    }


def _reference(block: type, definitions: dict[str, Any]) -> dict[str, str]:
    name = kind(block)
    if name not in definitions:
        definitions[name] = {}
        hints = get_type_hints(block)
        definitions[name] = {
            "type": "object",
            "description": getdoc(block),
            "properties": {
                "kind": {"const": name},
                **{field: _typed(hint, definitions) for field, hint in hints.items()},
            },
            "required": ["kind", *hints],
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


def _typed(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a field's type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, UnionType):
        return {"anyOf": [_typed(argument, definitions) for argument in arguments]}
    if origin is tuple and arguments[-1] is Ellipsis:
        return {"type": "array", "items": _typed(arguments[0], definitions)}
    if origin is tuple:
        places = [_typed(argument, definitions) for argument in arguments]
        return {"type": "array", "prefixItems": places, "minItems": len(places), "maxItems": len(places)}
    return {"type": _SIMPLE[hint]} if hint in _SIMPLE else dict(_reference(hint, definitions))
