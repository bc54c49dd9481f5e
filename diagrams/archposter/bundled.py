"""The specs and styles that come with archposter: in a wheel inside the package, in a clone beside it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path, PurePath

from archposter.diagnostics import UsageError, did_you_mean, printable, written
from archposter.kinds import STYLES

_PACKAGE = Path(__file__).parent
_STYLE_ENDINGS = (".yaml", ".yml")
_REPOSITORY = r"(?a:[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}(?<!\.yaml)(?<!\.yml)(?<!\.json)\Z)"
_SNAPSHOT = r"models--[^/\\]+--([^/\\]+)[/\\]snapshots[/\\][^/\\]+\Z"
_FILE_NAME = re.compile(r"[\\/]|\.(ya?ml|json)\Z")


def model_path(model: str) -> Path:
    """Return the file that a command's MODEL means: a path, or else a bundled name (or UsageError)."""
    if not _FILE_NAME.search(model):
        return spec_path(model)
    path = Path(model)
    if re.match(_REPOSITORY, model) and not path.exists():
        raise UsageError(f"{printable(model)}: no such file (a model of the hub is hf:{model})")
    return path


def folder_name(path: PurePath) -> str:
    """Return what a config's file is called: its stem, or the folder of one that is called as all are.

    In a hub's cache that is the repository, whose folder has the name of a commit.  Empty for no folder.
    """
    if path.stem not in ("config", "params"):
        return path.stem
    found = re.search(_SNAPSHOT, str(path.parent))
    return found[1] if found else path.parent.name


def slug(path: Path) -> str:
    """Return a name for files made of a model; a config is mostly called config.json, like all others."""
    return folder_name(path.resolve()) if path.suffix.lower() == ".json" else path.stem


def spec_names() -> tuple[str, ...]:
    """Return the names of the bundled specs, sorted."""
    return tuple(_files("specs"))


def spec_path(name: str) -> Path:
    """Return the file of a bundled spec, or raise UsageError if there is none of that name."""
    # names are looked up in the listing and never joined to a path: they may be hostile
    files = _files("specs")
    if name not in files:
        hint = did_you_mean(name[:60], files) or f"archposter list shows the {len(files)} that there are"
        raise UsageError(f"unknown model {printable(name)} ({hint})")
    return files[name]


def style_names() -> tuple[str, ...]:
    """Return the names of the bundled styles, sorted."""
    return tuple(_files("styles"))


def style_path(style: str | Path) -> Path:
    """Return the file of a bundled style, or of one's own: a Path, or a name that ends with .yaml.

    Raises UsageError for another name.
    """
    if isinstance(style, Path) or (isinstance(style, str) and style.endswith(_STYLE_ENDINGS)):
        return Path(style)
    files = _files("styles")
    if not isinstance(style, str) or style not in files:
        name = written(style)
        known = ", ".join(f"{name} ({STYLES[name]})" for name in files)
        hint = did_you_mean(style[:60], files) if isinstance(style, str) else ""
        raise UsageError(
            f"unknown style {name}: expected {known} or a file that ends with .yaml"
            + f"; {hint}" * bool(hint)
        )
    return files[style]


@cache
def _files(folder: str) -> dict[str, Path]:
    root = _PACKAGE / folder
    if not root.is_dir():
        root = _PACKAGE.parents[1] / folder
    return {path.stem: path for path in sorted(root.glob("*.yaml"), key=lambda path: path.stem)}
