"""The last step of a PDF for a press or a screen: boxes, output intent, metadata, structure (ISO 15930-7).

Built to PDF/X-4: no validator of that standard runs here; `tests/export/preflight.py` has our checks.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from archposter._version import __version__
from archposter.export.pdf import profiles
from archposter.export.pdf.document import Document, Info, Setting, Tag, draw
from archposter.export.pdf.inks import OVERPRINT, gray
from archposter.export.pdf.press import Press, printer_marks
from archposter.scene import Frame, Item, Size, rounded

_PRODUCER = f"archposter {__version__}"
_UNDATED = date(2000, 1, 1)


def finished_pdf(pages: Sequence[Frame], info: Info, press: Press, day: date | None = None) -> bytes:
    """Return a PDF of the pages, a Frame unit a point: ready for a press (PDF/X-4) or for screens (PDF 1.7).

    `day` is the date in the file: of what it shows, not of when it was made, so that the same pages
    give the same bytes.  Colours must be written #rrggbb; anything else raises ValueError.
    """

    def around(size: Size, number: int) -> list[Item]:
        width, height, bleed = (length / 72 * 25.4 for length in (*size, press.bleed))
        words = (
            f"{info.title} · page {number} of {len(pages)} · trim {width:.0f} × {height:.0f} mm, "
            f"bleed {bleed:.3g} mm · {press.condition.name}"
        )
        return printer_marks(size, press.bleed, words) if press.marks else []

    inks = press.inks()
    black = gray(press.condition.profile) if press.marks else inks
    setting = Setting(inks, press.margin, around, black, links=press.screen)
    document = draw(pages, info, setting)
    with Pdf.open(io.BytesIO(document.data)) as pdf:
        _boxes(pdf, press)
        if press.color == "rgb":
            _resource(pdf, "/ColorSpace", _color_space(pdf))
        if press.color == "cmyk":
            _resource(pdf, "/ExtGState", _overprint())
        if not press.screen:
            _output_intent(pdf, press.condition)
        _structure(pdf, document)
        _metadata(pdf, info, press, day or _UNDATED, document.data)
        finished = io.BytesIO()
        pdf.save(
            finished,
            # That of the standard.
            force_version="1.7" if press.screen else "1.6",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
    return finished.getvalue()


def _boxes(pdf: Pdf, press: Press) -> None:
    for page in pdf.pages:
        media = page.mediabox
        for name, box in press.boxes(Size(float(media[2]), float(media[3]))).items():
            page[f"/{name}"] = Array([rounded(edge) for edge in (box.x, box.y, box.right, box.bottom)])
        # PDF/X-4 wants one of TrimBox and ArtBox; ReportLab writes all boxes, and a transition.
        for name in ("/ArtBox", "/CropBox", "/Trans", "/Rotate"):
            if name in page:
                del page[name]


def _color_space(pdf: Pdf) -> Dictionary:
    """Return what gives the name sRGB its meaning."""
    stream = pdf.make_stream(profiles.srgb(), N=3, Alternate=Name.DeviceRGB)
    return Dictionary(sRGB=pdf.make_indirect(Array([Name.ICCBased, stream])))


def _overprint() -> Dictionary:
    """Return the graphics state of small type; mode 1 leaves alone the inks of which it has none."""
    return Dictionary({f"/{OVERPRINT}": Dictionary(Type=Name.ExtGState, op=True, OP=False, OPM=1)})


def _resource(pdf: Pdf, name: str, resource: Dictionary) -> None:
    """Give every page and form a resource."""
    forms = [entry for entry in pdf.objects if isinstance(entry, pikepdf.Stream) and _is_form(entry)]
    for owner in (*(page.obj for page in pdf.pages), *forms):
        if "/Resources" not in owner:
            owner.Resources = Dictionary()
        owner.Resources[name] = resource


def _is_form(stream: pikepdf.Stream) -> bool:
    return stream.get("/Subtype") == Name.Form


def _output_intent(pdf: Pdf, condition: profiles.Condition) -> None:
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=condition.name,
        OutputCondition=condition.info,
        Info=condition.info,
        DestOutputProfile=pdf.make_stream(condition.profile, N=4),
    )
    if condition.registry:
        intent.RegistryName = condition.registry
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


def _structure(pdf: Pdf, document: Document) -> None:
    """Name the marked parts of each page in a tree (ISO 32000-1, 14.7)."""
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    whole = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root, K=Array([])))
    parents: list[Any] = []
    for number, page in enumerate(pdf.pages, 1):
        elements = [
            pdf.make_indirect(_element(tag, page, whole)) for tag in document.tags if tag.page == number
        ]
        whole.K.extend(elements)
        page.obj.StructParents = number - 1
        page.obj.Tabs = Name.S
        parents += [number - 1, pdf.make_indirect(Array(elements))]
    root.K = whole
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(parents)))
    root.ParentTreeNextKey = len(pdf.pages)
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def _element(tag: Tag, page: pikepdf.Page, parent: Any) -> Dictionary:
    element = Dictionary(Type=Name.StructElem, S=Name(f"/{tag.kind}"), P=parent, Pg=page.obj, K=tag.number)
    if tag.alternative:
        element.Alt = tag.alternative
    return element


def _metadata(pdf: Pdf, info: Info, press: Press, day: date, data: bytes) -> None:
    """Write the document's information twice and alike: in the Info dictionary and as XMP."""
    stamp = f"{day.isoformat()}T00:00:00+00:00"
    pdf_stamp = f"D:{day:%Y%m%d}000000+00'00'"
    for key, value in {
        "/Title": info.title,
        "/Subject": info.subject,
        "/Creator": "archposter",
        "/Producer": _PRODUCER,
        "/CreationDate": pdf_stamp,
        "/ModDate": pdf_stamp,
        "/Trapped": Name("/False"),
    }.items():
        pdf.docinfo[key] = value
    for key in ("/Keywords", "/Author"):
        if key in pdf.docinfo and not str(pdf.docinfo[key]):
            del pdf.docinfo[key]
    identity = str(uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(data).hexdigest()))
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:title"] = info.title
        if info.subject:
            xmp["dc:description"] = info.subject
        xmp["dc:format"] = "application/pdf"
        xmp["dc:language"] = ["en"]
        xmp["xmp:CreatorTool"] = "archposter"
        for key in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
            xmp[key] = stamp
        xmp["pdf:Producer"] = _PRODUCER
        xmp["pdf:Trapped"] = "False"
        xmp["xmpMM:DocumentID"] = f"uuid:{identity}"
        xmp["xmpMM:InstanceID"] = f"uuid:{identity}"
        xmp["xmpMM:RenditionClass"] = "default"
        xmp["xmpMM:VersionID"] = "1"
        if not press.screen:
            xmp.register_xml_namespace("http://www.npes.org/pdfx/ns/id/", "pdfxid")
            xmp["pdfxid:GTS_PDFXVersion"] = "PDF/X-4"
