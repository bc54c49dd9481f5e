"""The programs that show our files: each takes files of one format and draws them 1000 pixels wide."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from webkit import BROWSER, DRIVER, webkit  # noqa: E402

from browsers import chromium, firefox  # type: ignore[import-not-found]  # noqa: E402

SIDE = 1000
PACKAGES = ROOT / ".viewers" / "node_modules"
"""Of npm."""
_HERE = Path(__file__).parent
_COLUMNS = 4

Draw = Callable[[Sequence[bytes], Path], list[Image.Image]]
"""Draws files, in a folder of its own."""
Shoot = Callable[[Path, str, tuple[int, int]], Image.Image]
"""Shows the page at an address in a window of this size; the folder takes what the browser leaves."""

BROWSERS: dict[str, Shoot] = {"Chromium": chromium, "Firefox": firefox, "WebKitGTK": webkit}


class Viewer(NamedTuple):
    """A program: how it is told from its other releases, what it needs, and how it draws SVG or PDF."""

    name: str
    release: Callable[[], str]
    needs: str
    svg: Draw | None = None
    pdf: Draw | None = None

    def is_here(self) -> bool:
        """Tell whether what it needs is installed: a program, a package of npm or a module."""
        return bool(shutil.which(self.needs) or (PACKAGES / self.needs).exists() or find_spec(self.needs))


def _said(*command: str) -> Callable[[], str]:
    """Return what finds the release in what a program says of itself."""

    def release() -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
        return found[0] if found else ""

    return release


def _of(package: str) -> Callable[[], str]:
    return lambda: version(package)


def _each(draw: Callable[[bytes, Path], Image.Image | bytes]) -> Draw:
    """Return what draws one file after the other."""

    def drawn(files: Sequence[bytes], folder: Path) -> list[Image.Image]:
        return [_picture(draw(file, folder)) for file in files]

    return drawn


def _picture(drawn: Image.Image | bytes) -> Image.Image:
    """Return pixels on white, 1000 of them across."""
    image = (Image.open(io.BytesIO(drawn)) if isinstance(drawn, bytes) else drawn).convert("RGBA")
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image)
    done = ground.convert("RGB")
    return done if done.width == SIDE else done.resize((SIDE, round(SIDE * done.height / done.width)))


def _run(*command: str | Path) -> bytes:
    return subprocess.run(command, capture_output=True, check=True, timeout=300).stdout


# ---- SVG


def shown(shoot: Shoot, folder: Path, cells: Sequence[str], more: str = "") -> list[Image.Image]:
    """Return what a browser shows of each cell's markup, side by side on one page; `more` ends its head."""
    places = [(SIDE * (i % _COLUMNS), SIDE * (i // _COLUMNS)) for i in range(len(cells))]
    rules = f"body{{margin:0}}div{{position:absolute;overflow:hidden;width:{SIDE}px;height:{SIDE}px}}"
    page = f"<!doctype html><meta charset=utf-8><title>x</title><style>{rules}</style>{more}<body>"
    for cell, (x, y) in zip(cells, places, strict=True):
        page += f'<div style="left:{x}px;top:{y}px">{cell}</div>'
    (folder / "index.html").write_text(page, encoding="utf-8")
    shot = shoot(folder, (folder / "index.html").as_uri(), (SIDE * _COLUMNS, places[-1][1] + SIDE))
    return [shot.crop((x, y, x + SIDE, y + SIDE)) for x, y in places]


def linked(files: Sequence[bytes], folder: Path) -> list[str]:
    """Write the files and return an element for each."""
    for number, file in enumerate(files):
        (folder / f"{number}.svg").write_bytes(file)
    return [f'<img src="{number}.svg" width="{SIDE}" alt="">' for number in range(len(files))]


def _browser(shoot: Shoot) -> Draw:
    return lambda files, folder: shown(shoot, folder, linked(files, folder))


def _rsvg(file: bytes, folder: Path) -> bytes:
    (folder / "x.svg").write_bytes(file)
    return _run("rsvg-convert", "-w", str(SIDE), folder / "x.svg")


def _inkscape(file: bytes, folder: Path) -> bytes:
    (folder / "x.svg").write_bytes(file)
    _run("inkscape", "--export-type=png", "-w", str(SIDE), "-o", folder / "x.png", folder / "x.svg")
    return (folder / "x.png").read_bytes()


def _resvg(file: bytes, _: Path) -> bytes:
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=file.decode(), width=SIDE, background="#ffffff"))


def _cairosvg(file: bytes, _: Path) -> bytes:
    import cairosvg

    return bytes(cairosvg.svg2png(file, output_width=SIDE))


def _qt(file: bytes, folder: Path) -> bytes:
    """Draw in a process of its own: Qt wants to be the only one with a screen."""
    (folder / "x.svg").write_bytes(file)
    code = (
        "import sys; from PySide6.QtGui import QGuiApplication, QImage, QPainter\n"
        "from PySide6.QtSvg import QSvgRenderer\n"
        "app = QGuiApplication([]); renderer = QSvgRenderer(sys.argv[1]); size = renderer.defaultSize()\n"
        f"image = QImage({SIDE}, round({SIDE} * size.height() / size.width()), QImage.Format_ARGB32)\n"
        "image.fill(0xFFFFFFFF); painter = QPainter(image); renderer.render(painter); painter.end()\n"
        "image.save(sys.argv[2])"
    )
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    _run(sys.executable, "-c", code, folder / "x.svg", folder / "x.png")
    return (folder / "x.png").read_bytes()


def _office(files: Sequence[bytes], folder: Path) -> list[Image.Image]:
    paths = [folder / f"{number}.svg" for number in range(len(files))]
    for path, file in zip(paths, files, strict=True):
        path.write_bytes(file)
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    side = {"type": "long", "value": str(SIDE)}
    wish = f"png:draw_png_Export:{json.dumps({'PixelWidth': side, 'PixelHeight': side})}"
    _run("soffice", profile, "--headless", "--convert-to", wish, "--outdir", folder, *paths)
    return [_picture(path.with_suffix(".png").read_bytes()) for path in paths]


def _thorvg(file: bytes, folder: Path) -> bytes:
    """Draw in a process of its own: a second picture of one engine stays empty."""
    (folder / "x.svg").write_bytes(file)
    code = (
        "import sys, thorvg_python as tvg; engine = tvg.Engine(); canvas = tvg.SwCanvas(engine)\n"
        f"canvas.set_target({SIDE}, {SIDE}); picture = tvg.Picture(engine); picture.load(sys.argv[1])\n"
        f"picture.set_size({SIDE}, {SIDE}); canvas.add(picture); canvas.draw(True); canvas.sync()\n"
        "canvas.get_pillow().save(sys.argv[2])"
    )
    _run(sys.executable, "-c", code, folder / "x.svg", folder / "x.png")
    return (folder / "x.png").read_bytes()


def _typst(file: bytes, folder: Path) -> bytes:
    import typst

    (folder / "x.svg").write_bytes(file)
    (folder / "x.typ").write_text(
        f'#set page(width: {SIDE}pt, height: auto, margin: 0pt)\n#image("x.svg", width: {SIDE}pt)'
    )
    return bytes(typst.compile(str(folder / "x.typ"), format="png", ppi=72))


def _weasyprint(file: bytes, folder: Path) -> Image.Image:
    import weasyprint

    (folder / "x.svg").write_bytes(file)
    style = f"@page{{size:{SIDE}px;margin:0}}body{{margin:0}}img{{width:{SIDE}px;display:block}}"
    page = f"<style>{style}</style><img src=x.svg>"
    return _pdfium(weasyprint.HTML(string=page, base_url=str(folder)).write_pdf(), folder)


# ---- PDF


def _pdfium(file: bytes, _: Path) -> Image.Image:
    import pypdfium2

    page = pypdfium2.PdfDocument(file)[0]
    drawn: Image.Image = page.render(scale=SIDE / page.get_width()).to_pil()
    return drawn


def _pdfjs(file: bytes, folder: Path) -> bytes:
    (folder / "x.pdf").write_bytes(file)
    _run("node", _HERE / "pdfjs.mjs", PACKAGES, folder / "x.pdf", folder / "x.png", str(SIDE))
    return (folder / "x.png").read_bytes()


def _poppler(file: bytes, folder: Path) -> Image.Image:
    (folder / "x.pdf").write_bytes(file)
    # Twice as large and averaged: Poppler sets glyphs at whole pixels in height.
    _run("pdftoppm", "-scale-to", str(2 * SIDE), folder / "x.pdf", folder / "x")
    return Image.open(next(folder.glob("x*.ppm"))).convert("RGB").reduce(2)


def _mupdf(file: bytes, _: Path) -> bytes:
    import pymupdf

    page = pymupdf.open(stream=file, filetype="pdf")[0]
    zoom = SIDE / page.rect.width
    return bytes(page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom)).tobytes("png"))


def _ghostscript(file: bytes, folder: Path) -> bytes:
    (folder / "x.pdf").write_bytes(file)
    quality = ("-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", "-r72")
    _run(
        "gs",
        "-q",
        "-dBATCH",
        "-dNOPAUSE",
        "-sDEVICE=png16m",
        *quality,
        f"-sOutputFile={folder / 'x.png'}",
        folder / "x.pdf",
    )
    return (folder / "x.png").read_bytes()


def npm(package: str) -> Callable[[], str]:
    """Return what finds the release of a package of npm."""
    return lambda: str(json.loads((PACKAGES / package / "package.json").read_text())["version"])


VIEWERS = (
    Viewer("Chromium", _said("chromium", "--version"), "chromium", svg=_browser(chromium)),
    Viewer("Firefox", _said("firefox-esr", "--version"), "firefox-esr", svg=_browser(firefox)),
    Viewer("WebKitGTK", _said("xvfb-run", "-a", BROWSER, "--version"), DRIVER, svg=_browser(webkit)),
    Viewer("librsvg", _said("rsvg-convert", "--version"), "rsvg-convert", svg=_each(_rsvg)),
    Viewer("resvg", _of("resvg-py"), "resvg_py", svg=_each(_resvg)),
    Viewer("CairoSVG", _of("cairosvg"), "cairosvg", svg=_each(_cairosvg)),
    Viewer("Qt", _of("PySide6-Essentials"), "PySide6", svg=_each(_qt)),
    Viewer("Inkscape", _said("inkscape", "--version"), "inkscape", svg=_each(_inkscape)),
    Viewer("LibreOffice", _said("soffice", "--version"), "soffice", svg=_office),
    Viewer("ThorVG", _of("thorvg-python"), "thorvg_python", svg=_each(_thorvg)),
    Viewer("Typst", _of("typst"), "typst", svg=_each(_typst)),
    Viewer("WeasyPrint", _of("weasyprint"), "weasyprint", svg=_each(_weasyprint)),
    Viewer("PDFium", _of("pypdfium2"), "pypdfium2", pdf=_each(_pdfium)),
    Viewer("pdf.js", npm("pdfjs-dist"), "pdfjs-dist", pdf=_each(_pdfjs)),
    Viewer("Poppler", _said("pdftoppm", "-v"), "pdftoppm", pdf=_each(_poppler)),
    Viewer("MuPDF", _of("pymupdf"), "pymupdf", pdf=_each(_mupdf)),
    Viewer("Ghostscript", _said("gs", "--version"), "gs", pdf=_each(_ghostscript)),
)


def draw(how: Draw, files: Sequence[bytes]) -> list[Image.Image]:
    """Return what a program makes of the files, on white."""
    with tempfile.TemporaryDirectory() as folder:
        return [_picture(image) for image in how(files, Path(folder))]
