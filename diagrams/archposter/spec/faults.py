"""pydantic's findings as diagnostics: in plain words, at the place in the file where the fault stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from archposter.diagnostics import Diagnostic, did_you_mean
from archposter.spec.parts import Part
from archposter.spec.said import Said
from archposter.spec.yaml import MAX_FAULTS, KeyPath, Node, described, dotted

_EXPECTED: dict[str, Callable[[dict[str, Any]], str]] = {
    "int_type": lambda context: "a whole number",
    "float_type": lambda context: "a number",
    "string_type": lambda context: "text",
    "bool_type": lambda context: "true or false",
    "tuple_type": lambda context: "a list",
    "model_type": lambda context: "a mapping",
    "model_attributes_type": lambda context: "a mapping",
    "literal_error": lambda context: context["expected"].replace("'", '"'),
    "greater_than": lambda context: f"more than {context['gt']:g}",
    "greater_than_equal": lambda context: f"{context['ge']:,} or more",
    "less_than_equal": lambda context: f"at most {context['le']:,g}",
    "string_too_short": lambda context: "some text",
    "string_too_long": lambda context: f"at most {context['max_length']} characters",
    "too_short": lambda context: "at least one entry",
    "too_long": lambda context: f"at most {context['max_length']:,} entries",
}

_TYPES: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    date: "a date as 2024-12-26",
}


def translate(error: ValidationError, root: Node, model: type[Part]) -> Iterator[Diagnostic]:
    """Yield each fault of the data under `root` once; an alias would repeat the faults of its anchor."""
    seen = set()
    for details in error.errors(include_url=False):
        if _is_echo(details):
            continue
        found = _diagnostic(details, root, model)
        fault = (found.position, found.path.rpartition(".")[2], found.message)
        if fault not in seen:
            seen.add(fault)
            yield found
        if len(seen) == MAX_FAULTS:
            return


def explained(details: ErrorDetails) -> str:
    """Return what came and what was expected, where a value is there but wrong."""
    value, context = details["input"], details.get("ctx", {})
    if details["type"] == "value_error":
        message = str(context["error"])
        if message.startswith("expected") and not isinstance(value, dict | tuple):
            return f"got {described(value)}, {message}"
        return message
    expected = _EXPECTED[details["type"]](context) if details["type"] in _EXPECTED else details["msg"]
    return f"got {described(value)}, expected {expected}"


def _is_echo(details: ErrorDetails) -> bool:
    """Tell whether the finding only follows from others: faulty entries do not count for a list's length."""
    hollow = details["type"] == "too_short" and len(details["input"]) > 0
    return hollow or details["type"] == "default_factory_not_called"


def _diagnostic(details: ErrorDetails, root: Node, model: type[Part]) -> Diagnostic:
    path, owner = _located(details["loc"], model)
    value, context = details["input"], details.get("ctx", {})
    match details["type"]:
        case "missing":
            message = f"missing; expected {_wanted(owner, path)}"
            return Diagnostic(root.key_position(path), dotted(path), message)
        case "extra_forbidden":
            hint = did_you_mean(str(path[-1])[:60], owner.model_fields)
            return Diagnostic(root.key_position(path), dotted(path), "unknown field", hint)
        case "union_tag_not_found":
            kinds = [choice.model_fields["kind"].default for choice in _choices(owner, path)]
            message = f"missing; expected one of {', '.join(kinds)}"
            return Diagnostic(root.at(path).position, dotted((*path, "kind")), message)
        case "union_tag_invalid":
            path = (*path, "kind")
            kinds = context["expected_tags"].replace("'", "").split(", ")
            hint = did_you_mean(context["tag"][:60], kinds) or f"known: {', '.join(kinds)}"
            message = f"unknown kind {described(value['kind'])}"
            return Diagnostic(root.at(path).position, dotted(path), message, hint)
    return Diagnostic(root.at(path).position, dotted(path), explained(details), _hint(details))


def _hint(details: ErrorDetails) -> str:
    value = details["input"]
    match details["type"], value:
        case "literal_error", str():
            return did_you_mean(value[:60], details["ctx"]["expected"].split("'")[1::2])
        case "string_type", bool() | int() | float():
            return "quote it"
        case "int_type" | "float_type" | "bool_type", str() if value and value[0].isdigit():
            return "remove the quotes"
    return ""


def _located(loc: KeyPath, model: type[Part]) -> tuple[KeyPath, type[Part]]:
    """Return a location without the union tags that pydantic puts into it, and the last field's model."""
    path: list[str | int] = []
    owner = model
    choices: tuple[type[Part], ...] = (model,)
    for step in loc:
        if len(choices) > 1 and isinstance(step, str):
            choices = tuple(choice for choice in choices if choice.model_fields["kind"].default == step)
            continue
        path.append(step)
        if isinstance(step, str):
            owner = choices[0]
            choices = _choices(owner, (step,))
    return tuple(path), owner


def _choices(owner: type[Part], path: KeyPath) -> tuple[type[Part], ...]:
    """Return the models that a field may hold: none for a plain value, several for a union."""
    field = owner.model_fields.get(str(path[-1]))
    return tuple(_models(field.annotation)) if field else ()


def _models(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _wanted(owner: type[Part], path: KeyPath) -> str:
    annotation = owner.model_fields[str(path[-1])].annotation
    if len(choices := set(get_args(annotation)) - {NoneType}) == 1:
        annotation = getattr(choices.pop(), "__origin__", annotation)
    if isinstance(annotation, type) and issubclass(annotation, Said):
        return _wanted(annotation, (annotation.short,))
    return _TYPES.get(annotation, "a list" if get_origin(annotation) is tuple else "a mapping")
