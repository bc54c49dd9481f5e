"""archposter: language model architectures as exact cards and print-ready posters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archposter._version import __version__

if TYPE_CHECKING:
    from archposter.blocks.schema import blocks_schema
    from archposter.bundled import spec_names as model_names
    from archposter.bundled import style_names
    from archposter.charting import Chart, chart
    from archposter.check.run import check as check_pictures
    from archposter.check.run import update as update_pictures
    from archposter.diagnostics import ArchposterError, OutputError, SpecError, UsageError
    from archposter.export.inline import inline
    from archposter.importing import import_spec
    from archposter.lineages import Lineage, lineage
    from archposter.pipeline import (
        Model,
        Picture,
        legend,
        load,
        loads,
        models,
        validate,
        verify,
    )
    from archposter.sheets import Poster, Printing, Sheets, arrange, book, poster, select
    from archposter.spec.schema import json_schema

__all__ = [
    "ArchposterError",
    "Chart",
    "Lineage",
    "Model",
    "OutputError",
    "Picture",
    "Poster",
    "Printing",
    "Sheets",
    "SpecError",
    "UsageError",
    "__version__",
    "arrange",
    "blocks_schema",
    "book",
    "chart",
    "check_pictures",
    "import_spec",
    "inline",
    "json_schema",
    "legend",
    "lineage",
    "load",
    "loads",
    "model_names",
    "models",
    "poster",
    "select",
    "style_names",
    "update_pictures",
    "validate",
    "verify",
]

_HOMES = {
    name: (room, name)
    for room, names in {
        "blocks.schema": "blocks_schema",
        "charting": "Chart chart",
        "diagnostics": "ArchposterError OutputError SpecError UsageError",
        "export.inline": "inline",
        "importing": "import_spec",
        "lineages": "Lineage lineage",
        "pipeline": "Model Picture legend load loads models validate verify",
        "sheets": "Poster Printing Sheets arrange book poster select",
        "bundled": "style_names",
        "spec.schema": "json_schema",
    }.items()
    for name in names.split()
} | {
    "check_pictures": ("check.run", "check"),
    "model_names": ("bundled", "spec_names"),
    "update_pictures": ("check.run", "update"),
}


def __getattr__(name: str) -> object:
    """Import on first use: `archposter --help` needs none of it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    room, own_name = _HOMES[name]
    return getattr(import_module(f"{__name__}.{room}"), own_name)


def __dir__() -> list[str]:
    return __all__
