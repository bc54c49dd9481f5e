"""A spec as a page shows it: its lines, and which of them says what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import yaml

_STEP = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True)
class SpecText:
    """The text of a spec."""

    text: str

    @property
    def lines(self) -> list[str]:
        """Every line, without its end."""
        return self.text.splitlines()

    @cached_property
    def _root(self) -> yaml.Node | None:
        return yaml.compose(self.text, Loader=yaml.CSafeLoader)

    def line(self, path: str) -> int:
        """Return the line, from 1, of a place such as "stack[1].layer.ffn", or of what it would stand in.

        An alias leads to what it is an alias of.
        """
        node = self._root
        found = 1
        for step in _STEP.findall(path):
            inner = _inside(node, step)
            if inner is None:
                break
            node, found = inner
        return found


def _inside(node: yaml.Node | None, step: str) -> tuple[yaml.Node, int] | None:
    """Return what a mapping or a sequence has at a key or a place, with its line."""
    if isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
        inner = node.value[int(step)]
        return inner, inner.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                # A value on the line of its key, or one that stands elsewhere.
                aliased = value.start_mark.line < key.start_mark.line
                return value, (value if aliased else key).start_mark.line + 1
    return None
