"""Leaders and connectors keep clear of boxes and of the heads of arrows."""

from hypothesis import given
from hypothesis import strategies as st

from archposter.layout.canvas import Canvas, crosses
from archposter.layout.cells import Places
from archposter.layout.leaders import level, way_out
from archposter.pipeline import theme
from archposter.scene import Path, Point, Rect

MODEL = Rect(0, 0, 300, 400)
BOX = Rect(40, 100, 80, 60)
BOXES = st.builds(Rect, st.floats(0, 250), st.floats(0, 380), st.floats(10, 120), st.floats(20, 90))


def places(*boxes: Rect, tips: tuple[Point, ...] = ()) -> Places:
    return Places(boxes=[BOX, *boxes], frames=[MODEL], tips=list(tips))


def test_nothing_in_the_way() -> None:
    assert level(BOX, 0.0, 130.0, places()) == 130.0
    assert way_out(BOX, 310.0, 130.0, places()) == [Point(120, 130), Point(310, 130)]


def test_past_a_box_beside() -> None:
    beside = Rect(160, 120, 80, 20)
    y = level(BOX, 310.0, 130.0, places(beside))
    assert y is not None
    assert min(abs(y - beside.y), abs(y - beside.bottom)) >= 7
    assert BOX.y < y < BOX.bottom


def test_around_a_box_that_hides_the_side() -> None:
    hiding = Rect(160, 90, 80, 80)
    assert level(BOX, 310.0, 130.0, places(hiding)) is None
    foot, turn, end = way_out(BOX, 310.0, 130.0, places(hiding))
    assert (foot.x, end.x) == (turn.x, 310.0)
    assert foot.y in (BOX.y, BOX.bottom)
    assert not crosses(hiding.inset(-5), [turn, end])


def test_from_the_frame_where_there_is_no_way() -> None:
    walls = [Rect(160, y, 80, 12) for y in range(0, 400, 16)]
    assert way_out(BOX, 310.0, 130.0, places(*walls)) == [Point(300, 130), Point(310, 130)]


def test_off_the_head_of_an_arrow() -> None:
    y = level(BOX, 0.0, 130.0, places(tips=(Point(40, 130),)))
    assert y is not None
    assert abs(y - 130.0) >= 9


@given(st.lists(BOXES, max_size=8), st.floats(104, 156))
def test_no_way_runs_through_a_box(others: list[Rect], wanted: float) -> None:
    boxes = [other for other in others if not other.overlaps(BOX)]
    way = way_out(BOX, 310.0, wanted, places(*boxes))
    assert way[-1].x == 310.0
    assert not any(crosses(other, way) for other in boxes)


def test_a_leader_gives_way_to_what_it_crosses_and_nothing_else() -> None:
    canvas = Canvas(theme("paper"), "other")
    for x in (30.0, 34.0, 60.0):
        canvas.line([Point(x, 0), Point(x, 50)])
    canvas.line([Point(80, 20), Point(80, 50)])
    canvas.line([Point(0, 10), Point(100, 10)], yields=True)
    path = canvas.items[-1]
    assert isinstance(path, Path)
    ends = [(letter, *at) for letter, at in path.commands]
    assert ends == [("M", 0, 10), ("L", 25, 10), ("M", 39, 10), ("L", 55, 10), ("M", 65, 10), ("L", 100, 10)]
