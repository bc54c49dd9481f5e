"""`Arch` as plain data, for files that people read and compare."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from itertools import groupby
from typing import Any

from archposter.spec.arch import Arch, Layer
from archposter.spec.parts import Part


def dump_arch(arch: Arch) -> dict[str, Any]:
    """Return an architecture as JSON data; copies of a layer stand once, at all their indices: "0-2,4"."""
    plain: dict[str, Any] = _plain(arch)
    plain["layers"] = [
        {"at": ranges(indices), **_plain(layer)} for layer, indices in _distinct(arch.layers).items()
    ]
    return plain


def dump_whole(arch: Arch) -> dict[str, Any]:
    """Return what an architecture says besides its layers as JSON data."""
    return {field.name: _plain(getattr(arch, field.name)) for field in fields(arch) if field.name != "layers"}


def dump_layer(layer: Layer) -> dict[str, Any]:
    """Return one layer as JSON data."""
    plain: dict[str, Any] = _plain(layer)
    return plain


def to_json(data: dict[str, Any]) -> str:
    """Return JSON text for a file: indented, characters as they are, a line feed at the end."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _distinct(layers: tuple[Layer, ...]) -> dict[Layer, list[int]]:
    places: dict[Layer, list[int]] = {}
    for index, layer in enumerate(layers):
        places.setdefault(layer, []).append(index)
    return places


def ranges(indices: list[int]) -> str:
    """Return ascending whole numbers with runs drawn together: "0-2,4"."""
    runs = groupby(enumerate(indices), key=lambda pair: pair[1] - pair[0])
    return ",".join(_range([index for _, index in run]) for _, run in runs)


def _range(run: list[int]) -> str:
    return f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0])


def _plain(value: Any) -> Any:
    match value:
        case Part():
            return value.model_dump(mode="json")
        case date():
            return value.isoformat()
        case tuple() if hasattr(value, "_fields"):
            return {name: _plain(entry) for name, entry in zip(value._fields, value, strict=True)}
        case tuple():
            return [_plain(entry) for entry in value]
        case None | bool() | int() | float() | str():
            return value
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
