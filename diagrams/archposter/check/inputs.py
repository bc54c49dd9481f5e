"""What a picture depends on, as one digest: the model's file, how it is drawn, and all that draws it."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

from archposter import resources
from archposter.check.manifest import Entry

_PACKAGE = Path(resources.__file__).parent
_LIBRARIES = ("cairocffi", "cairosvg", "fonttools", "pikepdf", "pydantic", "pyyaml", "reportlab", "svgwrite")


def key(entry: Entry) -> str:
    """Return the digest of everything that decides an entry's bytes.  Raises OSError."""
    source = entry.source
    drawn = (entry.style, entry.variant, entry.format, entry.text, _cairo() if entry.format == "png" else "")
    # A config without a name of its own is titled after its file or folder.
    parts = (program(), *drawn, source.parent.name, source.name)
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape"))
    digest.update(b"\0" + source.read_bytes())
    return digest.hexdigest()


@cache
def program() -> str:
    """Return the digest of the program: code, tables, fonts and styles, Python and the libraries."""
    digest = hashlib.sha256()
    bundled = {_PACKAGE / "specs", _PACKAGE / "styles"}
    files = [
        path for path in _PACKAGE.rglob("*") if path.suffix != ".pyc" and bundled.isdisjoint(path.parents)
    ]
    files += [resources.style_path(style) for style in resources.style_names()]
    for path in sorted(files):
        if path.is_file() and path.suffix != ".pyc":
            content = path.read_bytes()
            digest.update(f"{path.parent.name}/{path.name}\0{len(content)}\0".encode() + content)
    digest.update(sys.version.encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {_version(library)}\0".encode())
    return digest.hexdigest()


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""


@cache
def _cairo() -> str:
    """Return the version of the cairo library, which decides the pixels; "" where it is missing."""
    try:
        import cairocffi
    except OSError:
        return ""
    return str(cairocffi.cairo_version_string())
