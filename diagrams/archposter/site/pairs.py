"""What differs between every two models, packed: a file a model has its pairs with those after it by name.

A file is JSON: `words` are all that it says, `types` the kinds of rows, as places in `words`, and `pairs` by the other model's name: [tokens, what differs in the tower of the one, and of the other, aspects
that are the same, rows]; rows are one list, `ROW` numbers each.  `compare.js` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from archposter import parallel
from archposter.blocks.diff import Body, body, differing, subject, topic
from archposter.compare.comparison import compare_profiles
from archposter.compare.profile import Profile
from archposter.compare.values import COUNTED, Row
from archposter.compare.words import every, label, times
from archposter.site.source import Source
from archposter.spec.arch import Arch

FOLLOWS: Final = "What follows"
"""The topic of counts."""


class Type(NamedTuple):
    """What a row says: see `compare.values.Row`; `label` is what people read below its `topic`."""

    aspect: str
    part: str
    field: str
    kind: str
    topic: str
    label: str


class Entry(NamedTuple):
    """A row with the words of both values.

    `ratio` is the second value by the first and, after a bar, the first by the second; `layers` how many
    layers of each model have the part.
    """

    type: Type
    values: tuple[str, str]
    ratio: str
    layers: tuple[int, int]


class Pair(NamedTuple):
    """All that differs between two models: `marks` are what differs in either tower, by `blocks.diff`."""

    tokens: int
    marks: tuple[tuple[str, ...], tuple[str, ...]]
    same: tuple[str, ...]
    entries: tuple[Entry, ...]


ROW: Final = 6


class Subject:
    """A model to be compared with many."""

    def __init__(self, arch: Arch) -> None:
        self.profile = Profile(arch)
        self.body: Body = body(arch)


def pair(first: Subject, second: Subject) -> Pair:
    """Return what differs between two models."""
    found = compare_profiles([first.profile, second.profile])
    marks = [tuple(sorted(differing(own.body, at, found))) for at, own in enumerate((first, second))]
    # Of two models many rows are as of two others.
    entries = tuple(_entry(row, found.tokens if row.aspect in COUNTED else 0) for row in found.rows)
    return Pair(found.tokens, (marks[0], marks[1]), found.same, entries)


@lru_cache(maxsize=2**16)
def _entry(row: Row, tokens: int) -> Entry:
    follows = row.aspect in COUNTED
    said = label(row, tokens) if follows else subject(row)
    kind = Type(row.aspect, row.part, row.field, row.kind, FOLLOWS if follows else topic(row), said)
    first, second = every(row)
    ratio = f"{times(row.ratio)}|{times(1 / row.ratio)}" if row.ratio else ""
    layers = (row.layers[0], row.layers[1]) if row.layers else (0, 0)
    return Entry(kind, (first[0], second[0]), ratio, layers)


# ---- files


def pack(pairs: Mapping[str, Pair]) -> str:
    """Return the text of a file."""
    words: dict[str, int] = {}
    types: dict[Type, int] = {}

    def place(word: str) -> int:
        return words.setdefault(word, len(words))

    def rows(entries: Iterable[Entry]) -> Iterator[int]:
        for kind, (first, second), ratio, layers in entries:
            yield types.setdefault(kind, len(types))
            yield from (place(first), place(second), place(ratio), *layers)

    packed = {
        name: [
            found.tokens,
            *([place(mark) for mark in marks] for marks in found.marks),
            [place(aspect) for aspect in found.same],
            list(rows(found.entries)),
        ]
        for name, found in sorted(pairs.items())
    }
    said = [[place(word) for word in kind] for kind in types]
    plain = {"words": list(words), "types": said, "pairs": packed}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def unpack(text: str) -> dict[str, Pair]:
    """Return the pairs of a file's text."""
    plain: dict[str, Any] = json.loads(text)
    words, types = plain["words"], [Type(*(plain["words"][at] for at in kind)) for kind in plain["types"]]

    def said(places: Iterable[int]) -> tuple[str, ...]:
        return tuple(words[at] for at in places)

    def entries(rows: Sequence[int]) -> Iterator[Entry]:
        for at in range(0, len(rows), ROW):
            kind, first, second, ratio, *layers = rows[at : at + ROW]
            yield Entry(types[kind], (words[first], words[second]), words[ratio], (layers[0], layers[1]))

    return {
        name: Pair(tokens, (said(first), said(second)), said(same), tuple(entries(rows)))
        for name, (tokens, first, second, same, rows) in plain["pairs"].items()
    }


class Task(NamedTuple):
    """A file to make: what is kept of an earlier one, and the models with which to compare anew."""

    name: str
    kept: Mapping[str, Pair]
    others: tuple[str, ...]


def tasks(names: Iterable[str], earlier: Mapping[str, str], unchanged: Iterable[str]) -> list[Task]:
    """Return the files of models; pairs of unchanged models are taken from the texts of `earlier` ones."""
    still = set(unchanged)
    listed = sorted(names)
    found = []
    for at, name in enumerate(listed):
        others = listed[at + 1 :]
        old = unpack(earlier[name]) if name in still and name in earlier else {}
        kept = {other: old[other] for other in others if other in still and other in old}
        found.append(Task(name, kept, tuple(other for other in others if other not in kept)))
    return found


def texts(sources: Sequence[Source], wanted: Sequence[Task]) -> dict[str, str]:
    """Return the texts of files by the model's name."""
    alone = sum(len(task.others) for task in wanted) < _ALONE
    # Every process reads all models, and takes every so manieth file: the first have most pairs.
    batches = 1 if alone else parallel.workers()
    jobs = [(tuple(sources), tuple(wanted[at::batches])) for at in range(batches)]
    return {name: text for made in parallel.each(_texts, jobs) for name, text in made}


_ALONE: Final = 1000
"""So many pairs take less time than starting processes."""


def _texts(job: tuple[Sequence[Source], Sequence[Task]]) -> list[tuple[str, str]]:
    sources, wanted = job
    needed = {name for task in wanted if task.others for name in (task.name, *task.others)}
    subjects = {source.slug: Subject(source.read()[1].arch) for source in sources if source.slug in needed}
    return [
        (
            task.name,
            pack({**task.kept, **{name: pair(subjects[task.name], subjects[name]) for name in task.others}}),
        )
        for task in wanted
    ]
