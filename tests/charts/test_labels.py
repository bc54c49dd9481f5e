"""Names are placed beside their marks, clear of each other and of all else."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

import quick
from archposter.charts.labels import Mark, enters, meets, place, text_rect
from archposter.scene import Point, Rect
from archposter.text.metrics import advance
from archposter.theme import SMALL

AREA = Rect(0, 0, 600, 400)

MARKS = st.lists(
    st.builds(
        Mark,
        st.builds(Point, st.floats(10, 590), st.floats(10, 390)),
        st.floats(2, 15),
        st.sampled_from(["GPT-2", "DeepSeek V3", "Nemotron 3 Nano 30B-A3B"]),
        st.floats(0, 10),
    ),
    max_size=40,
)


def _rects(marks: list[Mark]) -> list[tuple[int, Rect]]:
    found = place(marks, AREA)
    return [
        (one.mark, text_rect(one.x, one.y, advance(marks[one.mark].words, "regular", SMALL))) for one in found
    ]


@settings(max_examples=quick.examples(60), deadline=None)
@given(MARKS)
def test_names_are_clear_of_names_and_marks(marks: list[Mark]) -> None:
    rects = _rects(marks)
    assert all(AREA.contains(rect) for _, rect in rects)
    assert not [pair for pair in combinations([rect for _, rect in rects], 2) if pair[0].overlaps(pair[1])]
    for _, rect in rects:
        for mark in marks:
            own = mark.radius
            assert not rect.overlaps(Rect(mark.at.x - own, mark.at.y - own, 2 * own, 2 * own))


@settings(max_examples=quick.examples(60), deadline=None)
@given(MARKS)
def test_leaders_cross_nothing(marks: list[Mark]) -> None:
    found = place(marks, AREA)
    rects = dict(_rects(marks))
    leaders = [(one.mark, one.leader) for one in found if one.leader]
    for number, leader in leaders:
        assert not [mark for mark, rect in rects.items() if mark != number and enters(leader, rect)]
    assert not [pair for pair in combinations([leader for _, leader in leaders], 2) if meets(*pair)]


def test_one_name_stands_at_the_right_of_its_mark() -> None:
    (label,) = place([Mark(Point(100, 100), 5, "GPT-2", 0)], AREA)
    assert (label.leader, label.x) == (None, 109.0)


def test_the_more_important_of_two_names_is_kept() -> None:
    marks = [Mark(Point(50, 20), 5, "GPT-2", 1), Mark(Point(50, 37), 5, "GPT-3", 2)]
    (label,) = place(marks, Rect(40, 10, 75, 45))
    assert label.mark == 1
