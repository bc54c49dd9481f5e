import pytest

from archposter.audit import Fault, audit
from archposter.scene import Box, Command, Frame, Group, Item, Link, Path, Rect, Size, Text
from archposter.text.metrics import advance

WHITE = Box(Rect(0, 0, 400, 300), fill="#FFFFFF")


def text(x: float, y: float, words: str = "Attention", size: float = 20.0) -> Text:
    return Text(
        x, y, words, "regular", size, "#000000", advance(words, "regular", size), source=f"text {words}"
    )


def line(*points: tuple[float, float], role: str = "", source: str = "") -> Path:
    commands: tuple[Command, ...] = (("M", points[0]), *(("L", point) for point in points[1:]))
    return Path(commands, stroke="#000000", stroke_width=2, role=role, source=source)


def faults(*items: Item) -> tuple[Fault, ...]:
    return audit(Frame(Size(400, 300), (WHITE, *items), "x"))


def kinds(*items: Item) -> list[str]:
    return [fault.kind for fault in faults(*items)]


CLEAN: tuple[Item, ...] = (
    Box(Rect(20, 20, 150, 50), fill="#EEEEEE", stroke="#000000", radius=8),
    text(30, 50),
    text(30, 120, "Two lines"),
    text(30, 144, "of gypsum"),
    line((95, 70), (95, 95), role="connector"),
    line((200, 20), (380, 20), (380, 60)),
    line((200, 100), (300, 200), role="leader"),
    line((300, 200), (350, 100), role="leader"),
    Link(Rect(0, 0, 400, 300), "https://example.org"),
)


def test_a_clean_picture_has_no_fault() -> None:
    assert faults(*CLEAN) == ()


def test_a_group_is_judged_where_it_stands() -> None:
    small = Group(CLEAN, x=10, y=10, scale=0.9)
    assert kinds(small) == []
    assert kinds(small._replace(scale=0.5)) == ["small"] * 3
    assert "outside" in kinds(small._replace(x=-40))


def test_texts_that_overlap() -> None:
    (fault,) = faults(text(30, 50), text(60, 58, "Norm"))
    assert fault.kind == "overlap"
    assert fault.sources == ("text Norm", "text Attention")
    assert str(fault) == 'overlap at (62, 43): "Norm" overlaps "Attention"'


def test_lines_of_one_paragraph_do_not_overlap() -> None:
    assert kinds(text(30, 50, "gypsum"), text(30, 72, "Ahlb")) == []


@pytest.mark.parametrize(("x", "y"), [(-3, 50), (330, 50), (30, 10), (30, 303)])
def test_a_text_that_leaves_the_picture(x: float, y: float) -> None:
    assert "outside" in kinds(text(x, y, "Attgntion"))


@pytest.mark.parametrize(
    "box",
    [
        Box(Rect(20, 20, 80, 50), stroke="#000000"),
        Box(Rect(20, 20, 80, 50), fill="#EEEEEE"),
        Box(Rect(60, 30, 10, 14), fill="#EEEEEE"),
        Box(Rect(20, 20, 200, 30.5), stroke="#000000", stroke_width=4),
        Box(Rect(29, 33, 120, 40), stroke="#000000", radius=20),
    ],
)
def test_a_text_cut_by_a_border(box: Box) -> None:
    assert kinds(box, text(30, 50)) == ["cut"]


def test_an_unpainted_box_cuts_nothing() -> None:
    assert kinds(Box(Rect(20, 20, 80, 50)), text(30, 50)) == []


def test_a_filled_shape_cuts_too() -> None:
    triangle = Path((("M", (50, 60)), ("L", (60, 40)), ("L", (70, 60))), fill="#EEEEEE")
    assert kinds(triangle, text(30, 50)) == ["cut"]


@pytest.mark.parametrize(
    "path",
    [
        line((0, 45), (200, 45)),
        line((60, 0), (60, 100), role="leader", source="leader 1"),
        line((0, 0), (100, 90)),
        Path((("M", (0, 20)), ("C", (60, 60, 100, 60, 160, 20))), stroke="#000000"),
    ],
)
def test_a_line_through_a_text(path: Path) -> None:
    assert kinds(path, text(30, 50)) == ["line"]
    assert kinds(text(30, 50), path) == ["line"]


def test_a_filled_box_between_hides_the_line() -> None:
    plate = Box(Rect(25, 30, 110, 30), fill="#FFFFFF")
    assert kinds(line((0, 45), (200, 45)), plate, text(30, 50)) == []
    assert kinds(plate, line((0, 45), (200, 45)), text(30, 50)) == ["line"]
    assert kinds(line((0, 45), (200, 45)), plate._replace(rect=Rect(25, 30, 40, 30)), text(30, 50)) != []


def test_a_label_may_sit_on_a_border_it_hides() -> None:
    border = Box(Rect(10, 42, 300, 200), stroke="#000000", radius=8)
    assert kinds(border, Box(Rect(25, 30, 110, 30), fill="#FFFFFF"), text(30, 50)) == []
    assert kinds(border, text(30, 50)) == ["cut"]


def test_a_text_under_something_filled() -> None:
    cover = Box(Rect(60, 30, 200, 100), fill="#EEEEEE", source="cover")
    (fault,) = faults(text(30, 50), cover)
    assert (fault.kind, fault.sources) == ("covered", ("text Attention", "cover"))
    blob = Path(
        (("M", (0, 0)), ("L", (300, 0)), ("L", (300, 200)), ("L", (0, 200)), ("Z", ())), fill="#EEEEEE"
    )
    assert kinds(text(30, 50), blob) == ["covered"]


@pytest.mark.parametrize("other", ["leader", "connector"])
def test_leaders_that_cross(other: str) -> None:
    first = line((200, 200), (300, 280), role="leader", source="a")
    second = line((200, 280), (250, 250), (300, 200), role=other, source="b")
    (fault,) = faults(first, second)
    assert (fault.kind, fault.sources) == ("crossing", ("a", "b"))


def test_meeting_is_not_crossing() -> None:
    trunk = line((200, 200), (300, 200), role="connector")
    assert kinds(trunk, line((250, 200), (250, 280), role="connector")) == []
    assert kinds(trunk, line((300, 200), (250, 280), role="leader")) == []
    assert kinds(trunk, line((250, 150), (250, 280))) == []


def test_type_that_is_too_small() -> None:
    assert kinds(text(30, 50, size=16.9)) == ["small"]
    assert audit(Frame(Size(400, 300), (text(30, 50, size=5),), "x"), smallest=5) == ()


BOX = Box(Rect(100, 100, 120, 40), fill="#EEEEEE", stroke="#000000", role="cell", source="the box")


def arrow(x: float, y: float) -> Path:
    return Path(
        (("M", (x, y)), ("L", (x - 3, y + 7)), ("L", (x + 3, y + 7)), ("Z", ())), "#000000", role="arrow"
    )


@pytest.mark.parametrize("role", ["leader", "connector"])
@pytest.mark.parametrize(
    "points", [((50, 101), (160, 101)), ((50, 142), (160, 142)), ((222, 90), (222, 130))]
)
def test_a_leader_along_an_edge(role: str, points: tuple[tuple[float, float], ...]) -> None:
    (fault,) = faults(BOX, line(*points, role=role))
    assert (fault.kind, fault.sources) == ("edge", ("the box",))


def test_a_leader_that_keeps_off_edges() -> None:
    assert (
        kinds(BOX, line((50, 120), (100, 120), role="leader"), line((50, 94), (160, 94), role="leader")) == []
    )


def test_a_leader_between_two_boxes() -> None:
    below = BOX._replace(rect=BOX.rect.moved(0, 50), source="the lower box")
    (fault,) = faults(BOX, below, line((50, 145), (160, 145), role="leader"))
    assert (fault.kind, fault.sources) == ("edge", ("the lower box",))
    assert (
        kinds(BOX, below._replace(rect=BOX.rect.moved(0, 60)), line((50, 146), (160, 146), role="leader"))
        == []
    )


def test_connectors_that_leave_one_place() -> None:
    first = line((220, 120), (300, 60), role="connector")
    assert kinds(BOX, first, line((220, 121), (300, 200), role="connector")) == ["fork"]
    assert kinds(BOX, first, line((220, 130), (300, 200), role="connector")) == []


def test_an_end_of_a_leader_on_an_arrow() -> None:
    head, dot = arrow(160, 140), Box(Rect(157, 141, 6, 6), fill="#000000", radius=3, role="dot")
    assert kinds(BOX, head, dot) == ["dot"]
    assert kinds(BOX, head, dot._replace(rect=dot.rect.moved(12, 0))) == []


def test_an_arrow_that_ends_at_nothing() -> None:
    assert kinds(BOX, arrow(160, 152)) == ["loose"]
    assert kinds(BOX, arrow(160, 140), arrow(60, 125), line((40, 125), (80, 125), role="flow")) == []
    assert kinds(text(100, 140, "gypsum"), arrow(120, 146)) == []
