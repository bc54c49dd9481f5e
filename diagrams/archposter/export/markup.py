"""XML as text.  An element is written at once: to build a tree first takes as long as to lay a card out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#09;", "\n": "&#10;", "\r": "&#13;"}
)


def element(name: str, attributes: Mapping[str, str], inside: Iterable[str] = ()) -> str:
    """Return an element with what is `inside`, markup already; attributes in the order of their names."""
    said = sorted(attributes.items())
    if not _is_plain("".join(attributes.values())):
        said = [(key, escaped(value)) for key, value in said]
    start = name + "".join([f' {key}="{value}"' for key, value in said])
    content = "".join(inside)
    return f"<{start}>{content}</{name}>" if content else f"<{start}/>"


def escaped(text: str) -> str:
    """Return text as it stands in markup."""
    return text if _is_plain(text) else text.translate(_ESCAPES)


def _is_plain(text: str) -> bool:
    # One search for each character is faster than one for all.
    special = "&" in text or "<" in text or ">" in text or '"' in text
    return not (special or "\t" in text or "\n" in text or "\r" in text)
