"""The spec language as a JSON Schema, for editors."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from archposter.spec.model import ArchSpec


class _Generator(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: object) -> bool:
        return False

    def function_plain_schema(self, schema: core_schema.PlainValidatorFunctionSchema) -> JsonSchemaValue:
        """Return that of a part: where it is a field's, the validator knows its class alone."""
        validate: Any = schema["function"]["function"]
        whole: Any = TypeAdapter(validate.__self__).core_schema
        if whole["type"] == "definitions":
            return self.definitions_schema(whole)
        while whole["type"] != "model":
            whole = whole["schema"]
        return self.model_schema(whole)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a spec file."""
    schema = ArchSpec.model_json_schema(schema_generator=_Generator)
    for definition in schema["$defs"].values():
        # a union is told apart by its kind, so that a file cannot leave it to the default
        if "const" in definition.get("properties", {}).get("kind", {}):
            definition["required"] = ["kind", *definition.get("required", ())]
    return {"$schema": _Generator.schema_dialect, **schema, "title": "archposter spec"}
