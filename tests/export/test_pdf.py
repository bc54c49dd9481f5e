import io
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pytest
from frames import HOSTILE, frame, panel, text

from archposter import load
from archposter.export.pdf import Info, finished_pdf, press
from archposter.scene import Box, Frame, Group, Rect, Size
from programs import run


def to_pdf(pages: Sequence[Frame]) -> bytes:
    return finished_pdf(pages, Info("Poster", "S"), press(screen=True))


def opened(*pages: Frame) -> pikepdf.Pdf:
    return pikepdf.Pdf.open(io.BytesIO(to_pdf(pages)))


def said(tmp_path: Path, *command: str) -> str:
    """Return what a program says of x.pdf, the file of the test frame."""
    (tmp_path / "x.pdf").write_bytes(to_pdf([frame()]))
    return run(tmp_path, *command).decode()


def test_pages_have_the_size_of_their_frames() -> None:
    document = opened(frame(), Frame(Size(100, 50), (), "empty"))
    assert [[float(number) for number in page.mediabox] for page in document.pages] == [
        [0, 0, 500, 420.12],
        [0, 0, 100, 50],
    ]
    assert str(document.docinfo["/Title"]) == "Poster"


@pytest.mark.programs
def test_text_can_be_read_back(tmp_path: Path) -> None:
    words = said(tmp_path, "pdftotext", "-layout", "x.pdf", "-")
    for line in ("Tokenized AVATAR", "58 × decoder layer: 7,168", HOSTILE):
        assert words.count(line) == 2


@pytest.mark.programs
def test_only_our_fonts_are_there_embedded_and_subset(tmp_path: Path) -> None:
    lines = said(tmp_path, "pdffonts", "x.pdf").splitlines()[2:]
    assert {line.split()[0].split("+")[1] for line in lines} == {
        "Inter-Regular",
        "Inter-SemiBold",
        "Inter-DisplayBold",
    }
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in lines)


@pytest.mark.programs
def test_the_file_is_sound(tmp_path: Path) -> None:
    assert "No syntax or stream encoding errors" in said(tmp_path, "qpdf", "--check", "x.pdf")


def test_text_is_kerned_by_the_font() -> None:
    document = opened(Frame(Size(200, 100), (text(10, 50, "AVATAR"),), "x"))
    shown = [op for op in pikepdf.parse_content_stream(document.pages[0]) if str(op.operator) == "TJ"]
    adjustments = [float(part) for part in shown[0].operands[0] if not isinstance(part, pikepdf.String)]
    assert len(adjustments) >= 3
    assert all(adjustment > 0 for adjustment in adjustments)


def test_round_corners_touch_the_sides_of_the_box_a_radius_before_its_corners() -> None:
    document = opened(Frame(Size(60, 40), (Box(Rect(10, 10, 40, 20), fill="#FF0000", radius=4),), "x"))
    path = [
        (str(step.operator), tuple(float(number) for number in step.operands)[-2:])
        for step in pikepdf.parse_content_stream(document.pages[0])
        if str(step.operator) in "mlc"
    ]
    corners = [(46, 10), (50, 14), (50, 26), (46, 30), (14, 30), (10, 26), (10, 14), (14, 10)]
    assert path == [("m", (14, 10)), *zip("lc" * 4, corners, strict=True)]


def test_a_keyed_group_is_stored_once() -> None:
    document = opened(frame())
    forms = [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form"
    ]
    assert len(forms) == 1
    drawn = [op for op in pikepdf.parse_content_stream(document.pages[0]) if str(op.operator) == "Do"]
    assert len(drawn) == 2


@pytest.mark.programs
def test_a_form_draws_what_the_plain_group_draws(tmp_path: Path) -> None:
    pictures = []
    for key in ("panel", ""):
        page = Frame(Size(500, 300), (panel(key)._replace(x=-30.0, y=20.0, scale=1.2),), "x")
        (tmp_path / "x.pdf").write_bytes(to_pdf([page]))
        pictures.append(run(tmp_path, "pdftoppm", "-r", "72", "x.pdf"))
    assert pictures[0] == pictures[1]
    assert len(set(pictures[0])) > 10


def test_links_lie_on_the_page_where_the_group_is() -> None:
    document = opened(frame())
    notes = list(document.pages[0]["/Annots"])
    assert [str(note["/A"]["/URI"]) for note in notes] == ["https://example.org/?a=1&b=2"] * 2
    height = 420.12
    assert [float(number) for number in notes[0]["/Rect"]] == pytest.approx(
        [30, height - 60, 130, height - 30]
    )
    assert [float(number) for number in notes[1]["/Rect"]] == pytest.approx(
        [25, height - 325, 75, height - 310]
    )


def test_titled_groups_are_bookmarks() -> None:
    with opened(frame()).open_outline() as outline:
        assert [entry.title for entry in outline.root] == ["First & last"] * 2


def test_nested_keys_are_forms_in_forms() -> None:
    inner = Group((Box(Rect(0, 0, 10, 10), fill="#FF0000"),), key="inner")
    outer = Group((inner, inner._replace(x=20.0)), key="outer")
    document = opened(Frame(Size(100, 100), (outer, outer._replace(y=40.0)), "x"))
    forms = [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form"
    ]
    assert len(forms) == 2


def test_a_colour_it_cannot_write_is_refused() -> None:
    with pytest.raises(ValueError, match="expected #rrggbb"):
        to_pdf([Frame(Size(9, 9), (Box(Rect(0, 0, 1, 1), fill="red"),), "x")])


def test_the_same_frames_give_the_same_bytes() -> None:
    script = (
        "import sys; from frames import frame; from test_pdf import to_pdf; "
        "sys.stdout.buffer.write(to_pdf([frame()]))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    other = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
    assert other.stdout == to_pdf([frame()])


def test_a_card_is_one_figure_of_the_day_it_shows() -> None:
    model = load("deepseek-v3")
    with pikepdf.Pdf.open(io.BytesIO(model.card().pdf())) as document:
        assert document.pdf_version == "1.7"
        assert str(document.docinfo["/CreationDate"]).startswith(f"D:{model.arch.released:%Y%m%d}")
        (figure,) = document.Root.StructTreeRoot.K.K
        assert (figure.S, str(figure.Alt)) == (pikepdf.Name.Figure, model.card().frame.description)
