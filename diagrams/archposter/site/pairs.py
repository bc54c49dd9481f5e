"""What differs between every two models, packed: a file a model has its pairs with those after it by name.

A file is JSON: `words` are all that it says, `types` the kinds of rows, as places in `words`, and `pairs` by
the other name: [tokens, rings of the one tower, of the other, aspects that are the same, rows].  Rings
are one list of targets and topics, rows one list of `ROW` numbers each.  `pairs.js` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from archposter import parallel
from archposter.blocks.diff import Body, body, differing, subject, topic
from archposter.compare.comparison import compare_profiles
from archposter.compare.names import ASPECT_NAMES
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


Rings = tuple[tuple[str, str], ...]


class Pair(NamedTuple):
    """All that differs between two models: `rings` are what differs in either tower, with its topic."""

    tokens: int
    rings: tuple[Rings, Rings]
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
    rings = [tuple(sorted(differing(own.body, at, found).items())) for at, own in enumerate((first, second))]
    # Of two models many rows are as of two others.
    entries = tuple(_entry(row, found.tokens if row.aspect in COUNTED else 0) for row in found.rows)
    same = tuple(ASPECT_NAMES[aspect] for aspect in found.same if aspect not in COUNTED)
    return Pair(found.tokens, (rings[0], rings[1]), same, entries)


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


class _Packer:
    """Words and types of rows by their places, in the order of their first use."""

    def __init__(self) -> None:
        self.words: dict[str, int] = {}
        self.types: dict[Type, int] = {}
        self.pairs: dict[str, list[Any]] = {}

    def _word(self, word: str) -> int:
        return self.words.setdefault(word, len(self.words))

    def _type(self, kind: Type) -> int:
        return self.types.setdefault(kind, len(self.types))

    def add(self, name: str, found: Pair) -> None:
        rings = [[self._word(word) for ring in rings for word in ring] for rings in found.rings]
        same = [self._word(aspect) for aspect in found.same]
        rows: list[int] = []
        for kind, (first, second), ratio, layers in found.entries:
            rows.append(self._type(kind))
            rows += (self._word(first), self._word(second), self._word(ratio), *layers)
        self.pairs[name] = [found.tokens, *rings, same, rows]

    def copy(self, name: str, old: Mapping[str, Any], known: tuple[list[int], list[int]]) -> None:
        """Add a pair of an earlier file; `known` are the new places of its words and types, -1 at first."""
        words, types = known

        def word(place: int) -> int:
            if words[place] < 0:
                words[place] = self._word(old["words"][place])
            return words[place]

        tokens, first, second, same, rows = old["pairs"][name]
        made = [list(map(word, places)) for places in (first, second, same)]
        moved: list[int] = []
        for at in range(0, len(rows), ROW):
            kind, one, other, ratio, layers, others = rows[at : at + ROW]
            if types[kind] < 0:
                types[kind] = self._type(Type(*(old["words"][place] for place in old["types"][kind])))
            moved += (types[kind], word(one), word(other), word(ratio), layers, others)
        self.pairs[name] = [tokens, *made, moved]

    def text(self) -> str:
        types = [[self._word(word) for word in kind] for kind in self.types]
        plain = {"words": list(self.words), "types": types, "pairs": self.pairs}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def pack(pairs: Mapping[str, Pair]) -> str:
    """Return the text of a file."""
    return _merged(pairs, {"words": [], "types": []}, ())


def _merged(pairs: Mapping[str, Pair], old: Mapping[str, Any], kept: Collection[str]) -> str:
    """Return the text of a file of pairs and of those `kept` from an `old` one."""
    packer = _Packer()
    known = [-1] * len(old["words"]), [-1] * len(old["types"])
    for name in sorted([*pairs, *kept]):
        if name in pairs:
            packer.add(name, pairs[name])
        else:
            packer.copy(name, old, known)
    return packer.text()


def unpack(text: str) -> dict[str, Pair]:
    """Return the pairs of a file's text."""
    plain: dict[str, Any] = json.loads(text)
    words, types = plain["words"], [Type(*(plain["words"][at] for at in kind)) for kind in plain["types"]]

    def said(places: Iterable[int]) -> tuple[str, ...]:
        return tuple(words[at] for at in places)

    def rings(places: Sequence[int]) -> Rings:
        return tuple(zip(said(places[::2]), said(places[1::2]), strict=True))

    def entries(rows: Sequence[int]) -> Iterator[Entry]:
        for at in range(0, len(rows), ROW):
            kind, first, second, ratio, *layers = rows[at : at + ROW]
            yield Entry(types[kind], (words[first], words[second]), words[ratio], (layers[0], layers[1]))

    return {
        name: Pair(tokens, (rings(first), rings(second)), said(same), tuple(entries(rows)))
        for name, (tokens, first, second, same, rows) in plain["pairs"].items()
    }


# ---- all of them


class Task(NamedTuple):
    """A file to make: an earlier one's text, in which pairs with `kept` models hold, and those to add."""

    name: str
    earlier: str
    kept: frozenset[str]
    others: tuple[str, ...]


def tasks(names: Iterable[str], earlier: Mapping[str, str], unchanged: Collection[str]) -> list[Task]:
    """Return the files of models; pairs of unchanged models are taken from the texts of `earlier` ones."""
    listed = sorted(names)
    found = []
    for at, name in enumerate(listed):
        text = earlier.get(name, "") if name in unchanged else ""
        known = json.loads(text)["pairs"].keys() if text else ()
        kept = frozenset(other for other in listed[at + 1 :] if other in known and other in unchanged)
        others = tuple(other for other in listed[at + 1 :] if other not in kept)
        found.append(Task(name, text, kept, others))
    return found


def texts(sources: Sequence[Source], archs: Mapping[str, Arch], wanted: Sequence[Task]) -> dict[str, str]:
    """Return the texts of files by the model's name; `archs` are what the sources say."""
    if sum(len(task.others) for task in wanted) < _FEW:
        return dict(_made(wanted, archs))
    # Every process reads the models and takes every so manieth file: the first have most pairs.
    jobs = [(tuple(sources), tuple(wanted[at :: parallel.workers()])) for at in range(parallel.workers())]
    return {name: text for made in parallel.each(_read, jobs) for name, text in made}


_FEW: Final = 1000
"""So many pairs take less time than starting processes."""


def _read(job: tuple[Sequence[Source], Sequence[Task]]) -> list[tuple[str, str]]:
    sources, wanted = job
    return _made(wanted, {source.slug: source.read()[1].arch for source in sources})


def _made(wanted: Sequence[Task], archs: Mapping[str, Arch]) -> list[tuple[str, str]]:
    needed = {name for task in wanted if task.others for name in (task.name, *task.others)}
    subjects = {name: Subject(archs[name]) for name in needed}
    return [(task.name, _text(task, subjects)) for task in wanted]


def _text(task: Task, subjects: Mapping[str, Subject]) -> str:
    old = json.loads(task.earlier) if task.kept else {"words": [], "types": [], "pairs": {}}
    if task.earlier and not task.others and old["pairs"].keys() == task.kept:
        return task.earlier
    new = {name: pair(subjects[task.name], subjects[name]) for name in task.others}
    return _merged(new, old, task.kept)
