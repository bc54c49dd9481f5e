"""Findings as one HTML page that needs nothing else: no network, no other file."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Sequence
from pathlib import Path
from string import Template

from archposter.check.findings import MOST_LINES, Finding
from archposter.export import files

_TEMPLATE = Path(__file__).with_name("page.html")
_MARK = "<!doctype html><!-- archposter check -->"
_STARTS = {b"\x89PNG": "image/png", b"<svg": "image/svg+xml"}


def write(path: Path, findings: Sequence[Finding], folder: str) -> None:
    """Write the page; raise OutputError where that is not possible."""
    files.write(path, page(findings, folder))


def remove(path: Path) -> None:
    """Delete the page of an earlier check; another file of that name stays."""
    try:
        with path.open("rb") as file:
            ours = file.read(len(_MARK)) == _MARK.encode()
        if ours:
            path.unlink()
    except OSError:
        return


def page(findings: Sequence[Finding], folder: str) -> str:
    """Return the page of a folder's findings."""
    template = Template(_TEMPLATE.read_text(encoding="utf-8"))
    count = f"{len(findings)} file{'' if len(findings) == 1 else 's'}"
    return _MARK + template.substitute(
        folder=html.escape(folder), count=count, findings="\n".join(map(_section, findings))
    )


def _section(finding: Finding) -> str:
    words = f"<ul>{''.join(f'<li>{html.escape(line)}</li>' for line in finding.words)}</ul>"
    if len(finding.words) > MOST_LINES:
        words = f"<details><summary>{len(finding.words):,} differences</summary>{words}</details>"
    shown = [
        (name, picture)
        for name, content in (("old", finding.old), ("new", finding.new), ("difference", finding.difference))
        if content and (picture := _picture(name, content))
    ]
    both = {"old", "new"} <= {name for name, _ in shown}
    return (
        f'<section data-view="side"><h2>{html.escape(finding.name)} <small>{finding.kind}</small></h2>'
        f"<p>{finding.pixels}</p>{words}{_BUTTONS if both else ''}"
        f'<div class="pictures">{"".join(_figures(shown))}</div></section>'
    )


_BUTTONS = (
    '<p class="views"><button data-to="side">Side by side</button><button data-to="flicker">Flicker</button>'
    '<button data-to="slide">Slider</button>'
    '<input type="range" min="0" max="100" value="50" aria-label="How much of the old picture is shown"></p>'
)


def _figures(shown: Iterable[tuple[str, str]]) -> Iterable[str]:
    for name, picture in shown:
        yield f'<figure class="{name}"><figcaption>{name.capitalize()}</figcaption>{picture}</figure>'


def _picture(name: str, content: bytes) -> str:
    """Return a picture as an image element: even a tampered file cannot run scripts there."""
    for start, kind in _STARTS.items():
        if content.startswith(start):
            data = base64.b64encode(content).decode()
            return f'<img alt="{name}" src="data:{kind};base64,{data}">'
    return ""
