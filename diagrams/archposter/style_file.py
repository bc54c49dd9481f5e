"""A style of one's own: a file as those in `styles/`, with the place of every fault."""

from __future__ import annotations

from pathlib import Path

from archposter import bundled
from archposter.diagnostics import Diagnostic, SpecError, UsageError
from archposter.spec.load import read_text, shown
from archposter.spec.yaml import Node, dotted, read
from archposter.theme import PAIR, Theme, Where, load_theme, make_theme, pair

MAX_BYTES = 2**16


def read_style(path: Path) -> Theme:
    """Return the theme of a file: its colours, or a pair of two styles, `light` and `dark`.

    Those are bundled names or files beside it.  Raises `SpecError` with every fault.
    """
    file = shown(path)
    root = read(read_text(path, file, "style", MAX_BYTES), file)
    if set(root.children) != set(PAIR):
        return _single(path, root)
    try:
        return pair(path.stem, *(_half(path, root, key) for key in PAIR))
    except UsageError as error:
        raise SpecError([Diagnostic(root.position, "", str(error))]) from None


def _single(path: Path, root: Node) -> Theme:
    faults: list[Diagnostic] = []

    def fault(where: Where, message: str, hint: str = "") -> None:
        place = root.key_position(where) if where else root.position
        faults.append(Diagnostic(place, dotted(where), message, hint))

    assert isinstance(root.value, dict)
    made = make_theme(path.stem, root.value, fault)
    if faults:
        raise SpecError(faults)
    return made


def _half(path: Path, root: Node, key: str) -> Theme:
    node = root.children[key]
    word = str(node.value)
    try:
        other = bundled.style_path(word)
        if word in bundled.style_names():
            made = load_theme(word, other)
        else:
            beside = path.parent / other
            file = shown(beside)
            made = _single(beside, read(read_text(beside, file, "style", MAX_BYTES), file))
    except UsageError as error:
        raise SpecError([Diagnostic(node.position, key, str(error))]) from None
    if not isinstance(made.ink, str):
        raise SpecError([Diagnostic(node.position, key, "expected a style of one scheme")])
    return made
