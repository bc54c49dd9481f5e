"""Files for the press: what a shop checks, and that our checks would see what is wrong."""

import io
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import accumulate
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageCms
from preflight import faults

from archposter import load
from archposter.bundled import style_names, style_path
from archposter.diagnostics import UsageError
from archposter.export.pdf import COLORS, ColorSpace, Info, finished_pdf, inks, press, profiles
from archposter.export.pdf.press import printer_marks
from archposter.scene import Box, Frame, Rect, Size, bounds, light
from archposter.scene import Path as Line
from archposter.sheets import Printing, poster
from archposter.theme import LOOKS, load_theme
from programs import run

MM = 72 / 25.4
PROFILE = profiles.fogra39().profile


@cache
def printed(color: ColorSpace = "rgb", screen: bool = False) -> bytes:
    """Return a poster of two models; for a press with bleed and marks."""
    wishes = Printing(screen=True) if screen else Printing(color, bleed="3mm", marks=True)
    models = [load(name) for name in ("kimi-linear-48b-a3b", "gemma-3-27b")]
    return poster(models, paper="A3", url="https://example.org/a", group_by="decoder", printing=wishes).pdf()


def changed(change: Callable[[Pdf], None]) -> bytes:
    with Pdf.open(io.BytesIO(printed())) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, fix_metadata_version=False)
    return out.getvalue()


def said(tmp_path: Path, data: bytes, *command: str) -> bytes:
    """Return what a program says of x.pdf, the file of these bytes."""
    (tmp_path / "x.pdf").write_bytes(data)
    return run(tmp_path, *command)


def operators(data: bytes, *names: str) -> list[tuple[float, ...]]:
    """Return the operands of every such operator in the file."""
    found: list[tuple[float, ...]] = []
    with Pdf.open(io.BytesIO(data)) as pdf:
        streams = [entry for entry in pdf.objects if isinstance(entry, pikepdf.Stream)]
        forms = [entry for entry in streams if entry.get("/Subtype") == Name.Form]
        for owner in (*pdf.pages, *forms):
            steps = pikepdf.parse_content_stream(owner)
            found += [tuple(map(float, step.operands)) for step in steps if str(step.operator) in names]
    return found


# ---- what a shop looks for


@pytest.mark.parametrize("color", COLORS)
def test_nothing_that_a_shop_refuses(color: ColorSpace) -> None:
    assert faults(printed(color)) == []


def no_font(pdf: Pdf) -> None:
    for entry in pdf.objects:
        if isinstance(entry, Dictionary) and "/FontFile2" in entry:
            del entry.FontFile2
            return


def rgb_image(pdf: Pdf) -> None:
    picture = pdf.make_stream(b"\0\0\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceRGB, 8
    pdf.pages[0].Resources.XObject.Im1 = picture


def transparent(pdf: Pdf) -> None:
    pdf.pages[0].Resources.ExtGState = Dictionary(G1=Dictionary(ca=0.5))


def link(pdf: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[100, 100, 200, 200])
    pdf.pages[0].Annots = Array([note])


def screen_profile(pdf: Pdf) -> None:
    pdf.Root.OutputIntents[0].DestOutputProfile = pdf.make_stream(profiles.srgb(), N=3)


def untold(pdf: Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        del xmp["pdfxid:GTS_PDFXVersion"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (no_font, "does not embed the font"),
        (rgb_image, "has an RGB image without a profile"),
        (transparent, "has transparency"),
        (link, "has a link annotation on the page"),
        (screen_profile, "has an output intent whose profile is not a press's"),
        (untold, "does not say that it is PDF/X-4"),
        (lambda pdf: pdf.Root.__delitem__("/OutputIntents"), "has 0 output intents"),
        (lambda pdf: pdf.pages[0].obj.__delitem__("/TrimBox"), "has a page without TrimBox"),
        (lambda pdf: setattr(pdf.pages[0], "TrimBox", [0, 0, 9999, 9999]), "boxes do not lie in one another"),
        (lambda pdf: setattr(pdf.pages[0], "ArtBox", [9, 9, 99, 99]), "TrimBox and ArtBox"),
        (lambda pdf: pdf.docinfo.__delitem__("/Trapped"), "does not say whether it is trapped"),
        (lambda pdf: setattr(pdf.Root, "OpenAction", Dictionary()), "has actions"),
        (
            lambda pdf: pdf.pages[0].contents_add(b"1 0 0 rg 0 0 9 9 re f"),
            "has RGB colours without a profile",
        ),
    ],
)
def test_the_checks_see_what_is_wrong(change: Callable[[Pdf], None], fault: str) -> None:
    found = faults(changed(change))
    assert len(found) >= 1
    assert any(fault in each for each in found)


def test_the_file_would_be_a_sound_archive_too(tmp_path: Path) -> None:
    """PDF/A-2b has the same demands on fonts, colours and structure, and pikepdf can check it."""
    from pikepdf.pdfa import validate_written

    def archive(pdf: Pdf) -> None:
        pdf.Root.OutputIntents[0].S = Name.GTS_PDFA1
        del pdf.docinfo["/Trapped"]
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
            for name in ("pdfxid:GTS_PDFXVersion", "pdf:Trapped"):
                del xmp[name]
            xmp["pdfaid:part"], xmp["pdfaid:conformance"] = "2", "B"

    (tmp_path / "x.pdf").write_bytes(changed(archive))
    report = validate_written(tmp_path / "x.pdf", "2b")
    assert report.passed, report


@pytest.mark.programs
def test_the_file_is_sound(tmp_path: Path) -> None:
    assert b"No syntax or stream encoding errors" in said(
        tmp_path, printed("cmyk"), "qpdf", "--check", "x.pdf"
    )


def test_the_same_poster_gives_the_same_bytes() -> None:
    first = printed("cmyk")
    printed.cache_clear()
    assert printed("cmyk") == first


# ---- boxes and marks


def test_boxes_of_bleed_and_marks() -> None:
    page = Frame(Size(300 * MM, 200 * MM), (), "x")
    for wishes, margin in (
        (press(bleed=3 * MM), 3.0),
        (press(bleed=5 * MM, marks=True), 5 + 6 + 1),
        (press(), 0),
    ):
        data = finished_pdf([page], Info("x"), wishes, date(2026, 1, 1))
        with Pdf.open(io.BytesIO(data)) as pdf:
            boxes = {
                name: [float(edge) / MM for edge in pdf.pages[0].obj[f"/{name}"]]
                for name in ("MediaBox", "BleedBox", "TrimBox")
            }
        bleed = margin - wishes.bleed / MM
        assert boxes["TrimBox"] == pytest.approx([margin, margin, margin + 300, margin + 200], abs=0.01)
        assert boxes["BleedBox"] == pytest.approx(
            [bleed, bleed, 300 + 2 * margin - bleed, 200 + 2 * margin - bleed], abs=0.01
        )
        assert boxes["MediaBox"] == pytest.approx([0, 0, 300 + 2 * margin, 200 + 2 * margin], abs=0.01)


def test_registration_marks_are_rings() -> None:
    """Four of them, each the same after a quarter turn about its middle."""
    items = printer_marks(Size(200.0, 300.0), 3 * MM, "")
    rings = [item for item in items if isinstance(item, Line) and item.role == "registration mark"]
    assert len(rings) == 4
    for ring in rings:
        middle = bounds(ring)
        points = [
            (round(x - middle.center_x, 6), round(y - middle.center_y, 6))
            for _, numbers in ring.commands
            for x, y in zip(numbers[::2], numbers[1::2], strict=True)
        ]
        turned = [(-y, x) for x, y in points]
        assert set(points) == set(turned)
        assert points[1:4] == turned[-3:]


@pytest.mark.programs
def test_the_ground_reaches_over_the_bleed_and_no_mark_into_it(tmp_path: Path) -> None:
    page = Frame(
        Size(100 * MM, 80 * MM), (Box(Rect(0, 0, 100 * MM, 80 * MM).inset(-3 * MM), "#0B7A6B"),), "x"
    )
    data = finished_pdf([page], Info("x"), press("cmyk", bleed=3 * MM, marks=True), date(2026, 1, 1))
    picture = said(tmp_path, data, "pdftoppm", "-r", "254", "-png", "x.pdf")
    # Ten pixels a millimetre: marks and edge take 7, the clear bleed 3 more.
    image = Image.open(io.BytesIO(picture)).convert("RGB").crop((0, 0, 1200, 1000))
    ground = image.crop((72, 72, 1128, 928))
    assert len(ground.getcolors()) == 1
    around = [image.crop(part) for part in ((0, 0, 1200, 68), (0, 932, 1200, 1000), (0, 0, 68, 1000))]
    for part in around:
        colors = [color for _, color in part.getcolors(1 << 20)]
        assert min(map(max, colors)) < 120
        assert all(max(color) - min(color) < 16 for color in colors)


# ---- inks


def test_black_ink_alone_for_greys_and_never_too_much_ink() -> None:
    used = operators(printed("cmyk"), "k", "K")
    assert len(set(used)) > 20
    assert max(map(sum, used)) <= inks.MOST_INK
    assert (0, 0, 0, 1) in used
    assert not operators(printed("cmyk"), "rg", "RG", "sc", "SC", "scn", "SCN")


@pytest.mark.parametrize("style", style_names())
def test_every_ink_of_every_style(style: str) -> None:
    theme = load_theme(style, style_path(style))
    colors = {color for role in LOOKS for color in (theme.looks[role].fill, theme.looks[role].text)}
    colors |= {theme.ink, theme.muted, theme.flow, *(accent.ink for accent in theme.accents)}
    components = inks.cmyk(PROFILE).components
    for color in map(light, colors):
        *chromatic, black = components(color)
        assert sum(chromatic) + black <= inks.MOST_INK
        assert (sum(chromatic) == 0) == inks.neutral(*inks.channels(color))
    assert components("#000000") == (0, 0, 0, 1)
    assert components("#FFFFFF") == (0, 0, 0, 0)


@pytest.mark.programs
def test_gray_is_black_ink_alone(tmp_path: Path) -> None:
    coverage = said(tmp_path, printed("gray"), "gs", "-q", "-o", "-", "-sDEVICE=inkcov", "x.pdf").split()
    assert [float(share) for share in coverage[:3]] == [0, 0, 0]
    assert 0.02 < float(coverage[3]) < 0.5


@pytest.mark.programs
def test_ink_on_the_sheet(tmp_path: Path) -> None:
    """As Ghostscript separates it, marks included."""
    command = ("gs", "-q", "-o", "x.tif", "-sDEVICE=tiff32nc", "-r60", "-dTextAlphaBits=1", "x.pdf")
    said(tmp_path, printed("cmyk"), *command)
    plates = Image.open(tmp_path / "x.tif")
    assert plates.mode == "CMYK"
    totals = {sum(color) / 255 for _, color in plates.getcolors(1 << 22)}
    assert 1 <= max(totals) <= inks.MOST_INK


def test_colours_keep_their_look() -> None:
    """Ink through the profile and back is the colour that was asked for, where a press can print it."""
    wish = "#EFA765"
    plate = tuple(round(255 * share) for share in inks.cmyk(PROFILE).components(wish))
    back = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(PROFILE)), ImageCms.createProfile("sRGB"), "CMYK", "RGB", 1
    )
    shown = ImageCms.applyTransform(Image.new("CMYK", (1, 1), plate), back)
    assert shown is not None
    assert all(abs(a - b) <= 8 for a, b in zip(shown.getpixel((0, 0)), inks.channels(wish), strict=True))


# ---- profiles


def own(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "own.icc"
    path.write_bytes(data)
    return path


def test_a_printers_own_profile(tmp_path: Path) -> None:
    chosen = press("cmyk", icc=own(tmp_path, PROFILE), condition="PSO Coated v3 (FOGRA51)")
    page = Frame(Size(300, 300), (Box(Rect(0, 0, 300, 300), "#B3261E"),), "x")
    data = finished_pdf([page], Info("x"), chosen, date(2026, 1, 1))
    assert faults(data) == []
    with Pdf.open(io.BytesIO(data)) as pdf:
        assert str(pdf.Root.OutputIntents[0].OutputConditionIdentifier) == "PSO Coated v3 (FOGRA51)"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not an ICC profile"),
        (b"no profile at all" * 99, "not an ICC profile"),
        (PROFILE[:5000], "cut short: 5,000 of 1,052,612 bytes"),
        (PROFILE + b"x", "its header says 1,052,612"),
        (profiles.srgb(), "profile of a screen"),
        (PROFILE[:16] + b"RGB " + PROFILE[20:], "RGB colours"),
        (PROFILE[:128] + b"\0" * (len(PROFILE) - 128), "cannot convert colours"),
    ],
)
def test_files_that_are_no_press_profile(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        press(icc=own(tmp_path, data), condition="x")


def test_wishes_that_contradict_one_another(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs both"):
        press(icc=own(tmp_path, PROFILE))
    with pytest.raises(UsageError, match="needs both"):
        press(condition="FOGRA51")
    with pytest.raises(UsageError, match="screens"):
        press(screen=True, marks=True)
    with pytest.raises(UsageError, match="cannot be read"):
        press(icc=tmp_path / "none.icc", condition="x")


# ---- on a screen


def test_bookmarks_by_section_and_model() -> None:
    for screen in (False, True):
        with Pdf.open(io.BytesIO(printed(screen=screen))) as pdf, pdf.open_outline() as outline:
            tree = [(entry.title, [child.title for child in entry.children]) for entry in outline.root]
        assert tree == [("Sparse hybrid", ["Kimi Linear 48B-A3B"]), ("Dense", ["Gemma 3 27B"])]


def test_links_to_config_and_report() -> None:
    with Pdf.open(io.BytesIO(printed(screen=True))) as pdf:
        targets = [str(note.A.URI) for note in pdf.pages[0].Annots]
        assert "/OutputIntents" not in pdf.Root
    links = [href for name in ("kimi-linear-48b-a3b", "gemma-3-27b") for _, href in load(name).arch.links]
    assert len(links) == 4
    assert set(targets) == {*links, "https://example.org/a"}


def test_title_language_and_date() -> None:
    with Pdf.open(io.BytesIO(printed())) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.docinfo.Title) == "Language model architectures"
        newest = max(load(name).arch.released for name in ("kimi-linear-48b-a3b", "gemma-3-27b"))
        assert str(pdf.docinfo.CreationDate) == f"D:{newest:%Y%m%d}000000+00'00'"
        with pdf.open_metadata() as xmp:
            written = {
                name: str(pdf.docinfo[name]) for name in ("/Title", "/Subject", "/Creator", "/Producer")
            }
            names = ("dc:title", "dc:description", "xmp:CreatorTool", "pdf:Producer")
            assert [xmp[name] for name in names] == list(written.values())
            assert all(written.values())


def test_every_card_has_words_for_who_cannot_see_it() -> None:
    with Pdf.open(io.BytesIO(printed())) as pdf:
        elements = list(pdf.Root.StructTreeRoot.K.K)
        kinds = [str(element.S) for element in elements]
        assert all(element.Type == Name.StructElem for element in elements)
        said = [str(element.Alt) for element in elements if "/Alt" in element]
        marked = [
            int(step.operands[1].MCID)
            for step in pikepdf.parse_content_stream(pdf.pages[0])
            if str(step.operator) == "BDC" and "/MCID" in step.operands[1]
        ]
        assert marked == [int(element.K) for element in elements] == list(range(len(elements)))
        assert list(pdf.Root.StructTreeRoot.ParentTree.Nums[1]) == elements
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 2
    models = [load(name).card().frame.description for name in ("kimi-linear-48b-a3b", "gemma-3-27b")]
    assert said == ["QR code: https://example.org/a", *models]


@pytest.mark.parametrize("screen", [True, False])
def test_everything_that_begins_ends(screen: bool) -> None:
    with Pdf.open(io.BytesIO(printed("rgb", screen))) as pdf:
        forms = [
            each for each in pdf.objects if isinstance(each, Stream) and each.get("/Subtype") == Name.Form
        ]
        for owner in (*pdf.pages, *forms):
            signs = [str(step.operator) for step in pikepdf.parse_content_stream(owner)]
            for end, begins in (("EMC", ("BMC", "BDC")), ("Q", ("q",)), ("ET", ("BT",))):
                depth = [(sign in begins) - (sign == end) for sign in signs]
                assert sum(depth) == 0
                assert min(accumulate(depth), default=0) >= 0


@pytest.mark.programs
def test_text_comes_out_as_it_reads(tmp_path: Path) -> None:
    words = said(tmp_path, printed("cmyk"), "pdftotext", "-raw", "x.pdf", "-").decode()
    assert "3 KDA : 1 NoPE MLA" in words
    assert "5 sliding GQA : 1 global GQA" in words
    order = ["Language model architectures", "Kimi Linear", "48B-A3B", "parameters", "Gemma 3"]
    places = [words.index(part) for part in order]
    assert places == sorted(places)


# ---- the card is the card


@pytest.mark.programs
@pytest.mark.parametrize("number", [0, 1])
def test_a_card_of_a_poster_is_the_single_card(tmp_path: Path, number: int) -> None:
    models = [load(name) for name in ("kimi-linear-48b-a3b", "gemma-3-27b")]
    page = poster(models, paper="A3", printing=Printing(screen=True))
    group = [item for item in page.pages[0].items if getattr(item, "role", "") == "card"][number]
    side, height = 1000 * group.scale, page.pages[0].size.height
    with Pdf.open(io.BytesIO(page.pdf())) as pdf:
        edges = [group.x, height - group.y - side, group.x + side, height - group.y]
        pdf.pages[0].MediaBox = Array(edges)
        out = io.BytesIO()
        pdf.save(out)
    render = ("pdftoppm", "-scale-to", "600", "-png", "x.pdf")
    cut = Image.open(io.BytesIO(said(tmp_path, out.getvalue(), *render))).convert("L")
    alone = Image.open(io.BytesIO(said(tmp_path, models[number].card().pdf(), *render))).convert("L")
    inside = (6, 6, 594, 594)  # without the border that a poster draws
    pairs = zip(cut.crop(inside).tobytes(), alone.crop(inside).tobytes(), strict=True)
    differences = [abs(a - b) for a, b in pairs]
    assert sum(differences) / len(differences) < 0.5
    assert sum(1 for difference in differences if difference > 64) < 0.001 * len(differences)
