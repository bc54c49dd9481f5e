"""What pages and tools around a card make of it: each row of the second table of docs/embedding.md."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from drawing import BROWSERS, PACKAGES, ROOT, Draw, Shoot, linked, npm, shown
from PIL import Image

_CHROMIUM = BROWSERS["Chromium"]
_TOOLS = Path(__file__).parent / "tools.mjs"
_GUIDE = ROOT / "docs" / "embedding.md"
_ALLOWED = "style-src 'unsafe-inline'; font-src data:"
_POLICY = f"<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; {_ALLOWED}\">"

PAGES = {
    "plain": "",
    "right to left": "<style>body{direction:rtl}</style>",
    "letters and words apart, italic, upper case": (
        "<style>body{letter-spacing:2px;word-spacing:4px;font-style:italic;text-transform:uppercase}</style>"
    ),
    "old-style figures, small capitals, no kerning": (
        '<style>body{font-feature-settings:"onum","zero","ss01";font-variant:small-caps;font-kerning:none}</style>'
    ),
    "`svg { fill: currentColor }`": "<style>body{color:#c00}svg{fill:currentColor}</style>",
    "`svg { stroke: currentColor }`": "<style>body{color:#c00}svg{stroke:currentColor}</style>",
    "`* { font-family: serif }`": "<style>*{font-family:serif}</style>",
}
"""Pages that a card stands in, and what is in their heads."""


class Treatment(NamedTuple):
    """What is done to cards, by a page or by a tool of npm's, and how they are shown then."""

    by: str
    how: str
    draw: Draw
    needs: str = ""

    @property
    def name(self) -> str:
        """What does it, in which release, and how."""
        release = npm(self.needs)() if self.needs and self.is_here() else ""
        return ", ".join(filter(None, (f"{self.by} {release}".rstrip(), self.how)))

    def is_here(self) -> bool:
        """Tell whether the package of npm that it needs is installed."""
        return not self.needs or (PACKAGES / self.needs).exists()


def inline(shoot: Shoot, head: str) -> Draw:
    """Return what shows the cards in a page with this head."""
    return lambda files, folder: shown(shoot, folder, [file.decode() for file in files], head)


def _tool(name: str, files: Sequence[bytes], folder: Path) -> list[bytes]:
    """Return the files after a tool of `tools.mjs`, with the options of the guide."""
    paths = [folder / f"{name}{number}.svg" for number in range(len(files))]
    for path, file in zip(paths, files, strict=True):
        path.write_bytes(file)
    subprocess.run(["node", _TOOLS, name, PACKAGES, options(), *paths], check=True, timeout=300)
    return [path.read_bytes() for path in paths]


def options() -> str:
    """Return what the guide says that SVGR needs, as JSON."""
    found = re.search(
        r"```json\n(.*?)```", _GUIDE.read_text(encoding="utf-8").split("\n### React\n")[1], re.S
    )
    assert found
    return found[1]


def _svgo(files: Sequence[bytes], folder: Path) -> list[Image.Image]:
    return shown(_CHROMIUM, folder, linked(_tool("svgo", files, folder), folder))


def _svgr(files: Sequence[bytes], folder: Path) -> list[Image.Image]:
    return inline(_CHROMIUM, "")(_tool("svgr", files, folder), folder)


def _purified(wishes: object, markup: Callable[[Sequence[bytes], Path], list[str]]) -> Draw:
    """Return what shows cards that DOMPurify has cleaned in the page, with options of its own."""

    def drawn(files: Sequence[bytes], folder: Path) -> list[Image.Image]:
        shutil.copy(PACKAGES / "dompurify" / "dist" / "purify.min.js", folder)
        cells = json.dumps(markup(files, folder)).replace("</", "<\\/")
        script = (
            "<script src=purify.min.js></script><script>onload = () => {"
            f"const cells = {cells}; document.querySelectorAll('div').forEach((div, i) =>"
            f" div.innerHTML = DOMPurify.sanitize(cells[i], {json.dumps(wishes)}))}}</script>"
        )
        return shown(_CHROMIUM, folder, [""] * len(files), script)

    return drawn


def _text(files: Sequence[bytes], _: Path) -> list[str]:
    return [file.decode() for file in files]


TREATMENTS = (
    *(Treatment("in a page", name, inline(_CHROMIUM, head)) for name, head in PAGES.items()),
    *(
        Treatment("in a page", f"all of these, {name}", inline(shoot, "".join(PAGES.values())))
        for name, shoot in BROWSERS.items()
    ),
    Treatment("in a page", f"policy `{_ALLOWED}`", inline(_CHROMIUM, _POLICY)),
    Treatment("SVGO", "", _svgo, "svgo"),
    Treatment("SVGR", "with the recipe's options", _svgr, "@svgr/core"),
    Treatment("DOMPurify", "the card in the page", _purified({}, _text), "dompurify"),
    Treatment(
        "DOMPurify", 'the same with `ADD_TAGS: ["use"]`', _purified({"ADD_TAGS": ["use"]}, _text), "dompurify"
    ),
    Treatment("DOMPurify", "the card as `<img>`", _purified({}, linked), "dompurify"),
)
