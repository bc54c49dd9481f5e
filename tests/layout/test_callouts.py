"""Labels beside the tower."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from archposter.layout.callouts import _edges, _runs, _wrap, spread
from archposter.scene import Face
from archposter.text.metrics import advance
from archposter.theme import SMALL

GAP = 15.0
FACES: st.SearchStrategy[Face] = st.sampled_from(["regular", "semibold"])


@given(st.lists(st.tuples(st.text("AVTYWLPo.,1x", min_size=1, max_size=4), FACES), min_size=1, max_size=8))
def test_a_word_ends_where_the_line_up_to_it_does(words: list[tuple[str, Face]]) -> None:
    for end, (_, right) in enumerate(_edges(words), 1):
        runs = _runs([(word, face, "") for word, face in words[:end]])
        width = sum(advance(text, face, SMALL) for text, face, _ in runs)
        assert abs(right - width) < 1e-6


def test_lines_break_between_clauses_and_need_no_comma_there() -> None:
    lines = _wrap("4,096 hidden size, embedding × 12", 148)
    assert [" ".join(word for word, _ in line) for line in lines] == ["4,096 hidden size", "embedding × 12"]


def test_a_number_stays_with_what_it_counts() -> None:
    lines = _wrap("966 input-only tokens", 148)
    assert [" ".join(word for word, _ in line) for line in lines] == ["966 input-only", "tokens"]


def test_labels_that_have_room_stay() -> None:
    assert spread([10, 100], [20, 20], 0, 200) == [10, 100]


def test_labels_in_one_place_share_the_move() -> None:
    assert spread([50, 50], [20, 20], 0, 200) == [32.5, 67.5]


def test_labels_stay_in_the_column() -> None:
    assert spread([-30, 190], [20, 20], 0, 200) == [0, 180]


@given(st.lists(st.tuples(st.floats(-100, 1100), st.floats(10, 60)), max_size=10))
def test_order_and_distance_hold(labels: list[tuple[float, float]]) -> None:
    labels.sort()
    heights = [height for _, height in labels]
    tops = spread([want for want, _ in labels], heights, 0, 1000)
    assert len(tops) == len(labels)
    for (top, height), (below, _) in pairwise(zip(tops, heights, strict=True)):
        assert below - (top + height) >= GAP - 1e-6
    assert all(
        top >= -1e-6 and top + height <= 1000 + 1e-6 for top, height in zip(tops, heights, strict=True)
    )
