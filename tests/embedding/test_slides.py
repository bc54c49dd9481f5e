"""The recipe of docs/embedding.md for slides, as LibreOffice shows it."""

from base64 import b64encode
from pathlib import Path

import pytest
from guide import MOST, Place, difference, picture, printed, reference

from programs import need, run

pytestmark = pytest.mark.programs

LEFT, TOP, SIDE = 36.0, 7.2, 432.0
"""The picture on the slide, in pt."""
PIXELS = 1001.008
"""The side of a picture for a card of 1000: LibreOffice adds half a pixel around any SVG."""

ODF = "urn:oasis:names:tc:opendocument:xmlns"
PRESENTATION = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document office:version="1.3"
 xmlns:office="{ODF}:office:1.0" xmlns:draw="{ODF}:drawing:1.0" xmlns:svg="{ODF}:svg-compatible:1.0"
 office:mimetype="application/vnd.oasis.opendocument.presentation">
<office:body><office:presentation><draw:page>
<draw:frame svg:x="{LEFT}pt" svg:y="{TOP}pt" svg:width="{SIDE}pt" svg:height="{SIDE}pt">
<draw:image><office:binary-data>{{}}</office:binary-data></draw:image>
</draw:frame></draw:page></office:presentation></office:body></office:document>
"""
"""One slide with a picture inside, as Insert, Image puts it there."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the PDFs that LibreOffice makes of slides and drawings."""
    need("soffice")
    need("pdftoppm")
    folder = tmp_path_factory.mktemp("slides")
    for name, svg in (("outlines", picture().svg("outlines")), ("live", picture().svg())):
        (folder / f"{name}-drawing.svg").write_text(svg)
        (folder / f"{name}-slide.fodp").write_text(PRESENTATION.format(b64encode(svg.encode()).decode()))
    office = ("soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless")
    run(folder, *office, "--convert-to", "pdf", *sorted(folder.glob("*-*")))
    return folder


def card(left: float, top: float, side: float) -> Place:
    """Return the place of the card in that of the picture."""
    edge = side * (PIXELS - 1000) / 2 / PIXELS
    return left + edge, top + edge, left + side - edge, top + side - edge


@pytest.mark.parametrize(
    ("kind", "place"), [("slide", card(LEFT, TOP, SIDE)), ("drawing", card(0, 0, 0.75 * PIXELS))]
)
def test_slides(folder: Path, kind: str, place: Place) -> None:
    pdf = folder / f"outlines-{kind}.pdf"
    assert difference(printed(pdf, place), reference()) < MOST
    # Shapes, no pixels: sharp at any size.
    assert len(run(folder, "pdfimages", "-list", pdf).splitlines()) == 2
    assert difference(printed(folder / f"live-{kind}.pdf", place), reference()) > MOST
