"""What to paste where a picture shall stand: the markup that embeds it, with its words and its width."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from archposter.diagnostics import UsageError
from archposter.kinds import Markup
from archposter.scene import Frame

_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "#$%&_{}"},
}
_NO_PATH = frozenset("%#{}~\\^")


def snippet(markup: Markup, path: Path, frame: Frame) -> str:
    """Return the lines that embed the picture of a Frame, written at `path`, into a document.

    The path is taken as it is.  Raises UsageError for a format that the markup cannot show, or a path.
    """
    write, formats = _WRITERS[markup]
    if markup == "latex" and (signs := sorted(set(path.as_posix()) & _NO_PATH)):
        raise UsageError(
            f"{path}: LaTeX finds no file with {' or '.join(signs)} in its path: name it otherwise"
        )
    kind = path.suffix.lower().removeprefix(".")
    if kind not in formats:
        raise UsageError(f"{markup} shows {' or '.join(formats)}, not {kind}: add --format {formats[0]}")
    return write(path, frame)


def _html(path: Path, frame: Frame) -> str:
    # Width and height keep the page from jumping; the style lets a narrow column shrink both.
    width, height = round(frame.size.width), round(frame.size.height)
    return (
        f'<img src="{_url(path)}" width="{width}" height="{height}" alt="{_alt(frame)}" '
        'style="max-width: 100%; height: auto">'
    )


def _markdown(path: Path, frame: Frame) -> str:
    # Markdown has no width of its own; every reader of it takes this element.
    return f'<img src="{_url(path)}" width="{round(frame.size.width)}" alt="{_alt(frame)}">'


def _latex(path: Path, frame: Frame) -> str:
    words = "".join(_LATEX.get(character, character) for character in _words(frame))
    return (
        "% needs \\usepackage{graphicx}\n"
        # Without the indent of a paragraph, which would push a picture as wide as the line into the margin.
        f"\\noindent\\includegraphics[width=\\linewidth,alt={{{words}}}]{{{path.as_posix()}}}"
    )


_WRITERS: dict[Markup, tuple[Callable[[Path, Frame], str], tuple[str, ...]]] = {
    "html": (_html, ("svg", "png")),
    "markdown": (_markdown, ("svg", "png")),
    "latex": (_latex, ("pdf", "png")),
}


def _words(frame: Frame) -> str:
    """Return what the picture says, on one line."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", frame.description or frame.title).split())


def _alt(frame: Frame) -> str:
    return html.escape(_words(frame))


def _url(path: Path) -> str:
    return html.escape(quote(path.as_posix()))
