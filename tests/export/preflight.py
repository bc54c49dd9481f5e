"""What a print shop's preflight would look for, after ISO 15930-7 (PDF/X-4): our checks, no certificate."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

Box = tuple[float, float, float, float]

DEVICE_RGB = {"rg", "RG"}
XMP = (
    "xmp:CreateDate",
    "xmp:ModifyDate",
    "xmp:MetadataDate",
    "xmpMM:DocumentID",
    "xmpMM:VersionID",
    "dc:title",
)
PROFILE_SPACES = {b"CMYK": 4, b"RGB ": 3, b"GRAY": 1}


def faults(data: bytes) -> list[str]:
    """Return what a shop would refuse, in words."""
    with Pdf.open(io.BytesIO(data)) as pdf:
        return [
            *_document(pdf),
            *_intent(pdf),
            *(fault for page in pdf.pages for fault in (*_boxes(page), *_annotations(page))),
            *(fault for owner in _owners(pdf) for fault in _content(owner)),
            *_fonts(pdf),
        ]


def _document(pdf: Pdf) -> Iterator[str]:
    if pdf.pdf_version != "1.6":
        yield f"is PDF {pdf.pdf_version}, not 1.6"
    if pdf.is_encrypted:
        yield "is encrypted"
    if "/ID" not in pdf.trailer:
        yield "has no ID"
    if str(pdf.docinfo.get("/Trapped")) not in ("/True", "/False"):
        yield "does not say whether it is trapped"
    with pdf.open_metadata() as xmp:
        if xmp.get("pdfxid:GTS_PDFXVersion") != "PDF/X-4":
            yield "does not say that it is PDF/X-4"
        if xmp.get("pdf:Trapped") != str(pdf.docinfo.get("/Trapped")).removeprefix("/"):
            yield "is trapped in one place and not in the other"
        yield from (f"has no {name}" for name in XMP if not xmp.get(name))
    for key in ("/OpenAction", "/AA"):
        if key in pdf.Root:
            yield "has actions"
    if "/JavaScript" in pdf.Root.get("/Names", Dictionary()):
        yield "has scripts"


def _intent(pdf: Pdf) -> Iterator[str]:
    intents = [entry for entry in pdf.Root.get("/OutputIntents", []) if entry.get("/S") == Name.GTS_PDFX]
    if len(intents) != 1:
        yield f"has {len(intents)} output intents"
        return
    if not str(intents[0].get("/OutputConditionIdentifier", "")):
        yield "has an output intent without a name"
    profile = intents[0].get("/DestOutputProfile")
    if profile is None:
        yield "has an output intent without a profile"
        return
    header = profile.read_bytes()[:40]
    if header[12:16] != b"prtr" or header[36:40] != b"acsp":
        yield "has an output intent whose profile is not a press's"
    if PROFILE_SPACES.get(header[16:20]) != profile.N:
        yield "has an output intent whose profile has another number of inks"


def _box(page: pikepdf.Page, name: str) -> Box | None:
    if name not in page.obj:
        return None
    left, bottom, right, top = (float(edge) for edge in page.obj[name])
    return left, bottom, right, top


def _boxes(page: pikepdf.Page) -> Iterator[str]:
    boxes = {name: _box(page, f"/{name}") for name in ("MediaBox", "BleedBox", "TrimBox", "ArtBox")}
    media, bleed, trim = boxes["MediaBox"], boxes["BleedBox"], boxes["TrimBox"]
    if trim is None or media is None:
        yield "has a page without TrimBox"
        return
    if boxes["ArtBox"]:
        yield "has a page with TrimBox and ArtBox"
    if not _inside(trim, bleed or media) or not _inside(bleed or trim, media):
        yield "has a page whose boxes do not lie in one another"


def _inside(inner: Box, outer: Box) -> bool:
    return (
        inner[0] >= outer[0] - 0.01
        and inner[1] >= outer[1] - 0.01
        and inner[2] <= outer[2] + 0.01
        and inner[3] <= outer[3] + 0.01
        and inner[0] < inner[2]
        and inner[1] < inner[3]
    )


def _annotations(page: pikepdf.Page) -> Iterator[str]:
    kept = _box(page, "/BleedBox") or _box(page, "/TrimBox") or (0.0, 0.0, 0.0, 0.0)
    for note in page.obj.get("/Annots", []):
        left, bottom, right, top = map(float, note.Rect)
        if left < kept[2] and right > kept[0] and bottom < kept[3] and top > kept[1]:
            yield f"has a {str(note.Subtype)[1:].lower()} annotation on the page"


def _owners(pdf: Pdf) -> Iterator[pikepdf.Object]:
    yield from (page.obj for page in pdf.pages)
    for entry in pdf.objects:
        if isinstance(entry, Stream) and entry.get("/Subtype") == Name.Form:
            yield entry


def _content(owner: pikepdf.Object) -> Iterator[str]:
    resources = owner.get("/Resources", Dictionary())
    spaces = resources.get("/ColorSpace", Dictionary())
    operators = {
        str(step.operator)
        for step in pikepdf.parse_content_stream(
            pikepdf.Page(owner) if owner.get("/Type") == Name.Page else owner
        )
    }
    if operators & DEVICE_RGB and "/DefaultRGB" not in spaces:
        yield "has RGB colours without a profile"
    for picture in resources.get("/XObject", Dictionary()).values():
        if picture.get("/Subtype") == Name.Image:
            if picture.get("/ColorSpace") == Name.DeviceRGB and "/DefaultRGB" not in spaces:
                yield "has an RGB image without a profile"
            if "/SMask" in picture:
                yield "has a transparent image"
    for state in resources.get("/ExtGState", Dictionary()).values():
        opaque = float(state.get("/CA", 1)) == float(state.get("/ca", 1)) == 1
        if (
            not opaque
            or state.get("/BM", Name.Normal) != Name.Normal
            or isinstance(state.get("/SMask"), Dictionary)
        ):
            yield "has transparency"


def _fonts(pdf: Pdf) -> Iterator[str]:
    for entry in pdf.objects:
        if not isinstance(entry, Dictionary) or entry.get("/Type") != Name.Font:
            continue
        descriptor = entry.get("/FontDescriptor", Dictionary())
        if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            yield f"does not embed the font {str(entry.get('/BaseFont'))[1:]}"
        elif str(entry.BaseFont)[7:8] != "+":
            yield f"embeds all of the font {str(entry.BaseFont)[1:]}"
