"""Pictures of files, kept between runs: drawn anew only when something that they depend on has changed."""

from __future__ import annotations

from pathlib import Path

from archposter import bundled, cache, fingerprint
from archposter.diagnostics import UsageError
from archposter.kinds import Format, Notation, Rendering

_ENDINGS = (".yaml", ".yml", ".json")
_MAX_BYTES = 2**22  # a larger file is left to whoever reads it, and has limits of its own


def slug(model: str) -> str | None:
    """Return the name for a picture of MODEL, or None where MODEL is no spec or config that is there."""
    path = _file(model)
    return bundled.slug(path) if path else None


def _file(model: str) -> Path | None:
    try:
        path = bundled.model_path(model)
        known = path.suffix.lower() in _ENDINGS and path.is_file() and path.stat().st_size <= _MAX_BYTES
    except (OSError, ValueError, UsageError):
        return None
    return path if known else None


def picture(model: str, kind: Format | Notation, rendering: Rendering, *, lenient: bool = False) -> bytes:
    """Return the picture of MODEL, a file or bundled name, in a format.

    What was drawn before from the same bytes by the same program is not drawn again.  Raises what loading
    and drawing raise.
    """
    name = _name(model, kind, rendering, lenient)
    data = cache.read(name) if name else None
    if data is None:
        # Imported late: all that draws costs several times what is needed to find a picture.
        from archposter.pipeline import load

        data = load(model, lenient=lenient).render(kind, rendering)
        if name:
            cache.write(name, data)
    return data


def _name(model: str, kind: Format | Notation, rendering: Rendering, lenient: bool) -> str | None:
    """Return where the cache keeps the picture; None for what it cannot hold."""
    source = _file(model)
    if not source or rendering.style not in bundled.style_names():
        return None
    variant, style, *rest = rendering
    try:
        return f"picture-{fingerprint.key(source, style, variant, kind, *map(str, (*rest, lenient)))}"
    except OSError:
        return None
