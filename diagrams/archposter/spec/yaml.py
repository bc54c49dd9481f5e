"""YAML text to plain data that remembers where everything stands.

Built from parser events with a stack of its own: composing inside the library would recurse as deep as
the file nests.  Time and memory are bounded by the limits below, whatever the text.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, NoReturn

import yaml
from yaml import events

from archposter.diagnostics import Diagnostic, Position, SpecError, did_you_mean, printable
from archposter.spec.scalars import Refused, resolve

MAX_DEPTH = 50
MAX_NODES = 100_000
MAX_FAULTS = 100

_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"

Plain = bool | int | float | str | tuple[Any, ...] | dict[str, Any] | None
KeyPath = tuple[str | int, ...]

_FORBIDDEN = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"

_WORD = re.compile(r"[\w-]{1,60}\Z")

_SYNTAX = {
    "mapping values are not allowed in this context": (
        'unexpected ":"',
        "check the indentation; text with a colon needs quotes",
    ),
    "could not find expected ':'": ('a ":" is missing after a key', ""),
    "did not find expected key": ("the indentation or a bracket does not fit", ""),
    "did not find expected '-' indicator": ("the indentation does not fit the list", ""),
    "did not find expected ',' or ']'": ('a "," or "]" is missing', ""),
    "did not find expected ',' or '}'": ('a "," or "}" is missing', ""),
    "found unexpected end of stream": ("a quote is not closed", ""),
    "found character that cannot start any token": (
        "unexpected character",
        "indent with blanks, not tabs; quote text that starts with @, ` or %",
    ),
}


class Node:
    """A value and its place; a collection also has its children, and a mapping the places of its keys.

    `size` counts the values in it, `height` the levels.  An alias is the node of its anchor.
    """

    __slots__ = ("children", "height", "keys", "position", "size", "value")

    def __init__(self, position: Position, value: Plain = None) -> None:
        self.position = position
        self.value = value
        self.children: dict[str | int, Node] = {}
        self.keys: dict[str | int, Position] = {}
        self.size = 1
        self.height = 0

    def at(self, path: KeyPath) -> Node:
        """Return the node at `path`, or the deepest one on the way that exists."""
        node = self
        for step in path:
            if step not in node.children:
                break
            node = node.children[step]
        return node

    def key_position(self, path: KeyPath) -> Position:
        """Return the place of the key that ends `path`, or of the collection that has or lacks it."""
        parent = self.at(path[:-1])
        return parent.keys.get(path[-1], parent.position) if path else self.position


class _Open:
    """A collection whose end has not come.  A mapping has `key` while it waits for that key's value."""

    __slots__ = ("anchor", "key", "mapping", "node", "path")

    def __init__(self, node: Node, path: KeyPath, mapping: bool, anchor: str | None) -> None:
        self.node = node
        self.path = path
        self.mapping = mapping
        self.anchor = anchor
        self.key: str | None = None

    @property
    def next_path(self) -> KeyPath:
        """The path of the value that comes next."""
        return (*self.path, (self.key or "") if self.mapping else len(self.node.children))


def dotted(path: KeyPath) -> str:
    """Return a path as people write it: stack[1].layer.ffn.kind; odd keys stand in quotes."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step if _WORD.match(step) else printable(step)}"
    return text.removeprefix(".")


def described(value: Plain) -> str:
    """Return a value as an error message names it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            return printable(value)
        case tuple():
            return "a list"
        case dict():
            return "a mapping"


def read(text: str, file: str) -> Node:
    """Return the root mapping of the one YAML document in `text`; `file` is the name for messages.

    Raises SpecError with every fault found; faults of syntax and size end the search.
    """
    return _Builder(text, file).build()


def _unclosed(text: str) -> int:
    """Return how many brackets more open than close in `text`."""
    return sum(map(text.count, "[{")) - sum(map(text.count, "]}"))


class _Builder:
    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.faults: list[Diagnostic] = []
        self.anchors: dict[str, Node | None] = {}
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.count = 0
        self.read = 0

    def build(self) -> Node:
        # Compiling the pattern takes as long as reading a file: most have nothing in them to be looked for.
        plain = self.text.replace("\n", "").isprintable()
        if not plain and (forbidden := re.search(_FORBIDDEN, self.text)):
            before = self.text[: forbidden.start()]
            place = Position(self.file, before.count("\n") + 1, len(before) - before.rfind("\n"))
            self._stop(place, f"the character U+{ord(forbidden.group()):04X} cannot stand in a spec")
        try:
            for event in yaml.parse(self.text, Loader=yaml.CSafeLoader):
                self._event(event)
                end: Any = event.end_mark
                self.read = end.index
        except yaml.MarkedYAMLError as error:
            mark: Any = error.problem_mark or error.context_mark
            problem = str(error.problem)
            if problem in _SYNTAX:
                self._stop(self._place(mark), *_SYNTAX[problem])
            # libyaml reads ahead of its events, and how deep it goes before it gives up differs by version
            if len(self.open) + _unclosed(self.text[self.read : mark.index]) > MAX_DEPTH:
                self._stop(self._place(mark), _TOO_DEEP)
            self._stop(self._place(mark), f"not valid YAML: {problem}")
        if self.root is None or self.root.value is None:
            self._stop(Position(self.file), "the file is empty")
        if not isinstance(self.root.value, dict):
            self._fault(self.root.position, (), f"got {described(self.root.value)}, expected a mapping")
        if self.faults:
            raise SpecError(self.faults)
        return self.root

    def _event(self, event: events.Event) -> None:
        match event:
            case events.DocumentStartEvent() if self.root is not None:
                self._stop(self._place(event.start_mark), "a second document starts; expected one a file")
            case events.ScalarEvent() if self.open and self.open[-1].mapping and self.open[-1].key is None:
                self._key(self.open[-1], event)
            case events.ScalarEvent():
                self._scalar(event)
            case events.AliasEvent():
                self._alias(event)
            case events.CollectionStartEvent():
                self._start(event)
            case events.CollectionEndEvent():
                self._end()

    def _key(self, top: _Open, event: events.ScalarEvent) -> None:
        place = self._place(event.start_mark)
        top.key = key = str(event.value)
        self._check(event, place)
        if event.implicit[0] and key == "<<":
            self._fault(place, top.path, "got a merge key, expected a name", "write the fields out")
        elif event.implicit[0] and not isinstance(resolve(key), str):
            self._fault(place, top.path, f"got {printable(key)} as a key, expected a name", "quote it")
        elif key in top.node.keys:
            self._fault(
                place, top.next_path, "the key occurs twice", f"first on line {top.node.keys[key].line}"
            )
        else:
            top.node.keys[key] = place
        self._define(event.anchor, Node(place, key))

    def _scalar(self, event: events.ScalarEvent) -> None:
        place = self._place(event.start_mark)
        self._grow(1, place)
        self._check(event, place)
        value = resolve(event.value) if event.implicit[0] else event.value
        if isinstance(value, Refused):
            message = f"got {printable(event.value)}, expected {value.expected}"
            self._fault(place, self._path, message, value.hint)
            value = event.value
        node = Node(place, value)
        self._define(event.anchor, node)
        self._attach(node)

    def _alias(self, event: events.AliasEvent) -> None:
        place = self._place(event.start_mark)
        anchor = str(event.anchor)
        node = self.anchors.get(anchor)
        name = printable(anchor)
        if anchor not in self.anchors:
            # a hostile file has many anchors, and each comparison costs
            hint = did_you_mean(anchor[:60], islice(self.anchors, 100))
            self._fault(place, self._path, f"no anchor {name} stands before this alias", hint)
        elif node is None:
            self._fault(place, self._path, f"the anchor {name} contains itself")
        elif len(self.open) + node.height > MAX_DEPTH:
            self._stop(place, _TOO_DEEP)
        node = node or Node(place)
        self._grow(node.size, place)
        self._attach(node)

    def _start(self, event: events.CollectionStartEvent) -> None:
        place = self._place(event.start_mark)
        if len(self.open) >= MAX_DEPTH:
            self._stop(place, _TOO_DEEP)
        self._grow(1, place)
        self._check(event, place)
        self._define(event.anchor, None)
        mapping = isinstance(event, events.MappingStartEvent)
        self.open.append(_Open(Node(place), self._path, mapping, event.anchor))

    def _end(self) -> None:
        top = self.open.pop()
        node = top.node
        node.size += sum(child.size for child in node.children.values())
        node.height = 1 + max((child.height for child in node.children.values()), default=0)
        if top.mapping:
            node.value = {str(key): child.value for key, child in node.children.items()}
        else:
            node.value = tuple(child.value for child in node.children.values())
        if top.anchor is not None:
            self.anchors[top.anchor] = node
        self._attach(node)

    def _attach(self, node: Node) -> None:
        """Give a finished node to the collection it stands in."""
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        if not top.mapping:
            top.node.children[len(top.node.children)] = node
        elif top.key is None:
            self._fault(node.position, top.path, f"got {described(node.value)} as a key, expected a name")
            top.key = ""
        else:
            top.node.children.setdefault(top.key, node)
            top.key = None

    def _define(self, anchor: str | None, node: Node | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = node

    def _check(self, event: events.ScalarEvent | events.CollectionStartEvent, place: Position) -> None:
        """Refuse tags and anchors that are defined twice."""
        if event.tag is not None:
            self._fault(place, self._path, f"got the tag {printable(event.tag)}, expected no tags")
        if event.anchor in self.anchors:
            self._fault(place, self._path, f"the anchor {printable(event.anchor)} is defined twice")

    @property
    def _path(self) -> KeyPath:
        return self.open[-1].next_path if self.open else ()

    def _grow(self, nodes: int, place: Position) -> None:
        self.count += nodes
        if self.count > MAX_NODES:
            self._stop(place, f"more than {MAX_NODES:,} values, aliases counted where they stand")

    def _place(self, mark: Any) -> Position:
        return Position(self.file, mark.line + 1, mark.column + 1)

    def _fault(self, place: Position, path: KeyPath, message: str, hint: str = "") -> None:
        self.faults.append(Diagnostic(place, dotted(path), message, hint))
        if len(self.faults) == MAX_FAULTS:
            raise SpecError(self.faults)

    def _stop(self, place: Position, message: str, hint: str = "") -> NoReturn:
        raise SpecError([*self.faults, Diagnostic(place, "", message, hint)])
