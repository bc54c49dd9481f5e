import pytest
from fontTools.pens.boundsPen import ControlBoundsPen
from fontTools.svgLib.path import parse_path

from archposter.scene import Face
from archposter.text.faces import BASIC
from archposter.text.metrics import advances, ink, table
from archposter.text.outlines import glyphs


def path_data(text: str, face: Face) -> str:
    return "".join(f"M{x} 0{outline}" for x, outline in glyphs(text, face))


def extent(data: str) -> tuple[float, float, float, float]:
    """The box of the path, y downwards, as fontTools' own reader of path data sees it."""
    recording = ControlBoundsPen(None, ignoreSinglePoints=True)
    parse_path(data, recording)
    assert recording.bounds
    return recording.bounds


@pytest.mark.parametrize("face", ["regular", "semibold", "display"])
def test_outlines_fill_the_ink_box(face: Face) -> None:
    em = table(face).units_per_em
    for text in [*sorted(BASIC[face] - {" "}), "AVATAR", "58 × é"]:
        box = ink(text, face, em)
        assert box is not None
        left, top, right, bottom = extent(path_data(text, face))
        # Control points may lie a little outside the curve.
        assert left <= box.x + 1
        assert top <= box.y + 1
        assert right >= box.right - 1
        assert bottom >= box.bottom - 1
        assert right - left <= box.width + 60
        assert bottom - top <= box.height + 60


def test_glyphs_stand_at_kerned_positions() -> None:
    first = advances("AV", "regular")[0]
    assert f"M{first} 0" in path_data("AV", "regular")
    assert path_data("AV", "regular") == path_data("A", "regular") + path_data("V", "regular").replace(
        "M0 0", f"M{first} 0"
    )


def test_blanks_draw_nothing() -> None:
    assert path_data(" ", "regular") == path_data("", "regular") == ""
