"""Every kind of part has a tiny spec of its name, and everything a spec can say is said by some model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic.fields import FieldInfo

from archposter.bundled import spec_path
from archposter.spec.load import load_spec
from archposter.spec.model import ArchSpec
from archposter.spec.parts import AnyPart, Part
from middle import KINDS, SOURCES, model


def _kind(part: type[Part]) -> str:
    return str(part.model_fields["kind"].default)


@pytest.mark.parametrize("part", get_args(AnyPart), ids=_kind)
def test_every_kind_has_a_tiny_spec(part: type[Part]) -> None:
    kind = _kind(part)
    assert (KINDS / f"{kind}.yaml").is_file(), f"tests/corpus/kinds has no tiny spec {kind}.yaml"
    assert any(isinstance(each, part) for each in model(f"kinds/{kind}").arch.parts)


def test_every_tiny_spec_is_of_a_kind() -> None:
    kinds = {_kind(part) for part in get_args(AnyPart)}
    assert {path.stem.partition("-")[0] for path in KINDS.glob("*.yaml")} == kinds


@cache
def _said() -> tuple[dict[type[Part], set[str]], dict[frozenset[str], set[str]]]:
    """Of each class the fields that some model has not at their default, of each choice the words chosen."""
    used: dict[type[Part], set[str]] = defaultdict(set)
    words: dict[frozenset[str], set[str]] = defaultdict(set)
    for source in SOURCES.values():
        for part in _parts(load_spec(spec_path(source) if isinstance(source, str) else source)):
            plain = {name: getattr(part, name) for name in type(part).model_fields}
            for name, field in type(part).model_fields.items():
                if plain[name] != _default(field, plain):
                    used[type(part)].add(name)
                words[_words(field)].add(plain[name] if _words(field) else "")
    return used, words


def _default(field: FieldInfo, plain: dict[str, Any]) -> Any:
    return field.get_default(call_default_factory=True, validated_data=plain)


def _words(field: FieldInfo) -> frozenset[str]:
    return frozenset(get_args(field.annotation) if get_origin(field.annotation) is Literal else ())


def _parts(value: Any) -> Iterator[Part]:
    if isinstance(value, tuple):
        for entry in value:
            yield from _parts(entry)
    elif isinstance(value, Part):
        yield value
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name))


def _classes(annotation: Any, seen: dict[type[Part], None]) -> dict[type[Part], None]:
    """All classes that a spec is made of."""
    if isinstance(annotation, type) and issubclass(annotation, Part) and annotation not in seen:
        seen[annotation] = None
        for field in annotation.model_fields.values():
            _classes(field.annotation, seen)
    for inner in get_args(annotation):
        _classes(inner, seen)
    return seen


@pytest.mark.parametrize("part", _classes(ArchSpec, {}), ids=lambda part: part.__name__)
def test_everything_that_can_be_said_is_said(part: type[Part]) -> None:
    """Each field is away from its default in some model, and each word of a choice is chosen."""
    used, words = _said()
    unused = [name for name in part.model_fields if name not in used[part] | {"kind"}]
    assert not unused, f"no model of the middle uses {part.__name__}.{', '.join(unused)}"
    for name, field in part.model_fields.items():
        missing = sorted(_words(field) - words[_words(field)])
        assert not missing, f"in no model of the middle {part.__name__}.{name} is {', '.join(missing)}"
