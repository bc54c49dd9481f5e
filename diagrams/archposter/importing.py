"""A source of a config -> its spec, with where the config is.  No stage's logic is here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archposter.diagnostics import UsageError, printable
from archposter.spec.load import read_text, shown
from archposter.spec.normalize import normalize

if TYPE_CHECKING:
    from archposter.importer.read import Imported
    from archposter.sources.checkpoint import Source
    from archposter.spec.model import ArchSpec, Links

ModelSource = str | Path | Mapping[str, Any]
"""A bundled name, a file or another source of a config (see `load`), or what such a file states."""


def import_spec(
    config: ModelSource,
    output: str | Path | None = None,
    name: str = "",
    *,
    page: str | None = None,
    lenient: bool = False,
) -> tuple[str, tuple[str, ...]]:
    """Return the spec that a source of a config makes, as text, and warnings; sources are those of `load`.

    `page` is the config's address at a revision, which the spec gives as its source and as that of the
    context; the hub's is known.
    If the file `output` exists, what a hand wrote there stays.  Raises `SpecError` for faults of either
    file, and for everything in the config that is not understood unless `lenient`.
    """
    from archposter.spec.merge import HAND_WRITTEN, merge_spec
    from archposter.spec.write import dump_spec

    found = with_evidence(config, name, page=page, lenient=lenient)
    warnings = tuple(map(str, found.warnings))
    output = Path(output) if output else None
    if output is None or not output.exists():
        return dump_spec(found.spec), warnings
    kept = HAND_WRITTEN - {"name"} if name else HAND_WRITTEN
    file = shown(output)
    return merge_spec(read_text(output, file, "spec"), found.spec, file, kept), warnings


def with_evidence(
    config: ModelSource, name: str = "", *, page: str | None = None, lenient: bool = False
) -> Imported:
    """Return what a source of a config says, its spec with the config's address, as `import_spec` does."""
    source = config if isinstance(config, Mapping) else str(config)
    found, origin = imported(source, name, lenient=lenient)
    return found._replace(spec=_placed(found.spec, origin.page, page))


def _placed(spec: ArchSpec, config: str, config_read: str | None) -> ArchSpec:
    """Return a spec that says where its config is, which states its context, too."""
    known: dict[str, Any] = {"links": _links(config, config_read)}
    if spec.context_length is not None and (page := config_read or config):
        known["context_length"] = spec.context_length.model_copy(update={"source": page})
    return spec.model_copy(update=known)


def _links(config: str, config_read: str | None) -> Links:
    from archposter.spec.model import Links

    try:
        return Links(config=config or None, config_read=config_read)
    except ValueError:
        message = f"{printable(config_read or config)}: expected an address that starts with https://"
        raise UsageError(message) from None


def imported(
    source: str | Mapping[str, Any], name: str = "", *, lenient: bool, file: str = "config"
) -> tuple[Imported, Source]:
    """Return what the config of a source says, doubted where it was derived from weights, and the source."""
    from archposter.importer.read import import_config
    from archposter.sources.find import find, stated

    found = stated(source, file) if isinstance(source, Mapping) else find(source)
    read = import_config(found.config, found.file, name=name or found.name, lenient=lenient)
    if found.derived:
        from archposter.sources.weights import doubts

        warnings = (*read.warnings, *doubts(normalize(read.spec), found, lenient=lenient))
        read = read._replace(warnings=warnings)
    return read, found
