"""Pictures of files, kept between runs: drawn anew only when something that they depend on has changed."""

from __future__ import annotations

from pathlib import Path

from archposter import cache, inputs, resources
from archposter.diagnostics import UsageError
from archposter.export import files
from archposter.kinds import FORMATS, TextMode, Variant


def slug(model: str) -> str | None:
    """Return the name for a picture of MODEL, or None where MODEL is no file that is there."""
    try:
        path = resources.model_path(model)
    except UsageError:
        return None
    return resources.slug(path) if path.is_file() else None


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
    if kind not in FORMATS or style not in resources.style_names():
        return None
    try:
        source = resources.model_path(model)
        return f"picture-{inputs.key(source, style, variant, kind, text, str(lenient))}"
    except (OSError, UsageError):
        return None
