"""What a picture depends on, as one digest: the model's file, how it is drawn, and all that draws it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from archposter import bundled

_PACKAGE = Path(bundled.__file__).parent
_LIBRARIES = (
    *("cairocffi", "cairosvg", "fonttools", "jinja2", "markdown_it_py", "pikepdf", "pydantic", "pyyaml"),
    *("reportlab", "svgwrite"),
)


def key(source: Path, style: str, variant: str, kind: str, *others: str) -> str:
    """Return what tells a picture of `source` in this machine's cache from all others.  Raises OSError."""
    # A config without a name of its own is titled after its file or folder.
    parts = (installed(), style, variant, kind, *others, source.parent.name, source.name)
    if kind == "png":
        parts += (_cairo(),)
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape"))
    digest.update(b"\0" + source.read_bytes())
    return digest.hexdigest()


@cache
def program() -> str:
    """Return the digest of the program: code, tables, fonts and styles, Python and the libraries."""
    digest = hashlib.sha256()
    for path in _drawing():
        with open(path, "rb", buffering=0) as file:
            content = file.read()
        name = "/".join(path.split(os.sep)[-2:])
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    digest.update("\0".join((sys.version, *_libraries())).encode())
    return digest.hexdigest()


@cache
def installed() -> str:
    """Return the digest of the program as it is installed here: the same files, by place, size and time.

    So Python knows its compiled modules: to read all files takes several times as long, at every start.
    """
    known = [sys.version, *_libraries()]
    for path in _drawing():
        status = os.stat(path)
        known.append(f"{path}\0{status.st_size}\0{status.st_mtime_ns}")
    return hashlib.sha256("\0".join(known).encode("utf-8", "surrogateescape")).hexdigest()


def _drawing() -> list[str]:
    """Return the files that pictures depend on, sorted."""
    return sorted([*_files(_PACKAGE), *(str(bundled.style_path(style)) for style in bundled.style_names())])


def _files(folder: Path | str) -> Iterator[str]:
    """Yield the files of the package, without specs and styles: of those one at a time counts."""
    # Not Path.rglob, nor importlib.metadata below: each takes longer than all the rest of finding a picture.
    for entry in os.scandir(folder):
        if not entry.is_dir():
            yield entry.path
        elif entry.name not in ("__pycache__", "specs", "styles"):
            yield from _files(entry.path)


def _libraries() -> list[str]:
    """Return the libraries with their versions, as their folders of metadata are called."""
    found: set[str] = set()
    for folder in filter(os.path.isdir, sys.path):
        found.update(name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))
    return sorted(name for name in found if name.partition("-")[0].lower() in _LIBRARIES)


@cache
def _cairo() -> str:
    """Return the version of the cairo library, which decides the pixels; "" where it is missing."""
    try:
        import cairocffi
    except OSError:
        return ""
    return str(cairocffi.cairo_version_string())
