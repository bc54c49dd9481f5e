"""No field is overlooked: whatever is changed in a spec is a difference, and one that names the field."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from archposter import bundled
from archposter.compare.comparison import compare_profiles
from archposter.compare.differences import AHEAD
from archposter.compare.profile import Profile
from archposter.compare.values import Row
from archposter.spec.arch import Arch
from archposter.spec.load import load_spec
from archposter.spec.model import (
    ArchSpec,
    BranchSpec,
    EmbeddingSpec,
    Entry,
    LayerSpec,
    MtpSpec,
    NormSpec,
    SublayerSpec,
)
from archposter.spec.normalize import normalize
from archposter.spec.parts import (
    CompressedAttention,
    Compressor,
    InnerNorm,
    Norm,
    Part,
    Router,
    RouterMlp,
    field_title,
)
from configs import CORPUS
from meaning import architecture
from quick import examples
from strategies import spec_data

SAID = {
    "name",
    "size",
    "developer",
    "family",
    "released",
    "license",
    "links",
    "highlights",
    "lineage",
    "define",
}
"""What is no architecture."""

STEPS = field_title(LayerSpec, "sublayers")
NORMS = {field_title(SublayerSpec, "norm"), field_title(SublayerSpec, "post_norm")}
OTHERWISE: dict[tuple[type[Part], str], set[str]] = {
    (Entry, "repeat"): {"layers"},
    **{(LayerSpec, name): {STEPS} for name in ("mixer", "ffn", "parallel")},
    (LayerSpec, "placement"): {"norm placement"},
    (SublayerSpec, "placement"): {"norm placement"},
    (SublayerSpec, "norm"): NORMS,
    (BranchSpec, "placement"): {"norm placement"},
    (BranchSpec, "joins_after"): {STEPS},
    (InnerNorm, "weight"): {field_title(EmbeddingSpec, "norm")},
    **{(Norm, name): NORMS for name in Norm.model_fields},
    (NormSpec, "kind"): {"norm"},
    (ArchSpec, "mtp"): {field_title(MtpSpec, "num_nextn_predict_layers")},
    (CompressedAttention, "compressor"): {field_title(Compressor, "compress_ratio")},
    (RouterMlp, "hidden_size"): {field_title(Router, "mlp")},
}
"""Fields that rows name by other words than their own."""

Path_ = tuple[str | int, ...]


class Field(NamedTuple):
    """A field of a spec: its place, whose it is, and what else it could be."""

    path: Path_
    owner: type[Part]
    name: str
    others: tuple[Any, ...]


def fields(part: Part, path: Path_ = ()) -> Iterator[Field]:
    """Yield the fields of a spec's parts that are not parts themselves."""
    for name, info in type(part).model_fields.items():
        value, here = getattr(part, name), (*path, name)
        if not path and name in SAID | {"context_length"}:
            continue
        if isinstance(value, Part):
            yield from fields(value, here)
        elif isinstance(value, tuple) and value and isinstance(value[0], Part):
            for place, entry in enumerate(value):
                yield from fields(entry, (*here, place))
        if others := tuple(_others(value, info.annotation)):
            yield Field(here, type(part), name, others)


def _others(value: Any, annotation: Any) -> Iterator[Any]:
    """Yield other values of a field; what an optional part is replaced by is nothing."""
    choices = {*get_args(annotation), annotation}
    literals = [one for choice in choices if get_origin(choice) is Literal for one in get_args(choice)]
    match value:
        case bool():
            yield not value
        case int():
            yield from (2 * value, value - 1)
        case float():
            yield from (value + 1e-9, value / 2)
        case str():
            yield from sorted(
                {*literals, *(get_args(annotation) if get_origin(annotation) is Literal else ())} - {value}
            )
        case tuple() if value and isinstance(value[0], float):
            yield (value[0] * 1.0001, *value[1:])
        case None:
            yield from sorted(literals)
    if value is not None and type(None) in choices and not isinstance(value, str):
        yield None


def changed(data: dict[str, Any], path: Path_, value: Any) -> Arch | None:
    """Return the architecture with another value; None where that is none."""
    try:
        return normalize(ArchSpec.model_validate(_with(data, path, value)))
    except ValidationError:
        return None


def _with(data: Any, path: Path_, value: Any) -> Any:
    if not path:
        return value
    first, rest = path[0], path[1:]
    changed = _with(data[first], rest, value)
    if isinstance(data, tuple):
        return (*data[:first], changed, *data[first + 1 :])
    return {**data, first: changed}


def plain(spec: ArchSpec) -> dict[str, Any]:
    """Return what is architecture as plain data."""
    data = {name: _plain(getattr(spec, name)) for name in ArchSpec.model_fields if name not in SAID}
    return {**data, "name": "X", "context_length": spec.context_length.native}


def _plain(value: Any) -> Any:
    if isinstance(value, Part):
        return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


def overlooked(spec: ArchSpec, field: Field) -> list[str]:
    """Return the other values of a field that the comparison does not notice, or does not name it for."""
    data = plain(spec)
    arch = normalize(ArchSpec.model_validate(data))
    before = Profile(arch)
    found = []
    for value in field.others:
        other = changed(data, field.path, value)
        if other is None or architecture(other) == architecture(arch):
            continue
        rows = {title for row in compare_profiles([before, Profile(other)]).rows for title in _names(row)}
        if rows.isdisjoint(
            {field_title(field.owner, field.name), *OTHERWISE.get((field.owner, field.name), ())}
        ):
            found.append(f"{field.path}: {value} beside {rows}")
    return found


def _names(row: Row) -> tuple[str, ...]:
    return row.title, row.title.removeprefix(f"{AHEAD} "), *row.field.split(" or ")


def sources() -> list[Path]:
    return [*sorted((CORPUS / "kinds").glob("*.yaml")), *map(bundled.spec_path, bundled.spec_names())]


@cache
def specs() -> tuple[ArchSpec, ...]:
    return tuple(map(load_spec, sources()))


@pytest.mark.costly
def test_every_field_of_every_part() -> None:
    """Each where some spec has it first; everything that can be said is said by some."""
    met: dict[tuple[type[Part], str, bool], tuple[ArchSpec, Field]] = {}
    for spec in specs():
        for field in fields(spec):
            met.setdefault((field.owner, field.name, field.path[0] == "mtp"), (spec, field))
    assert len(met) > 250
    assert [line for spec, field in met.values() for line in overlooked(spec, field)] == []


@settings(
    max_examples=examples(60),
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(spec_data(), st.integers(0, 10**6))
def test_some_field_of_a_random_spec(data: dict[str, Any], number: int) -> None:
    spec = ArchSpec.model_validate(data)
    every = list(fields(spec))
    assert overlooked(spec, every[number % len(every)]) == []
