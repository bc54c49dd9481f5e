"""XML as text.  An element is written at once: to build a tree first takes as long as to lay a card out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#09;", "\n": "&#10;", "\r": "&#13;"}
)


def element(name: str, attributes: Mapping[str, str], inside: Iterable[str] = ()) -> str:
    """Return an element, attributes in the order of their names; values and what is `inside` are markup."""
    start = name + "".join([f' {key}="{value}"' for key, value in sorted(attributes.items())])
    content = "".join(inside)
    return f"<{start}>{content}</{name}>" if content else f"<{start}/>"


def escaped(text: str) -> str:
    """Return text as it stands in markup, in an attribute or inside an element."""
    return text.translate(_ESCAPES)
