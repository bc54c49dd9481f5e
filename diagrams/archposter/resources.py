"""The specs and styles that come with archposter: in a wheel inside the package, in a clone beside it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from archposter.diagnostics import UsageError, did_you_mean, printable

_PACKAGE = Path(__file__).parent
_FILE_NAME = re.compile(r"[\\/]|\.(ya?ml|json)\Z")


def model_path(model: str) -> Path:
    """Return the file that a command's MODEL means: a path, or else a bundled name (or UsageError)."""
    return Path(model) if _FILE_NAME.search(model) else spec_path(model)


def slug(path: Path) -> str:
    """Return a name for files made of a model; a config is mostly called config.json, like all others."""
    if path.suffix.lower() == ".json" and path.stem == "config":
        return path.resolve().parent.name
    return path.stem


def spec_names() -> tuple[str, ...]:
    """Return the names of the bundled specs, sorted."""
    return tuple(_files("specs"))


def spec_path(name: str) -> Path:
    """Return the file of a bundled spec, or raise UsageError if there is none of that name."""
    return _path("specs", name)


def style_names() -> tuple[str, ...]:
    """Return the names of the bundled styles, sorted."""
    return tuple(_files("styles"))


def style_path(name: str) -> Path:
    """Return the file of a bundled style, or raise UsageError if there is none of that name."""
    return _path("styles", name)


def _path(folder: str, name: str) -> Path:
    # names are looked up in the listing and never joined to a path: they may be hostile
    files = _files(folder)
    if name not in files:
        hint = did_you_mean(name[:60], files)
        raise UsageError(f"unknown {folder[:-1]} {printable(name)}" + (f" ({hint})" if hint else ""))
    return files[name]


@cache
def _files(folder: str) -> dict[str, Path]:
    root = _PACKAGE / folder
    if not root.is_dir():
        root = _PACKAGE.parents[1] / folder
    return {path.stem: path for path in sorted(root.glob("*.yaml"), key=lambda path: path.stem)}
