import math
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator

import pytest
from frames import HOSTILE, LABEL, frame, text
from svgwrite.validator2 import get_validator

from archposter import load
from archposter.bundled import spec_names
from archposter.export.svg import TextMode, to_svg
from archposter.pipeline import legend
from archposter.scene import Box, Frame, Pair, Rect, Size

NS = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
MODES: tuple[TextMode, ...] = ("live", "outlines")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "picture",
    [
        frame,
        lambda: load("deepseek-v3").card("auto").frame,
        lambda: load("qwen3-next-80b-a3b").figure("mono").frame,
        lambda: load("llama-3-8b").diff(load("olmo-2-7b"), "auto").frame,
        lambda: legend("ink").frame,
    ],
    ids=["all", "card", "figure", "diff", "legend"],
)
def test_every_kind_of_picture_conforms_to_svg_1_1(mode: TextMode, picture: Callable[[], Frame]) -> None:
    known = get_validator("full")
    for element in ET.fromstring(to_svg(picture(), mode)).iter():
        name = element.tag.removeprefix(NS)
        known.check_all_svg_attribute_values(name, of_svg_1_1(element))
        for child in element:
            known.check_valid_children(name, child.tag.removeprefix(NS))


def of_svg_1_1(element: ET.Element) -> dict[str, str]:
    """Return attributes as svgwrite knows them: without ARIA's, and with blanks between a path's numbers."""
    names = {HREF: "xlink:href", "{http://www.w3.org/XML/1998/namespace}space": "xml:space"}
    found = {names.get(name, name): value for name, value in element.attrib.items()}
    if "d" in found:
        found["d"] = re.sub(r"(?<=\d)-", " -", found["d"])
    return {name: value for name, value in found.items() if name != "role" and not name.startswith("aria-")}


@pytest.mark.parametrize("mode", MODES)
def test_the_root_tells_size_and_words(mode: TextMode) -> None:
    root = ET.fromstring(to_svg(frame(), mode))
    assert root.attrib["viewBox"] == "0 0 500 420.12"
    assert (root.attrib["width"], root.attrib["height"]) == ("500", "420.12")
    assert root.attrib["role"] == "img"
    title, description = root[0], root[1]
    assert (title.tag, title.text) == (f"{NS}title", f"A card {HOSTILE}")
    assert (description.tag, description.text) == (f"{NS}desc", "What it says")
    assert root.attrib["aria-labelledby"] == title.attrib["id"]
    assert root.attrib["aria-describedby"] == description.attrib["id"]
    assert {link.attrib.get("aria-label") for link in root.iter(f"{NS}a")} == {LABEL}


def test_hostile_words_stay_words() -> None:
    drawn = to_svg(frame())
    root = ET.fromstring(drawn)
    assert "<script" not in drawn
    assert [element.text for element in root.iter(f"{NS}text")].count(HOSTILE) == 2


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    root = ET.fromstring(to_svg(Frame(Size(1, 1), (), "a\x00b\ud800c\x1b")))
    assert root[0].text == "a\ufffdb\ufffdc\ufffd"


def test_live_text_keeps_its_width_and_its_font() -> None:
    root = ET.fromstring(to_svg(Frame(Size(300, 50), (text(10, 30, "AVATAR"),), "x")))
    drawn = next(root.iter(f"{NS}text"))
    assert drawn.attrib["textLength"] == str(round(text(0, 0, "AVATAR").width, 2))
    style = "".join(next(root.iter(f"{NS}style")).itertext())
    name = drawn.attrib["class"]
    assert f"@font-face{{font-family:{name};" in style
    assert f".{name}{{font-family:{name}," in style
    assert style.count("@font-face") == 1


def test_words_of_one_line_are_one_text() -> None:
    first, second = text(10, 30, "32 heads of"), text(0, 30, "128", "semibold")
    second = second._replace(x=first.x + first.width + text(0, 0, " ").width)
    far, below = second._replace(x=second.x + 200), second._replace(y=60)
    frame = Frame(Size(400, 80), (first, second, far, below._replace(anchor=1.0)), "x")
    line, *others = ET.fromstring(to_svg(frame)).iter(f"{NS}text")
    assert "".join(line.itertext()) == "32 heads of 128"
    assert [run.attrib.get("font-weight") for run in line] == [None, "600"]
    assert others[1].attrib["text-anchor"] == "end"
    assert float(others[1].attrib["x"]) == pytest.approx(below.x + below.width, abs=0.01)
    assert [other.text for other in others] == ["128", "128"]


def test_what_needs_no_font_has_no_style_sheet() -> None:
    assert "<style" not in to_svg(frame(), "outlines")
    assert "<style" in to_svg(frame(), "live")


def test_only_the_faces_and_the_size_of_font_needed_are_embedded() -> None:
    basic = to_svg(Frame(Size(300, 50), (text(10, 30, "plain"),), "x"))
    full = to_svg(Frame(Size(300, 50), (text(10, 30, "Größe"),), "x"))
    assert len(basic) < len(full) / 2


def test_outlines_need_no_font() -> None:
    drawn = to_svg(frame(), "outlines")
    assert "@font-face" not in drawn
    assert "<text" not in drawn
    assert "https://example.org/?a=1&amp;b=2" in drawn


def test_ids_differ_between_pictures() -> None:
    first, second = to_svg(frame()), to_svg(Frame(Size(1, 1), (), "other"))
    ids = [re.findall(r'\bid="([^"]+)"', drawn) for drawn in (first, second)]
    assert ids[0]
    assert len(set(ids[0] + ids[1])) == len(ids[0] + ids[1])


def test_numbers_are_short() -> None:
    box = Box(Rect(0.1 + 0.2, 12.0, 1 / 3, -0.0001), fill="#000000")
    drawn = to_svg(Frame(Size(10, 10), (box,), "x"))
    assert 'height="0" width="0.33" x="0.3" y="12"' in drawn


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_number_that_is_none_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="a coordinate is"):
        to_svg(Frame(Size(10, 10), (Box(Rect(value, 0, 1, 1), fill="#000000"),), "x"))


@pytest.mark.parametrize("mode", MODES)
def test_the_same_frame_gives_the_same_bytes(mode: TextMode) -> None:
    script = f"import archposter.export.svg as s, frames; print(s.to_svg(frames.frame(), {mode!r}))"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    other = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
    assert other.stdout.decode().strip() == to_svg(frame(), mode).strip()


def grid() -> Frame:
    """Rows of equal boxes, with one of another colour among them."""
    boxes = [
        Box(Rect(10 + 7.5 * x, 10 + 9 * y, 6, 6), fill="#FF0000" if (x, y) == (5, 1) else "#0000FF", radius=1)
        for y in range(3)
        for x in range(13)
    ]
    return Frame(Size(120, 40), tuple(boxes), "x")


def drawn_boxes(root: ET.Element) -> list[tuple[float, float, str]]:
    """Place and colour of every rectangle, references followed."""
    known = {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}

    def follow(element: ET.Element, x: float, y: float) -> Iterator[tuple[float, float, str]]:
        x, y = x + float(element.get("x", 0)), y + float(element.get("y", 0))
        if element.tag == f"{NS}rect":
            yield round(x, 3), round(y, 3), element.attrib["fill"]
        elif element.tag == f"{NS}use":
            yield from follow(known[element.attrib[HREF].removeprefix("#")], x, y)
        elif element.tag != f"{NS}defs":
            for child in element:
                yield from follow(child, x, y)

    return sorted(follow(root, 0, 0))


def test_rows_of_equal_boxes_are_stored_once() -> None:
    compact, full = to_svg(grid()), to_svg(grid(), compact=False)
    assert drawn_boxes(ET.fromstring(compact)) == drawn_boxes(ET.fromstring(full))
    assert len(drawn_boxes(ET.fromstring(full))) == 39
    assert len(compact) < 0.7 * len(full)


@pytest.mark.parametrize(("count", "stored"), [(3, False), (4, True)])
def test_four_equal_boxes_are_worth_storing(count: int, stored: bool) -> None:
    row = tuple(Box(Rect(10 + 9 * x, 10, 6, 6), fill="#0000FF") for x in range(count))
    assert ("<use" in to_svg(Frame(Size(120, 40), row, "x"))) == stored


def test_an_id_is_the_same_shape_in_every_picture() -> None:
    shapes: dict[str, str] = {}
    for name in ("deepseek-v3", "kimi-linear-48b-a3b"):
        for style in ("paper", "auto"):
            for element in ET.fromstring(load(name).card(style).svg("outlines")).iter():
                if element.get("id", "").startswith("ap-"):
                    content = ET.tostring(element, encoding="unicode")
                    assert shapes.setdefault(element.attrib["id"], content) == content
    assert len(shapes) > 100


def test_colours_of_two_schemes() -> None:
    both = Box(Rect(0, 0, 9, 9), fill=Pair("#FFFFFF", "#123456"), stroke=Pair("#000000", "#FEDCBA"))
    drawn = to_svg(Frame(Size(9, 9), (both,), "x"))
    box = next(ET.fromstring(drawn).iter(f"{NS}rect"))
    assert (box.attrib["fill"], box.attrib["stroke"]) == ("#FFFFFF", "#000000")
    assert box.attrib["class"] == "ap-f123456 ap-sFEDCBA"
    rules = ".ap-f123456.ap-f123456{fill:#123456}.ap-sFEDCBA.ap-sFEDCBA{stroke:#FEDCBA}"
    assert f"@media (prefers-color-scheme:dark){{{rules}}}" in drawn


@pytest.mark.costly
@pytest.mark.parametrize("name", spec_names())
def test_a_card_is_small(name: str) -> None:
    card, both = load(name).card(), load(name).card("auto")
    assert len(card.svg().encode()) <= 64_000
    assert len(card.svg("outlines").encode()) <= 100_000
    assert len(both.svg().encode()) <= 68_000
