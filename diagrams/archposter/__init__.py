"""archposter: language model architectures as exact cards and print-ready posters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archposter._version import __version__

if TYPE_CHECKING:
    from archposter.diagnostics import ArchposterError, OutputError, SpecError, UsageError
    from archposter.export.inline import inline
    from archposter.pipeline import Model, Picture, load
    from archposter.posters import book, poster

__all__ = [
    "ArchposterError",
    "Model",
    "OutputError",
    "Picture",
    "SpecError",
    "UsageError",
    "__version__",
    "book",
    "inline",
    "load",
    "poster",
]

_HOMES = {
    "ArchposterError": "diagnostics",
    "Model": "pipeline",
    "OutputError": "diagnostics",
    "Picture": "pipeline",
    "SpecError": "diagnostics",
    "UsageError": "diagnostics",
    "book": "posters",
    "inline": "export.inline",
    "load": "pipeline",
    "poster": "posters",
}


def __getattr__(name: str) -> Any:
    """Import on first use: `archposter --help` needs none of it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
