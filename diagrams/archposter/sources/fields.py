"""Two descriptions of one model, field by field: what a spec says otherwise than a config."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from archposter.spec.arch import Arch, Layer
from archposter.spec.dump import dump_layer, dump_whole, ranges

NOTED = "context_length"
"""A spec says the documented length, which is often not the config's: told, and no disagreement."""

_NOT_ARCHITECTURE = frozenset(
    {"name", "size", "family", "developer", "released", "license", "links", "highlights", "warnings"}
    | {"lineage", "sources", "released_by", "extended_context", "context_method"}
)


class Disagreement(NamedTuple):
    """A field's path and what both sides say; `where` names the layers, or is empty."""

    where: str
    field: str
    ours: str
    theirs: str


def disagreements(ours: Arch, theirs: Arch) -> tuple[Disagreement, ...]:
    """Return every field of the architecture that differs; layers that differ alike stand once."""
    said, read = _whole(ours), _whole(theirs)
    if theirs.mtp is None and "mtp" in dict(ours.sources):
        # the weights have modules that no key of the config counts
        said["mtp"] = None
    found = list(_differences("", said, read))
    if len(ours.layers) != len(theirs.layers):
        found.append(Disagreement("", "layers", f"{len(ours.layers):,}", f"{len(theirs.layers):,}"))
    seen: dict[tuple[int, int], tuple[Disagreement, ...]] = {}
    alike: dict[tuple[Disagreement, ...], list[int]] = defaultdict(list)
    for index, pair in enumerate(zip(ours.layers, theirs.layers, strict=False)):
        key = id(pair[0]), id(pair[1])  # the copies of a repeated layer are one object
        if key not in seen:
            seen[key] = tuple(_differences("", *map(_layer, pair)))
        alike[seen[key]].append(index)
    for differences, indices in alike.items():
        found += [each._replace(where=f"layers {ranges(indices)}") for each in differences]
    return tuple(found)


def _whole(arch: Arch) -> dict[str, Any]:
    plain = {key: value for key, value in dump_whole(arch).items() if key not in _NOT_ARCHITECTURE}
    if plain["mtp"]:
        del plain["mtp"]["layer"]["source"]
    return plain


def _layer(layer: Layer) -> dict[str, Any]:
    plain = dump_layer(layer)
    del plain["source"]
    return plain


def _differences(path: str, ours: Any, theirs: Any) -> Iterator[Disagreement]:
    """Yield what differs below a path; of parts of two kinds, the kinds alone."""
    if ours == theirs:
        return
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.get("kind") == theirs.get("kind"):
        # a part is called by its kind
        within = path.removesuffix("part") + ours["kind"] if path.endswith("part") else path
        for key in {**ours, **theirs}:
            yield from _differences(f"{within}.{key}".lstrip("."), ours.get(key), theirs.get(key))
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, pair in enumerate(zip(ours, theirs, strict=True)):
            yield from _differences(f"{path}[{index}]" if len(ours) > 1 else path, *pair)
    else:
        yield Disagreement("", path, _said(ours), _said(theirs))


def _said(value: Any) -> str:
    """Return a value in a few words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case dict():
            return str(value.get("kind", "something"))
        case list():
            return f"{len(value):,} entries" if any(isinstance(e, dict) for e in value) else str(value)
        case int() | float():
            return f"{int(value) if value == int(value) else value:,}"
    return str(value)
