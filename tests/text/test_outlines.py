import re

import pytest

from archposter.scene import Face
from archposter.text.faces import BASIC
from archposter.text.metrics import advances, ink, table
from archposter.text.outlines import glyphs

NUMBER = re.compile(r"-?[\d.]+")


def path_data(text: str, face: Face) -> str:
    return "".join(f"M{x} 0{outline}" for x, outline in glyphs(text, face))


def extent(data: str) -> tuple[float, float, float, float]:
    """The box of all on-curve points and controls, y downwards."""
    x = y = start_x = start_y = 0.0
    points: list[tuple[float, float]] = []
    for command, arguments in re.findall(r"([MmlqzZ])([^MmlqzZ]*)", data):
        numbers = [float(number) for number in NUMBER.findall(arguments)]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command == "M":
            x, y = pairs[0]
        elif command == "z":
            x, y = start_x, start_y
        else:
            absolute = [(x + dx, y + dy) for dx, dy in pairs]
            x, y = absolute[-1]
            points += absolute
        if command == "m":
            start_x, start_y = x, y
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


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
