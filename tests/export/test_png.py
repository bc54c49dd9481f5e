import builtins
import io
from typing import Any

import pytest
from frames import frame, text
from PIL import Image

from archposter.diagnostics import OutputError, UsageError
from archposter.export.png import to_png
from archposter.scene import Box, Frame, Rect, Size


def test_size_and_colours_are_those_of_the_frame() -> None:
    items = (Box(Rect(0, 0, 50, 100), fill="#FF0000"), Box(Rect(50, 0, 50, 100), fill="#0000FF"))
    picture = Image.open(io.BytesIO(to_png(Frame(Size(100, 100), items, "x"), 300))).convert("RGB")
    assert picture.size == (300, 300)
    assert picture.getpixel((75, 150)) == (255, 0, 0)
    assert picture.getpixel((225, 150)) == (0, 0, 255)


def test_text_is_drawn_upright_and_in_place() -> None:
    items = (Box(Rect(0, 0, 100, 100), fill="#FFFFFF"), text(20, 80, "L", "display", 80))
    picture = Image.open(io.BytesIO(to_png(Frame(Size(100, 100), items, "x"), 100))).convert("L")
    rows = [sum(value < 128 for value in picture.crop((0, y, 100, y + 1)).tobytes()) for y in range(100)]
    assert rows[75] > 2 * rows[40] > 0
    assert rows[85] == 0


def test_the_same_frame_gives_the_same_bytes() -> None:
    assert to_png(frame(), 400) == to_png(frame(), 400)


@pytest.mark.parametrize("width", [0, -5, 40_000])
def test_sizes_out_of_range_are_refused(width: int) -> None:
    with pytest.raises(UsageError, match=r"width: got -?[0-9]+, expected a whole number from 1 to 32,767"):
        to_png(frame(), width)


def test_a_missing_cairo_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_cairo(name: str, *arguments: Any, **options: Any) -> Any:
        if name == "cairosvg":
            raise OSError('no library called "cairo-2" was found')
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without_cairo)
    with pytest.raises(OutputError, match="install libcairo2"):
        to_png(frame(), 100)


@pytest.mark.parametrize(("width", "dpi", "pixels"), [(None, 144, 1000), (250, 144, 250), (250, None, 250)])
def test_a_resolution_sets_the_width_and_stands_in_the_file(
    width: int | None, dpi: int | None, pixels: int
) -> None:
    picture = Image.open(io.BytesIO(to_png(frame(), width, dpi)))
    picture.load()
    assert picture.size[0] == pixels
    stated = dpi or pixels * 144 / frame().size.width
    assert picture.info["dpi"] == pytest.approx((stated, stated), abs=0.02)


def test_a_picture_is_opaque_to_its_edge() -> None:
    ground = Box(Rect(0, 0, 600, 652), fill="#FEDCBA")
    picture = Image.open(io.BytesIO(to_png(Frame(Size(600, 652), (ground,), "x"), 1000))).convert("RGBA")
    assert picture.size == (1000, 1087)
    assert picture.getcolors() == [(1000 * 1087, (0xFE, 0xDC, 0xBA, 255))]


@pytest.mark.parametrize("dpi", [0, -72, 2401, 72.5, "72"])
def test_a_resolution_out_of_range_is_refused(dpi: Any) -> None:
    with pytest.raises(UsageError, match=r"dpi: got .*, expected a whole number from 1 to 2,400"):
        to_png(frame(), None, dpi)
