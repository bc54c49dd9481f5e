"""`ArchSpec` to the text that a person would have written: repeats folded, defaults left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from archposter.spec import emit
from archposter.spec.fold import Run, fold
from archposter.spec.model import ArchSpec, Entry, LayerSpec
from archposter.spec.parts import Part
from archposter.spec.said import Said

PARAGRAPHS = frozenset({"context_length", "define", "stack", "mtp"})
"""The fields that a blank line stands before."""

_SHORT_NAMES = {"gated": "ffn", "plain": "ffn", "sliding": "local", "full": "global"}


def dump_spec(spec: ArchSpec) -> str:
    """Return a spec file's text; reading it gives the same architecture."""
    texts = dump_fields(spec)
    return "".join("\n" * (key in PARAGRAPHS) + text for key, text in texts.items())


def dump_fields(spec: ArchSpec) -> dict[str, str]:
    """Return the text of each field that has something to say, in the order of the file."""
    stack = folded(list(unfolded(spec.stack)))
    whole = spec.model_copy(update={"stack": stack, "define": None})
    layers = [*_layers(stack), *([spec.mtp.layer] if spec.mtp else [])]
    names = _part_names(layers)
    define = {name: emit.Anchor(name, _plain(part, {})) for part, name in names.items()}
    for layer, name in _layer_names(layers, names).items():
        define[name] = emit.Anchor(name, _plain(layer, names))
        names[layer] = name
    plain = _plain(whole, names)
    if define:
        plain["define"] = define
    keys = [key for key in ArchSpec.model_fields if key in plain]
    return {key: emit.field(key, plain[key], several=key == "links") for key in keys}


def unfolded(stack: Iterable[Entry]) -> Iterator[LayerSpec]:
    """Yield every layer of a stack, repeats written out."""
    for entry in stack:
        if entry.stack is not None:
            layers = tuple(unfolded(entry.stack))
        elif entry.layer is not None:
            layers = (entry.layer,)
        yield from layers * entry.repeat


def folded(layers: Sequence[LayerSpec]) -> tuple[Entry, ...]:
    """Return the stack of these layers in as few lines as possible."""
    return _entries(fold(layers))


def _entries(runs: tuple[Run[LayerSpec], ...]) -> tuple[Entry, ...]:
    return tuple(
        Entry(repeat=run.repeat, stack=_entries(run.body))
        if isinstance(run.body, tuple)
        else Entry(repeat=run.repeat, layer=run.body)
        for run in runs
    )


def _plain(value: Any, names: dict[Part, str]) -> Any:
    """Return plain data, with aliases for the parts that have a name."""
    match value:
        case Part() if value in names:
            return emit.Alias(names[value])
        case Said() if value.plain:
            return _plain(getattr(value, value.short), names)
        case Said():
            # the fact stands before its source
            plain = {key: _plain(entry, names) for key, entry in _written(value)}
            return {key: plain[key] for key in sorted(plain, key=lambda key: key in Said.model_fields)}
        case Part():
            return {key: _plain(entry, names) for key, entry in _written(value)}
        case tuple():
            return [_plain(entry, names) for entry in value]
        case date():
            return value.isoformat()
    return value


def _written(part: Part) -> Iterator[tuple[str, Any]]:
    """Yield the fields that differ from what leaving them out would mean; a kind is always said."""
    before: dict[str, Any] = {}
    for key, field in type(part).model_fields.items():
        value = getattr(part, key)
        default = field.get_default(call_default_factory=True, validated_data=before)
        if key == "kind" or value != default:
            yield key, value
        before[key] = value


# ---- names for the parts that are written more than once


def _part_names(layers: list[LayerSpec]) -> dict[Part, str]:
    """Name every part of a kind if one of them is written twice; none that is only its kind."""
    fields = [_parts(getattr(layer, key)) for key in LayerSpec.model_fields for layer in layers]
    counted = Counter(part for parts in fields for part in parts)
    named = _distinct_names([part for part in counted if len(list(_written(part))) > 1])
    kinds = {type(part) for part, count in counted.items() if count > 1}
    return {part: name for part, name in named.items() if type(part) in kinds}


def _layer_names(layers: list[LayerSpec], names: dict[Part, str]) -> dict[LayerSpec, str]:
    """Name the layers that are written twice and need several lines, by their first part."""
    found: dict[LayerSpec, str] = {}
    for layer, count in Counter(layers).items():
        if count > 1 and not emit.fits(_plain(layer, names)):
            first = next(_parts(layer))
            base = f"{names.get(first) or _word(first, 'kind')}_layer"
            alike = sum(name == base or name.startswith(f"{base}_") for name in found.values())
            found[layer] = f"{base}_{alike + 1}" if alike else base
    return found


def _layers(stack: tuple[Entry, ...]) -> Iterator[LayerSpec]:
    """Yield the layers as often as they are written."""
    for entry in stack:
        if entry.layer is not None:
            yield entry.layer
        yield from _layers(entry.stack or ())


def _parts(value: Any) -> Iterator[Part]:
    """Yield the outermost parts that have a kind."""
    if isinstance(value, Part) and "kind" in type(value).model_fields:
        yield value
    elif isinstance(value, Part):
        for _, entry in value:
            yield from _parts(entry)
    elif isinstance(value, tuple):
        for entry in value:
            yield from _parts(entry)


def _distinct_names(parts: list[Part]) -> dict[Part, str]:
    """Name parts by kind, and those of one kind by span or variant, by a telling field, or by number."""
    kinds: dict[str, list[Part]] = {}
    sparse = any(_word(part, "kind") == "moe" for part in parts)
    for part in parts:
        name = _word(part, "kind")
        kinds.setdefault("dense" if name == "ffn" and sparse else name, []).append(part)
    names: dict[Part, str] = {}
    for kind, alike in kinds.items():
        varieties: dict[str, list[Part]] = {}
        for part in alike:
            varieties.setdefault(_word(part, "span") or _word(part, "variant"), []).append(part)
        for variety, same in varieties.items():
            base = variety if len(varieties) > 1 else kind
            names |= {part: base + suffix for part, suffix in zip(same, _suffixes(same), strict=True)}
    return names


def _suffixes(parts: list[Part]) -> list[str]:
    if len(parts) == 1:
        return [""]
    words = [_words(part) for part in parts]
    for key in words[0]:
        told = {found.get(key, "") for found in words}
        if len(told) == len(parts) and "" not in told:
            return [f"_{found[key]}" for found in words]
    return [f"_{number}" for number in range(1, len(parts) + 1)]


def _words(part: Part) -> dict[str, str]:
    """Return the fields that can be a part of a name, and those of parts within."""
    words = {key: word for key in type(part).model_fields if (word := _word(part, key))}
    for key, value in part:
        if isinstance(value, Part):
            words |= {f"{key}.{inner}": word for inner, word in _words(value).items()}
    return words


def _word(part: Part, key: str) -> str:
    """Return a field's value as a part of a name: a whole number, a word or a kind; others give none."""
    value = getattr(part, key, None)
    word = getattr(value, "kind", value)
    if isinstance(word, bool) or not isinstance(word, int | str):
        return ""
    return _SHORT_NAMES.get(str(word), str(word))
