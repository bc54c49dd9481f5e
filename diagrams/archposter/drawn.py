"""Pictures of files, kept between runs: drawn anew only when something that they depend on has changed."""

from __future__ import annotations

from pathlib import Path

from archposter import cache, inputs, resources
from archposter.diagnostics import UsageError
from archposter.export import files
from archposter.kinds import FORMATS, TextMode, Variant

_ENDINGS = (".yaml", ".yml", ".json")
_MAX_BYTES = 2**22  # a larger file is left to whoever reads it, and has limits of its own


def slug(model: str) -> str | None:
    """Return the name for a picture of MODEL, or None where MODEL is no spec or config that is there."""
    path = _file(model)
    return resources.slug(path) if path else None


def _file(model: str) -> Path | None:
    try:
        path = resources.model_path(model)
        known = path.suffix.lower() in _ENDINGS and path.is_file() and path.stat().st_size <= _MAX_BYTES
    except (OSError, ValueError, UsageError):
        return None
    return path if known else None


def save(
    model: str, path: Path, style: str, variant: Variant, text: TextMode, *, lenient: bool = False
) -> None:
    """Write the picture of MODEL, a file or bundled name, in the format `path` ends with.

    What was drawn before from the same bytes by the same program is not drawn again.  Raises what loading,
    drawing and writing raise.
    """
    name = _name(model, path, style, variant, text, lenient)
    data = cache.read(name) if name else None
    if data is None:
        # Imported late: all that draws costs several times what is needed to find a picture.
        from archposter.pipeline import format_of, load

        made = load(model, lenient=lenient).draw(variant, style).encode(format_of(path), text)
        data = made.encode() if isinstance(made, str) else made
        if name:
            cache.write(name, data)
    files.write(path, data)


def _name(model: str, path: Path, style: str, variant: Variant, text: TextMode, lenient: bool) -> str | None:
    """Return where the cache keeps the picture; None for what it cannot hold."""
    kind = path.suffix.lower().removeprefix(".")
    source = _file(model)
    if not source or kind not in FORMATS or style not in resources.style_names():
        return None
    try:
        return f"picture-{inputs.key(source, style, variant, kind, text, str(lenient))}"
    except OSError:
        return None
