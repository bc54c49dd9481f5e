"""A new architecture into an old file: what a hand wrote and what has not changed stays as it is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

import yaml

from archposter.diagnostics import SpecError
from archposter.spec.load import parse_spec
from archposter.spec.model import ArchSpec
from archposter.spec.write import PARAGRAPHS, dump_fields, dump_spec, unfolded
from archposter.spec.yaml import read

HAND_WRITTEN = frozenset(
    {"name", "size", "developer", "family", "released", "license", "links", "highlights"}
    | {"lineage", "context_length"}
)
"""The fields that a model's config does not know, or knows worse."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A top-level field: the comments and blank lines above it, its own lines and the first one's number."""

    above: str
    body: str
    line: int


@dataclass(frozen=True, slots=True)
class _Layout:
    """A file's text in pieces."""

    head: str
    fields: dict[str, _Field]
    foot: str


def merge_spec(old_text: str, new: ArchSpec, file: str, hand_written: Collection[str] = HAND_WRITTEN) -> str:
    """Return the text of `file` with the architecture of `new`.

    Fields of the file that are `hand_written` or mean the same in `new` keep their text, comments and
    all; the others get new text below their old comment.  Fields that share anchors go together.
    A file that is laid out in another way than one field after the other is written anew.
    Raises SpecError if the old text has faults or the result would have any.
    """
    old = parse_spec(old_text, file)
    if old.mtp and old.mtp.source:
        hand_written = {*hand_written, "mtp"}
    layout = _layout(old_text, file)
    merged = _merged(old, new, layout.fields.keys() & set(hand_written))
    text = _text(old_text, layout, old, merged, hand_written)
    try:
        if _same_meaning(parse_spec(text, file), merged):
            return text
    except SpecError:
        pass
    text = dump_spec(merged)
    parse_spec(text, file)
    return text


def _merged(old: ArchSpec, new: ArchSpec, kept: Collection[str]) -> ArchSpec:
    """Return `new` with the `kept` fields of `old`, and what both leave out as it follows from the rest."""
    values: dict[str, object] = {}
    for key, field in ArchSpec.model_fields.items():
        if key in kept:
            values[key] = getattr(old, key)
        elif key in new.model_fields_set:
            values[key] = getattr(new, key)
        else:
            values[key] = field.get_default(call_default_factory=True, validated_data=values)
    return new.model_copy(update=values)


def _text(
    old_text: str, layout: _Layout, old: ArchSpec, merged: ArchSpec, hand_written: Collection[str]
) -> str:
    texts = dump_fields(merged)
    same = {
        key for key in layout.fields if key in hand_written or _meaning(old, key) == _meaning(merged, key)
    }
    linked = _linked(old_text, layout) - set(hand_written)
    if not linked <= same:
        same -= linked
    result = {}
    for key, field in layout.fields.items():
        if key in same:
            result[key] = field.above + field.body
        elif key in texts:
            result[key] = field.above + texts[key]
    return layout.head + "".join(_completed(result, texts).values()) + layout.foot


def _meaning(spec: ArchSpec, key: str) -> object:
    # `define` has no meaning of its own
    return tuple(unfolded(spec.stack)) if key == "stack" else key == "define" or getattr(spec, key)


def _same_meaning(one: ArchSpec, other: ArchSpec) -> bool:
    return all(_meaning(one, key) == _meaning(other, key) for key in ArchSpec.model_fields)


def _completed(result: dict[str, str], texts: dict[str, str]) -> dict[str, str]:
    """Put the fields that the old text did not have behind those that they follow in the language."""
    order = list(ArchSpec.model_fields)
    for key in texts:
        if key in result:
            continue
        text = "\n" * (key in PARAGRAPHS) + texts[key]
        earlier = [place for place, other in enumerate(result) if order.index(other) < order.index(key)]
        place = max(earlier, default=-1) + 1
        entries = list(result.items())
        result = dict([*entries[:place], (key, text), *entries[place:]])
    return result


def _layout(text: str, file: str) -> _Layout:
    """Take a text apart, on the assumption that each field begins a line."""
    places = sorted((place.line - 1, str(key)) for key, place in read(text, file).keys.items())
    lines = text.splitlines(keepends=True)
    if not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    fields = {}
    above = first = places[0][0]
    for (line, key), (following, _) in pairwise([*places, (len(lines), "")]):
        end = following
        while end > line + 1 and _between(lines[end - 1]):
            end -= 1
        fields[key] = _Field("".join(lines[above:line]), "".join(lines[line:end]), line)
        above = end
    return _Layout("".join(lines[:first]), fields, "".join(lines[above:]))


def _between(line: str) -> bool:
    """Tell whether a line belongs to no field: blank, a comment at the margin or the document's end."""
    return not line.strip() or line.startswith(("#", "..."))


def _linked(text: str, layout: _Layout) -> set[str]:
    """Return the fields that have anchors or aliases, and `define`, which is there for them."""
    starts = sorted((field.line, key) for key, field in layout.fields.items())
    marks = (
        token.start_mark.line
        for token in yaml.scan(text, Loader=yaml.CSafeLoader)
        if isinstance(token, yaml.AliasToken | yaml.AnchorToken)
    )
    owners = {starts[bisect_right(starts, (mark, "\uffff")) - 1][1] for mark in marks}
    return owners | ({"define"} & layout.fields.keys())
